import ndarray from 'ndarray';
import type { Axis } from '../grid/axis.js';
import type { Grid } from '../grid/grid.js';
import { interpolate, interpolation } from '../grid/interpolation.js';
import { between, blended, type Snapshots } from '../grid/snapshots.js';

/** A function of time and state that was computed on a grid. */
export interface Field {
  /** u(t, x): cubic through the four nearest nodes an axis (order 4), linear between `times` (order 2). x has shape (d). */
  at(t: number, x: ArrayLike<number>): number;
  /** ∇u(t, x), shape (d): the derivative of the same cubics (order 3). */
  gradient(t: number, x: ArrayLike<number>): Float64Array;
  /** u(t, ·) at the nodes, shape (n_1, …, n_d). */
  slice(t: number): ndarray.NdArray<Float64Array>;
  /** Estimated |error| of the discretization at (t, x) before extrapolation; only of a field solved with `extrapolate`. */
  error?(t: number, x: ArrayLike<number>): number;
  readonly grid: readonly Axis[];
  /** The times that were stepped to, increasing. */
  readonly times: Float64Array;
}

/** A field over snapshots; `stencil` is the number of points an axis that interpolate, 4 unless given. */
export function field(grid: Grid, snapshots: Snapshots, stencil?: number): Field {
  const evaluate = (t: number, x: ArrayLike<number>, derivative: number, where: string): number => {
    const place = interpolation(grid, x, derivative, `${where}(t, x)`, stencil);
    const { early, late, earlyWeight, lateWeight } = between(snapshots, t, `${where}(t, …)`);
    const value = interpolate(place, early);
    return lateWeight === 0 ? value : earlyWeight * value + lateWeight * interpolate(place, late);
  };
  return {
    grid: grid.axes,
    times: snapshots.times,
    at: (t, x) => evaluate(t, x, -1, 'Field.at'),
    gradient: (t, x) => Float64Array.from(grid.axes, (_, k) => evaluate(t, x, k, 'Field.gradient')),
    slice: (t) => ndarray(blended(between(snapshots, t, 'Field.slice(t)')), [...grid.shape]),
  };
}
