import type { Grid } from '../grid/grid.js';
import type { SparseMatrix } from '../linear/sparse-matrix.js';
import { arms } from './arms.js';
import type { Sides } from './boundary.js';
import { type Coefficients, pairsOf } from './coefficients.js';
import { addInside, addOnSide, usedBy } from './directional.js';
import { covarianceInside, isDominant } from './dominance.js';
import { type Neighborhood, neighborhood } from './neighborhood.js';
import { type AddEntry, matrixOfRows } from './sparse-rows.js';

/** Relative to a_kk, what is left of it after elimination that is rounding. */
const ROUNDING = 2 ** -40;

/**
 * ½ a:∇² as a matrix whose entries off the diagonal are not negative, for every a ≥ 0, singular or not.
 *
 * At a node where a is diagonally dominant in cells the differences are the narrow ones, along the axes and the diagonals (order 2). Elsewhere a = Σ σ̂ σ̂ᵀ by
 * elimination, the largest variance in cells first, and each column σ̂ is a second difference with interpolation along its own direction ({@link arms}).
 * On a side, σ̂ is cut to the side: where the curvature vanishes what it had across is left out, and where a slope is given the axis itself carries ½ a_kk ∂_k².
 *
 * `spare`, one array an axis, is filled with what of ½ a_kk there is along axis k alone.
 *
 * @see [debrabant2013]
 * @see [bonnans2003]
 */
export function wideMatrix(
  grid: Grid,
  sides: Sides,
  coefficients: Coefficients,
  fixed: Uint8Array,
  spare: readonly Float64Array[],
): SparseMatrix {
  const { dimension: d } = grid;
  const around = neighborhood(grid, sides);
  const pairs = pairsOf(d);
  const wide = arms(grid, sides);
  const a = new Float64Array(d * d);
  const column = new Float64Array(d);
  return matrixOfRows(grid.size, (p, add) => {
    for (const values of spare) values[p] = 0;
    if (fixed[p]) return;
    around.moveTo(p);
    pairs.forEach(([k, l], pair) => {
      const covariance = coefficients.covariance[pair][p];
      if (covariance === 0 || !(around.side[k] || around.side[l])) return;
      addOnSide(around, k, l, covariance, covariance < 0 ? -1 : 1, p, add);
    });
    covarianceInside(coefficients, around, p, a);
    if (isDominant(around, a, d)) {
      addNarrow(around, a, d, p, spare, add);
      return;
    }
    for (let pivot = pivotOf(around, a, d); pivot >= 0; pivot = pivotOf(around, a, d)) {
      eliminate(a, d, pivot, column);
      const along = column.every((component, k) => component === 0 || k === pivot);
      if (along) addAlong(around, pivot, column[pivot] ** 2, p, spare, add);
      else wide.addSecondDifference(around, column, p, add);
    }
  });
}

function addNarrow(
  around: Neighborhood,
  a: Float64Array,
  d: number,
  p: number,
  spare: readonly Float64Array[],
  add: AddEntry,
): void {
  for (let k = 0; k < d; k++) {
    if (a[k * d + k] > 0) addAlong(around, k, a[k * d + k], p, spare, add);
    for (let l = 0; l < k; l++) {
      const covariance = a[k * d + l];
      if (covariance === 0) continue;
      addInside(around, l, k, covariance, covariance < 0 ? -1 : 1, p, add);
      spare[k][p] = Math.max(0, spare[k][p] - usedBy(covariance, k, l, around));
      spare[l][p] = Math.max(0, spare[l][p] - usedBy(covariance, l, k, around));
    }
  }
}

/** ½ variance ∂_k² by three points. */
function addAlong(
  { up, down, above, below }: Neighborhood,
  k: number,
  variance: number,
  p: number,
  spare: readonly Float64Array[],
  add: AddEntry,
): void {
  const forth = variance / (up[k] * (up[k] + down[k]));
  const back = variance / (down[k] * (up[k] + down[k]));
  add(p + above[k], forth);
  add(p + below[k], back);
  add(p, -(forth + back));
  spare[k][p] += variance / 2;
}

/** The axis with the largest variance in cells, −1 if there is none left. */
function pivotOf({ up, down }: Neighborhood, a: Float64Array, d: number): number {
  let [pivot, most] = [-1, 0];
  for (let k = 0; k < d; k++) {
    const cells = a[k * d + k] === 0 ? 0 : a[k * d + k] / (up[k] + down[k]) ** 2;
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
