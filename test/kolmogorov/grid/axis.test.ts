import { pointsOf, uniform } from 'kolmogorov';
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

  test.each([
    ['n < 3', () => uniform(0, 1, 2), 'value'],
    ['n not whole', () => uniform(0, 1, 10.5), 'value'],
    ['b ≤ a', () => uniform(1, 1, 10), 'value'],
    ['an infinite end', () => uniform(0, Number.POSITIVE_INFINITY, 10), 'value'],
    ['two points', () => pointsOf([0, 1]), 'value'],
    ['unsorted points', () => pointsOf([0, 2, 1]), 'value'],
    ['repeated points', () => pointsOf([0, 1, 1]), 'value'],
    ['a point that is NaN', () => pointsOf([0, Number.NaN, 1]), 'value'],
  ])('refuses %s', (_, act, code) => {
    expect(codeOf(act)).toBe(code);
  });
});
