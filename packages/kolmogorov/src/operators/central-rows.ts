import { centralFirst, centralSecond } from '../grid/differences.js';
import type { Grid } from '../grid/grid.js';
import type { Bands } from './bands.js';

/** What one axis contributes to L. */
export interface DirectionCoefficients {
  readonly drift: Float64Array;
  readonly halfVariance: Float64Array;
  readonly killing: Float64Array;
  /** The part of the killing rate that this axis carries: 1 / d. */
  readonly killingShare: number;
  /** 1 where the value is given: the row is zero. */
  readonly fixed: Uint8Array;
  /** The coefficients by which one-sided, central or upwind differences are chosen, if not the ones above. */
  readonly pattern?: { readonly drift: Float64Array; readonly halfVariance: Float64Array };
}

/** Weights of both neighbors in the central differences along an axis, shape (points, 4): ∂ lower, ∂ upper, ∂² lower, ∂² upper. 0 at the ends. */
export type CentralWeights = Float64Array;

/** The central differences of axis `k`, between its ends. */
export function centralWeights(grid: Grid, k: number): CentralWeights {
  const { points } = grid.axes[k];
  const weights = new Float64Array(4 * points.length);
  for (let i = 1; i < points.length - 1; i++) {
    const [down, up] = [points[i] - points[i - 1], points[i + 1] - points[i]];
    const [first, second] = [centralFirst(down, up), centralSecond(down, up)];
    weights.set([first[0], first[2], second[0], second[2]], 4 * i);
  }
  return weights;
}

/** Fills the rows between the ends of every line with b ∂ + ½ a ∂² − the share of c, differences central. */
export function assembleCentral(weights: CentralWeights, given: DirectionCoefficients, out: Bands): void {
  const { drift, halfVariance, killing, killingShare, fixed } = given;
  const { lower, diagonal, upper } = out;
  const { points, stride, size } = out.lines;
  for (let start = 0; start < size; start += points * stride) {
    // One loop that passes every node once, whatever the stride; `left` neighbors are still to come at place w / 4 of their lines.
    let w = 4;
    let left = stride;
    const end = start + (points - 1) * stride;
    for (let p = start + stride; p < end; p++) {
      if (fixed[p] === 0) {
        const a = halfVariance[p];
        const b = drift[p];
        const before = a * weights[w + 2] + b * weights[w];
        const after = a * weights[w + 3] + b * weights[w + 1];
        lower[p] = before;
        upper[p] = after;
        diagonal[p] = -(before + after) - killing[p] * killingShare;
      } else {
        lower[p] = 0;
        upper[p] = 0;
        diagonal[p] = 0;
      }
      left--;
      if (left === 0) {
        left = stride;
        w += 4;
      }
    }
  }
}
