import { crossEntropy, diffusionLimit, flowAdjoint, refine, stochasticDepth } from 'resnet-bridge';
import { discretize, exactExpectation, platen, problem, terminal, withDriver } from 'sde-core';
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
