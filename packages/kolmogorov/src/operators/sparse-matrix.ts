import type { Grid } from '../grid/grid.js';
import type { SparseMatrix } from '../linear/sparse-matrix.js';
import { addAll, type Products } from './operator.js';

export type { SparseMatrix };

/** Farthest neighbor along an axis that a row may hold. */
const REACH = 2;

/**
 * The matrix of an operator, by applying it to 5^d vectors (up to 9^d on periodic axes).
 *
 * Nodes whose indices agree modulo 5 along every axis never meet in one row, so one application serves all of them.
 */
export function sparseMatrix(operator: Products, grid: Grid): SparseMatrix {
  const rows: { column: number; value: number }[][] = Array.from({ length: grid.size }, () => []);
  const axes = grid.shape.map((n, k) => coloring(n, operator.cyclic[k]));
  const colors = axes.reduce((product, { count }) => product * count, 1);
  const ones = new Float64Array(grid.size);
  const image = new Float64Array(grid.size);
  for (let color = 0; color < colors; color++) {
    const own = colorsAlong(color, axes);
    for (let p = 0; p < grid.size; p++) {
      ones[p] = own.every((wanted, k) => axes[k].colorOf[indexAlong(grid, p, k)] === wanted) ? 1 : 0;
    }
    image.fill(0);
    addAll(operator, 1, ones, image);
    for (let p = 0; p < grid.size; p++) {
      if (image[p] !== 0) rows[p].push({ column: columnOf(grid, p, own, axes), value: image[p] });
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

/** Colors of the points of an axis: two of one color are at least five apart, around the seam too. */
interface Coloring {
  /** Shape (n); −1 for the copy of a periodic axis. */
  readonly colorOf: Int8Array;
  readonly count: number;
  readonly cyclic: boolean;
}

function coloring(n: number, cyclic: boolean): Coloring {
  const width = 2 * REACH + 1;
  const free = cyclic ? n - 1 : n;
  const regular = cyclic ? free - (free % width) : free;
  const colorOf = Int8Array.from({ length: n }, (_, i) => {
    if (i >= free) return -1;
    return i < regular ? i % width : (regular > 0 ? width : 0) + i - regular;
  });
  return { colorOf, count: colorOf.reduce((most, color) => Math.max(most, color), 0) + 1, cyclic };
}

function colorsAlong(color: number, axes: readonly Coloring[]): number[] {
  let rest = color;
  return axes.map(({ count }) => {
    const own = rest % count;
    rest = (rest - own) / count;
    return own;
  });
}

/** The only node of a color within reach of node p. */
function columnOf(grid: Grid, p: number, own: readonly number[], axes: readonly Coloring[]): number {
  return own.reduce((column, wanted, k) => {
    const { colorOf, cyclic } = axes[k];
    const free = cyclic ? colorOf.length - 1 : colorOf.length;
    const i = indexAlong(grid, p, k);
    for (let offset = -REACH; offset <= REACH; offset++) {
      const j = cyclic ? (i + offset + 2 * free) % free : i + offset;
      if (colorOf[j] === wanted) return column + j * grid.strides[k];
    }
    throw new RangeError('an entry beyond the reach of a row');
  }, 0);
}
