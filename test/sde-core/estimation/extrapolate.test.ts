import {
  confidence,
  difference,
  discretize,
  type Estimate,
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
  quasiExpectation,
  ratio,
  SdeError,
  symbolic,
  terminal,
  withDriver,
} from 'sde-core';
import { describe, expect, test } from 'vitest';
import { studentHalfWidth } from '#sde-core/numerics/distributions';

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

  test('levels that share a key are refused, however they were made', async () => {
    const run = { paths: 64, key: key('shared'), backend: inline() };
    const net = { points: 64, key: key('shared'), backend: inline() };
    const of = { a: terminal('x'), b: terminal('x^2') };
    const [coarse, fine] = [8, 16].map((steps) => discretize(p, eulerMaruyama, steps));
    const levels = {
      single: await expectation(coarse, of.a, run),
      joint: (await expectation(coarse, of, run)).a,
      finer: (await expectation(fine, of, run)).b,
      difference: difference(await expectation(coarse, of, run), 'a', 'b'),
      ratio: ratio(await expectation(fine, of, run), 'a', 'b'),
      quasi: (await quasiExpectation(coarse, of.a, net)) as unknown as Estimate,
      jointQuasi: (await quasiExpectation(fine, of, net)).a as unknown as Estimate,
    };
    const other = await expectation(fine, of.a, { ...run, key: key('other') });
    const all = [...Object.values(levels), extrapolate([levels.single, other], { h: [1 / 8, 1 / 16], order: 1 })];
    for (const one of all) {
      for (const two of all) {
        expect(() => extrapolate([one, two], { h: [1 / 8, 1 / 16], order: 1 })).toThrow(/not independent/);
      }
    }
    for (const one of Object.values(levels)) {
      expect(extrapolate([one, other], { h: [1 / 8, 1 / 16], order: 1 }).mean).not.toBeNaN();
    }
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

describe('an extrapolation of independent levels', () => {
  const facts = {
    count: 100,
    least: 0,
    most: 9,
    atLeast: 1,
    atMost: 1,
    skewness: 0,
    kurtosis: 3,
    carriers: 90,
    largestShare: 0.1,
    twoValued: false,
  };
  const estimate = (mean: number, standardError: number, more: object = {}) =>
    ({
      mean,
      standardError,
      paths: 50,
      nonFinite: 0,
      degreesOfFreedom: 9,
      warnings: [],
      ...more,
    }) as unknown as Estimate;
  const half = { h: [1, 1 / 2], order: 1 };

  test('has Welch’s degrees of freedom, of those that have some', () => {
    const both = extrapolate([estimate(1, 3), estimate(2, 2)], half);
    // Weights −1 and 2: parts 9 and 16.
    expect(both).toMatchObject({
      mean: 3,
      standardError: 5,
      paths: 100,
      degreesOfFreedom: Math.floor(625 / ((81 + 256) / 9)),
    });
    expect(both.variance).toBe(25 * 100);
    const given = extrapolate([{ mean: 1, standardError: 3 }, estimate(2, 2)], half);
    expect(given).toMatchObject({ paths: 50, degreesOfFreedom: Math.floor((625 * 9) / 256) });
    const exact = extrapolate(
      [
        { mean: 1, standardError: 3 },
        { mean: 2, standardError: 2 },
      ],
      half,
    );
    expect(exact.degreesOfFreedom).toBe(Number.MAX_SAFE_INTEGER);
    expect(extrapolate([estimate(1, 0), estimate(2, 0)], half).degreesOfFreedom).toBe(Number.MAX_SAFE_INTEGER);
    expect(
      extrapolate([estimate(1, 0, { degreesOfFreedom: 1 }), estimate(2, 2, { degreesOfFreedom: 1 })], half)
        .degreesOfFreedom,
    ).toBe(1);
    expect(extrapolate([estimate(1, 3, { degreesOfFreedom: 0 }), estimate(2, 2)], half).degreesOfFreedom).toBe(1);
  });

  test('has Student’s interval, at its confidence; with the freedom that the samples’ variances leave', () => {
    const at = (level: number, more: object) => {
      const { interval } = extrapolate([estimate(1, 3, more), estimate(2, 2, more)], { ...half, confidence: level });
      expect(interval.level).toBe(level);
      expect(interval.low + interval.high).toBeCloseTo(6, 9);
      return (interval.high - 3) / 5;
    };
    const freedom = Math.floor(625 / ((81 + 256) / 9));
    expect(at(0.9, {})).toBeCloseTo(studentHalfWidth(0.9, freedom), 12);
    expect(extrapolate([estimate(1, 3), estimate(2, 2)], half).interval.level).toBe(0.95);
    // A kurtosis of 51 leaves 200/50 = 4 of the nine.
    const peaked = { sample: { ...facts, kurtosis: 51 } };
    expect(at(0.95, peaked)).toBeCloseTo(studentHalfWidth(0.95, Math.floor(625 / ((81 + 256) / 4))), 12);
  });

  test('reaches, where a level’s variance is not what its interval rests on, as far as all together', () => {
    const sure = estimate(1, 3, { sample: facts });
    const unsure = estimate(2, 2, { sample: { ...facts, carriers: 2, lowest: -50, highest: 50 } });
    const { interval } = extrapolate([sure, unsure], half);
    const reach = (of: Estimate): number => confidence(of, 0.95).high - of.mean;
    expect(interval.high - 3).toBeCloseTo(Math.hypot(reach(sure), 2 * reach(unsure)), 9);
    expect(3 - interval.low).toBeCloseTo(interval.high - 3, 9);
    // A number with its error takes part as if of any number of paths.
    const given = extrapolate([{ mean: 1, standardError: 3 }, unsure], half).interval;
    expect(given.high - 3).toBeCloseTo(Math.hypot(3 * studentHalfWidth(0.95, 1e15), 2 * reach(unsure)), 6);
    const none = extrapolate([estimate(Number.NaN, Number.NaN, { sample: undefined }), unsure], half);
    expect(none.mean).toBeNaN();
  });

  test('holds what its levels say, with their number', () => {
    const said = { kind: 'heavy-tail', carriers: 2, message: 'Heavy.' };
    const both = extrapolate(
      [estimate(1, 3, { nonFinite: 2 }), estimate(2, 2, { warnings: [said], nonFinite: 3 })],
      half,
    );
    expect(both.nonFinite).toBe(5);
    expect(both.warnings).toMatchObject([{ ...said, level: 1, message: 'Level 1: Heavy.' }, { kind: 'assumed-order' }]);
    expect(both.provenance).toMatchObject({ kind: 'extrapolated', h: [1, 0.5], order: 1, weights: [-1, 2] });
    const given = extrapolate(
      [
        { mean: 1, standardError: 3 },
        { mean: 2, standardError: 2 },
      ],
      half,
    ).provenance;
    expect(given.kind === 'extrapolated' && given.levels).toEqual([
      { kind: 'given', mean: 1, standardError: 3 },
      { kind: 'given', mean: 2, standardError: 2 },
    ]);
  });

  test.each([
    [[{ mean: 1 }, { mean: 2, standardError: 1 }], half, 'not a level'],
    [
      [
        { mean: 1, standardError: -1 },
        { mean: 2, standardError: 1 },
      ],
      half,
      'not a level',
    ],
    [[null, { mean: 2, standardError: 1 }], half, 'not a level'],
    ['levels', half, 'not a list of estimates'],
    [[], { h: [], order: 1 }, 'at least two steps'],
    [[{ mean: 1, standardError: 0 }], { h: [1], order: 1 }, 'at least two steps'],
    [[1, 2], { h: 1, order: 1 }, 'at least two steps'],
    [[1, 2], { h: [1, -1], order: 1 }, 'distinct positive'],
    [[1, 2], { h: [1, 0], order: 1 }, 'distinct positive'],
    [[1, 2], { h: [1, '2'], order: 1 }, 'finite number'],
    [[1, 2], { h: [1, 2], order: -1 }, 'not an order'],
    [[1, 2], { h: [1, 2], order: Number.NaN }, 'finite number'],
    [
      [
        { mean: 1, standardError: 0 },
        { mean: 2, standardError: 0 },
      ],
      { ...half, confidence: 1 },
      'confidence level',
    ],
    [
      [
        { mean: 1, standardError: 0 },
        { mean: 2, standardError: 0 },
      ],
      { ...half, steps: [1] },
      'h',
    ],
  ])('refuses %j with %j', (levels, options, what) => {
    expect(() => extrapolate(levels as never, options as never)).toThrow(what);
    expect(() => extrapolate(levels as never, options as never)).toThrow(SdeError);
  });
});

test('weights are right where elimination has to exchange rows', () => {
  // With the steps in any order: Σ w = 1 and Σ w h^(order + j) = 0.
  for (const h of [
    [1e-3, 1, 2e-3, 0.5],
    [1, 1e-3, 0.5, 2e-3],
    [0.1, 0.1001, 3],
  ]) {
    const weights = extrapolationWeights(h, 1.5);
    const sum = (power: number): number => weights.reduce((total, w, i) => total + w * h[i] ** power, 0);
    const size = (power: number): number => weights.reduce((total, w, i) => total + Math.abs(w) * h[i] ** power, 0);
    h.forEach((_, j) => {
      const power = j === 0 ? 0 : 0.5 + j;
      expect(Math.abs(sum(power) - (j === 0 ? 1 : 0))).toBeLessThan(1e-12 * size(0));
    });
  }
});
