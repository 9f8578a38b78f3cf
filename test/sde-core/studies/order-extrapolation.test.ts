import type { ErrorPoint } from 'sde-core';
import { describe, expect, test } from 'vitest';
import {
  extrapolateConstant,
  extrapolateOrder,
  localSlopes,
  sameSignTail,
} from '#sde-core/studies/order-extrapolation';

const points = (steps: readonly number[], error: (h: number) => number): ErrorPoint[] =>
  steps.map((h) => ({ h, error: error(h), standardError: 0 }));
const halvings = (n: number): number[] => Array.from({ length: n }, (_, i) => 2 ** -i);

/** What rounding adds to a half-width: 10⁻⁹ of the value, doubled with each point that is used. */
const rounding = (used: number, value: number): number => 1e-9 * 2 ** used * Math.max(1, Math.abs(value));
const close = (found: number | undefined, wanted: number, digits = 11): void =>
  expect(found).toBeCloseTo(wanted, digits);

/** The value at h = 0 of the polynomial through (h, y), by Neville's recursion. */
function neville(h: readonly number[], y: readonly number[]): number {
  if (y.length === 1) return y[0];
  const [n, all] = [h.length - 1, neville];
  return (h[0] * all(h.slice(1), y.slice(1)) - h[n] * all(h.slice(0, n), y.slice(0, n))) / (h[0] - h[n]);
}

describe('local slopes', () => {
  test('are those of log |error|, coarse to fine, and none across a change of sign', () => {
    const errors = [-8, -2, -0.25, 0.125, 0.0625];
    const ladder = [1, 1 / 2, 1 / 4, 1 / 8, 1 / 64].map((h, i) => ({ h, error: errors[i], standardError: 1 }));
    const [first, second, third, fourth, ...more] = localSlopes(ladder);
    close(first, 2);
    close(second, 3);
    expect(third).toBeNaN();
    close(fourth, 1 / 3);
    expect(more).toEqual([]);
    expect(localSlopes(ladder.slice(0, 1))).toEqual([]);
  });

  test('the finest points of one sign are the tail', () => {
    const tail = (...errors: number[]): number[] =>
      sameSignTail(errors.map((error, i) => ({ h: 2 ** -i, error, standardError: 0 }))).map(({ error }) => error);
    expect(tail(1, -2, 3, 4, 5)).toEqual([3, 4, 5]);
    expect(tail(1, -2, -3)).toEqual([-2, -3]);
    expect(tail(4, 3, 2)).toEqual([4, 3, 2]);
    expect(tail(1, 2, -3)).toEqual([-3]);
    expect(tail(1, 0, 2)).toEqual([2]);
    expect(tail(1, 2, 0)).toEqual([]);
  });
});

describe('the order of exact errors at h → 0', () => {
  test('needs three points of one sign', () => {
    expect(extrapolateOrder(points(halvings(2), (h) => h))).toBeUndefined();
    const changing = [-1, 1, 0.5].map((error, i) => ({ h: 2 ** -i, error, standardError: 0 }));
    expect(extrapolateOrder(changing)).toBeUndefined();
    expect(extrapolateOrder(points(halvings(3), (h) => -h))?.value).toBeCloseTo(1, 12);
  });

  test('three points: the slope at 0 of log |error| = p log h + c h, and as half-width the larger of two changes', () => {
    const p = 1.5;
    for (const [ladder, c] of [
      // The slope between h and k is p + c (h − k) / log (h/k).
      [[1, 1 / 2, 1 / 8], 0.6],
      [[1, 7 / 8, 1 / 8], -0.6],
      [[1, 7 / 8, 1 / 8], 3],
    ] as const) {
      const found = extrapolateOrder(points(ladder, (h) => -2 * h ** p * Math.exp(c * h)));
      const slope = (i: number): number => p + (c * (ladder[i] - ladder[i + 1])) / Math.log(ladder[i] / ladder[i + 1]);
      close(found?.value, p);
      const change = Math.max(Math.abs(p - slope(1)), Math.abs(slope(1) - slope(0)));
      close(found?.halfWidth, change + rounding(3, p));
    }
  });

  test('rounding is that of numbers of size 1, for a small order too', () => {
    const found = extrapolateOrder(points(halvings(3), (h) => h ** 0.25));
    close(found?.halfWidth, 8e-9, 13);
  });

  test('four points: Richardson extrapolation of the slopes; where two depths agree, a tenth of the way from the finest slope', () => {
    const [p, c] = [2, 0.8];
    const straight = extrapolateOrder(points(halvings(4), (h) => h ** p * Math.exp(c * h)));
    close(straight?.value, p);
    // The slope between 1/4 and 1/8 is p + (c/8) / log 2.
    close(straight?.halfWidth, (0.1 * c) / 8 / Math.LN2 + rounding(4, p));

    for (const [b, d] of [
      [0.8, -0.7],
      [-0.3, 2],
    ]) {
      const found = extrapolateOrder(points(halvings(4), (h) => h ** p * Math.exp(b * h + d * h * h)));
      const slopes = [1, 1 / 2, 1 / 4].map((h) => p + ((b * h) / 2 + (3 * d * h * h) / 4) / Math.LN2);
      const [coarser, shallower] = [2 * slopes[1] - slopes[0], 2 * slopes[2] - slopes[1]];
      close(found?.value, (4 * shallower - coarser) / 3, 10);
      close(found?.value, p, 10);
      const change = Math.max(Math.abs(p - shallower), Math.abs(shallower - coarser));
      close(found?.halfWidth, change + rounding(4, p), 10);
    }
  });

  test('of depths four and five the one with the smaller half-width is taken', () => {
    const p = 1;
    /** Slopes between halvings, and Richardson's table of them. */
    const table = (error: (h: number) => number): number[][] => {
      const errors = halvings(5).map(error);
      let column = errors.slice(1).map((fine, i) => Math.log2(errors[i] / fine));
      const columns = [column];
      for (let k = 1; k < 4; k++) {
        column = column.slice(1).map((fine, i) => (2 ** k * fine - column[i]) / (2 ** k - 1));
        columns.push(column);
      }
      return columns;
    };
    for (const [error, depth] of [
      [(h: number) => h ** p * Math.exp(h * h - h ** 3 / 8), 5],
      // A coarsest step that is beside the rest.
      [(h: number) => h ** p * Math.exp(h / 5) * (h === 1 ? 1.2 : 1), 4],
    ] as const) {
      const found = extrapolateOrder(points(halvings(5), error));
      const [slopes, lines, squares, cubes] = table(error);
      const finest = slopes[3];
      const candidates = [
        { value: squares[1], shallower: lines[2], coarser: lines[1], used: 4 },
        { value: cubes[0], shallower: squares[1], coarser: squares[0], used: 5 },
      ].map(({ value, shallower, coarser, used }) => {
        const change = Math.max(Math.abs(value - shallower), Math.abs(shallower - coarser));
        return { value, used, width: Math.max(change, 0.1 * Math.abs(value - finest)) + rounding(used, value) };
      });
      const best = candidates[0].width <= candidates[1].width ? candidates[0] : candidates[1];
      expect(best.used).toBe(depth);
      close(found?.value, best.value, 9);
      close(found?.halfWidth, best.width, 9);
    }
  });
});

describe('the constant of exact errors of known order', () => {
  test('is the polynomial through the quotients at 0, judged like the order', () => {
    const error = (h: number): number => h ** 2 * (3 - 2 * h + 0.7 * h * h + 0.2 * h ** 3);
    for (const ladder of [
      [1, 1 / 2, 1 / 4],
      [1, 0.9, 0.1],
      [1, 1 / 2, 1 / 4, 1 / 8],
      [1, 0.7, 0.4, 0.3],
    ]) {
      const found = extrapolateConstant(points(ladder, error), 2);
      const q = ladder.map((h) => error(h) / h ** 2);
      const n = ladder.length;
      const at = (from: number, to: number): number => neville(ladder.slice(from, to), q.slice(from, to));
      close(found?.value, at(0, n), 10);
      const change = Math.max(Math.abs(at(0, n) - at(1, n)), Math.abs(at(1, n) - at(0, n - 1)));
      const width = Math.max(change, 0.1 * Math.abs(at(0, n) - at(n - 2, n)));
      close(found?.halfWidth, width + rounding(n, at(0, n)), 10);
    }
    expect(extrapolateConstant(points([1, 1 / 2], error), 2)).toBeUndefined();
  });

  test('a large constant has a rounding in proportion', () => {
    const found = extrapolateConstant(
      points(halvings(3), (h) => -5e6 * h),
      1,
    );
    // Three digits of what five million cost: the fit itself rounds too.
    expect(Math.abs((found?.halfWidth ?? 0) / rounding(3, 5e6) - 1)).toBeLessThan(1e-3);
  });
});
