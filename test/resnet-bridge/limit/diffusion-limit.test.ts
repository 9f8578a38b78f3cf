import { type Accuracy, branchMoments, diffusionLimit, NOISES, refine, stochasticDepth } from 'resnet-bridge';
import { describe, expect, it } from 'vitest';
import { DIFFERENCE_ERROR, difference, exampleNetwork, exampleState, STEP } from '../example-networks.js';

const d = 2;
const network = exampleNetwork({ dimension: d, width: 3, depth: 4, horizon: 1.3 });
const x = exampleState(d);
const inside = network.h * 2.5;
const smallNoise = NOISES.filter((noise) => noise.placement !== 'state');

const evaluate = (write: (out: Float64Array) => void, size: number): Float64Array => {
  const out = new Float64Array(size);
  write(out);
  return out;
};

describe.each(NOISES.map((noise) => [noise.name, noise] as const))('the limits under %s', (_, noise) => {
  const accuracies: Accuracy[] =
    noise.placement === 'state' ? ['leading', 'modified'] : ['flow', 'leading', 'modified'];

  it.each(accuracies)('%s: has the drift Jacobian of its differences', (accuracy) => {
    const limit = diffusionLimit(network, noise, { accuracy });
    const jacobian = evaluate((out) => limit.driftJacobian(inside, x, out), d * d);
    for (let j = 0; j < d; j++) {
      const column = difference((at) => evaluate((out) => limit.drift(inside, at, out), d), x, j, STEP);
      column.forEach((entry, i) => {
        expect(Math.abs(entry - jacobian[i * d + j])).toBeLessThan(DIFFERENCE_ERROR);
      });
    }
  });

  it.each(accuracies)('%s: has the diffusion Jacobian of its differences', (accuracy) => {
    const limit = diffusionLimit(network, noise, { accuracy });
    const size = d * limit.noiseDimension;
    const jacobian = evaluate((out) => limit.diffusionJacobian(inside, x, out), size * d);
    for (let j = 0; j < d; j++) {
      const column = difference((at) => evaluate((out) => limit.diffusion(inside, at, out), size), x, j, STEP);
      column.forEach((entry, i) => {
        expect(Math.abs(entry - jacobian[i * d + j])).toBeLessThan(DIFFERENCE_ERROR);
      });
    }
  });

  it('leading: drift F̄ and h Σ for its squared diffusion', () => {
    const limit = diffusionLimit(network, noise, { accuracy: 'leading' });
    const { mean, covariance } = branchMoments(network, noise, { layer: 2, x });
    const m = limit.noiseDimension;
    const sigma = evaluate((out) => limit.diffusion(inside, x, out), d * m);
    expect(evaluate((out) => limit.drift(inside, x, out), d)).toEqual(mean);
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) {
        let a = 0;
        for (let k = 0; k < m; k++) a += sigma[i * m + k] * sigma[j * m + k];
        expect(Math.abs(a - network.h * covariance[i * d + j])).toBeLessThan(1e-14);
      }
    }
  });
});

describe('the modified limit', () => {
  it.each(smallNoise.map((noise) => [noise.name, noise] as const))('%s: drift F̄ − (h/2) DF̄ F̄', (_, noise) => {
    const flow = diffusionLimit(network, noise, { accuracy: 'flow' });
    const modified = diffusionLimit(network, noise, { accuracy: 'modified' });
    const F = evaluate((out) => flow.drift(inside, x, out), d);
    const DF = evaluate((out) => flow.driftJacobian(inside, x, out), d * d);
    const drift = evaluate((out) => modified.drift(inside, x, out), d);
    for (let i = 0; i < d; i++) {
      const expected = F[i] - (network.h / 2) * (DF[i * d] * F[0] + DF[i * d + 1] * F[1]);
      expect(Math.abs(drift[i] - expected)).toBeLessThan(1e-15);
    }
  });

  it('under additive noise: drift F − (h/2)(DF F + ½ s² ΔF), diffusion s (I − (h/2) DF)', () => {
    const injection = NOISES.find((noise) => noise.placement === 'state')!;
    const s = injection.parameters.scale as number;
    const leading = diffusionLimit(network, injection, { accuracy: 'leading' });
    const modified = diffusionLimit(network, injection, { accuracy: 'modified' });
    const F = evaluate((out) => leading.drift(inside, x, out), d);
    const jacobian = (at: Float64Array): Float64Array =>
      evaluate((out) => leading.driftJacobian(inside, at, out), d * d);
    const DF = jacobian(x);
    const second = [0, 1].map((k) => difference(jacobian, x, k, STEP));
    const drift = evaluate((out) => modified.drift(inside, x, out), d);
    const sigma = evaluate((out) => modified.diffusion(inside, x, out), d * d);
    for (let i = 0; i < d; i++) {
      const laplacian = second[0][i * d] + second[1][i * d + 1];
      const correction = DF[i * d] * F[0] + DF[i * d + 1] * F[1] + (s ** 2 / 2) * laplacian;
      expect(Math.abs(drift[i] - (F[i] - (network.h / 2) * correction))).toBeLessThan(DIFFERENCE_ERROR);
      for (let j = 0; j < d; j++) {
        const expected = s * ((i === j ? 1 : 0) - (network.h / 2) * DF[i * d + j]);
        expect(Math.abs(sigma[i * d + j] - expected)).toBeLessThan(1e-15);
      }
    }
    expect([leading.scaling, leading.noise.kind, modified.noise.kind]).toEqual(['diffusive', 'additive', 'general']);
  });
});

describe('a limit in time', () => {
  const noise = stochasticDepth({ survival: 0.8 });
  const drift = (limit: ReturnType<typeof diffusionLimit>, t: number): Float64Array =>
    evaluate((out) => limit.drift(t, x, out), d);

  it('jumps at the boundaries of layers, and there alone', () => {
    const limit = diffusionLimit(network, noise, { accuracy: 'flow' });
    expect(limit.breakpoints).toEqual([1, 2, 3].map((n) => (n * 1.3) / 4));
    limit.breakpoints.forEach((tau, n) => {
      const before = tau - Number.EPSILON;
      const { mean } = branchMoments(network, noise, { layer: n, x });
      const { mean: after } = branchMoments(network, noise, { layer: n + 1, x });
      expect(drift(limit, before)).toEqual(mean);
      expect(drift(limit, tau)).toEqual(after);
    });
    expect(drift(limit, 0)).toEqual(branchMoments(network, noise, { layer: 0, x }).mean);
    expect(drift(limit, 1.3)).toEqual(branchMoments(network, noise, { layer: 3, x }).mean);
  });

  it('of a refined network has the same boundaries and its own h', () => {
    const limit = diffusionLimit(refine(network, 3), noise, { accuracy: 'leading' });
    const coarse = diffusionLimit(network, noise, { accuracy: 'leading' });
    limit.breakpoints.forEach((tau, n) => {
      expect(Math.abs(tau - coarse.breakpoints[n])).toBeLessThan(4 * Number.EPSILON);
    });
    const sigma = evaluate((out) => limit.diffusion(inside, x, out), d);
    const wide = evaluate((out) => coarse.diffusion(inside, x, out), d);
    sigma.forEach((value, i) => {
      expect(Math.abs(value * Math.sqrt(3) - wide[i])).toBeLessThan(1e-15);
    });
  });

  it('says what it is: order, smoothness, structure of its noise', () => {
    const relu = exampleNetwork({ dimension: d, activation: 'relu' });
    expect(diffusionLimit(relu, noise, { accuracy: 'modified' })).toMatchObject({ smooth: false, weakOrder: 2 });
    expect(diffusionLimit(network, noise, { accuracy: 'leading' })).toMatchObject({
      smooth: true,
      weakOrder: 1,
      noiseDimension: 1,
    });
    expect(diffusionLimit(network, noise, { accuracy: 'flow' }).noiseDimension).toBe(0);
    expect(diffusionLimit(network, stochasticDepth({ survival: 1 }), { accuracy: 'modified' }).noiseDimension).toBe(0);
    expect(diffusionLimit(network, noise, { accuracy: 'leading' }).noise).toMatchObject({
      kind: 'scalar',
      commutative: true,
    });
  });

  it('refuses an unknown accuracy, a flow of diffusive noise, and missing twins', () => {
    const injection = NOISES.find((each) => each.placement === 'state')!;
    const shake = NOISES.find((each) => each.placement === 'twin')!;
    const bare = { ...network, layers: network.layers.map(({ U, c, V, d: offset }) => ({ U, c, V, d: offset })) };
    expect(() => diffusionLimit(network, noise, { accuracy: 'exact' as Accuracy })).toThrowError(
      expect.objectContaining({ code: 'value' }),
    );
    expect(() => diffusionLimit(network, injection, { accuracy: 'flow' })).toThrowError(
      expect.objectContaining({ code: 'unsupported' }),
    );
    expect(() => diffusionLimit(bare, shake, { accuracy: 'leading' })).toThrowError(
      expect.objectContaining({ code: 'unsupported' }),
    );
  });
});
