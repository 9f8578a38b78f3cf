/** Which entries of a square matrix may differ from 0: row p has columns `column[j]` for rowStart[p] ≤ j < rowStart[p + 1]. */
export interface Pattern {
  readonly size: number;
  /** Shape (size + 1). */
  readonly rowStart: Int32Array;
  /** Ascending in each row. */
  readonly column: Int32Array;
}

/** A square matrix by rows: row p has columns `column[j]` and values `value[j]` for rowStart[p] ≤ j < rowStart[p + 1]. */
export interface SparseMatrix extends Pattern {
  readonly value: Float64Array;
}

/** The entries that any of some patterns of one size has. */
export function unionOf(patterns: readonly Pattern[]): Pattern {
  const { size } = patterns[0];
  const rowStart = new Int32Array(size + 1);
  const columns: number[] = [];
  const seen = new Int32Array(size).fill(-1);
  for (let p = 0; p < size; p++) {
    const row: number[] = [];
    for (const pattern of patterns) {
      for (let e = pattern.rowStart[p]; e < pattern.rowStart[p + 1]; e++) {
        const q = pattern.column[e];
        if (seen[q] === p) continue;
        seen[q] = p;
        row.push(q);
      }
    }
    row.sort((a, b) => a - b);
    for (const q of row) columns.push(q);
    rowStart[p + 1] = columns.length;
  }
  return { size, rowStart, column: Int32Array.from(columns) };
}

/** A matrix with the entries of a larger pattern, some of them 0; `undefined` if the pattern lacks one of its entries. */
export function onPattern(pattern: Pattern, matrix: SparseMatrix): SparseMatrix | undefined {
  const { size, rowStart, column } = pattern;
  if (matrix.rowStart === rowStart && matrix.column === column) return matrix;
  const value = new Float64Array(column.length);
  for (let p = 0; p < size; p++) {
    let e = rowStart[p];
    const end = rowStart[p + 1];
    for (let own = matrix.rowStart[p]; own < matrix.rowStart[p + 1]; own++) {
      while (e < end && column[e] < matrix.column[own]) e++;
      if (e === end || column[e] !== matrix.column[own]) return undefined;
      value[e++] = matrix.value[own];
    }
  }
  return { size, rowStart, column, value };
}

/** Which nodes are coupled, in either direction: node p has neighbors `neighbor[j]`, none of them p, for start[p] ≤ j < start[p + 1]. */
export interface Graph {
  readonly size: number;
  /** Shape (size + 1). */
  readonly start: Int32Array;
  readonly neighbor: Int32Array;
}

/** The graph of a matrix and its transpose. */
export function graphOf({ size, rowStart, column }: Pattern): Graph {
  const transposed = columnsOf({ size, rowStart, column });
  const start = new Int32Array(size + 1);
  const neighbor = new Int32Array(2 * column.length);
  const seen = new Int32Array(size).fill(-1);
  let count = 0;
  for (let p = 0; p < size; p++) {
    seen[p] = p;
    for (const [from, to, list] of [
      [rowStart[p], rowStart[p + 1], column],
      [transposed.rowStart[p], transposed.rowStart[p + 1], transposed.column],
    ] as const) {
      for (let e = from; e < to; e++) {
        if (seen[list[e]] === p) continue;
        seen[list[e]] = p;
        neighbor[count++] = list[e];
      }
    }
    start[p + 1] = count;
  }
  return { size, start, neighbor: neighbor.slice(0, count) };
}

/** The pattern of the transpose. */
function columnsOf({ size, rowStart, column }: Pattern): Pattern {
  const starts = new Int32Array(size + 1);
  for (const q of column) starts[q + 1]++;
  for (let q = 0; q < size; q++) starts[q + 1] += starts[q];
  const next = starts.slice();
  const rows = new Int32Array(column.length);
  for (let p = 0; p < size; p++) for (let e = rowStart[p]; e < rowStart[p + 1]; e++) rows[next[column[e]]++] = p;
  return { size, rowStart: starts, column: rows };
}

/** M = diag(alpha) − shift · A. */
export interface LinearSystem {
  /** A. */
  readonly matrix: SparseMatrix;
  readonly alpha: Float64Array;
  readonly shift: number;
}
