import { describe, expect, it } from 'vitest';
import { hypot } from '#sde-core/numerics/hypotenuse';

/** √(Σ x²), rounded down in units of 2^-1200, by whole numbers alone. */
function exact(values: readonly number[]): number {
  const scaled = values.map((x) => {
    let [size, shift] = [Math.abs(x), 1200n];
    while (!Number.isInteger(size)) {
      size *= 2;
      shift--;
    }
    return BigInt(size) << shift;
  });
  const square = scaled.reduce((sum, x) => sum + x * x, 0n);
  let root = 1n << BigInt(Math.ceil(square.toString(2).length / 2));
  for (;;) {
    const next = (root + square / root) >> 1n;
    if (next >= root) break;
    root = next;
  }
  const lost = BigInt(Math.max(0, root.toString(2).length - 60));
  let value = Number(root >> lost);
  for (let k = lost - 1200n; k !== 0n; k += k < 0n ? 1n : -1n) value *= k < 0n ? 0.5 : 2;
  return value;
}

describe('hypot', () => {
  it.each([
    [3, 4],
    [1, 1],
    [1e-3, 2, 30],
    [1e200, 1e200],
    [3e-200, 4e-200],
    [2 ** 501, 1, -(2 ** 500)],
    [2 ** -451, 2 ** -449],
    [1.7e308, 1],
    [0, 0, 5e-324],
  ])('is right to its rounding: %s', (...values) => {
    const value = hypot(...values);
    const ulps = Math.abs(value - exact(values)) / Math.max(value * Number.EPSILON, Number.MIN_VALUE);
    expect(ulps).toBeLessThanOrEqual(1 + values.length / 2);
  });

  it('is 0 for nothing, infinite beyond the largest number, and NaN for what is none', () => {
    expect([hypot(), hypot(0), hypot(-0, 0)]).toEqual([0, 0, 0]);
    expect(hypot(1.7e308, 1.7e308)).toBe(Number.POSITIVE_INFINITY);
    expect(hypot(Number.NaN, Number.NEGATIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(hypot(1, Number.NaN)).toBeNaN();
  });
});
