import {
  alfonsi,
  coxIngersollRoss,
  discretize,
  polynomialMoment,
  problem,
  quadraticExponential,
  type SymbolicModel,
  symbolic,
} from 'sde-core';
import { describe, expect, it } from 'vitest';

/** With 2a above, at and far below ξ², and without reversion. */
const models: readonly (readonly [string, SymbolicModel])[] = [
  ['2κμ = 3σ²', coxIngersollRoss({ kappa: 1.5, mu: 0.25, sigma: 0.5 })],
  ['2κμ = σ²/12', coxIngersollRoss({ kappa: 0.5, mu: 1 / 12, sigma: 1 })],
  ['no reversion', symbolic({ state: ['x'], drift: '0.1', diffusion: '0.8*sqrt(x)', nonNegative: ['x'] })],
  ['absorbed at 0', symbolic({ state: ['x'], drift: '-0.7*x', diffusion: '0.6*sqrt(x)', nonNegative: ['x'] })],
];
const moment = (model: SymbolicModel, order: number, h: number, x: number): number =>
  polynomialMoment(model, order === 1 ? 'x' : `x^${order}`, { t: h, x0: [x] });
/** From 0 through states of the size of h to 1. */
const starts = (h: number): readonly number[] => [0, ...[0.01, 0.1, 0.25, 0.5, 1, 2, 5].map((u) => u * h), 0.3, 1];
const STEPS = [1 / 8, 1 / 16, 1 / 32, 1 / 64];

/** E of the first three powers of a step of QE, by the trapezoidal rule in its normal variable. */
function quadraticExponentialMoments(model: SymbolicModel, h: number, x: number): number[] {
  const chain = discretize(problem({ model, x0: [x], T: h }), quadraticExponential, 1);
  const [sums, next, noise] = [[0, 0, 0], new Float64Array(1), new Float64Array(1)];
  const [far, width] = [9, 1 / 512];
  let least = 0;
  for (let z = -far; z <= far; z += width) {
    noise[0] = z;
    chain.step(0, chain.x0, noise, next);
    least = Math.min(least, next[0]);
    const weight = (width * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
    sums.forEach((_, k) => {
      sums[k] += weight * next[0] ** (k + 1);
    });
  }
  expect(least).toBe(0);
  return sums;
}

/** The same of Alfonsi's scheme, by its outcomes: three of the increment, or two values near 0. */
function alfonsiMoments(model: SymbolicModel, h: number, x: number): number[] {
  const chain = discretize(problem({ model, x0: [x], T: h }), alfonsi, 1);
  const next = new Float64Array(1);
  const at = (w: number, z: number): number => {
    chain.step(0, chain.x0, Float64Array.of(w, z), next);
    expect(next[0]).toBeGreaterThanOrEqual(0);
    return next[0];
  };
  const [first, second] = [moment(model, 1, h, x), moment(model, 2, h, x)];
  const up = second > 0 ? (1 - Math.sqrt(Math.max(0, second - first ** 2) / second)) / 2 : 0;
  return [1, 2, 3].map((k) =>
    [-Math.sqrt(3), 0, Math.sqrt(3)].reduce((sum, w) => {
      // A threshold in the normal variable, or none.
      const value = up * at(w, -9) ** k + (1 - up) * at(w, 9) ** k;
      return sum + (w === 0 ? 2 / 3 : 1 / 6) * value;
    }, 0),
  );
}

describe.each(models)('one step from states down to 0: %s', (name, model) => {
  // The kink of the exponential law where it leaves 0 costs the trapezoidal rule width² / 12 times its slope.
  const quadrature = 1e-6;

  it('of the quadratic-exponential scheme has the exact mean and second moment', () => {
    for (const h of [1 / 8, 1])
      for (const x of starts(h)) {
        const got = quadraticExponentialMoments(model, h, x);
        for (const k of [1, 2]) {
          const exact = moment(model, k, h, x);
          expect(Math.abs(got[k - 1] - exact)).toBeLessThanOrEqual(quadrature * exact);
        }
      }
  });

  it.each([
    ['quadratic-exponential', quadraticExponentialMoments],
    ['Alfonsi', alfonsiMoments],
  ] as const)('of the scheme %s has a third moment to O(h³), uniformly', (_, moments) => {
    const worst = STEPS.map((h) =>
      Math.max(...starts(h).map((x) => Math.abs(moments(model, h, x)[2] - moment(model, 3, h, x)))),
    );
    const slopes = worst.slice(1).map((error, k) => Math.log2(worst[k] / error));
    // 3 for a weak order of 2, a quarter of the ½ that separates orders away.
    expect(slopes[slopes.length - 1], name).toBeGreaterThan(3 - 1 / 8);
  });

  it('of Alfonsi’s scheme has a mean and a second moment to O(h³), exact near 0', () => {
    const errors = STEPS.map((h) =>
      [1, 2].map((k) =>
        Math.max(...starts(h).map((x) => Math.abs(alfonsiMoments(model, h, x)[k - 1] - moment(model, k, h, x)))),
      ),
    );
    const rounding = 64 * Number.EPSILON;
    for (const k of [0, 1]) {
      const [before, last] = errors.slice(-2).map((row) => row[k]);
      if (last > rounding) expect(Math.log2(before / last)).toBeGreaterThan(3 - 1 / 8);
    }
  });
});
