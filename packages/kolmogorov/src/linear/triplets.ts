import type { SparseMatrix } from './sparse-matrix.js';

/** Entries of a matrix one after another, in any order: `value[j]` at (row[j], column[j]). Those at one place are added. */
export interface Triplets {
  readonly row: number[];
  readonly column: number[];
  readonly value: number[];
}

/** The matrix of shape (size, size) with these entries. */
export function matrixOf(size: number, { row, column, value }: Triplets): SparseMatrix {
  const starts = new Int32Array(size + 1);
  for (const p of row) starts[p + 1]++;
  for (let p = 0; p < size; p++) starts[p + 1] += starts[p];
  const columns = new Int32Array(row.length);
  const values = new Float64Array(row.length);
  const end = starts.slice(0, size);
  for (let j = 0; j < row.length; j++) {
    // Into its row by its column: rows are short.
    let at = end[row[j]]++;
    for (; at > starts[row[j]] && columns[at - 1] > column[j]; at--) {
      columns[at] = columns[at - 1];
      values[at] = values[at - 1];
    }
    columns[at] = column[j];
    values[at] = value[j];
  }
  return merged(size, starts, columns, values);
}

/** Adds what stands at one place. */
function merged(size: number, starts: Int32Array, columns: Int32Array, values: Float64Array): SparseMatrix {
  const rowStart = new Int32Array(size + 1);
  let count = 0;
  for (let p = 0; p < size; p++) {
    for (let j = starts[p]; j < starts[p + 1]; j++) {
      if (count > rowStart[p] && columns[count - 1] === columns[j]) {
        values[count - 1] += values[j];
        continue;
      }
      columns[count] = columns[j];
      values[count++] = values[j];
    }
    rowStart[p + 1] = count;
  }
  return { size, rowStart, column: columns.slice(0, count), value: values.slice(0, count) };
}
