import type { Grid } from '../grid/grid.js';
import type { SparseMatrix } from '../linear/sparse-matrix.js';
import { arms } from './arms.js';
import type { Sides } from './boundary.js';
import { pairsOf } from './coefficient-layout.js';
import type { Coefficients } from './coefficients.js';
import { addInside, addOnSide, usedBy } from './directional.js';
import { covarianceAt, cutToSides, isDominant } from './dominance.js';
import { type Neighborhood, neighborhood } from './neighborhood.js';
import { type AddEntry, matrixOfRows } from './sparse-rows.js';

/** Relative to a_kk, what is left of it after elimination that is rounding. */
const ROUNDING = 2 ** -40;

/** ½ a:∇² node by node. */
export interface SecondOrderRows {
  /**
   * Adds the row of node p for a covariance a at it, shape (d, d), symmetric and row-major, which is used up.
   *
   * `spare`, shape (d), is filled with what of ½ a_kk there is along axis k alone.
   */
  add(p: number, a: Float64Array, spare: Float64Array, add: AddEntry): void;
}

/**
 * Rows of ½ a:∇² whose entries off the diagonal are not negative, for every a ≥ 0, singular or not.
 *
 * At a node where a is diagonally dominant in cells the differences are the narrow ones, along the axes and the diagonals (order 2). Elsewhere a = Σ σ̂ σ̂ᵀ by
 * elimination, the largest variance in cells first, and each column σ̂ is a second difference with interpolation along its own direction ({@link arms}).
 * On a side, σ̂ is cut to the side: where the curvature vanishes what it had across is left out, and where a slope is given the axis itself carries ½ a_kk ∂_k².
 *
 * Cost of a row: nothing to speak of where it is narrow, else some √n ends of arms a column, each found by bisection.
 *
 * @see [debrabant2013]
 * @see [bonnans2003]
 */
export function wideRows(grid: Grid, sides: Sides): SecondOrderRows {
  const { dimension: d } = grid;
  const around = neighborhood(grid, sides);
  const pairs = pairsOf(d);
  const wide = arms(grid, sides);
  const column = new Float64Array(d);
  return {
    add: (p, a, spare, add) => {
      spare.fill(0);
      around.moveTo(p);
      for (const [k, l] of pairs) {
        const covariance = a[k * d + l];
        if (covariance === 0 || !(around.side[k] || around.side[l])) continue;
        addOnSide(around, k, l, covariance, covariance < 0 ? -1 : 1, p, add);
      }
      cutToSides(around, a, d);
      if (isDominant(around, a, d)) {
        addNarrow(around, a, d, p, spare, add);
        return;
      }
      for (let pivot = pivotOf(around, a, d); pivot >= 0; pivot = pivotOf(around, a, d)) {
        eliminate(a, d, pivot, column);
        const along = column.every((component, k) => component === 0 || k === pivot);
        if (along) addAlong(around, pivot, column[pivot] * column[pivot], p, spare, add);
        else wide.addSecondDifference(around, column, p, add);
      }
    },
  };
}

/** The rows of {@link wideRows} for coefficients on the grid, empty where `fixed`; `spare` has one array an axis. */
export function wideMatrix(
  grid: Grid,
  sides: Sides,
  coefficients: Coefficients,
  fixed: Uint8Array,
  spare: readonly Float64Array[],
): SparseMatrix {
  const { dimension: d } = grid;
  const rows = wideRows(grid, sides);
  const a = new Float64Array(d * d);
  const left = new Float64Array(d);
  return matrixOfRows(grid.size, (p, add) => {
    left.fill(0);
    if (!fixed[p]) {
      covarianceAt(coefficients, p, a);
      rows.add(p, a, left, add);
    }
    for (let k = 0; k < d; k++) spare[k][p] = left[k];
  });
}

function addNarrow(
  around: Neighborhood,
  a: Float64Array,
  d: number,
  p: number,
  spare: Float64Array,
  add: AddEntry,
): void {
  for (let k = 0; k < d; k++) {
    if (a[k * d + k] > 0) addAlong(around, k, a[k * d + k], p, spare, add);
    for (let l = 0; l < k; l++) {
      const covariance = a[k * d + l];
      if (covariance === 0) continue;
      addInside(around, l, k, covariance, covariance < 0 ? -1 : 1, p, add);
      spare[k] = Math.max(0, spare[k] - usedBy(covariance, k, l, around));
      spare[l] = Math.max(0, spare[l] - usedBy(covariance, l, k, around));
    }
  }
}

/** ½ variance ∂_k² by three points. */
function addAlong(
  { up, down, above, below }: Neighborhood,
  k: number,
  variance: number,
  p: number,
  spare: Float64Array,
  add: AddEntry,
): void {
  const forth = variance / (up[k] * (up[k] + down[k]));
  const back = variance / (down[k] * (up[k] + down[k]));
  add(p + above[k], forth);
  add(p + below[k], back);
  add(p, -(forth + back));
  spare[k] += variance / 2;
}

/** The axis with the largest variance in cells, −1 if there is none left. */
function pivotOf({ up, down }: Neighborhood, a: Float64Array, d: number): number {
  let [pivot, most] = [-1, 0];
  for (let k = 0; k < d; k++) {
    const cells = a[k * d + k] === 0 ? 0 : a[k * d + k] / ((up[k] + down[k]) * (up[k] + down[k]));
    if (cells > most) [pivot, most] = [k, cells];
  }
  return pivot;
}

/** Takes the column σ̂ = a_·k / √a_kk out of a: a ← a − σ̂ σ̂ᵀ. */
function eliminate(a: Float64Array, d: number, pivot: number, column: Float64Array): void {
  const root = Math.sqrt(a[pivot * d + pivot]);
  for (let k = 0; k < d; k++) column[k] = a[k * d + pivot] / root;
  for (let k = 0; k < d; k++) {
    for (let l = 0; l < d; l++) {
      const left = a[k * d + l] - column[k] * column[l];
      const none = k === pivot || l === pivot || (k === l && left <= ROUNDING * a[k * d + k]);
      a[k * d + l] = none ? 0 : left;
    }
  }
  for (let k = 0; k < d; k++) {
    if (a[k * d + k] > 0) continue;
    for (let l = 0; l < d; l++) {
      a[k * d + l] = 0;
      a[l * d + k] = 0;
    }
  }
}
