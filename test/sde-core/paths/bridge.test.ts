import { numbers } from 'sde-core/numerics';
import { describe, expect, test } from 'vitest';
import { bridgeMaximum, stayingProbability } from '#sde-core/paths/bridge';

const [before, after, variance] = [0.7, 0.4, 0.3];
/** P(max ≤ m) of a bridge from a to b: 1 − e^(−2 (m − a)(m − b)/v), by reflection. */
const atMost = (m: number, a: number, b: number): number => 1 - Math.exp((-2 * (m - a) * (m - b)) / variance);

describe('stayingProbability', () => {
  test('is what reflection gives', () => {
    const exact = 1 - Math.exp((-2 * before * after) / variance);
    // Some roundings of a number below 1.
    expect(Math.abs(stayingProbability(numbers, { before, after, variance }) - exact)).toBeLessThan(4 * Number.EPSILON);
  });

  test('a bridge with an end that is not above 0 does not stay, one without noise does', () => {
    for (const [a, b] of [
      [0, 1],
      [1, 0],
      [-1, 1],
      [1, -1],
      [-1, -1],
      [0, 0],
    ]) {
      expect(stayingProbability(numbers, { before: a, after: b, variance })).toBe(0);
      expect(stayingProbability(numbers, { before: a, after: b, variance: 0 })).toBe(0);
    }
    expect(stayingProbability(numbers, { before: 1, after: 2, variance: 0 })).toBe(1);
  });
});

describe('bridgeMaximum', () => {
  test('inverts its distribution function', () => {
    for (const [a, b] of [
      [before, after],
      [after, before],
      [-0.2, 0.5],
    ]) {
      for (const u of [0.01, 0.3, 0.5, 0.9]) {
        const top = bridgeMaximum(numbers, { before: a, after: b, variance }, 2 * u - 1);
        expect(top).toBeGreaterThanOrEqual(Math.max(a, b));
        // A maximum is exceeded with probability u: some roundings of a number below 1, through a square root.
        expect(Math.abs(1 - atMost(top, a, b) - u)).toBeLessThan(16 * Number.EPSILON);
      }
    }
  });

  test('is finite at both ends of the variable, and the larger end without noise', () => {
    for (const w of [-1, 1]) expect(Number.isFinite(bridgeMaximum(numbers, { before, after, variance }, w))).toBe(true);
    expect(bridgeMaximum(numbers, { before, after, variance: 0 }, 0.3)).toBe(before);
    // Rounding puts the root below the way in some of these, and the maximum never below an end.
    for (let i = 1; i < 200; i++) {
      const [a, b] = [Math.sin(i), Math.cos(7 * i)];
      const top = bridgeMaximum(numbers, { before: a, after: b, variance: 1e-33 }, Math.sin(3 * i));
      expect(top).toBeGreaterThanOrEqual(Math.max(a, b));
    }
    // The least uniform variable is 2⁻⁵⁴: half of what lies between two of 53 bits.
    const top = (before + after + Math.sqrt((after - before) ** 2 - 2 * variance * Math.log(2 ** -54))) / 2;
    expect(Math.abs(bridgeMaximum(numbers, { before, after, variance }, -1) - top)).toBeLessThan(8 * Number.EPSILON);
  });
});
