/** A square matrix by rows: row p has columns `column[j]` and values `value[j]` for rowStart[p] ≤ j < rowStart[p + 1]. */
export interface SparseMatrix {
  readonly size: number;
  /** Shape (size + 1). */
  readonly rowStart: Int32Array;
  /** Ascending in each row. */
  readonly column: Int32Array;
  readonly value: Float64Array;
}

/** Adds to the entry of the row at hand in a column. */
export type AddEntry = (column: number, value: number) => void;

/** A square matrix whose rows are filled one after another; what `fill` adds twice in a column is summed. */
export function matrixOfRows(size: number, fill: (p: number, add: AddEntry) => void): SparseMatrix {
  const rowStart = new Int32Array(size + 1);
  const columns: number[] = [];
  const values: number[] = [];
  const row = new Map<number, number>();
  const add: AddEntry = (column, value) => {
    row.set(column, (row.get(column) ?? 0) + value);
  };
  for (let p = 0; p < size; p++) {
    row.clear();
    fill(p, add);
    for (const [column, value] of [...row].sort(([a], [b]) => a - b)) {
      if (value === 0) continue;
      columns.push(column);
      values.push(value);
    }
    rowStart[p + 1] = columns.length;
  }
  return { size, rowStart, column: Int32Array.from(columns), value: Float64Array.from(values) };
}

/** out += factor · M v. */
export function addSparseProduct(matrix: SparseMatrix, factor: number, v: Float64Array, out: Float64Array): void {
  const { size, rowStart, column, value } = matrix;
  for (let p = 0; p < size; p++) {
    let sum = 0;
    for (let e = rowStart[p]; e < rowStart[p + 1]; e++) sum += value[e] * v[column[e]];
    out[p] += factor * sum;
  }
}

/** out += factor · Mᵀ v. */
export function addSparseTransposed(matrix: SparseMatrix, factor: number, v: Float64Array, out: Float64Array): void {
  const { size, rowStart, column, value } = matrix;
  for (let p = 0; p < size; p++) {
    const scaled = factor * v[p];
    for (let e = rowStart[p]; e < rowStart[p + 1]; e++) out[column[e]] += value[e] * scaled;
  }
}
