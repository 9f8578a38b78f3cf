import type { Grid } from '../grid/grid.js';
import { type Sides, slopedNodes } from './boundary.js';
import { coefficientLayout } from './coefficient-layout.js';
import type { DifferenceMatrices } from './difference-matrices.js';
import type { DiffusionRule } from './diffusion.js';
import { type RowEntries, rowEntries } from './sparse-rows.js';

/**
 * How coefficients at a node become its row: the terms of {@link DifferenceMatrices}, each times its coefficient, and what stands beside them.
 *
 * So a row can be had for any coefficients at any node, without those of the other nodes.
 */
export interface NodeRows {
  /**
   * The row of node p for the coefficients there, in the order of {@link coefficientLayout}: leaves in them what the terms are multiplied by, writes which first
   * differences the axes take, shape (d), and returns the entries that are in no term, to be read before another row is asked for; none where it is linear.
   */
  take(p: number, coefficients: Float64Array, chosen: Int32Array): RowEntries | undefined;
  /** Rows are linear in σσᵀ: all of them is in the terms. */
  readonly linear: boolean;
}

/**
 * The rows of a generator by a rule for its second derivatives: the same numbers as where the coefficients are those of a whole grid.
 *
 * The rule is linear, or has rows. With rows, only what a slope across a side makes of ½ a_kk stays with the terms. A row for the node and the covariance
 * of the row before is not made again.
 */
export function nodeRows(grid: Grid, sides: Sides, rule: DiffusionRule, differences: DifferenceMatrices): NodeRows {
  const { dimension: d } = grid;
  const own = rule.rows?.(grid, sides);
  if (!own) {
    return {
      linear: true,
      take: (p, coefficients, chosen) => {
        differences.choose(p, coefficients, chosen);
        return undefined;
      },
    };
  }
  const { pairs, halfVariance, covariance, killing } = coefficientLayout(d);
  const second = killing - halfVariance;
  const beside = rowEntries();
  const onSlope = slopedNodes(grid, sides);
  const a = new Float64Array(d * d);
  const spare = new Float64Array(d);
  // What the entries are for.
  let node = -1;
  const seen = new Float64Array(second);
  const isSeen = (p: number, coefficients: Float64Array): boolean => {
    if (p !== node) return false;
    for (let i = 0; i < second; i++) if (coefficients[halfVariance + i] !== seen[i]) return false;
    return true;
  };
  return {
    linear: false,
    take: (p, coefficients, chosen) => {
      if (!isSeen(p, coefficients)) {
        beside.clear();
        node = p;
        for (let i = 0; i < second; i++) seen[i] = coefficients[halfVariance + i];
        // What is not finite shows in the terms.
        if (!seen.every(Number.isFinite)) {
          node = -1;
          differences.choose(p, coefficients, chosen);
          return beside;
        }
        for (let k = 0; k < d; k++) a[k * d + k] = 2 * coefficients[halfVariance + k];
        pairs.forEach(([k, l], pair) => {
          a[k * d + l] = coefficients[covariance + pair];
          a[l * d + k] = coefficients[covariance + pair];
        });
        own.add(p, a, spare, beside.add);
      }
      for (let k = 0; k < d; k++) if (!onSlope[k][p]) coefficients[halfVariance + k] = 0;
      coefficients.fill(0, covariance, killing);
      differences.choose(p, coefficients, chosen, spare);
      return beside;
    },
  };
}
