import { sparseLU } from 'kolmogorov';
import { SdeError } from 'sde-core';
import { inOneGo } from 'sde-core/turns';
import { describe, expect, test } from 'vitest';
import type { Grid } from '#kolmogorov/grid/grid';
import { fronts } from '#kolmogorov/linear/fronts';
import { generatorOn, gridOf, neighbors } from './matrices.js';

const planOf = (grid: Grid, diagonals = false) =>
  inOneGo(
    fronts(
      generatorOn(grid, neighbors(grid.dimension, diagonals)),
      grid.shape.map((n, k) => Int32Array.from({ length: grid.size }, (_, p) => Math.floor(p / grid.strides[k]) % n)),
    ),
  );

describe('the plan of a factorization', () => {
  test('eliminates every node once, and holds every entry once, at its place', () => {
    const grid = gridOf(13, 11);
    const matrix = generatorOn(grid, neighbors(2, true));
    const plan = planOf(grid, true);
    expect([...plan.order].sort((a, b) => a - b)).toEqual([...Array(grid.size).keys()]);
    expect([...plan.entry].sort((a, b) => a - b)).toEqual([...Array(matrix.column.length).keys()]);
    plan.children.forEach((_, s) => {
      const nodes = [
        ...plan.order.subarray(plan.columnStart[s], plan.columnStart[s + 1]),
        ...[...plan.rows.subarray(plan.rowStart[s], plan.rowStart[s + 1])].map((i) => plan.order[i]),
      ];
      for (let e = plan.entryStart[s]; e < plan.entryStart[s + 1]; e++) {
        const [row, column] = [Math.floor(plan.entryPlace[e] / nodes.length), plan.entryPlace[e] % nodes.length];
        const p = matrix.rowStart.findIndex((_, row) => matrix.rowStart[row + 1] > plan.entry[e]);
        expect([nodes[row], nodes[column]]).toEqual([p, matrix.column[plan.entry[e]]]);
      }
    });
  });

  test('fills to O(n log n) in two dimensions', () => {
    const fill = [64, 128].map((n) => {
      const plan = planOf(gridOf(n, n));
      return plan.factorStart[plan.children.length] / (n * n * Math.log2(n * n));
    });
    // Constant but for the border, which has weight 1 / log n; in a band the ratio would be 2 · 12 / 14.
    expect(fill[1] / fill[0]).toBeLessThan(1.2);
    // Nested dissection by squares leaves 31/4 n log₂ n + O(n) entries in both factors of a nine-point matrix; this has five points.
    expect(fill[1]).toBeLessThan(31 / 4);
  });

  test('fills to O(n^(4/3)) in three dimensions', () => {
    const fill = [8, 16].map((n) => {
      const plan = planOf(gridOf(n, n, n));
      return plan.factorStart[plan.children.length] / n ** 4;
    });
    // Borders weigh on small boxes, so the ratio approaches 1 from above; in a band it would be 2.
    expect(fill[1] / fill[0]).toBeLessThan(1.7);
  });

  test('is refused before anything large is allocated', () => {
    const grid = gridOf(60, 60, 60);
    const matrix = generatorOn(grid, neighbors(3));
    const attempt = (): unknown => sparseLU().prepare(grid)(matrix, new Float64Array(grid.size).fill(1), 1);
    expect(attempt).toThrow(SdeError);
    expect(attempt).toThrow(/does not fit in memory[\s\S]*bicgstab/);
  });
});
