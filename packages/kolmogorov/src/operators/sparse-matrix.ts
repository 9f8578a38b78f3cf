import { inOneGo, type Work } from 'sde-core';
import type { Grid } from '../grid/grid.js';
import type { SparseMatrix } from '../linear/sparse-matrix.js';
import { matrixOf, type Triplets } from '../linear/triplets.js';
import { addAll, addAxes, type Products } from './operator.js';

export type { SparseMatrix };

/** Farthest neighbor along an axis that a row may hold. */
const REACH = 2;

/**
 * The matrix of an operator, by applying it to 5^d vectors (up to 9^d on periodic axes).
 *
 * Nodes whose indices agree modulo 5 along every axis never meet in one row, so one application serves all of them. Mixed derivatives that are held
 * as a matrix, which may reach farther, are added to that.
 */
export function sparseMatrix(operator: Products, grid: Grid): SparseMatrix {
  return inOneGo(sparseMatrixInParts(operator, grid));
}

/** {@link sparseMatrix} in parts, one for each vector. */
export function* sparseMatrixInParts(operator: Products, grid: Grid): Work<SparseMatrix> {
  const mixed = operator.mixedMatrix?.();
  const addNear = mixed ? addAxes : addAll;
  const axes = grid.shape.map((n, k) => coloring(n, operator.cyclic[k]));
  const colorOf = nodeColors(grid, axes);
  const colors = axes.reduce((product, { count }) => product * count, 1);
  const ones = new Float64Array(grid.size);
  const image = new Float64Array(grid.size);
  const found: Triplets = { row: [], column: [], value: [] };
  for (let color = 0; color < colors; color++) {
    for (let p = 0; p < grid.size; p++) ones[p] = colorOf[p] === color ? 1 : 0;
    image.fill(0);
    addNear(operator, 1, ones, image);
    const partners = partnersOf(color, axes, grid);
    for (let p = 0; p < grid.size; p++) {
      if (image[p] === 0) continue;
      let column = 0;
      for (let k = 0; k < partners.length; k++) {
        const along = partners[k][Math.floor(p / grid.strides[k]) % grid.shape[k]];
        if (along < 0) throw new RangeError('an entry beyond the reach of a row');
        column += along;
      }
      found.row.push(p);
      found.column.push(column);
      found.value.push(image[p]);
    }
    yield;
  }
  if (mixed) addEntries(mixed, found);
  return matrixOf(grid.size, found);
}

function addEntries({ size, rowStart, column, value }: SparseMatrix, found: Triplets): void {
  for (let p = 0; p < size; p++) {
    for (let e = rowStart[p]; e < rowStart[p + 1]; e++) {
      found.row.push(p);
      found.column.push(column[e]);
      found.value.push(value[e]);
    }
  }
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

/** The colors of the nodes: those along the axes as one number; −1 at copies. Shape (size). */
function nodeColors(grid: Grid, axes: readonly Coloring[]): Int16Array {
  return Int16Array.from({ length: grid.size }, (_, p) => {
    let color = 0;
    for (let k = axes.length - 1; k >= 0; k--) {
      const own = axes[k].colorOf[Math.floor(p / grid.strides[k]) % grid.shape[k]];
      if (own < 0) return -1;
      color = color * axes[k].count + own;
    }
    return color;
  });
}

/** For each point of each axis, the place of the only one within reach that has the color, or −1: added up, the node of a color near a node. */
function partnersOf(color: number, axes: readonly Coloring[], grid: Grid): Int32Array[] {
  let rest = color;
  return axes.map(({ colorOf, count, cyclic }, k) => {
    const wanted = rest % count;
    rest = (rest - wanted) / count;
    const free = cyclic ? colorOf.length - 1 : colorOf.length;
    return Int32Array.from({ length: colorOf.length }, (_, i) => {
      for (let offset = -REACH; offset <= REACH; offset++) {
        const j = cyclic ? (i + offset + 2 * free) % free : i + offset;
        if (colorOf[j] === wanted) return j * grid.strides[k];
      }
      return -1;
    });
  });
}
