import { inOneGo } from 'sde-core/turns';
import { describe, expect, test } from 'vitest';
import type { Factors } from '#kolmogorov/linear/factors';
import type { Factorize } from '#kolmogorov/linear/linear-solver';
import type { SparseMatrix } from '#kolmogorov/linear/sparse-matrix';
import { warmFactors } from '#kolmogorov/linear/warm-factors';

const size = 20;
/** A = tridiagonal with 1 beside the diagonal, `middle(p)` on it. */
const tridiagonal = (middle: (p: number) => number): SparseMatrix => {
  const [rowStart, column, value] = [[0], [] as number[], [] as number[]];
  for (let p = 0; p < size; p++) {
    for (const q of [p - 1, p, p + 1]) {
      if (q < 0 || q >= size) continue;
      column.push(q);
      value.push(q === p ? middle(p) : 1);
    }
    rowStart.push(column.length);
  }
  return {
    size,
    rowStart: Int32Array.from(rowStart),
    column: Int32Array.from(column),
    value: Float64Array.from(value),
  };
};

/** Dense elimination, which counts how often it is asked. */
const counted = (): { readonly factorize: Factorize; readonly made: () => number } => {
  let made = 0;
  const factorize: Factorize = ({ rowStart, column, value }, alpha, shift): Factors => {
    made++;
    const rows = Array.from(alpha, (own, p) => {
      const row = new Float64Array(size);
      row[p] = own;
      for (let e = rowStart[p]; e < rowStart[p + 1]; e++) row[column[e]] -= shift * value[e];
      return row;
    });
    const solve = (v: Float64Array): void => {
      const a = rows.map((row) => row.slice());
      for (let k = 0; k < size; k++) {
        for (let r = k + 1; r < size; r++) {
          const factor = a[r][k] / a[k][k];
          for (let c = k; c < size; c++) a[r][c] -= factor * a[k][c];
          v[r] -= factor * v[k];
        }
      }
      for (let k = size - 1; k >= 0; k--) {
        for (let c = k + 1; c < size; c++) v[k] -= a[k][c] * v[c];
        v[k] /= a[k][k];
      }
    };
    return { solve, solveTransposed: solve };
  };
  return { factorize, made: () => made };
};

const ones = new Float64Array(size).fill(1);
const right = Float64Array.from({ length: size }, (_, p) => Math.cos(p));
const base = tridiagonal(() => -2);
const near = tridiagonal((p) => (p === 7 ? -2.01 : -2));
const far = tridiagonal((p) => (p % 2 ? -200 : -2));

const solved = (matrix: SparseMatrix, warm = warmFactors(counted().factorize, true), u = new Float64Array(size)) => {
  inOneGo(warm.solve({ matrix, alpha: ones, shift: 0.5 }, right, u));
  return u;
};

describe('warmFactors', () => {
  test.each([
    ['the same matrix', base, 1],
    ['one that has changed little', near, 1],
    ['one that has changed much', far, 2],
  ])('%s: right to rounding, with %# new factors', (_, matrix, factorizations) => {
    const { factorize, made } = counted();
    const warm = warmFactors(factorize, true);
    const u = solved(base, warm);
    solved(matrix, warm, u);
    const fresh = solved(matrix);
    const error = u.reduce((most, value, p) => Math.max(most, Math.abs(value - fresh[p])), 0);
    expect(error).toBeLessThan(2 ** -48);
    expect(made()).toBe(factorizations);
  });

  test('an iterative solver is asked every time', () => {
    const { factorize, made } = counted();
    const warm = warmFactors(factorize, false);
    solved(base, warm);
    solved(base, warm);
    expect(made()).toBe(2);
  });
});
