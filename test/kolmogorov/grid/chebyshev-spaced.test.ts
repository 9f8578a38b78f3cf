import { chebyshevSpaced } from 'kolmogorov';
import { SdeError } from 'sde-core';
import { expect, test } from 'vitest';

test('Chebyshev–Lobatto points are the extrema of T_(n − 1), on any interval', () => {
  const { points } = chebyshevSpaced(2, 6, 9);
  expect(points[0]).toBe(2);
  expect(points[4]).toBe(4);
  expect(points[8]).toBe(6);
  points.forEach((x, i) => {
    // T_8 has slope 0 at inner extrema, so a rounding of x does not show.
    const extremum = Math.cos(8 * Math.acos((x - 4) / 2));
    expect(Math.abs(extremum - (i % 2 === 0 ? 1 : -1))).toBeLessThan(1e3 * Number.EPSILON);
    expect(Math.abs(points[8 - i] - (8 - x))).toBeLessThan(8 * Number.EPSILON * 8);
  });
  expect(() => chebyshevSpaced(0, 1, 2)).toThrow(SdeError);
});
