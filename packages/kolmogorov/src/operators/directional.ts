import type { Grid } from '../grid/grid.js';
import type { SparseMatrix } from '../linear/sparse-matrix.js';
import type { Side, Sides } from './boundary.js';
import { pairsOf } from './coefficient-layout.js';
import type { Coefficients } from './coefficients.js';
import { type Neighborhood, neighborhood } from './neighborhood.js';
import { type AddEntry, matrixOfRows } from './sparse-rows.js';

/**
 * Σ_(k<l) a_kl ∂_k ∂_l as a matrix, by the differences along the diagonal to which a_kl points: seven points a pair.
 *
 *   a_kl > 0:  ½ (D_k⁺ D_l⁺ + D_k⁻ D_l⁻)      a_kl < 0:  ½ (D_k⁺ D_l⁻ + D_k⁻ D_l⁺)
 *
 * The entry of the diagonal neighbor is positive, those of the neighbors along the axes are negative, to be outweighed by ½ a_kk ∂_k². On a side with a
 * slope ∂_k u is what the side says; on one where the curvature vanishes the mixed derivatives are left out. `signs` are the covariances whose signs
 * choose the diagonals, if not the ones of the matrix.
 *
 * @see [kushner2001]
 */
export function directionalMatrix(
  grid: Grid,
  sides: Sides,
  covariance: readonly Float64Array[],
  fixed: Uint8Array,
  signs: readonly Float64Array[] = covariance,
): SparseMatrix {
  const around = neighborhood(grid, sides);
  const pairs = pairsOf(grid.dimension);
  return matrixOfRows(grid.size, (p, add) => {
    if (fixed[p]) return;
    around.moveTo(p);
    pairs.forEach(([k, l], pair) => {
      const a = covariance[pair][p];
      const sign = signs[pair][p] < 0 ? -1 : 1;
      if (a === 0) return;
      if (around.side[k] || around.side[l]) addOnSide(around, k, l, a, sign, p, add);
      else addInside(around, k, l, a, sign, p, add);
    });
  });
}

/** ½ a (D_k^± D_l^± + D_k^∓ D_l^∓), the signs of the two equal or opposite. */
export function addInside(
  { up, down, above, below }: Neighborhood,
  k: number,
  l: number,
  a: number,
  sign: 1 | -1,
  p: number,
  add: AddEntry,
): void {
  for (const upward of [true, false]) {
    const along = upward === sign > 0;
    const weight = (sign * a) / (2 * (upward ? up[k] : down[k]) * (along ? up[l] : down[l]));
    const first = upward ? above[k] : below[k];
    const second = along ? above[l] : below[l];
    add(p + first + second, weight);
    add(p + first, -weight);
    add(p + second, -weight);
    add(p, weight);
  }
}

/**
 * a ∂_l (feedback · u) on a side where ∂_k u = slope + feedback · u, one-sided by the sign of what multiplies it. The slope is a forcing.
 */
export function addOnSide(
  around: Neighborhood,
  k: number,
  l: number,
  a: number,
  sign: 1 | -1,
  p: number,
  add: AddEntry,
): void {
  const [first, second] = [feedbackOf(around.side[k]), feedbackOf(around.side[l])];
  if (first !== undefined && second !== undefined) add(p, a * first * second);
  else if (first !== undefined && !around.side[l]) addOneSided(around, l, a * first, sign * first > 0, p, add);
  else if (second !== undefined && !around.side[k]) addOneSided(around, k, a * second, sign * second > 0, p, add);
}

function feedbackOf(side: Side | undefined): number | undefined {
  return side?.kind === 'slope' ? side.feedback : undefined;
}

/** rate · ∂_k u. */
function addOneSided(
  { up, down, above, below }: Neighborhood,
  k: number,
  rate: number,
  upward: boolean,
  p: number,
  add: AddEntry,
): void {
  const weight = upward ? rate / up[k] : -rate / down[k];
  add(p + (upward ? above[k] : below[k]), weight);
  add(p, -weight);
}

/** What the mixed derivatives leave of ½ a_kk for first derivatives to be central and monotone, at least 0: one array an axis. */
export function spareHalfVariance(
  grid: Grid,
  sides: Sides,
  { halfVariance, covariance }: Coefficients,
  out: readonly Float64Array[],
): void {
  const around = neighborhood(grid, sides);
  const pairs = pairsOf(grid.dimension);
  out.forEach((spare, k) => {
    spare.set(halfVariance[k]);
  });
  for (let p = 0; p < grid.size; p++) {
    around.moveTo(p);
    pairs.forEach(([k, l], pair) => {
      if (around.side[k] || around.side[l]) return;
      out[k][p] = Math.max(0, out[k][p] - usedBy(covariance[pair][p], k, l, around));
      out[l][p] = Math.max(0, out[l][p] - usedBy(covariance[pair][p], l, k, around));
    });
  }
}

/** What the difference for a_kl takes of ½ a_kk: its entry at distance h along k is |a_kl| / (2 h Δx_l), that of s ∂_k² is 2 s / (h (up + down)). */
export function usedBy(covariance: number, k: number, l: number, { up, down }: Neighborhood): number {
  return (Math.abs(covariance) * (up[k] + down[k])) / (4 * Math.min(up[l], down[l]));
}
