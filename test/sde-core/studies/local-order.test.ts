import type { Chain } from 'sde-core';
import { driver, twoPoint } from 'sde-core/randomness';
import { describe, expect, test } from 'vitest';
import {
  degreeOf,
  exponentVectors,
  localOrder,
  momentsInParts,
  stepMoments,
  strongOrderOf,
} from '#sde-core/studies/local-order';

/** x + (noise, 2 noise²): moments of a step can be summed by hand. */
const chain: Chain = {
  name: 'by hand',
  dimension: 2,
  steps: 1,
  h: 1,
  t0: 0,
  x0: Float64Array.of(5, -7),
  driver: driver([twoPoint]),
  step: (_, x, noise, out) => {
    out[0] = x[0] + noise[0];
    out[1] = x[1] + 2 * noise[0] ** 2;
  },
};
const law = [
  { weight: 0.5, noise: Float64Array.of(-1) },
  { weight: 0.25, noise: Float64Array.of(2) },
  { weight: 0.25, noise: Float64Array.of(3) },
];

describe('moments of one step', () => {
  test('are sums over outcomes of products of increments', () => {
    const alphas = [
      [1, 0],
      [0, 1],
      [2, 0],
      [1, 1],
      [0, 3],
      [2, 1],
    ];
    const by = (f: (w: number) => number): number => 0.5 * f(-1) + 0.25 * f(2) + 0.25 * f(3);
    expect(stepMoments(chain, law, alphas)).toEqual([
      by((w) => w),
      by((w) => 2 * w ** 2),
      by((w) => w ** 2),
      by((w) => 2 * w ** 3),
      by((w) => 8 * w ** 6),
      by((w) => 2 * w ** 4),
    ]);
    expect(stepMoments(chain, law, [[1, 0]])).toEqual([by((w) => w)]);
  });

  test('pause after every 256 outcomes', () => {
    const pauses = (count: number): number => {
      const long = Array.from({ length: count }, () => law[0]);
      return [...momentsInParts(chain, long, [[1, 0]])].length;
    };
    expect([255, 256, 511, 512, 600].map(pauses)).toEqual([0, 1, 1, 2, 2]);
  });

  test('of all degrees up to one, the low ones first', () => {
    expect(exponentVectors(1, 3)).toEqual([[1], [2], [3]]);
    const three = exponentVectors(3, 2);
    expect(three).toHaveLength(9);
    expect(three.map(degreeOf)).toEqual([1, 1, 1, 2, 2, 2, 2, 2, 2]);
    expect(new Set(three.map(String)).size).toBe(9);
    expect(degreeOf([2, 0, 5])).toBe(7);
  });
});

describe('the slope of local errors', () => {
  const errors = (slopes: readonly number[]): number[] => {
    let error = 1;
    return [1, ...slopes.map((slope) => (error /= 2 ** slope))];
  };
  const at = (all: readonly number[], floor: (k: number) => number = () => 0) =>
    localOrder({ errors: all, floors: all.map((_, k) => floor(k)) });

  test('is extrapolated as twice the last one less that before', () => {
    const found = at(errors([2.5, 2.2, 2.1]));
    expect(found.order).toBeCloseTo(2 * 2.1 - 2.2, 12);
    expect(found.before).toBeCloseTo(2 * 2.2 - 2.5, 12);
    // The finest of many, whatever their signs.
    const long = at(errors([9, 8, 2.5, 2.2, 2.1]).map((error, k) => (-1) ** k * error));
    expect(long.order).toBeCloseTo(2, 12);
    expect(long.before).toBeCloseTo(1.9, 12);
  });

  test('is that of the errors above rounding, of which there have to be four', () => {
    const all = errors([2.5, 2.2, 2.1, 7]);
    const cut = at(all, (k) => (k === 4 ? all[4] : 0));
    expect(cut.order).toBeCloseTo(2, 12);
    const none = { order: Number.POSITIVE_INFINITY, before: Number.POSITIVE_INFINITY };
    expect(at(all, (k) => (k >= 3 ? 1 : 0))).toEqual(none);
    expect(at(all.slice(0, 3))).toEqual(none);
    expect(
      at(
        all.map((error) => -error),
        (k) => (k === 2 ? 1 : 0),
      ),
    ).toEqual(none);
    expect(at(all.slice(0, 4)).order).toBeCloseTo(2, 12);
  });

  test('gives a strong order by the spread and by the mean, whichever is less', () => {
    const four = (slope: number, size = 1): number[] => errors([slope, slope, slope]).map((error) => size * error);
    const order = (spread: number, bias: number): number => strongOrderOf(four(spread), four(bias)).order;
    // E |D|² = O(h^(2p + 1)), |E D| = O(h^(p + 1)).
    expect(order(3, 9)).toBeCloseTo(1, 12);
    expect(order(9, 3)).toBeCloseTo(2, 12);
    expect(order(3, 1.75)).toBeCloseTo(0.75, 12);
    const bent = strongOrderOf(errors([5, 4, 3.5]), four(9));
    expect(bent.order).toBeCloseTo(1, 12);
    expect(bent.before).toBeCloseTo(1, 12);
    const biased = strongOrderOf(four(9), errors([3, 2, 1.8]));
    expect(biased.order).toBeCloseTo(0.6, 12);
    expect(biased.before).toBeCloseTo(0, 12);
    expect(strongOrderOf(errors([6, 5, 4]), four(9)).before).toBeCloseTo(1.5, 12);
    // Rounding of a difference of numbers of size 1, and its square.
    const floor = 64 * Number.EPSILON;
    const above = four(3, 1.01 * floor * 512);
    expect(strongOrderOf(four(3), above).order).toBeCloseTo(1, 12);
    expect(strongOrderOf(four(3), four(3, 0.99 * floor * 512)).order).toBeCloseTo(1, 12);
    expect(strongOrderOf(four(9), four(3, 1.01 * floor * 512)).order).toBeCloseTo(2, 12);
    expect(strongOrderOf(four(9), four(3, 0.99 * floor * 512)).order).toBeCloseTo(4, 12);
    expect(strongOrderOf(four(3, 1.01 * floor ** 2 * 512), four(9)).order).toBeCloseTo(1, 12);
    expect(strongOrderOf(four(3, 0.99 * floor ** 2 * 512), four(9)).order).toBeCloseTo(8, 12);
  });
});
