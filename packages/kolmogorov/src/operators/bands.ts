import { type Lines, startOf } from '../grid/lines.js';

/**
 * A matrix that couples each node with its neighbors along one axis.
 *
 * `lower[p]`, `diagonal[p]`, `upper[p]` are row p; `lower` is 0 at the first node of a line, `upper` at the last. `first[q]` couples
 * the first node of line q with its third, `last[q]` the last with the third from the end: one-sided derivatives of second order. On a
 * `cyclic` axis, whose last node is a copy and has an empty row, they couple the first node and the last but one with each other.
 */
export interface Bands {
  readonly lines: Lines;
  readonly cyclic: boolean;
  readonly lower: Float64Array;
  readonly diagonal: Float64Array;
  readonly upper: Float64Array;
  readonly first: Float64Array;
  readonly last: Float64Array;
}

/** The zero matrix. */
export function bands(lines: Lines, cyclic = false): Bands {
  return {
    lines,
    cyclic,
    lower: new Float64Array(lines.size),
    diagonal: new Float64Array(lines.size),
    upper: new Float64Array(lines.size),
    first: new Float64Array(lines.count),
    last: new Float64Array(lines.count),
  };
}

/** out ← A v and sum += factor · A v. Flat over all lines: the zeros at their ends keep them apart. */
export function applyProduct(
  matrix: Bands,
  v: Float64Array,
  out: Float64Array,
  factor: number,
  sum: Float64Array,
): void {
  const { lower, diagonal, upper } = matrix;
  const { stride, size } = matrix.lines;
  if (stride === 1) {
    applyInMemoryOrder(matrix, v, out, factor, sum);
    return;
  }
  for (let p = 0; p < stride; p++) {
    out[p] = diagonal[p] * v[p] + upper[p] * v[p + stride];
    sum[p] += factor * out[p];
  }
  for (let p = stride; p < size - stride; p++) {
    const value = lower[p] * v[p - stride] + diagonal[p] * v[p] + upper[p] * v[p + stride];
    out[p] = value;
    sum[p] += factor * value;
  }
  for (let p = size - stride; p < size; p++) {
    out[p] = lower[p] * v[p - stride] + diagonal[p] * v[p];
    sum[p] += factor * out[p];
  }
  addEnds(matrix, 1, v, out);
  addEnds(matrix, factor, v, sum);
}

/** The same where neighbors are neighbors in memory: each value is read once. */
function applyInMemoryOrder(
  matrix: Bands,
  v: Float64Array,
  out: Float64Array,
  factor: number,
  sum: Float64Array,
): void {
  const { lower, diagonal, upper } = matrix;
  const last = matrix.lines.size - 1;
  let before = 0;
  let own = v[0];
  for (let p = 0; p < last; p++) {
    const after = v[p + 1];
    const value = lower[p] * before + diagonal[p] * own + upper[p] * after;
    out[p] = value;
    sum[p] += factor * value;
    before = own;
    own = after;
  }
  out[last] = lower[last] * before + diagonal[last] * own;
  sum[last] += factor * out[last];
  addEnds(matrix, 1, v, out);
  addEnds(matrix, factor, v, sum);
}

/** out += factor · A v. */
export function addProduct(matrix: Bands, factor: number, v: Float64Array, out: Float64Array): void {
  const { lower, diagonal, upper } = matrix;
  const { stride, size } = matrix.lines;
  if (stride === 1) {
    addInMemoryOrder(matrix, factor, v, out);
    return;
  }
  for (let p = 0; p < stride; p++) out[p] += factor * (diagonal[p] * v[p] + upper[p] * v[p + stride]);
  for (let p = stride; p < size - stride; p++) {
    out[p] += factor * (lower[p] * v[p - stride] + diagonal[p] * v[p] + upper[p] * v[p + stride]);
  }
  for (let p = size - stride; p < size; p++) out[p] += factor * (lower[p] * v[p - stride] + diagonal[p] * v[p]);
  addEnds(matrix, factor, v, out);
}

/** The same where neighbors are neighbors in memory. */
function addInMemoryOrder(matrix: Bands, factor: number, v: Float64Array, out: Float64Array): void {
  const { lower, diagonal, upper } = matrix;
  const last = matrix.lines.size - 1;
  let before = 0;
  let own = v[0];
  for (let p = 0; p < last; p++) {
    const after = v[p + 1];
    out[p] += factor * (lower[p] * before + diagonal[p] * own + upper[p] * after);
    before = own;
    own = after;
  }
  out[last] += factor * (lower[last] * before + diagonal[last] * own);
  addEnds(matrix, factor, v, out);
}

/** Where `first` and `last` stand: rows and columns as numbers of nodes from the start of a line. */
export function corners({ cyclic, lines: { points } }: Bands): {
  readonly firstRow: number;
  readonly firstColumn: number;
  readonly lastRow: number;
  readonly lastColumn: number;
} {
  return cyclic
    ? { firstRow: 0, firstColumn: points - 2, lastRow: points - 2, lastColumn: 0 }
    : { firstRow: 0, firstColumn: 2, lastRow: points - 1, lastColumn: points - 3 };
}

function addEnds(matrix: Bands, factor: number, v: Float64Array, out: Float64Array): void {
  const { first, last, lines } = matrix;
  const { firstRow, firstColumn, lastRow, lastColumn } = corners(matrix);
  for (let q = 0; q < lines.count; q++) {
    if (first[q] === 0 && last[q] === 0) continue;
    const start = startOf(lines, q);
    out[start + firstRow * lines.stride] += factor * first[q] * v[start + firstColumn * lines.stride];
    out[start + lastRow * lines.stride] += factor * last[q] * v[start + lastColumn * lines.stride];
  }
}

/** out += factor · Aᵀ v. */
export function addTransposedProduct(matrix: Bands, factor: number, v: Float64Array, out: Float64Array): void {
  const { lower, diagonal, upper } = matrix;
  const { stride, size } = matrix.lines;
  if (stride === 1) {
    addTransposedInMemoryOrder(matrix, factor, v, out);
    return;
  }
  for (let p = 0; p < stride; p++) out[p] += factor * (diagonal[p] * v[p] + lower[p + stride] * v[p + stride]);
  for (let p = stride; p < size - stride; p++) {
    out[p] += factor * (upper[p - stride] * v[p - stride] + diagonal[p] * v[p] + lower[p + stride] * v[p + stride]);
  }
  for (let p = size - stride; p < size; p++) {
    out[p] += factor * (upper[p - stride] * v[p - stride] + diagonal[p] * v[p]);
  }
  addEndsTransposed(matrix, factor, v, out);
}

/** The same where neighbors are neighbors in memory. */
function addTransposedInMemoryOrder(matrix: Bands, factor: number, v: Float64Array, out: Float64Array): void {
  const { lower, diagonal, upper } = matrix;
  const last = matrix.lines.size - 1;
  let before = 0;
  let own = v[0];
  for (let p = 0; p < last; p++) {
    const after = v[p + 1];
    out[p] += factor * (before + diagonal[p] * own + lower[p + 1] * after);
    before = upper[p] * own;
    own = after;
  }
  out[last] += factor * (before + diagonal[last] * own);
  addEndsTransposed(matrix, factor, v, out);
}

function addEndsTransposed(matrix: Bands, factor: number, v: Float64Array, out: Float64Array): void {
  const { first, last, lines } = matrix;
  const { firstRow, firstColumn, lastRow, lastColumn } = corners(matrix);
  for (let q = 0; q < lines.count; q++) {
    if (first[q] === 0 && last[q] === 0) continue;
    const start = startOf(lines, q);
    out[start + firstColumn * lines.stride] += factor * first[q] * v[start + firstRow * lines.stride];
    out[start + lastColumn * lines.stride] += factor * last[q] * v[start + lastRow * lines.stride];
  }
}
