import { confidence, SdeError } from 'sde-core';
import { describe, expect, test } from 'vitest';
import { areFacts } from '#sde-core/estimation/confidence';
import { estimateOf, type SampleContext, sampledOf } from '#sde-core/estimation/estimate';
import { isSeen, quasiInterval } from '#sde-core/estimation/quasi-interval';
import type { SampleFacts } from '#sde-core/estimation/sample-facts';
import { sampleInterval } from '#sde-core/estimation/sample-interval';
import { studentHalfWidth } from '#sde-core/numerics/distributions';
import { momentsOf, noMoments } from '#sde-core/numerics/moments';

const INF = Number.POSITIVE_INFINITY;
const ALL = { low: -INF, high: INF };
const facts: SampleFacts = {
  count: 1000,
  least: -1,
  most: 9,
  atLeast: 1,
  atMost: 1,
  skewness: 0,
  kurtosis: 3,
  carriers: 333,
  largestShare: 0.01,
  twoValued: false,
};
const bare = { mean: 2, standardError: 0.5, paths: 10 };

describe('confidence', () => {
  test('is Student’s with one degree of freedom less than paths, or those that are given; wider by a bias', () => {
    const half = (freedom: number, level = 0.95): number => 0.5 * studentHalfWidth(level, freedom);
    expect(confidence(bare, 0.95)).toEqual({ low: 2 - half(9), high: 2 + half(9), level: 0.95 });
    expect(confidence({ ...bare, degreesOfFreedom: 4 }, 0.9).high).toBe(2 + half(4, 0.9));
    const biased = confidence({ ...bare, bias: 0.25 }, 0.95);
    expect([biased.low, biased.high]).toEqual([2 - half(9) - 0.25, 2 + half(9) + 0.25]);
  });

  test('has no ends for one path, unless the formula has', () => {
    expect(confidence({ ...bare, paths: 1 }, 0.95)).toEqual({ ...ALL, level: 0.95 });
    expect(confidence({ ...bare, paths: 2 }, 0.95).high).toBeLessThan(INF);
    const known = (more: object) => confidence({ ...bare, paths: 1, sample: { ...facts, count: 1, ...more } }, 0.95);
    expect(known({})).toMatchObject(ALL);
    expect(known({ lowest: 1 }).low).toBe(1);
    expect(known({ highest: 3 }).high).toBe(3);
  });

  test('is that of the sample where there is one, and of the means of randomizations where there are some', () => {
    const sample = { ...facts, lowest: 1.9 };
    expect(confidence({ ...bare, sample }, 0.95).low).toBe(1.9);
    const means = { ...facts, count: 10, highest: 2.1 };
    expect(confidence({ ...bare, gain: 3, means, sample: facts }, 0.95).high).toBe(2.1);
  });

  test.each([
    [{ ...bare, mean: '2' }, 'confidence(estimate, level)'],
    [{ mean: 1, standardError: 1 }, 'confidence(estimate, level)'],
    [{ ...bare, standardError: -1 }, 'confidence(estimate, level)'],
    [{ ...bare, paths: -1 }, 'confidence(estimate, level)'],
    [{ ...bare, degreesOfFreedom: -1 }, 'confidence(estimate, level)'],
    [null, 'confidence(estimate, level)'],
    [{ ...bare, gain: '1' }, 'estimate.gain'],
    [{ ...bare, bias: null }, 'estimate.bias'],
    [{ ...bare, sample: 3 }, 'estimate.sample'],
    [{ ...bare, sample: [] }, 'estimate.sample'],
    [{ ...bare, sample: null }, 'estimate.sample'],
    [{ ...bare, means: {} }, 'estimate.means'],
    [{ ...bare, sample: { ...facts, kurtosis: '3' } }, 'estimate.sample'],
    [{ ...bare, sample: { ...facts, twoValued: 1 } }, 'estimate.sample'],
    [{ ...bare, sample: { ...facts, lowest: '0' } }, 'estimate.sample'],
    [{ ...bare, sample: { ...facts, highest: null } }, 'estimate.sample'],
  ])('refuses %j', (estimate, where) => {
    const run = () => confidence(estimate as typeof bare, 0.95);
    expect(run).toThrow(SdeError);
    expect(run).toThrow(where);
  });

  test('takes a level between 0 and 1 alone', () => {
    for (const level of [0, 1, -0.5, 1.5, Number.NaN, '0.95', undefined])
      expect(() => confidence(bare, level as number)).toThrow('not a confidence level');
    for (const level of [1e-9, 1 - 1e-9]) expect(() => confidence(bare, level)).not.toThrow();
  });

  test('takes numbers that are none as they are, and no counts below 0', () => {
    expect(areFacts({ mean: Number.NaN, standardError: Number.NaN })).toBe(true);
    expect(areFacts({ mean: 1, standardError: 0, paths: 0, degreesOfFreedom: 0 })).toBe(true);
    for (const wrong of [undefined, {}, { mean: 1 }, { mean: 1, standardError: 0, paths: 'a' }])
      expect(areFacts(wrong)).toBe(false);
    expect(areFacts({ mean: 1, standardError: 0, degreesOfFreedom: Number.NaN })).toBe(false);
  });
});

describe('the interval of randomizations', () => {
  const of = (sample: Partial<SampleFacts> | undefined, more: object = {}) => {
    const sampled = { mean: 2, standardError: 0.1, degreesOfFreedom: 9, ...more };
    return quasiInterval({ ...sampled, ...(sample && { sample: { ...facts, ...sample } }) }, 0.95);
  };
  const half = 0.1 * studentHalfWidth(0.95, 9);

  test('is that of their means where the values show their variance, or one value is known', () => {
    for (const sample of [undefined, {}, { carriers: 1, lowest: 5, highest: 5 }]) {
      expect(of(sample).low).toBeCloseTo(2 - half, 12);
      expect(of(sample).high).toBeCloseTo(2 + half, 12);
    }
    expect(of({ carriers: 1, lowest: 5, highest: 6 }).high).toBeGreaterThan(2.2);
    expect(of({ carriers: 1, highest: 50 }).high).toBeGreaterThan(2.2);
  });

  test('is else as wide as that of as many independent values, and never narrower than its own', () => {
    // The farthest value, 7 from the mean, has a hundredth of the variance: the deviation of a path is 7 · 10 / √1000.
    const few = { carriers: 10, kurtosis: 100 };
    const error = 7 / 0.1 / 1000;
    const wide = sampleInterval(
      { mean: 2, standardError: 0.1, degreesOfFreedom: 999, sample: { ...facts, ...few } },
      0.95,
    );
    expect(of(few).high).toBeCloseTo(Math.max(2 + half, wide.high), 12);
    const narrow = of(few, { standardError: 1e-3 });
    const plain = sampleInterval(
      { mean: 2, standardError: error, degreesOfFreedom: 999, sample: { ...facts, ...few } },
      0.95,
    );
    expect(narrow.low).toBeCloseTo(plain.low, 12);
    expect(narrow.high).toBeCloseTo(plain.high, 12);
    const below = of({ ...few, least: -20 }, { standardError: 1e-3 });
    expect((below.high - 2) / (narrow.high - 2)).toBeCloseTo(22 / 7, 9);
    // Nothing known of the farthest: no error from it.
    const none = of({ ...few, largestShare: 0 }, { standardError: 1e-3, degreesOfFreedom: 1e6 });
    expect(none.high - 2).toBeCloseTo(1e-3 * studentHalfWidth(0.95, 2000 / 99), 9);
  });

  test('shows a variance by 50 hits and misses of two values, or where it is trusted', () => {
    const two = { twoValued: true, carriers: 1 };
    for (const [sample, seen] of [
      [{ ...two, atLeast: 50, atMost: 950 }, true],
      [{ ...two, atLeast: 49, atMost: 951 }, false],
      [{ ...two, atLeast: 951, atMost: 49 }, false],
      [{ carriers: 49 }, false],
      [{ carriers: 50 }, true],
      [{ least: 1, most: 1 }, false],
    ] as const)
      expect(isSeen({ ...facts, ...sample })).toBe(seen);
  });
});

describe('an estimate of moments', () => {
  const known = { lowest: -INF, highest: INF, closed: false };
  const context: SampleContext = { known, confidence: 0.9, lostPaths: 'withhold' };
  const about = {
    troubles: {},
    warnings: [],
    provenance: { kind: 'extrapolated', h: [], order: 1, weights: [], levels: [], version: '' },
  } as const;
  const values = [1, 2, 3, 6];

  test('has their mean, variance and standard error', () => {
    const { mean, standardError, variance, degreesOfFreedom, sample } = sampledOf(momentsOf(values), { known });
    expect([mean, degreesOfFreedom]).toEqual([3, 3]);
    expect(variance).toBeCloseTo(14 / 3, 12);
    expect(standardError).toBeCloseTo(Math.sqrt(14 / 12), 12);
    expect(sample?.count).toBe(4);
    expect(sampledOf(momentsOf([5, 5]), { known })).toMatchObject({ mean: 5, variance: 0, standardError: 0 });
    // 0.1 summed up ten times is not ten times 0.1.
    expect(sampledOf({ ...momentsOf([0.1, 0.1, 0.1]), mean: 0.2, m2: 1 }, { known })).toMatchObject({
      mean: 0.1,
      variance: 0,
    });
    expect(sampledOf(momentsOf([5]), { known })).toMatchObject({ mean: 5, standardError: INF, degreesOfFreedom: 0 });
    expect(sampledOf(noMoments, { known })).toMatchObject({
      mean: Number.NaN,
      standardError: INF,
      degreesOfFreedom: 0,
    });
    expect(sampledOf(momentsOf([0, 1e-200]), { known }).standardError).toBe(INF);
    expect(sampledOf({ count: 3, mean: 1, m2: 0, nonFinite: 0 }, { known }).standardError).toBe(0);
  });

  test('has the interval at its confidence, and nothing withheld', () => {
    const estimate = estimateOf(momentsOf(values), context, about);
    const freedom = 8 / ((81 + 1 + 16) / 4 / 3.5 ** 2 - 1);
    expect(estimate).toMatchObject({ mean: 3, paths: 4, nonFinite: 0, warnings: [], interval: { level: 0.9 } });
    const half = Math.sqrt(14 / 12) * studentHalfWidth(0.9, Math.min(3, freedom));
    expect(estimate.interval.high).toBeCloseTo(3 + half, 9);
    expect(estimate.sample?.count).toBe(4);
    expect('firstNonFinite' in estimate).toBe(false);
  });

  test('withholds what lost paths would shift, unless they are excluded', () => {
    const lossy = momentsOf([...values, Number.NaN]);
    const withheld = estimateOf(lossy, context, about);
    expect(withheld).toMatchObject({
      mean: Number.NaN,
      standardError: Number.NaN,
      variance: Number.NaN,
      interval: ALL,
      paths: 5,
      nonFinite: 1,
      firstNonFinite: 4,
    });
    expect('sample' in withheld).toBe(false);
    const others = estimateOf(lossy, { ...context, lostPaths: 'exclude' }, about);
    expect(others).toMatchObject({ mean: 3, paths: 5, nonFinite: 1 });
    expect(others.sample?.count).toBe(4);
  });

  test('says what its sample shows, after what was lost and before what was said', () => {
    const said = { kind: 'assumed-order', message: '' } as const;
    const kinds = (of: readonly number[], more: object = {}) =>
      estimateOf(
        momentsOf(of),
        { ...context, lostPaths: 'exclude', ...more },
        {
          ...about,
          troubles: { divergence: { paths: 1, message: '' } },
          warnings: [said],
        },
      ).warnings.map(({ kind }) => kind);
    expect(kinds([7, 7, 7])).toEqual(['lost-paths', 'rare-event', 'assumed-order']);
    expect(kinds([7])).toEqual(['lost-paths', 'assumed-order']);
    expect(kinds([0, 1e-200])).toEqual(['lost-paths', 'out-of-scale', 'assumed-order']);
    expect(kinds([7, 7, 7, Number.NaN], { lostPaths: 'withhold' })).toEqual(['lost-paths', 'assumed-order']);
  });
});
