import type { ErrorPoint } from 'sde-core';
import { describe, expect, test } from 'vitest';
import { orderedPoints } from '#sde-core/studies/ordered-points';

const point = (h: number, error = h, standardError = 0): ErrorPoint => ({ h, error, standardError });
const ordered = (points: unknown, confidence = 0.95) => orderedPoints(points as ErrorPoint[], confidence, 'study');

describe('the points of a study', () => {
  test('are sorted from coarse to fine, and those given are left as they were', () => {
    const given = [point(0.25), point(1), point(0.5)];
    expect(ordered(given)).toEqual({ points: [point(1), point(0.5), point(0.25)], exact: true });
    expect(given.map(({ h }) => h)).toEqual([0.25, 1, 0.5]);
  });

  test('an exact one among sampled ones keeps 1e-9 of its error, and a standard error that is larger stays', () => {
    const { points, exact } = ordered([point(1, -2, 0.5), point(0.5, -4, 0), point(0.25, 0, 0), point(0.1, 8, 1e-10)]);
    expect(exact).toBe(false);
    expect(points.map(({ standardError }) => standardError)).toEqual([0.5, 4e-9, Number.MIN_VALUE, 8e-9]);
    expect(points.map(({ error }) => error)).toEqual([-2, -4, 0, 8]);
  });

  test('two are enough, one is not, and no two may be at one step', () => {
    expect(ordered([point(0.5), point(1)]).points).toHaveLength(2);
    for (const few of [[], [point(1)], [point(1), point(1)], [point(1), point(0.5), point(1)]]) {
      expect(() => ordered(few)).toThrow(/too few distinct step sizes[\s\S]*study\(points\)/);
    }
  });

  test.each([
    ['a step of 0', point(0, 1), /out of range[\s\S]*study\(points\[1\]\)/],
    ['a negative step', point(-1, 1), /out of range/],
    ['a negative standard error', point(0.5, 1, -1e-300), /out of range/],
    ['a step that is no number', point(Number.NaN, 1), /points\[1\]\.h/],
    ['an error that is none', point(0.5, Number.POSITIVE_INFINITY), /points\[1\]\.error/],
    ['a standard error that is none', point(0.5, 1, Number.NaN), /points\[1\]\.standardError/],
    ['nothing', null, /not a list of errors/],
    ['a number', 3, /not a list of errors/],
  ])('refuses %s, and says where', (_, wrong, message) => {
    expect(() => ordered([point(1), wrong])).toThrow(message);
  });

  test('refuses what is no list, and a confidence that is no share', () => {
    expect(() => ordered({ length: 2 })).toThrow(/not a list of errors/);
    for (const level of [0, 1, -0.5, 95, Number.NaN]) {
      expect(() => ordered([point(1), point(0.5)], level)).toThrow(/study\(\{ confidence \}\)/);
    }
  });
});
