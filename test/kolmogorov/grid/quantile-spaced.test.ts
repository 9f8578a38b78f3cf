import { type AxisLaw, quantileSpaced } from 'kolmogorov';
import { SdeError } from 'sde-core';
import { describe, expect, test } from 'vitest';

const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof SdeError) return error.code;
    throw error;
  }
  return 'nothing thrown';
};

const gapsOf = ({ points }: { readonly points: Float64Array }): number[] =>
  Array.from(points.subarray(1), (x, i) => x - points[i]);
/** Logistic with mean 1 and scale ½. */
const quantile = (p: number): number => 1 + Math.log(p / (1 - p)) / 2;
/** The same law by values at midpoints of its quantiles, out of order. */
const samples = Array.from({ length: 999 }, (_, i) => quantile((((i * 500) % 999) + 0.5) / 999));

describe('quantileSpaced', () => {
  test.each<[string, AxisLaw]>([
    ['a quantile function', { quantile }],
    ['samples', { samples }],
  ])('from %s crowds where the law is, and no gap is wider than the floor lets it be', (_, law) => {
    const axis = quantileSpaced(-5, 8, 101, { ...law, floor: 0.25 });
    const { points } = axis;
    const gaps = gapsOf(axis);
    expect(points[0]).toBe(-5);
    expect(points[100]).toBe(8);
    expect(Math.min(...gaps)).toBeGreaterThan(0);
    expect(Math.max(...gaps)).toBeLessThanOrEqual((13 / (0.25 * 100)) * (1 + 1e-12));
    // 3/4 of the law's mass within ±1 of its mean, 0.76, less what smoothing moves out, and the floor's share of 2 in 13.
    const near = points.filter((x) => Math.abs(x - 1) < 1).length / 101;
    expect(near).toBeGreaterThan(0.5);
    expect(near).toBeLessThan(0.75 * 0.76 + 0.25 * (2 / 13) + 0.02);
    // Neighboring gaps differ by O(gap²): twice the points, the same constant.
    const changes = [101, 201].map((n) => {
      const all = gapsOf(quantileSpaced(-5, 8, n, law));
      return all.reduce((most, gap, i) => (i === 0 ? 0 : Math.max(most, Math.abs(gap - all[i - 1]) / gap ** 2)), 0);
    });
    expect(changes[1] / changes[0]).toBeLessThan(1.2);
  });

  test('from samples comes to the same as from their law', () => {
    const [one, other] = [{ quantile }, { samples }].map((law) => quantileSpaced(-5, 8, 51, law).points);
    // Samples and quantiles differ by 1/999 of the mass at most, of which 2/3 count, against the least density, 1/3 in 13.
    for (let i = 0; i < 51; i++) expect(Math.abs(one[i] - other[i])).toBeLessThan(((2 / 3) * 39) / 999);
  });

  test('at every second of 2n − 1 points is the axis of n, and floor 1 is uniform', () => {
    const [fine, coarse] = [81, 41].map((n) => quantileSpaced(-5, 8, n, { samples }).points);
    for (let i = 0; i < 41; i++) expect(Math.abs(fine[2 * i] - coarse[i])).toBeLessThan(1e3 * Number.EPSILON);
    for (const gap of gapsOf(quantileSpaced(-5, 8, 14, { quantile, floor: 1 }))) expect(gap).toBeCloseTo(1, 12);
  });

  test.each([
    ['no law', () => quantileSpaced(0, 1, 10, {} as AxisLaw)],
    ['few samples', () => quantileSpaced(0, 1, 10, { samples: [0.1, 0.2] })],
    ['a sample that is NaN', () => quantileSpaced(0, 1, 10, { samples: [...samples, Number.NaN] })],
    ['samples all the same', () => quantileSpaced(0, 1, 10, { samples: Array(20).fill(0.5) })],
    ['a law outside', () => quantileSpaced(20, 30, 10, { quantile })],
    ['a quantile function that decreases', () => quantileSpaced(0, 1, 10, { quantile: (p) => 1 - p })],
    ['an infinite quantile', () => quantileSpaced(0, 1, 10, { quantile: () => Number.POSITIVE_INFINITY })],
    ['no floor', () => quantileSpaced(0, 1, 10, { quantile: (p) => p, floor: 0 })],
  ])('refuses %s', (_, act) => {
    expect(codeOf(act)).toBe('value');
  });
});
