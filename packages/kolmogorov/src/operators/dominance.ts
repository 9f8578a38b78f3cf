import { SdeError } from 'sde-core';
import { type Grid, nodeAt } from '../grid/grid.js';
import type { Sides } from './boundary.js';
import { pairsOf } from './coefficient-layout.js';
import type { Coefficients } from './coefficients.js';
import { type Neighborhood, neighborhood } from './neighborhood.js';

/** The matrix a at a node, shape (d, d). */
export function covarianceAt({ halfVariance, covariance }: Coefficients, p: number, out: Float64Array): void {
  const d = halfVariance.length;
  for (let k = 0; k < d; k++) out[k * d + k] = 2 * halfVariance[k][p];
  pairsOf(d).forEach(([k, l], pair) => {
    out[k * d + l] = covariance[pair][p];
    out[l * d + k] = out[k * d + l];
  });
}

/** Leaves of a, shape (d, d), what is along no axis on whose side the node lies. */
export function cutToSides({ side }: Neighborhood, a: Float64Array, d: number): void {
  for (let k = 0; k < d; k++) {
    if (!side[k]) continue;
    for (let l = 0; l < d; l++) {
      a[k * d + l] = 0;
      a[l * d + k] = 0;
    }
  }
}

/** Narrow differences have no negative entry off the diagonal: a_kk Δx_l ≥ Σ_l |a_kl| Δx_k, on both sides of the node. */
export function isDominant({ up, down }: Neighborhood, a: Float64Array, d: number): boolean {
  for (let k = 0; k < d; k++) {
    if (a[k * d + k] === 0) continue;
    // Of the entries of both neighbors, times their distances.
    const own = a[k * d + k] / (up[k] + down[k]);
    let [above, below] = [own, own];
    for (let l = 0; l < d; l++) {
      if (l === k) continue;
      const covariance = a[k * d + l] / 2;
      if (covariance === 0) continue;
      above -= Math.abs(covariance) / (covariance > 0 ? up[l] : down[l]);
      below -= Math.abs(covariance) / (covariance > 0 ? down[l] : up[l]);
    }
    if (above < 0 || below < 0) return false;
  }
  return true;
}

/**
 * Refuses a covariance that the seven-point differences do not suit: in three dimensions they may amplify what is not monotone.
 *
 * @throws SdeError `unsupported`, naming the node.
 */
export function requireDominant(grid: Grid, sides: Sides, coefficients: Coefficients, fixed: Uint8Array): void {
  const around = neighborhood(grid, sides);
  const a = new Float64Array(grid.dimension * grid.dimension);
  for (let p = 0; p < grid.size; p++) {
    if (fixed[p]) continue;
    around.moveTo(p);
    covarianceAt(coefficients, p, a);
    cutToSides(around, a, grid.dimension);
    if (isDominant(around, a, grid.dimension)) continue;
    const x = new Float64Array(grid.dimension);
    nodeAt(grid, p, x);
    throw new SdeError('unsupported', {
      what: 'directional differences in three dimensions or more where the covariance is not diagonally dominant',
      where: `(…, { diffusion: 'directional' }) at x = (${Array.from(x).join(', ')})`,
      expected: 'a_kk / Δx_k ≥ Σ |a_kl| / Δx_l for every k',
      got: `a = [${Array.from(a).join(', ')}]`,
      remedy: "use diffusion 'wide', which is monotone for every covariance, or 'central'",
    });
  }
}
