import { SdeError } from 'sde-core';
import { describe } from 'sde-core/errors';
import { MOST_NODES } from '../door/limits.js';
import { type Axis, requireAxis } from './axis.js';

/** A tensor grid. Nodes are numbered row-major: the last axis runs fastest. */
export interface Grid {
  readonly axes: readonly Axis[];
  /** d. */
  readonly dimension: number;
  /** Points per axis, shape (d). */
  readonly shape: readonly number[];
  /** Distance in numbering between neighbors along an axis, shape (d). */
  readonly strides: readonly number[];
  /** Number of nodes. */
  readonly size: number;
  /** Volume of each node's cell (half cells at the ends), shape (size): the trapezoidal rule. */
  readonly volumes: Float64Array;
}

/**
 * The tensor product of axes.
 *
 * @throws SdeError `shape` if there is not one axis a dimension, `value` if an axis is none or the grid is too large.
 */
export function tensorGrid(axes: readonly Axis[], dimension: number, where: string): Grid {
  if (!Array.isArray(axes) || axes.length !== dimension) {
    throw new SdeError('shape', {
      what: 'the grid does not have one axis for each state of the model',
      where,
      expected: `${dimension} ${dimension === 1 ? 'axis' : 'axes'}, such as [${Array(dimension).fill('uniform(a, b, n)').join(', ')}]`,
      got: describe(axes),
      remedy: 'give an array with one axis a state, in the order of the states',
    });
  }
  axes.forEach((axis, k) => {
    requireAxis(axis, `${where}[${k}]`);
  });
  const shape = axes.map((axis) => axis.points.length);
  const strides = shape.map((_, k) => shape.slice(k + 1).reduce((product, n) => product * n, 1));
  const size = shape.reduce((product, n) => product * n, 1);
  if (size > MOST_NODES) {
    throw new SdeError('value', {
      what: 'the grid is too large',
      where,
      expected: `at most ${MOST_NODES} nodes`,
      got: `${shape.join(' × ')} = ${size} nodes`,
      remedy: 'use fewer points an axis; sinhSpaced puts them where they matter',
    });
  }
  const volumes = new Float64Array(size).fill(1);
  axes.forEach((axis, k) => {
    const lengths = cellLengths(axis);
    for (let p = 0; p < size; p++) volumes[p] *= lengths[Math.floor(p / strides[k]) % shape[k]];
  });
  return Object.freeze({ axes, dimension, shape, strides, size, volumes });
}

/** Writes the coordinates of node `p`, shape (d). */
export function nodeAt(grid: Grid, p: number, out: Float64Array): void {
  let rest = p;
  for (let k = grid.dimension - 1; k >= 0; k--) {
    const n = grid.shape[k];
    const above = (rest / n) | 0;
    out[k] = grid.axes[k].points[rest - above * n];
    rest = above;
  }
}

/** Half the distance between a point's neighbors; at an end, half the distance to the only one. */
export function cellLengths(axis: Axis): Float64Array {
  const { points } = axis;
  const last = points.length - 1;
  return points.map((_, i) => (points[Math.min(i + 1, last)] - points[Math.max(i - 1, 0)]) / 2);
}
