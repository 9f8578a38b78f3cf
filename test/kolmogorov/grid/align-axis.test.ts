import { alignAxis, pointsOf, sinhSpaced, uniform } from 'kolmogorov';
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

describe('alignAxis', () => {
  const axes = [uniform(0, 10, 41), sinhSpaced(0, 10, 41, { center: 3, width: 0.5 })];

  test.each(axes)('puts points on nodes and midway between two, and moves none by more than its cells', (axis) => {
    const [nodes, midpoints] = [
      [1.234, 7.7],
      [3.05, 5.5],
    ];
    const { points } = alignAxis(axis, { nodes, midpoints });
    expect(points).toHaveLength(41);
    expect([points[0], points[40]]).toEqual([0, 10]);
    for (const x of nodes) expect(points).toContain(x);
    for (const x of midpoints) {
      const above = points.findIndex((point) => point > x);
      expect(Math.abs((points[above - 1] + points[above]) / 2 - x)).toBeLessThan(8 * Number.EPSILON * 10);
    }
    for (let i = 1; i < 40; i++) {
      expect(points[i]).toBeGreaterThan(axis.points[i - 1]);
      expect(points[i]).toBeLessThan(axis.points[i + 1]);
    }
  });

  test('leaves spacing smooth: neighboring gaps differ by O(gap²)', () => {
    const changes = [41, 81, 161].map((n) => {
      const { points } = alignAxis(uniform(0, 1, n), { nodes: [0.3012], midpoints: [0.7077] });
      let most = 0;
      for (let i = 1; i < n - 1; i++) most = Math.max(most, Math.abs(points[i + 1] - 2 * points[i] + points[i - 1]));
      return most * (n - 1) ** 2;
    });
    // Of the second differences, over gap²: bounded, where a kink in the map would have them grow like n.
    for (const change of changes) expect(change).toBeLessThan(1);
  });

  test('changes nothing where the points are already there', () => {
    const { points } = alignAxis(uniform(0, 4, 5), { nodes: [2], midpoints: [0.5] });
    for (let i = 0; i < 5; i++) expect(Math.abs(points[i] - i)).toBeLessThan(16 * Number.EPSILON);
  });

  test.each([
    ['a point outside', () => alignAxis(uniform(0, 1, 11), { nodes: [2] })],
    ['an end', () => alignAxis(uniform(0, 1, 11), { midpoints: [1] })],
    ['NaN', () => alignAxis(uniform(0, 1, 11), { nodes: [Number.NaN] })],
    ['two in one place', () => alignAxis(uniform(0, 1, 11), { nodes: [0.49, 0.51] })],
    ['two in one cell', () => alignAxis(uniform(0, 1, 11), { nodes: [0.5], midpoints: [0.501] })],
  ])('refuses %s', (_, act) => {
    expect(codeOf(act)).toBe('value');
  });

  test('has what it is asked for on three points too', () => {
    expect(Array.from(alignAxis(pointsOf([0, 1, 10]), { nodes: [9.9] }).points)).toEqual([0, 9.9, 10]);
  });
});
