import type ndarray from 'ndarray';
import type { Warning } from 'sde-core';
import { stridedArray } from 'sde-core/numerics';
import type { Axis } from '../grid/axis.js';
import type { Grid } from '../grid/grid.js';
import { type GridData, shortly } from '../grid/grid-data.js';
import { interpolate, interpolation } from '../grid/interpolation.js';
import { between, blended, type Snapshots } from '../grid/snapshots.js';
import type { ExtrapolationKind } from './extrapolation-claim.js';
import type { GrowthKind } from './growth-watch.js';
import type { ResolutionKind } from './resolution.js';
import type { RoughnessKind } from './smoothness.js';
import type { UndampedKind } from './undamped.js';

/** What a field may warn of. */
export type FieldWarning = Warning<GrowthKind | RoughnessKind | ResolutionKind | ExtrapolationKind | UndampedKind>;

/** A function of time and state that was computed on a grid. */
export interface Field {
  /** u(t, x): cubic through the four nearest nodes an axis (order 4), linear between `times` (order 2). x has shape (d). */
  at(t: number, x: ArrayLike<number>): number;
  /** ∇u(t, x), shape (d): the derivative of the same cubics (order 3). */
  gradient(t: number, x: ArrayLike<number>): Float64Array;
  /** ∇²u(t, x), shape (d, d), row-major: the second derivatives of the same cubics (order 2). */
  hessian(t: number, x: ArrayLike<number>): Float64Array;
  /** u(t, ·) at the nodes, shape (n_1, …, n_d). */
  slice(t: number): ndarray.NdArray<Float64Array>;
  /**
   * A bound of |error| at (t, x), to a factor of 2, of a field solved with `extrapolate`: a third of the difference between the two grids, or more where a third
   * grid says so. Infinite where nothing can be claimed.
   */
  error?(t: number, x: ArrayLike<number>): number;
  /** The order at which differences between three grids shrink about (t, x); of a field solved with `extrapolate`, NaN without a third grid. */
  order?(t: number, x: ArrayLike<number>): number;
  /** Whether `error` can be claimed at (t, x): the order is there, and sides of vanishing curvature do not matter more. */
  reliable?(t: number, x: ArrayLike<number>): boolean;
  readonly grid: readonly Axis[];
  /** The times that were stepped to, increasing. */
  readonly times: Float64Array;
  /** What its values are worth less for; empty if there is nothing to say. */
  readonly warnings: readonly FieldWarning[];
  /** Its grid, its times and its values at all nodes: plain data. */
  toJSON(): GridData;
}

/** A field over snapshots; `stencil` is the number of points an axis that interpolate, 4 unless given. */
export function field(
  grid: Grid,
  snapshots: Snapshots,
  stencil?: number,
  warnings: readonly FieldWarning[] = [],
): Field {
  const d = grid.dimension;
  const evaluate = (t: number, x: ArrayLike<number>, orders: readonly number[] | undefined, where: string): number => {
    const place = interpolation(grid, x, `${where}(t, x)`, { orders, stencil });
    const { early, late, earlyWeight, lateWeight } = between(snapshots, t, `${where}(t, …)`);
    const value = interpolate(place, early);
    return lateWeight === 0 ? value : earlyWeight * value + lateWeight * interpolate(place, late);
  };
  const once = (...axes: number[]): number[] =>
    Array.from({ length: d }, (_, k) => axes.filter((axis) => axis === k).length);
  const made: Omit<Field, 'toJSON'> = {
    grid: grid.axes,
    times: snapshots.times,
    warnings,
    at: (t, x) => evaluate(t, x, undefined, 'Field.at'),
    gradient: (t, x) => Float64Array.from(grid.axes, (_, k) => evaluate(t, x, once(k), 'Field.gradient')),
    hessian: (t, x) => {
      const out = new Float64Array(d * d);
      for (let k = 0; k < d; k++) {
        for (let l = k; l < d; l++) {
          out[k * d + l] = evaluate(t, x, once(k, l), 'Field.hessian');
          out[l * d + k] = out[k * d + l];
        }
      }
      return out;
    },
    slice: (t) => stridedArray(blended(between(snapshots, t, 'Field.slice(t)')), grid.shape),
  };
  return shortly(made, 'Field', { grid, snapshots, warnings });
}
