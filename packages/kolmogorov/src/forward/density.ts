import ndarray from 'ndarray';
import type { Axis } from '../grid/axis.js';
import { type Grid, nodeAt } from '../grid/grid.js';
import { interpolate, interpolation } from '../grid/interpolation.js';
import { between, blended, type Snapshots } from '../grid/snapshots.js';

/** The law of a process on a grid over time. */
export interface Density {
  /** The density at the nodes, mass over cell volume, shape (n_1, …, n_d). */
  slice(t: number): ndarray.NdArray<Float64Array>;
  /** The density at a point: cubic in space, linear between `times`. */
  at(t: number, x: ArrayLike<number>): number;
  /** The mass at each node, shape (n_1, …, n_d): what the transposed steps carry. */
  masses(t: number): ndarray.NdArray<Float64Array>;
  /** E f(X_t) = Σ masses · f(x). */
  expectation(t: number, f: (x: Float64Array) => number): number;
  /** Total mass at T: 1 less what was killed or absorbed. */
  readonly mass: number;
  /** Total mass at each of `times`. */
  readonly massAt: Float64Array;
  readonly grid: readonly Axis[];
  readonly times: Float64Array;
}

/** A density over snapshots of node masses. */
export function density(grid: Grid, snapshots: Snapshots): Density {
  const massAt = Float64Array.from(snapshots.values, total);
  const shaped = (values: Float64Array): ndarray.NdArray<Float64Array> => ndarray(values, [...grid.shape]);
  const masses = (t: number, where: string): Float64Array => blended(between(snapshots, t, where));
  const densities = (t: number, where: string): Float64Array =>
    masses(t, where).map((mass, p) => mass / grid.volumes[p]);
  return {
    slice: (t) => shaped(densities(t, 'Density.slice(t)')),
    at: (t, x) => interpolate(interpolation(grid, x, 'Density.at(t, x)'), densities(t, 'Density.at(t, …)')),
    masses: (t) => shaped(masses(t, 'Density.masses(t)')),
    expectation: (t, f) => {
      const now = masses(t, 'Density.expectation(t, …)');
      const x = new Float64Array(grid.dimension);
      let sum = 0;
      for (let p = 0; p < grid.size; p++) {
        if (now[p] === 0) continue;
        nodeAt(grid, p, x);
        sum += now[p] * f(x);
      }
      return sum;
    },
    mass: massAt[massAt.length - 1],
    massAt,
    grid: grid.axes,
    times: snapshots.times,
  };
}

function total(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
