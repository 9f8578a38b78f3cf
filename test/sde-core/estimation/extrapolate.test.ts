import {
  discretize,
  eulerMaruyama,
  exactExpectation,
  expectation,
  extrapolate,
  extrapolationWeights,
  fitOrder,
  fold,
  inline,
  key,
  problem,
  SdeError,
  symbolic,
  terminal,
  withDriver,
} from 'sde-core';
import { describe, expect, test } from 'vitest';

const model = symbolic({ state: ['x'], drift: ['1.5*x'], diffusion: [['0.5*x']] });
const p = problem({ model, x0: [1], T: 1 });
const scheme = withDriver(eulerMaruyama, 'two-point');
const level = (steps: number): { mean: number; standardError: number } => ({
  mean: exactExpectation(discretize(p, scheme, steps), terminal('x^2')),
  standardError: 0,
});
const truth = Math.exp(2 * 1.5 + 0.25);

describe('extrapolate', () => {
  test('weights of a long ladder, in either order, are those of the interpolating polynomial at 0', () => {
    const ladder = Array.from({ length: 5 }, (_, k) => 2 ** -k);
    for (const h of [ladder, [...ladder].reverse()]) {
      const exact = h.map((step, i) =>
        h.reduce((product, other, j) => (i === j ? product : (product * other) / (other - step)), 1),
      );
      // The condition of these five equations in the maximum norm is 7771: roundings of the entries grow by no more.
      extrapolationWeights(h, 1).forEach((w, i) => {
        expect(Math.abs(w - exact[i])).toBeLessThan(7772 * Number.EPSILON);
      });
    }
  });

  test.each([
    [[1, 1 / 2], 1, [-1, 2]],
    [[1, 1 / 2, 1 / 4], 1, [1 / 3, -2, 8 / 3]],
    [[1, 1 / 2], 2, [-1 / 3, 4 / 3]],
    [[1 / 2, 1 / 3], 1, [-2, 3]],
  ])('weights for h = %j, order %d', (h, order, expected) => {
    extrapolationWeights(h, order).forEach((w, i) => {
      expect(Math.abs(w - expected[i])).toBeLessThan(1e-13);
    });
  });

  test.each([
    [[1, 2], 2],
    [[1, 2, 3], 3],
  ])('Euler at %j times the steps has order %d, exactly computed', (multiples, order) => {
    const points = [8, 16, 32, 64, 128].map((steps) => {
      const h = multiples.map((m) => 1 / (m * steps));
      const estimate = extrapolate(
        multiples.map((m) => level(m * steps)),
        { h, order: 1 },
      );
      return { h: 1 / steps, error: estimate.mean - truth, standardError: 0 };
    });
    const fit = fitOrder(points, { expected: order });
    expect(fit.verdict, fit.reason).toBe('confirmed');
    expect(fitOrder(points, { expected: order + 1 }).verdict).toBe('refuted');
  });

  test('independent levels add their variances', async () => {
    const run = (steps: number) =>
      expectation(discretize(p, scheme, steps), terminal('x'), {
        paths: 4000,
        key: fold(key(1), steps),
        backend: inline(),
      });
    const [coarse, fine] = [await run(8), await run(16)];
    const both = extrapolate([coarse, fine], { h: [1 / 8, 1 / 16], order: 1 });
    expect(Math.abs(both.standardError - Math.hypot(coarse.standardError, 2 * fine.standardError))).toBeLessThan(1e-14);
    expect(both.mean).toBe(-1 * coarse.mean + 2 * fine.mean);
    expect(both).toMatchObject({ paths: 8000, nonFinite: 0 });
    expect(both.degreesOfFreedom).toBeGreaterThan(3999);
    expect(both.degreesOfFreedom).toBeLessThan(8000);
    expect(JSON.parse(JSON.stringify(both))).toEqual(both);
  });

  test('bad input', async () => {
    const one = { mean: 1, standardError: 0 };
    expect(() => extrapolate([one, one], { h: [1], order: 1 })).toThrow('one step');
    expect(() => extrapolate([one, one], { h: [1, 1], order: 1 })).toThrow('distinct');
    expect(() => extrapolate([one, one], { h: [1, 0.5], order: 0 })).toThrow(SdeError);
    const same = await expectation(discretize(p, scheme, 4), terminal('x'), {
      paths: 10,
      key: key(1),
      backend: inline(),
    });
    expect(() => extrapolate([same, same], { h: [1, 0.5], order: 1 })).toThrow('independent');
  });
});
