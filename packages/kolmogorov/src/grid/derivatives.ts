import type { Grid } from './grid.js';
import { linesAlong, startOf } from './lines.js';

/** Points beyond the least that a derivative takes, for order 4 in the middle of an axis. */
const BEYOND = 3;

/**
 * Mixed partial derivatives of any orders of arrays on a grid, by products of differences along the axes; their weights are computed once.
 *
 * An m-th derivative takes m + 3 neighboring points (one more if that is even): order 4 inside on evenly spaced points, at least
 * 3 elsewhere, as far as an axis has the points. `orders` has shape (d).
 */
export function derivativeOn(grid: Grid, orders: readonly number[]): (values: Float64Array) => Float64Array {
  const along = orders.flatMap((order, k) => (order > 0 ? [alongAxis(grid, k, order)] : []));
  return (values) => (along.length === 0 ? values.slice() : along.reduce((now, take) => take(now), values));
}

function alongAxis(grid: Grid, k: number, order: number): (values: Float64Array) => Float64Array {
  const { points } = grid.axes[k];
  const count = Math.min((order + BEYOND) | 1, points.length);
  const stencils = Array.from(points, (x, i) => {
    const first = Math.min(Math.max(i - (count >> 1), 0), points.length - count);
    return { first, weights: differenceWeights(points.subarray(first, first + count), x, order) };
  });
  const lines = linesAlong(grid, k);
  return (values) => {
    const out = new Float64Array(values.length);
    for (let q = 0; q < lines.count; q++) {
      const start = startOf(lines, q);
      for (let i = 0; i < lines.points; i++) {
        const { first, weights } = stencils[i];
        let sum = 0;
        for (let j = 0; j < weights.length; j++) sum += weights[j] * values[start + (first + j) * lines.stride];
        out[start + i * lines.stride] = sum;
      }
    }
    return out;
  };
}

/**
 * The weights of a difference for the `order`-th derivative at x on any distinct points, exact for polynomials of degree
 * points − 1.
 *
 * @see [fornberg1988]
 */
export function differenceWeights(points: Float64Array, x: number, order: number): Float64Array {
  const n = points.length;
  // table[m][j]: the weight of point j for the m-th derivative on the points taken so far.
  const table = Array.from({ length: order + 1 }, () => new Float64Array(n));
  table[0][0] = 1;
  let before = 1;
  for (let i = 1; i < n; i++) {
    const most = Math.min(i, order);
    let product = 1;
    for (let j = 0; j < i; j++) {
      const gap = points[i] - points[j];
      product *= gap;
      if (j === i - 1) {
        for (let m = most; m >= 0; m--) {
          const lower = m > 0 ? m * table[m - 1][i - 1] : 0;
          table[m][i] = (before / product) * (lower - (points[i - 1] - x) * table[m][i - 1]);
        }
      }
      for (let m = most; m >= 0; m--) {
        const lower = m > 0 ? m * table[m - 1][j] : 0;
        table[m][j] = ((points[i] - x) * table[m][j] - lower) / gap;
      }
    }
    before = product;
  }
  return table[order];
}
