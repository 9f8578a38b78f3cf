import { pointsOf, sinhSpaced, uniform } from 'kolmogorov';
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

describe('axes', () => {
  test('uniform hits both ends and spaces evenly', () => {
    const { points } = uniform(-1, 2, 7);
    expect(points[0]).toBe(-1);
    expect(points[6]).toBe(2);
    for (let i = 0; i < 6; i++) expect(points[i + 1] - points[i]).toBeCloseTo(0.5, 14);
  });

  test('sinhSpaced hits both ends, increases, and is finest at its center', () => {
    const { points } = sinhSpaced(0, 10, 101, { center: 3, width: 0.5 });
    expect(points[0]).toBe(0);
    expect(points[100]).toBe(10);
    const gaps = Array.from(points.subarray(1), (x, i) => x - points[i]);
    expect(Math.min(...gaps)).toBeGreaterThan(0);
    const finest = gaps.indexOf(Math.min(...gaps));
    expect(Math.abs(points[finest] - 3)).toBeLessThan(2 * gaps[finest]);
  });

  test('sinhSpaced at every second of 2n − 1 points is sinhSpaced at n', () => {
    const fine = sinhSpaced(-2, 5, 81, { center: 1, width: 0.3 }).points;
    const coarse = sinhSpaced(-2, 5, 41, { center: 1, width: 0.3 }).points;
    // The maps are one formula; sinh of arguments up to 4 amplifies rounding by at most its own value.
    for (let i = 0; i < 41; i++) expect(Math.abs(fine[2 * i] - coarse[i])).toBeLessThan(64 * Number.EPSILON * 7);
  });

  test.each([
    ['n < 3', () => uniform(0, 1, 2), 'value'],
    ['n not whole', () => uniform(0, 1, 10.5), 'value'],
    ['b ≤ a', () => uniform(1, 1, 10), 'value'],
    ['an infinite end', () => uniform(0, Number.POSITIVE_INFINITY, 10), 'value'],
    ['a center outside', () => sinhSpaced(0, 1, 10, { center: 2, width: 1 }), 'value'],
    ['a width of zero', () => sinhSpaced(0, 1, 10, { center: 0.5, width: 0 }), 'value'],
    ['two points', () => pointsOf([0, 1]), 'value'],
    ['unsorted points', () => pointsOf([0, 2, 1]), 'value'],
    ['repeated points', () => pointsOf([0, 1, 1]), 'value'],
    ['a point that is NaN', () => pointsOf([0, Number.NaN, 1]), 'value'],
  ])('refuses %s', (_, act, code) => {
    expect(codeOf(act)).toBe(code);
  });
});
