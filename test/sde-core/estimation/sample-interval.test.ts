import { describe, expect, test } from 'vitest';
import { factsOf, type SampleFacts } from '#sde-core/estimation/sample-facts';
import { freedomOf, isTrusted, reachOf, sampleInterval, untakenReach } from '#sde-core/estimation/sample-interval';
import { outOfScale, sampleWarnings } from '#sde-core/estimation/sample-warnings';
import { binomialInterval } from '#sde-core/numerics/binomial-interval';
import { studentHalfWidth } from '#sde-core/numerics/distributions';
import { momentsOf, noMoments } from '#sde-core/numerics/moments';

const ANY = { lowest: Number.NEGATIVE_INFINITY, highest: Number.POSITIVE_INFINITY, closed: false };
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
const of = (sample: Partial<SampleFacts>, standardError = 0.5, mean = 2) => ({
  mean,
  standardError,
  degreesOfFreedom: 999,
  sample: { ...facts, ...sample },
});
const near = (value: number, expected: number): void =>
  expect(Math.abs(value - expected)).toBeLessThan(1e-9 * Math.max(1, Math.abs(expected)));

describe('facts of a sample', () => {
  test('are those of its values', () => {
    // About the mean 2: −2, −1, −1, 4.
    const found = factsOf(momentsOf([0, 1, 1, 6]), ANY);
    expect(found).toMatchObject({ count: 4, least: 0, most: 6, atLeast: 1, atMost: 1, twoValued: false });
    const [second, third, fourth] = [22 / 4, (-8 - 1 - 1 + 64) / 4, (16 + 1 + 1 + 256) / 4];
    near(found?.skewness ?? Number.NaN, third / second ** 1.5);
    near(found?.kurtosis ?? Number.NaN, fourth / second ** 2);
    near(found?.carriers ?? Number.NaN, 4 / (fourth / second ** 2));
    near(found?.largestShare ?? Number.NaN, 16 / 22);
    near(factsOf(momentsOf([0, 5, 5, 6]), ANY)?.largestShare ?? Number.NaN, 16 / 22);
    for (const none of ['lowest', 'highest', 'untaken']) expect(found).not.toHaveProperty(none);
  });

  test('of one value again and again are those of a constant, and there are none of nothing', () => {
    expect(factsOf(momentsOf([4, 4, 4]), ANY)).toMatchObject({
      count: 3,
      skewness: 0,
      kurtosis: 1,
      carriers: 3,
      largestShare: 0,
      atLeast: 3,
      atMost: 3,
    });
    expect(factsOf(noMoments, ANY)).toBeUndefined();
    expect(factsOf({ count: 2, mean: 1, m2: 0, nonFinite: 0 }, ANY)).toBeUndefined();
    // Squares that underflow: the whole of nothing.
    expect(factsOf(momentsOf([0, 1e-200]), ANY)).toMatchObject({ largestShare: 1, carriers: 2 });
  });

  test('hold the ends that the formula shows, one by one, and what was not taken', () => {
    const moments = momentsOf([0, 1]);
    expect(factsOf(moments, { ...ANY, lowest: 0 })).toMatchObject({ lowest: 0 });
    expect(factsOf(moments, { ...ANY, lowest: 0 })).not.toHaveProperty('highest');
    expect(factsOf(moments, { ...ANY, highest: 7 })).toMatchObject({ highest: 7 });
    expect(factsOf(moments, { ...ANY, highest: 7 })).not.toHaveProperty('lowest');
    const untaken = { branch: 'x > 1', lowest: 0, highest: 2 };
    expect(factsOf(moments, { ...ANY, untaken })).toMatchObject({ untaken });
  });

  test('are of two values where the formula has no others, or a closure gave both again and again', () => {
    const two = (values: readonly number[], more: object): boolean | undefined =>
      factsOf(momentsOf(values), { ...ANY, ...more })?.twoValued;
    expect(two([0, 1], { values: [0, 1] })).toBe(true);
    expect(two([0, 0, 1, 1], { values: [0, 1, 2] })).toBe(false);
    expect(two([0, 0, 1, 1], { values: [0, 1, 2], closed: true })).toBe(false);
    expect(two([0, 0, 1, 1], { closed: true })).toBe(true);
    expect(two([0, 0, 1, 1], {})).toBe(false);
    expect(two([0, 1, 1, 1], { closed: true })).toBe(false);
    expect(two([0, 0, 0, 1], { closed: true })).toBe(false);
    expect(two([0, 0, 1, 1, 0.5], { closed: true })).toBe(false);
  });
});

describe('a variance is trusted', () => {
  test('that 50 values carry, or a tenth of fewer', () => {
    for (const [count, carriers, trusted] of [
      [1000, 50, true],
      [1000, 49.9, false],
      [500, 50, true],
      [400, 40, true],
      [400, 39.9, false],
    ] as const) {
      expect(isTrusted({ ...facts, count, carriers })).toBe(trusted);
    }
  });

  test('with as many degrees of freedom as its scatter leaves', () => {
    const freedom = (kurtosis: number) => freedomOf({ degreesOfFreedom: 999, sample: { ...facts, kurtosis } });
    expect(freedom(21)).toBe(100);
    expect(freedom(3)).toBe(999);
    expect(freedom(1)).toBe(999);
    expect(freedom(1e6)).toBe(1);
    expect(freedom(1001)).toBe(2);
    expect(freedom(1.5)).toBe(999);
    expect(freedomOf({ degreesOfFreedom: 7 })).toBe(7);
  });
});

describe('the interval of a sample', () => {
  test('is Student’s where the variance is trusted, cut at the bounds', () => {
    const half = 0.5 * studentHalfWidth(0.95, 999);
    const usual = sampleInterval(of({}), 0.95);
    expect(usual.basis).toBe('student');
    near(usual.low, 2 - half);
    near(usual.high, 2 + half);
    expect(sampleInterval(of({ lowest: 1.5 }), 0.95)).toMatchObject({ low: 1.5, high: usual.high });
    expect(sampleInterval(of({ highest: 2.5 }), 0.95)).toMatchObject({ low: usual.low, high: 2.5 });
    near(sampleInterval(of({ kurtosis: 21 }), 0.9).high, 2 + 0.5 * studentHalfWidth(0.9, 100));
    const { sample: _, ...bare } = of({});
    expect(sampleInterval({ ...bare, degreesOfFreedom: 4 }, 0.95)).toEqual({
      low: 2 - 0.5 * studentHalfWidth(0.95, 4),
      high: 2 + 0.5 * studentHalfWidth(0.95, 4),
      basis: 'student',
    });
    expect(sampleInterval({ ...bare, degreesOfFreedom: 0, standardError: 0 }, 0.95)).toMatchObject({ low: 2, high: 2 });
  });

  test('is without end for a mean that is none, and a point where the value is known', () => {
    expect(sampleInterval(of({ lowest: 0, highest: 1 }, 0.5, Number.NaN), 0.95)).toEqual({
      low: Number.NEGATIVE_INFINITY,
      high: Number.POSITIVE_INFINITY,
      basis: 'unseen',
    });
    expect(sampleInterval(of({ lowest: 3, highest: 3 }), 0.95)).toEqual({ low: 3, high: 3, basis: 'exact' });
  });

  test('is that of the counts for two values, up to ten thousand of either', () => {
    const two = { twoValued: true, least: 2, most: 6 };
    const [low, high] = binomialInterval(30, 1000, 0.95);
    const counted = sampleInterval(of({ ...two, atLeast: 970, atMost: 30 }, 0.5, 2.12), 0.95);
    near(counted.low, 2 + 4 * low);
    near(counted.high, 2 + 4 * high);
    expect(counted.basis).toBe('binomial');
    const many = (hits: number, misses: number) =>
      sampleInterval(of({ ...two, count: hits + misses, atMost: hits, atLeast: misses }), 0.95).basis;
    expect(many(9999, 20_000)).toBe('binomial');
    expect(many(20_000, 9999)).toBe('binomial');
    expect(many(10_000, 20_000)).toBe('student');
  });

  test('is what no hits leave where no variance was seen', () => {
    const one = { least: 2, most: 2, atLeast: 1000, atMost: 1000 };
    const missed = 1 - 0.025 ** (1 / 1000);
    const bounded = sampleInterval(of({ ...one, lowest: 0, highest: 12 }, 0), 0.95);
    near(bounded.low, 2 - 2 * missed);
    near(bounded.high, 2 + 10 * missed);
    expect(bounded.basis).toBe('bounded');
    const above = sampleInterval(of({ ...one, lowest: 2 }, 0), 0.95);
    expect(above).toEqual({ low: 2, high: Number.POSITIVE_INFINITY, basis: 'unseen' });
    const below = sampleInterval(of({ ...one, highest: 2 }, 0), 0.95);
    expect(below).toEqual({ low: Number.NEGATIVE_INFINITY, high: 2, basis: 'unseen' });
    near(sampleInterval(of({ ...one, lowest: 2, highest: 3 }, 0), 0.9).high, 2 + (1 - 0.05 ** 0.001));
  });

  test('is Maurer and Pontil’s where few values carry the variance between bounds', () => {
    const few = { carriers: 5, lowest: -100, highest: 100 };
    const log = Math.log(4 / 0.05);
    const half = Math.sqrt(2 * log) * 0.5 + (200 * 7 * log) / (3 * 999);
    const found = sampleInterval(of(few), 0.95);
    near(found.low, 2 - half);
    near(found.high, 2 + half);
    expect(found.basis).toBe('bounded');
    expect(sampleInterval(of({ ...few, lowest: 0, highest: 200 }), 0.95)).toMatchObject({ low: 0 });
    // Without bounds it is Student's, and says so.
    const open = sampleInterval(of({ carriers: 5, kurtosis: 200 }), 0.95);
    expect(open.basis).toBe('few');
    near(open.high, 2 + 0.5 * studentHalfWidth(0.95, 2000 / 199));
    expect(sampleInterval(of({ ...few, count: 1, carriers: 0 }), 0.95).basis).toBe('few');
    expect(sampleInterval(of({ ...few, count: 2, carriers: 0 }), 0.95).basis).toBe('bounded');
  });

  test('is wider by what branches never taken may add', () => {
    const untaken = { branch: 'x > 9', lowest: -3, highest: 12 };
    const missed = 1 - 0.025 ** (1 / 1000);
    const usual = sampleInterval(of({}), 0.95);
    const wider = sampleInterval(of({ untaken }), 0.95);
    near(usual.low - wider.low, 5 * missed);
    near(wider.high - usual.high, 10 * missed);
    expect(untakenReach(2, facts, 0.95)).toEqual([0, 0]);
    expect(untakenReach(-5, { ...facts, untaken }, 0.95)[0]).toBe(0);
    expect(untakenReach(15, { ...facts, untaken }, 0.95)[1]).toBe(0);
    near(untakenReach(2, { ...facts, untaken }, 0.9)[1], 10 * (1 - 0.05 ** 0.001));
  });

  test('reaches as far as its farther end', () => {
    expect(reachOf(2, { low: 1, high: 5 })).toBe(3);
    expect(reachOf(2, { low: -7, high: 5 })).toBe(9);
  });
});

describe('what is said of a sample', () => {
  const wide = { low: 0, high: 4, basis: 'student' as const };
  const kinds = (sample: Partial<SampleFacts>, interval: object = {}): readonly object[] =>
    sampleWarnings({ ...facts, ...sample }, { ...wide, ...interval }).map(({ message: _, ...said }) => said);
  const message = (sample: Partial<SampleFacts>, interval: object = {}): string =>
    sampleWarnings({ ...facts, ...sample }, { ...wide, ...interval })[0].message;

  test('nothing where it is trusted, or its value known', () => {
    expect(kinds({})).toEqual([]);
    expect(kinds({ carriers: 1 }, { basis: 'exact' })).toEqual([]);
    expect(kinds({ least: 1, most: 1 }, { basis: 'exact' })).toEqual([]);
  });

  test('that a value was always the same, and what bounds the rest', () => {
    const still = { least: 3, most: 3, atLeast: 1000, atMost: 1000 };
    expect(kinds(still, { basis: 'bounded' })).toEqual([{ kind: 'rare-event', hits: 0, count: 1000, value: 3 }]);
    expect(message(still, { basis: 'bounded' })).toMatch(/a part below 0\.00368 of .* from 0 to 4 is what the bounds/);
    expect(message(still, { basis: 'unseen', low: 1.5, high: Number.POSITIVE_INFINITY })).toMatch(/one side.* at 1\.5/);
    expect(message(still, { basis: 'unseen', low: Number.NEGATIVE_INFINITY, high: 2.5 })).toMatch(/one side.* at 2\.5/);
    const open = { basis: 'unseen', low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
    expect(message(still, open)).toMatch(/nothing is known that bounds φ/);
  });

  test('fewer than 16 hits or misses of two values, and the value that is rare', () => {
    const two = (atLeast: number, atMost: number) => kinds({ twoValued: true, least: 2, most: 6, atLeast, atMost });
    expect(two(985, 15)).toEqual([{ kind: 'rare-event', hits: 15, count: 1000, value: 6 }]);
    expect(two(15, 985)).toEqual([{ kind: 'rare-event', hits: 15, count: 1000, value: 2 }]);
    expect(two(984, 16)).toEqual([]);
    expect(two(16, 984)).toEqual([]);
    expect(two(5, 5)).toEqual([{ kind: 'rare-event', hits: 5, count: 1000, value: 6 }]);
  });

  test('that most values are one and few others carry the variance', () => {
    const rare = { kind: 'rare-event', count: 1000, carriers: 5, kurtosis: 200 };
    const few = { carriers: 5, kurtosis: 200 };
    expect(kinds({ ...few, atLeast: 990 })).toEqual([{ ...rare, hits: 10, value: -1 }]);
    expect(kinds({ ...few, atMost: 990 })).toEqual([{ ...rare, hits: 10, value: 9 }]);
    expect(kinds({ ...few, atLeast: 501 })).toEqual([{ ...rare, hits: 499, value: -1 }]);
    expect(kinds({ ...few, atLeast: 500 })).toMatchObject([{ kind: 'heavy-tail' }]);
  });

  test('that tails are heavy: of a block always, of less where fewer than ten values carry the variance', () => {
    const heavy = (count: number, carriers: number): boolean => kinds({ count, carriers }).length > 0;
    expect(kinds({ carriers: 9, kurtosis: 111, skewness: 8, largestShare: 0.6 })).toEqual([
      { kind: 'heavy-tail', carriers: 9, kurtosis: 111, skewness: 8, largestShare: 0.6, count: 1000 },
    ]);
    expect(heavy(1000, 9.9)).toBe(true);
    expect(heavy(1000, 10)).toBe(false);
    expect(heavy(50, 4.9)).toBe(true);
    expect(heavy(4095, 30)).toBe(false);
    expect(heavy(4096, 30)).toBe(true);
    expect(message({ carriers: 9, largestShare: 0.6 })).toContain('the largest 60 % of it');
  });

  test('that a branch was never taken, where it may add a quarter of the interval', () => {
    const branch = (width: number) => kinds({ untaken: { branch: 'x > 9', lowest: 1, highest: 1 + width } });
    // 3.7/1000 of the width, beside a quarter of 4.
    expect(branch(271)).toEqual([
      { kind: 'rare-event', hits: 0, count: 1000, branch: 'x > 9', lowest: 1, highest: 272 },
    ]);
    expect(branch(270)).toEqual([]);
    expect(kinds({ untaken: { branch: 'x', lowest: 0, highest: 300 } }, { low: -4 })).toEqual([]);
  });

  test('that the squares leave the numbers', () => {
    expect(outOfScale({ ...facts, least: 1e-200, most: 3e-200 })).toMatchObject({
      kind: 'out-of-scale',
      least: 1e-200,
      most: 3e-200,
    });
  });
});
