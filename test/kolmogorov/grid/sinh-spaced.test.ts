import { sinhSpaced } from 'kolmogorov';
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

describe('sinhSpaced', () => {
  test('hits both ends, increases, and is finest at its center', () => {
    const { points } = sinhSpaced(0, 10, 101, { center: 3, width: 0.5 });
    expect(points[0]).toBe(0);
    expect(points[100]).toBe(10);
    const gaps = Array.from(points.subarray(1), (x, i) => x - points[i]);
    expect(Math.min(...gaps)).toBeGreaterThan(0);
    const finest = gaps.indexOf(Math.min(...gaps));
    expect(Math.abs(points[finest] - 3)).toBeLessThan(2 * gaps[finest]);
  });

  test('at every second of 2n − 1 points is sinhSpaced at n', () => {
    const fine = sinhSpaced(-2, 5, 81, { center: 1, width: 0.3 }).points;
    const coarse = sinhSpaced(-2, 5, 41, { center: 1, width: 0.3 }).points;
    // The maps are one formula; sinh of arguments up to 4 amplifies rounding by at most its own value.
    for (let i = 0; i < 41; i++) expect(Math.abs(fine[2 * i] - coarse[i])).toBeLessThan(64 * Number.EPSILON * 7);
  });

  test('at several centers has equal parts of Σ asinh((x − c) / w) between its points', () => {
    const [centers, widths] = [
      [-1, 0.5, 4],
      [0.1, 0.3, 1],
    ];
    const { points } = sinhSpaced(-2, 5, 61, { center: centers, width: widths });
    const level = (x: number): number => centers.reduce((sum, c, j) => sum + Math.asinh((x - c) / widths[j]), 0);
    const part = (level(5) - level(-2)) / 60;
    expect(points[0]).toBe(-2);
    expect(points[60]).toBe(5);
    for (let i = 0; i < 60; i++) {
      // A rounding of x is amplified by the density, at most Σ 1/w < 15.
      expect(Math.abs(level(points[i + 1]) - level(points[i]) - part)).toBeLessThan(15 * 32 * Number.EPSILON * 5);
    }
    const gaps = Array.from(points.subarray(1), (x, i) => x - points[i]);
    const finest = gaps.indexOf(Math.min(...gaps));
    expect(Math.abs(points[finest] + 1)).toBeLessThan(2 * gaps[finest]);
  });

  test('with one center in an array is the same as with a number', () => {
    const one = sinhSpaced(-2, 5, 41, { center: [1], width: [0.3] });
    expect(one.points).toEqual(sinhSpaced(-2, 5, 41, { center: 1, width: 0.3 }).points);
  });

  test.each([
    ['a center outside', () => sinhSpaced(0, 1, 10, { center: 2, width: 1 }), 'value'],
    ['one of several outside', () => sinhSpaced(0, 1, 10, { center: [0.5, 2], width: 1 }), 'value'],
    ['a center that is NaN', () => sinhSpaced(0, 1, 10, { center: Number.NaN, width: 1 }), 'value'],
    ['no center', () => sinhSpaced(0, 1, 10, { center: [], width: 1 }), 'value'],
    ['a width of zero', () => sinhSpaced(0, 1, 10, { center: 0.5, width: 0 }), 'value'],
    ['another number of widths', () => sinhSpaced(0, 1, 10, { center: [0.2, 0.5], width: [1] }), 'shape'],
  ])('refuses %s', (_, act, code) => {
    expect(codeOf(act)).toBe(code);
  });
});
