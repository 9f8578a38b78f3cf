import { SdeError } from 'sde-core';
import { describe, requireFinite } from 'sde-core/errors';
import { differenceWeights } from './derivatives.js';
import type { Grid } from './grid.js';

/** Points an axis that an interpolation takes: cubic where the axis has four. */
const STENCIL = 4;

/** The nodes and weights with which a point is interpolated: u(x) ≈ Σ weights[j] · u[nodes[j]]. */
export interface Interpolation {
  readonly nodes: Int32Array;
  readonly weights: Float64Array;
}

/**
 * Tensor-product Lagrange interpolation through the nearest `stencil` points an axis (default 4): that order for values, one less for each
 * derivative.
 *
 * `orders` is how often to differentiate along each axis, shape (d); default not at all.
 *
 * @throws SdeError `shape` if x is not (d), `value` if it is outside the grid.
 */
export function interpolation(
  grid: Grid,
  x: ArrayLike<number>,
  where: string,
  { orders, stencil = STENCIL }: { readonly orders?: readonly number[]; readonly stencil?: number } = {},
): Interpolation {
  if (!(Array.isArray(x) || ArrayBuffer.isView(x)) || x.length !== grid.dimension) {
    throw new SdeError('shape', {
      what: 'the point does not have one coordinate for each axis',
      where,
      expected: `shape (${grid.dimension})`,
      got: describe(x),
      remedy: 'give the point as an array, in the order of the states',
    });
  }
  let nodes = [0];
  let weights = [1];
  for (let k = 0; k < grid.dimension; k++) {
    const { points } = grid.axes[k];
    requireFinite(x[k], `${where}, coordinate ${k}`, 'give the coordinates of the point as numbers');
    if (!(x[k] >= points[0] && x[k] <= points[points.length - 1])) {
      throw new SdeError('value', {
        what: 'the point is outside the grid',
        where: `${where}, coordinate ${k}`,
        expected: `a number in [${points[0]}, ${points[points.length - 1]}]`,
        got: describe(x[k]),
        remedy: 'widen the grid along this axis: a solution is not extrapolated',
      });
    }
    const along = lagrangeAt(points, x[k], orders?.[k] ?? 0, stencil);
    nodes = nodes.flatMap((node) => Array.from(along.weights, (_, i) => node + (along.first + i) * grid.strides[k]));
    weights = weights.flatMap((weight) => Array.from(along.weights, (value) => weight * value));
  }
  return { nodes: Int32Array.from(nodes), weights: Float64Array.from(weights) };
}

/** Σ weights · values at the nodes. */
export function interpolate(at: Interpolation, values: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < at.nodes.length; j++) sum += at.weights[j] * values[at.nodes[j]];
  return sum;
}

/** The i with points[i] ≤ x < points[i + 1], by bisection; the last cell for the last point. */
export function cellOf(points: Float64Array, x: number): number {
  let low = 0;
  let high = points.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (points[middle] <= x) low = middle;
    else high = middle;
  }
  return low;
}

/** The weights of the points nearest to x (default four), from point `first` on: of the value there, or of a derivative. */
export function lagrangeAt(
  points: Float64Array,
  x: number,
  order = 0,
  stencil: number = STENCIL,
): { readonly first: number; readonly weights: Float64Array } {
  const count = Math.min(stencil, points.length);
  const first = Math.min(Math.max(cellOf(points, x) - (count >> 1) + 1, 0), points.length - count);
  return { first, weights: differenceWeights(points.subarray(first, first + count), x, order) };
}
