import type { SparseMatrix } from '../linear/sparse-matrix.js';

/** Adds to the entry of the row at hand in a column. */
export type AddEntry = (column: number, value: number) => void;

/** Room for the entries of all rows, and of one: doubled when it does not do. */
const FIRST_ROOM = 64;

/** A square matrix whose rows are filled one after another; what `fill` adds twice in a column is summed. */
export function matrixOfRows(size: number, fill: (p: number, add: AddEntry) => void): SparseMatrix {
  const rowStart = new Int32Array(size + 1);
  let column = new Int32Array(FIRST_ROOM);
  let value = new Float64Array(FIRST_ROOM);
  let start = 0;
  let end = 0;
  const add: AddEntry = (wanted, added) => {
    // Rows are short, and kept in order.
    let e = end;
    while (e > start && column[e - 1] >= wanted) e--;
    if (e < end && column[e] === wanted) {
      value[e] += added;
      return;
    }
    if (end === column.length) [column, value] = [grown(column), grown(value)];
    column.copyWithin(e + 1, e, end);
    value.copyWithin(e + 1, e, end);
    column[e] = wanted;
    value[e] = added;
    end++;
  };
  for (let p = 0; p < size; p++) {
    start = end;
    fill(p, add);
    const filled = end;
    end = start;
    for (let e = start; e < filled; e++) {
      if (value[e] === 0) continue;
      column[end] = column[e];
      value[end++] = value[e];
    }
    rowStart[p + 1] = end;
  }
  return { size, rowStart, column: column.slice(0, end), value: value.slice(0, end) };
}

/** Entries of one row, in no order; those in one column count together. */
export interface RowEntries {
  clear(): void;
  readonly add: AddEntry;
  /** Σ value · u(column). */
  product(u: Float64Array): number;
  /** Σ |value · u(column)|: what the rounding of the product is relative to. */
  size(u: Float64Array): number;
  /** Adds all of them to another row. */
  addTo(add: AddEntry): void;
}

/** A row without entries. */
export function rowEntries(): RowEntries {
  let column = new Int32Array(FIRST_ROOM);
  let value = new Float64Array(FIRST_ROOM);
  let count = 0;
  return {
    clear: () => {
      count = 0;
    },
    add: (wanted, added) => {
      if (count === column.length) [column, value] = [grown(column), grown(value)];
      column[count] = wanted;
      value[count++] = added;
    },
    product: (u) => {
      let sum = 0;
      for (let e = 0; e < count; e++) sum += value[e] * u[column[e]];
      return sum;
    },
    size: (u) => {
      let sum = 0;
      for (let e = 0; e < count; e++) sum += Math.abs(value[e] * u[column[e]]);
      return sum;
    },
    addTo: (add) => {
      for (let e = 0; e < count; e++) add(column[e], value[e]);
    },
  };
}

function grown<T extends Int32Array | Float64Array>(array: T): T {
  const larger = array instanceof Int32Array ? new Int32Array(2 * array.length) : new Float64Array(2 * array.length);
  larger.set(array);
  // Of the kind that it was given.
  return larger as T;
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
