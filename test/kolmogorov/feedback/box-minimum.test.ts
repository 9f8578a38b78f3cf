import { expect, test } from 'vitest';
import { boxMinimum } from '#kolmogorov/feedback/box-minimum';

const solve = (g: number[], Q: number[], lower: number[], upper: number[]): { found: boolean; a: Float64Array } => {
  const a = new Float64Array(g.length);
  const [slope, curvature, low, high] = [g, Q, lower, upper].map((list) => Float64Array.from(list));
  return { found: boxMinimum(slope, curvature, low, high, a), a };
};
const [open, closed] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

test.each([
  ['inside', [-3, 1], [2, 0.5, 0.5, 1], [open, open], [closed, closed], [2, -2]],
  ['on a face: the other coordinate knows it', [-3, 1], [2, 0.5, 0.5, 1], [open, open], [1, closed], [1, -1.5]],
  ['in a corner', [-3, 1], [2, 0.5, 0.5, 1], [0, 0], [1, 1], [1, 0]],
  ['at an end, where it is linear', [2], [0], [-1], [3], [-1]],
  ['at the better end, where it is concave', [-1], [-1], [-1], [3], [3]],
  ['at the nearest to 0, where it is constant', [0], [0], [0.5], [3], [0.5]],
])('finds the minimum %s', (_, g, Q, lower, upper, expected) => {
  const { found, a } = solve(g, Q, lower, upper);
  expect(found).toBe(true);
  // The sweeps end within 2⁻⁵⁰ of a contraction by 1/8 a sweep.
  a.forEach((value, j) => {
    expect(Math.abs(value - expected[j])).toBeLessThan(2 ** -49 * 4);
  });
});

test('says where there is none', () => {
  expect(solve([1], [0], [open], [0]).found).toBe(false);
  expect(solve([1], [-1], [open], [closed]).found).toBe(false);
});
