import { sparseLU } from 'kolmogorov';
import { inOneGo } from 'sde-core';
import { describe, expect, test } from 'vitest';
import { incompleteFactors, shifted } from '#kolmogorov/linear/incomplete-factors';
import { dense, denseSolution, generatorOn, gridOf, neighbors, numbers } from './matrices.js';

describe('incomplete factors', () => {
  const grid = gridOf(5, 6);
  const n = grid.size;
  const made = shifted(generatorOn(grid, neighbors(2)), new Float64Array(n).fill(1), 2);
  const factors = inOneGo(incompleteFactors(made));
  const unit = (q: number): Float64Array => Float64Array.from({ length: n }, (_, p) => (p === q ? 1 : 0));
  // Column q of K⁻¹.
  const inverse = Array.from({ length: n }, (_, q) => {
    const column = unit(q);
    factors.solve(column);
    return column;
  });
  // Conditions below 100 and numbers below 10.
  const bound = 1e3 * n * Number.EPSILON;

  test('agree with the matrix where that has entries, and nowhere else', () => {
    const flat = Float64Array.from({ length: n * n }, (_, i) => inverse[i % n][Math.floor(i / n)]);
    const full = dense(generatorOn(grid, neighbors(2)), new Float64Array(n).fill(1), 2);
    let elsewhere = 0;
    for (let q = 0; q < n; q++) {
      denseSolution(flat, unit(q)).forEach((entry, p) => {
        const off = Math.abs(entry - full[p * n + q]);
        if (full[p * n + q] === 0) elsewhere = Math.max(elsewhere, off);
        else expect(off).toBeLessThan(bound);
      });
    }
    // The fill that was dropped.
    expect(elsewhere).toBeGreaterThan(1e-3);
  });

  test('solve from the other side with the transpose', () => {
    for (let p = 0; p < n; p++) {
      const row = unit(p);
      factors.solveTransposed(row);
      for (let q = 0; q < n; q++) expect(Math.abs(row[q] - inverse[q][p])).toBeLessThan(bound);
    }
  });

  test('are complete on a line', () => {
    const line = generatorOn(gridOf(30), neighbors(1));
    const next = numbers(5);
    const b = Float64Array.from({ length: 30 }, () => next());
    const [x, y] = [b.slice(), b.slice()];
    inOneGo(incompleteFactors(shifted(line, new Float64Array(30).fill(1), 2))).solve(x);
    sparseLU().prepare(gridOf(30))(line, new Float64Array(30).fill(1), 2).solve(y);
    for (let p = 0; p < 30; p++) expect(Math.abs(x[p] - y[p])).toBeLessThan(30 * Number.EPSILON);
  });

  test('take a diagonal that the matrix lacks from what is added', () => {
    const lacking = { size: 2, rowStart: Int32Array.of(0, 1, 1), column: Int32Array.of(1), value: Float64Array.of(3) };
    const { rowStart, column, value, diagonal } = shifted(lacking, Float64Array.of(1, 2), 0.5);
    expect([[...rowStart], [...column], [...value], [...diagonal]]).toEqual([
      [0, 2, 3],
      [0, 1, 1],
      [1, -1.5, 2],
      [0, 2],
    ]);
  });
});
