import { crossEntropy, diffusionLimit, type FlowAdjoint, flowAdjoint, refine, stochasticDepth } from 'resnet-bridge';
import { discretize, exactExpectation, model, platen, problem, terminal, withDriver } from 'sde-core';
import { describe, expect, it } from 'vitest';
import { withMartingale } from '#resnet-bridge/limit/martingale-control';
import { exampleNetwork } from '../example-networks.js';

const base = exampleNetwork({ dimension: 2, width: 4, depth: 1 });
const noise = stochasticDepth({ survival: 0.7 });
const x0 = [0.4, -0.3];
const loss = crossEntropy(base.readOut!, 1);

/** Moments under Platen's scheme with three-point increments, all paths of 6 steps: no sampling. */
function moments(m: number, hessian: boolean) {
  const network = refine(base, m);
  const limit = diffusionLimit(network, noise, { accuracy: 'modified' });
  const adjoint = flowAdjoint(refine(base, 12), noise, x0, loss, { hessian });
  const start = problem({ model: withMartingale(limit, adjoint), x0: [...x0, 0], T: 1 });
  const chain = discretize(start, withDriver(platen, 'three-point'), 6);
  const E = (f: (x: Float64Array, z: number) => number): number =>
    exactExpectation(
      chain,
      terminal((y: Float64Array) => f(y.subarray(0, 2), y[2])),
      { method: 'tree' },
    );
  const plain = E((x) => loss.value(x));
  const controlled = E((x, z) => loss.value(x) - z);
  return {
    martingale: E((_, z) => z),
    bias: controlled - plain,
    plain: E((x) => (loss.value(x) - plain) ** 2),
    left: E((x, z) => (loss.value(x) - z - controlled) ** 2),
  };
}

describe('the martingale control', () => {
  it.each([false, true])('has mean 0, and changes no mean (with Hessians: %s)', (hessian) => {
    const { martingale, bias } = moments(4, hessian);
    // Sums of 729 products of numbers of size O(1).
    expect(Math.abs(martingale)).toBeLessThan(1e-14);
    expect(Math.abs(bias)).toBeLessThan(1e-14);
  });

  it('leaves O(h²) of the O(h) variance, and O(h³) with Hessians', () => {
    const [coarse, fine] = [16, 64];
    const ratio = (hessian: boolean, of: 'plain' | 'left') => moments(coarse, hessian)[of] / moments(fine, hessian)[of];
    // h falls by 4: 4, 16 and 64, up to the next order in √h = 1/4 … 1/8 and the steps of the scheme.
    expect(Math.abs(Math.log2(ratio(false, 'plain')) / 2 - 1)).toBeLessThan(0.25);
    expect(Math.abs(Math.log2(ratio(false, 'left')) / 2 - 2)).toBeLessThan(0.25);
    expect(Math.log2(ratio(true, 'left')) / 2).toBeGreaterThan(2.25);
    expect(moments(fine, true).left).toBeLessThan(moments(fine, false).left / 10);
  });
});

describe('its weight', () => {
  const adjoint = {
    times: Float64Array.of(0, 0.5, 1),
    states: Float64Array.of(1, 2, 3, 5, 4, 9),
    gradients: Float64Array.of(0.1, 0.2, 0.5, -0.4, 0.3, 0.7),
    hessians: Float64Array.of(1, 2, 2, 3, 5, 4, 4, 1, 2, 0, 0, 6),
  } as unknown as FlowAdjoint;
  const { hessians: _, ...gradientsAlone } = adjoint;
  const sigma = [0.5, -0.2, 0.3, 0.8];
  const limit = model({
    dimension: 2,
    noiseDimension: 2,
    drift: (t, [x, y], out) => {
      out.set([t + x, x * y]);
    },
    diffusion: (_t, _x, out) => {
      out.set(sigma);
    },
  });
  /** Linear between the times, and what holds at the ends beyond them. */
  const between = (values: ArrayLike<number>, size: number, t: number): number[] => {
    const place = 2 * Math.min(1, Math.max(0, t));
    const k = Math.min(1, Math.floor(place));
    return Array.from({ length: size }, (_, i) => {
      const [early, late] = [values[k * size + i], values[(k + 1) * size + i]];
      return early + (place - k) * (late - early);
    });
  };

  it.each([-1, 0, 0.125, 0.5, 0.7, 1, 3])('is interpolated between the times of the adjoint: t = %d', (t) => {
    const y = Float64Array.of(1.5, 2.5, 77);
    for (const hessian of [false, true]) {
      const extended = withMartingale(limit, hessian ? adjoint : (gradientsAlone as FlowAdjoint));
      const [drift, diffusion] = [new Float64Array(3), new Float64Array(6)];
      extended.drift(t, y, drift);
      extended.diffusion(t, y, diffusion);
      expect(Array.from(drift)).toEqual([t + 1.5, 1.5 * 2.5, 0]);
      const weight = between(adjoint.gradients, 2, t);
      const [states, second] = [between(adjoint.states, 2, t), between(adjoint.hessians ?? [], 4, t)];
      if (hessian) for (const i of [0, 1]) for (const j of [0, 1]) weight[i] += second[2 * i + j] * (y[j] - states[j]);
      expect(Array.from(diffusion.subarray(0, 4))).toEqual(sigma);
      for (const k of [0, 1])
        expect(Math.abs(diffusion[4 + k] - (weight[0] * sigma[k] + weight[1] * sigma[2 + k]))).toBeLessThan(1e-14);
    }
  });

  it('makes one more state, of the limit’s calculus, noise and breakpoints', () => {
    const made = (m: number) =>
      withMartingale(
        model({ dimension: 1, noiseDimension: m, breakpoints: [0.25], drift() {}, diffusion() {} }),
        gradientsAlone as FlowAdjoint,
      );
    expect([0, 1, 2].map((m) => made(m).noise.kind)).toEqual(['additive', 'scalar', 'general']);
    expect([made(1).dimension, made(1).noiseDimension, made(2).noiseDimension]).toEqual([2, 1, 2]);
    expect([made(1).calculus, made(1).breakpoints]).toEqual(['ito', [0.25]]);
  });
});
