import {
  asChain,
  type Dataset,
  lossShift,
  NOISES,
  refine,
  residualNetwork,
  squaredLoss,
  stochasticDepth,
} from 'resnet-bridge';
import { key } from 'sde-core';
import { describe, expect, it } from 'vitest';
import { exampleNetwork } from '../example-networks.js';

describe('the predicted loss shift', () => {
  it('is the closed form of one dimension', async () => {
    // F = sin x on [0, T] with stochastic depth (m = p, v = p(1 − p)), ℓ = ½ (x − y)². With u₀(t, x) = ℓ(flow(x)) and the flow
    // of x′ = p F: ∂flow_s(x)/∂x = F(x_end)/F(x), so both integrands are closed in x along the flow.
    const p = 0.7;
    const network = residualNetwork({ layers: [{ U: [1], c: [0], V: [1], d: [0] }], activation: 'sin', horizon: 1.5 });
    const [x0, y] = [0.6, 0.2];
    const T = network.horizon;
    const shift = await lossShift(network, stochasticDepth({ survival: p }), {
      states: [[x0]],
      loss: () => squaredLoss([y]),
    });

    const at = (t: number): number => 2 * Math.atan(Math.exp(p * t) * Math.tan(x0 / 2));
    const xT = at(T);
    const [FT, dFT] = [Math.sin(xT), Math.cos(xT)];
    // u′ = (x_T − y) F_T / F, u″ = [F_T² + (x_T − y)(F_T F_T′ − F_T F′)] / F²: F F′ u′ and F² u″ are linear in F′ = cos x.
    // ∫ cos x dt = log(sin x_T / sin x₀) / p, for x′ = p sin x.
    const cosines = Math.log(FT / Math.sin(x0)) / p;
    const euler = -(p ** 2 / 2) * (xT - y) * FT * cosines;
    const curvature = ((p * (1 - p)) / 2) * (T * (FT ** 2 + (xT - y) * FT * dFT) - (xT - y) * FT * cosines);
    // What the quadrature promises.
    expect(Math.abs(shift.euler - euler)).toBeLessThan(1e-10);
    expect(Math.abs(shift.curvature - curvature)).toBeLessThan(1e-10);
    expect(shift.total).toBe(shift.euler + shift.curvature);
  });

  it('without noise is Euler’s own error', async () => {
    const network = exampleNetwork({ dimension: 2, depth: 2 });
    const silent = stochasticDepth({ survival: 1 });
    const loss = squaredLoss([0.3, -0.2]);
    const states = [[0.5, -0.4]];
    const { euler, curvature, flowLoss } = await lossShift(network, silent, { states, loss: () => loss });
    expect(curvature).toBe(0);
    // (ℓ(Euler) − ℓ(flow)) / h extrapolated twice (Neville in h) from steps h/64 and finer: error O(h³).
    const ratios = [64, 128, 256].map((m) => {
      const fine = refine(network, m);
      const chain = asChain(fine, silent, { x0: states[0] });
      let x = chain.x0;
      for (let n = 0; n < chain.steps; n++) {
        const out = new Float64Array(2);
        chain.step(n, x, Float64Array.of(1), out);
        x = out;
      }
      return (loss.value(x) - flowLoss) / fine.h;
    });
    const [a, b, c] = ratios;
    const [ab, bc] = [2 * b - a, 2 * c - b];
    const extrapolated = (4 * bc - ab) / 3;
    // The last correction bounds what is left.
    expect(Math.abs(extrapolated - euler)).toBeLessThan(Math.abs(bc - extrapolated) + 1e-9);
  });

  it('averages over a dataset’s test images', async () => {
    const network = residualNetwork({ dimension: 2, width: 3, depth: 2, readIn: 4, readOut: 3, key: key(5) });
    const dataset: Dataset = {
      name: 'three points',
      count: 3,
      features: 4,
      classes: 3,
      inputs: Float64Array.from({ length: 12 }, (_, i) => Math.sin(i)),
      labels: Uint8Array.of(0, 2, 1),
      train: Uint32Array.of(0),
      test: Uint32Array.of(1, 2),
      source: 'made up',
    };
    const fractions: number[] = [];
    const noise = stochasticDepth({ survival: 0.8 });
    const both = await lossShift(network, noise, dataset, { onProgress: ({ done, of }) => fractions.push(done / of) });
    const one = await lossShift(network, noise, { ...dataset, test: Uint32Array.of(1) });
    const two = await lossShift(network, noise, { ...dataset, test: Uint32Array.of(2) });
    expect(both.images).toBe(2);
    expect(Math.abs(both.total - (one.total + two.total) / 2)).toBeLessThan(1e-14);
    expect(Array.from(both.perImage)).toEqual([one.total, two.total]);
    expect(fractions).toEqual([0.5, 1]);
    await expect(lossShift(network, noise, { ...dataset, features: 3 })).rejects.toMatchObject({ code: 'shape' });
    await expect(lossShift(network, noise, { ...dataset, classes: 4 })).rejects.toMatchObject({ code: 'shape' });
    await expect(lossShift(network, noise, { ...dataset, test: new Uint32Array() })).rejects.toMatchObject({
      code: 'shape',
    });
    await expect(lossShift(network, noise, dataset, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });

  it('says where the activation is not smooth', async () => {
    const relu = exampleNetwork({ dimension: 2, depth: 2, activation: 'relu' });
    const judged = { states: [[0.3, 0.1]], loss: () => squaredLoss([0, 0]) };
    expect((await lossShift(relu, stochasticDepth({ survival: 0.5 }), judged)).smooth).toBe(false);
  });

  it('refuses what has no flow, no read-out or no twins', async () => {
    const bare = residualNetwork({ dimension: 2, width: 3, depth: 2, key: key(5) });
    const judged = { states: [[0, 1]], loss: () => squaredLoss([0, 0]) };
    for (const noise of NOISES.filter((each) => each.placement === 'state' || each.placement === 'twin')) {
      await expect(lossShift(bare, noise, judged)).rejects.toMatchObject({ code: 'unsupported' });
    }
    const dataset: Dataset = {
      name: '',
      count: 0,
      features: 2,
      classes: 2,
      inputs: new Float64Array(),
      labels: new Uint8Array(),
      train: new Uint32Array(),
      test: new Uint32Array(),
      source: '',
    };
    await expect(lossShift(bare, stochasticDepth({ survival: 0.5 }), dataset)).rejects.toMatchObject({
      code: 'unsupported',
    });
  });
});
