import { describe, expect, test } from 'vitest';
import { extrapolationWarnings } from '#sde-core/estimation/extrapolation-warnings';

type Level = { readonly mean: number; readonly standardError: number };

/** Levels whose errors go as h^p, with the standard error of each. */
const ladder = (h: readonly number[], p: number, errors: readonly number[] = []): Level[] =>
  h.map((step, i) => ({ mean: 5 - 2 * step ** p, standardError: errors[i] ?? 0 }));
const halves = [1, 1 / 2, 1 / 4];
/** The order that is said to be seen; `'unseen'` for a warning without one, `'none'` for no warning. */
const said = (levels: readonly Level[], h: readonly number[], order: number): number | 'unseen' | 'none' => {
  const warnings = extrapolationWarnings(levels, { h, order });
  if (warnings.length === 0) return 'none';
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatchObject({ kind: 'assumed-order', order });
  return 'seen' in warnings[0] ? (warnings[0].seen as number) : 'unseen';
};
/** Levels with given differences between neighbors, for steps that are halved. */
const apart = (first: number, second: number, errors: readonly number[] = []): Level[] =>
  [first + second, second, 0].map((mean, i) => ({ mean, standardError: errors[i] ?? 0 }));

describe('the order that levels show', () => {
  test('is the exponent of their errors, on any ladder and in any order of the levels', () => {
    for (const h of [halves, [1, 0.4, 0.1], [0.3, 0.29, 0.02], [64, 8, 1]]) {
      for (const p of [0.25, 1, 2.2, 5]) {
        const levels = ladder(h, p);
        const seen = said(levels, h, p + 0.6);
        expect(seen).toBeCloseTo(p, 7);
        const backward = said([...levels].reverse(), [...h].reverse(), p + 0.6);
        expect(backward).toBe(seen);
        const [a, b, c] = levels;
        expect(said([b, c, a], [h[1], h[2], h[0]], p + 0.6)).toBe(seen);
      }
    }
  });

  test('is that of the three finest', () => {
    const fine = ladder(halves, 3);
    const wild = { mean: -100, standardError: 0 };
    expect(said([wild, ...fine], [2, ...halves], 3)).toBe('none');
    expect(said([wild, ...fine], [2, ...halves], 1)).toBeCloseTo(3, 9);
    expect(said([...fine, wild], [...halves, 1 / 8], 3)).toBe('unseen');
  });

  test('is another than the assumed one from half an order on, above and below', () => {
    for (const order of [1, 2]) {
      for (const p of [order - 0.499, order, order + 0.499])
        expect(said(ladder(halves, p), halves, order)).toBe('none');
      for (const p of [order - 0.501, order + 0.501]) {
        expect(said(ladder(halves, p), halves, order)).toBeCloseTo(p, 9);
      }
    }
  });

  test('is none where differences turn or do not shrink, and is sought from 0 to 16', () => {
    expect(said(apart(-2, 1), halves, 1)).toBe('unseen');
    expect(extrapolationWarnings(apart(-2, 1), { h: halves, order: 1 })[0].message).toContain('show no order at all');
    expect(extrapolationWarnings(apart(8, 1), { h: halves, order: 1 })[0].message).toContain('show the order 3.0');
    expect(said(apart(2, -1), halves, 1)).toBe('unseen');
    expect(said(apart(0.5, 1), halves, 1)).toBe('unseen');
    expect(said(apart(0.5, 1), halves, 0.4)).toBe('unseen');
    // Of 2^p: a little more than 0, and 16.
    expect(said(apart(1.002, 1), halves, 1)).toBeCloseTo(Math.log2(1.002), 9);
    expect(said(apart(1.0005, 1), halves, 1)).toBe('unseen');
    expect(said(apart(2 ** 15.9, 1), halves, 1)).toBeCloseTo(15.9, 9);
    expect(said(apart(2 ** 16.1, 1), halves, 1)).toBe('unseen');
  });

  test('is none to be seen on two levels, and there is none of levels that agree', () => {
    expect(said(ladder([1, 1 / 2], 1), [1, 1 / 2], 1)).toBe('unseen');
    expect(said(apart(0, 0), halves, 1)).toBe('none');
    expect(said(apart(1, 0), halves, 1)).toBe('unseen');
    expect(said(apart(0, 1), halves, 1)).toBe('unseen');
  });
});

describe('the errors of the levels', () => {
  test('hide an order until both differences are three of them', () => {
    // Differences of 2 and 1, of order 1.
    for (const [errors, least] of [
      // The error of the coarse difference, of the fine one, and, of the middle level, of both.
      [[1, 0, 0], 2 / 3],
      [[0, 0, 1], 1 / 3],
      [[0, 1, 0], 1 / 3],
      [[1, 1, 0], Math.min(2 / 3 / Math.SQRT2, 1 / 3)],
      [[0, 1, 1], 1 / 3 / Math.SQRT2],
    ] as const) {
      const at = (size: number) =>
        apart(
          2,
          1,
          errors.map((error) => size * error),
        );
      expect(said(at(1.01 * least), halves, 1)).toBe('unseen');
      expect(said(at(0.99 * least), halves, 1)).toBe('none');
      const down = at(1.01 * least).map(({ mean, standardError }) => ({ mean: -mean, standardError }));
      expect(said(down, halves, 1)).toBe('unseen');
    }
  });

  test('hide it where a difference is just three of them', () => {
    expect(said(apart(6, 3, [0, 0, 1]), halves, 1)).toBe('unseen');
    expect(said(apart(3, 1.5, [1, 0, 0]), halves, 1)).toBe('unseen');
  });

  test('excuse an order by three of them, above and below', () => {
    // The ratio of the differences is 2^p, and has to come as far as that of the nearest order allowed.
    for (const [p, order, end] of [
      [1.8, 1, 1.5],
      [0.3, 1, 0.5],
      [2.6, 2, 2.5],
      [1.3, 2, 1.5],
    ] as const) {
      const ratio = 2 ** p;
      const missing = Math.abs(ratio - 2 ** end);
      const excused = (errors: readonly number[]): boolean => {
        const seen = said(apart(ratio, 1, errors), halves, order);
        if (seen !== 'none') expect(seen).toBeCloseTo(p, 9);
        return seen === 'none';
      };
      // d(first/second): by the coarse level as its error; by the fine one as the ratio times it; by the middle one as both.
      for (const [errors, size] of [
        [[1, 0, 0], 1],
        [[0, 0, 1], ratio],
        [[0, 1, 0], Math.hypot(1, ratio)],
        [[3, 1, 2], Math.hypot(3, 1, ratio, 2 * ratio)],
      ] as const) {
        const just = missing / 3 / size;
        expect(excused(errors.map((error) => 1.01 * just * error))).toBe(true);
        expect(excused(errors.map((error) => 0.99 * just * error))).toBe(false);
      }
      const scaled = apart(-50 * ratio, -50, [(50 * 1.01 * missing) / 3, 0, 0]);
      expect(said(scaled, halves, order)).toBe('none');
      const fine = apart(50 * ratio, 50, [0, 0, (50 * 0.99 * missing) / 3 / ratio]);
      expect(said(fine, halves, order)).toBeCloseTo(p, 9);
    }
  });

  test('excuse no differences that turn, however wide; and whatever the lowest end, if the highest reaches', () => {
    expect(said(apart(-2, 1, [0.6, 0, 0.3]), halves, 1)).toBe('unseen');
    // As far as 40, of order 5.3.
    expect(said(apart(-100, 1, [33, 0, 0.33]), halves, 5)).toBe('unseen');
    // 1.0005 is below every order, and with errors up to order 0.1.
    expect(said(apart(1.0005, 1, [0, 0, 0.03]), halves, 0.4)).toBe('none');
    // At the other end there is no order as large.
    expect(said(apart(2 ** 15.9, 1, [0, 0, 0.1]), halves, 16.4)).toBe('none');
    expect(said(apart(2 ** 15.9, 1), halves, 16.5)).toBeCloseTo(15.9, 9);
  });
});
