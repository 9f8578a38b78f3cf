import type { SparseMatrix } from './sparse-matrix.js';

/** out ← M v. */
export function multiply({ size, rowStart, column, value }: SparseMatrix, v: Float64Array, out: Float64Array): void {
  for (let p = 0; p < size; p++) {
    let sum = 0;
    for (let e = rowStart[p]; e < rowStart[p + 1]; e++) sum += value[e] * v[column[e]];
    out[p] = sum;
  }
}

/** out ← Mᵀ v. */
export function multiplyTransposed(matrix: SparseMatrix, v: Float64Array, out: Float64Array): void {
  const { size, rowStart, column, value } = matrix;
  out.fill(0);
  for (let p = 0; p < size; p++) {
    const own = v[p];
    for (let e = rowStart[p]; e < rowStart[p + 1]; e++) out[column[e]] += value[e] * own;
  }
}

/** The same matrix with the sizes of its entries. */
export function magnitudes({ size, rowStart, column, value }: SparseMatrix): SparseMatrix {
  return { size, rowStart, column, value: value.map((entry) => Math.abs(entry)) };
}
