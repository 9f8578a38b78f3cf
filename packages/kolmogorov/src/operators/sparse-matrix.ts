import type { Grid } from '../grid/grid.js';
import { addAll, type Products } from './operator.js';

/** A square matrix by rows: row p has columns `column[j]` and values `value[j]` for rowStart[p] ≤ j < rowStart[p + 1]. */
export interface SparseMatrix {
  readonly size: number;
  /** Shape (size + 1). */
  readonly rowStart: Int32Array;
  /** Ascending in each row. */
  readonly column: Int32Array;
  readonly value: Float64Array;
}

/** Farthest neighbor along an axis that a row may hold. */
const REACH = 2;

/**
 * The matrix of an operator, by applying it to 5^d vectors.
 *
 * Nodes whose indices agree modulo 5 along every axis never meet in one row, so one application serves all of them.
 */
export function sparseMatrix(operator: Products, grid: Grid): SparseMatrix {
  const rows: { column: number; value: number }[][] = Array.from({ length: grid.size }, () => []);
  const periods = grid.shape.map((n) => Math.min(n, 2 * REACH + 1));
  const colors = periods.reduce((product, period) => product * period, 1);
  const ones = new Float64Array(grid.size);
  const image = new Float64Array(grid.size);
  for (let color = 0; color < colors; color++) {
    const residues = residuesOf(color, periods);
    for (let p = 0; p < grid.size; p++) {
      ones[p] = residues.every((residue, k) => indexAlong(grid, p, k) % periods[k] === residue) ? 1 : 0;
    }
    image.fill(0);
    addAll(operator, 1, ones, image);
    for (let p = 0; p < grid.size; p++) {
      if (image[p] !== 0) rows[p].push({ column: columnOf(grid, p, residues, periods), value: image[p] });
    }
  }
  const rowStart = new Int32Array(grid.size + 1);
  for (let p = 0; p < grid.size; p++) rowStart[p + 1] = rowStart[p] + rows[p].length;
  const entries = rows.flatMap((row) => row.sort((a, b) => a.column - b.column));
  return {
    size: grid.size,
    rowStart,
    column: Int32Array.from(entries, (entry) => entry.column),
    value: Float64Array.from(entries, (entry) => entry.value),
  };
}

function indexAlong(grid: Grid, p: number, k: number): number {
  return Math.floor(p / grid.strides[k]) % grid.shape[k];
}

function residuesOf(color: number, periods: readonly number[]): number[] {
  let rest = color;
  return periods.map((period) => {
    const residue = rest % period;
    rest = (rest - residue) / period;
    return residue;
  });
}

/** The only node of a color within reach of node p. */
function columnOf(grid: Grid, p: number, residues: readonly number[], periods: readonly number[]): number {
  return residues.reduce((column, residue, k) => {
    const i = indexAlong(grid, p, k);
    const low = Math.max(0, Math.min(i - REACH, grid.shape[k] - periods[k]));
    const offset = (residue - (low % periods[k]) + periods[k]) % periods[k];
    return column + (low + offset) * grid.strides[k];
  }, 0);
}
