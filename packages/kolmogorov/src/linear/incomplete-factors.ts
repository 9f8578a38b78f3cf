import { SdeError, type Work } from 'sde-core';
import { type Factors, LEAST_PIVOT } from './factors.js';
import type { SparseMatrix } from './sparse-matrix.js';

/** A matrix with all its diagonal entries, and where they are. */
export interface ShiftedMatrix extends SparseMatrix {
  /** Shape (size). */
  readonly diagonal: Int32Array;
}

/** Rows between two places where the work may pause: some milliseconds. */
const PART = 1 << 15;

/** M = diag(alpha) − shift · A. */
export function shifted(
  { size, rowStart, column, value }: SparseMatrix,
  alpha: Float64Array,
  shift: number,
): ShiftedMatrix {
  const starts = new Int32Array(size + 1);
  const columns = new Int32Array(column.length + size);
  const values = new Float64Array(column.length + size);
  const diagonal = new Int32Array(size);
  let at = 0;
  for (let p = 0; p < size; p++) {
    let e = rowStart[p];
    const end = rowStart[p + 1];
    for (; e < end && column[e] < p; e++, at++) {
      columns[at] = column[e];
      values[at] = -shift * value[e];
    }
    diagonal[p] = at;
    columns[at] = p;
    values[at++] = alpha[p] - (e < end && column[e] === p ? shift * value[e++] : 0);
    for (; e < end; e++, at++) {
      columns[at] = column[e];
      values[at] = -shift * value[e];
    }
    starts[p + 1] = at;
  }
  return { size, rowStart: starts, column: columns.slice(0, at), value: values.slice(0, at), diagonal };
}

/**
 * Factors M ≈ L U incompletely: only where M has entries. It exists for M-matrices.
 *
 * Cost: about two products with M to make, and one for each solve.
 *
 * @throws SdeError `value` if a pivot is 0 to rounding.
 * @see [meijerink1977]
 */
export function* incompleteFactors({ size, rowStart, column, value, diagonal }: ShiftedMatrix): Work<Factors> {
  const factor = value.slice();
  // Where row p has column q; −1 where it has not.
  const place = new Int32Array(size).fill(-1);
  for (let p = 0; p < size; p++) {
    if (p % PART === PART - 1) yield;
    let largest = 0;
    for (let e = rowStart[p]; e < rowStart[p + 1]; e++) {
      place[column[e]] = e;
      largest = Math.max(largest, Math.abs(value[e]));
    }
    for (let e = rowStart[p]; e < diagonal[p]; e++) {
      const k = column[e];
      const multiplier = factor[e] / factor[diagonal[k]];
      factor[e] = multiplier;
      for (let j = diagonal[k] + 1; j < rowStart[k + 1]; j++) {
        const at = place[column[j]];
        if (at >= 0) factor[at] -= multiplier * factor[j];
      }
    }
    for (let e = rowStart[p]; e < rowStart[p + 1]; e++) place[column[e]] = -1;
    if (!(Math.abs(factor[diagonal[p]]) > LEAST_PIVOT * largest)) throw brokenDown(p);
  }
  return {
    solve: (v) => {
      for (let p = 0; p < size; p++) {
        let sum = v[p];
        for (let e = rowStart[p]; e < diagonal[p]; e++) sum -= factor[e] * v[column[e]];
        v[p] = sum;
      }
      for (let p = size - 1; p >= 0; p--) {
        let sum = v[p];
        for (let e = diagonal[p] + 1; e < rowStart[p + 1]; e++) sum -= factor[e] * v[column[e]];
        v[p] = sum / factor[diagonal[p]];
      }
    },
    solveTransposed: (v) => {
      for (let p = 0; p < size; p++) {
        const own = v[p] / factor[diagonal[p]];
        v[p] = own;
        for (let e = diagonal[p] + 1; e < rowStart[p + 1]; e++) v[column[e]] -= factor[e] * own;
      }
      for (let p = size - 1; p >= 0; p--) {
        const own = v[p];
        for (let e = rowStart[p]; e < diagonal[p]; e++) v[column[e]] -= factor[e] * own;
      }
    },
  };
}

function brokenDown(row: number): SdeError {
  return new SdeError('value', {
    what: 'the incomplete factorization of the matrix broke down',
    where: `bicgstab(), row ${row} of the matrix`,
    expected: 'pivots above rounding',
    got: 'a pivot that is 0 to rounding',
    remedy: 'use sparseLU(), shorter steps, or differences that are monotone',
  });
}
