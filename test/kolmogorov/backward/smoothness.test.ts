import { uniform } from 'kolmogorov';
import { expect, test } from 'vitest';
import { roughnessOf, roughnessWarnings } from '#kolmogorov/backward/smoothness';
import { tensorGrid } from '#kolmogorov/grid/grid';

const grid = tensorGrid([uniform(-1, 1, 41)], 1, 'test');
const seen = (f: (x: number) => number): readonly number[] => {
  const at = (x: Float64Array): number => f(x[0]);
  const { jumps, kinks, off } = roughnessOf(at, Float64Array.from(grid.axes[0].points, f), grid);
  return [jumps, kinks, off];
};

test('functions are smooth, kink or jump, and kinks lie between nodes, on nodes of all grids, or on others', () => {
  for (const f of [Math.sin, Math.exp, (x: number) => x ** 4, (x: number) => Math.tanh(10 * x), () => 0])
    expect(seen(f)).toEqual([0, 0, 0]);
  for (const c of [0.01, 0.313, -0.77]) {
    expect(seen((x) => (x > c ? 1 : 0))).toEqual([1, 0, 0]);
    expect(seen((x) => Math.max(x - c, 0))[1]).toBeGreaterThan(0);
  }
  // Node 20 of 41 is one of every fourth, node 21 is not.
  expect(seen(Math.abs)).toEqual([0, 0, 0]);
  expect(seen((x) => Math.abs(x - 0.05))[2]).toBeGreaterThan(0);
});

test('an expression is not looked at, and warnings hold their counts', () => {
  expect(roughnessOf('x > 0 ? 1 : 0', new Float64Array(41), grid)).toEqual({ jumps: 0, kinks: 0, off: 0 });
  expect(roughnessWarnings({ jumps: 2, kinks: 1, off: 0 }).map(({ kind, count }) => [kind, count])).toEqual([
    ['jump-between-nodes', 2],
    ['kink-between-nodes', 1],
  ]);
});
