import type ndarray from 'ndarray';
import { SdeError } from 'sde-core';
import { describe, requireFinite, requireFunction } from 'sde-core/errors';
import { stridedArray } from 'sde-core/numerics';
import type { Axis } from '../grid/axis.js';
import { cellLengths, type Grid, nodeAt } from '../grid/grid.js';
import { type GridData, shortly } from '../grid/grid-data.js';
import { interpolate, interpolation } from '../grid/interpolation.js';
import { between, blended, type Snapshots } from '../grid/snapshots.js';
import { type DensityWarning, negativeMassOf } from './density-warnings.js';
import type { MassBalance } from './mass-balance.js';

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
  /** The density of the state along axis `k` alone, at the points of that axis: shape (n_k). */
  marginal(t: number, k: number): Float64Array;
  /** Where the state along axis `k` stays below with that probability, given that mass is left: linear within a cell. */
  quantile(t: number, k: number, probability: number): number;
  /** Total mass at T: 1 less what was killed or absorbed. */
  readonly mass: number;
  /** Total mass at each of `times`. */
  readonly massAt: Float64Array;
  /** What of the mass at T is negative, as a number ≥ 0. */
  readonly negativeMass: number;
  /** The same at each of `times`. */
  readonly negativeMassAt: Float64Array;
  /** The least density at a node after the initial time, and the greatest. */
  readonly least: DensityExtreme;
  readonly greatest: DensityExtreme;
  /** Where the mass went. */
  readonly balance: MassBalance;
  /** What the density is worth less for; empty if there is nothing to say. */
  readonly warnings: readonly DensityWarning[];
  readonly grid: readonly Axis[];
  readonly times: Float64Array;
  /** Its grid, its times and the mass at every node: plain data. */
  toJSON(): GridData;
}

/** A density at a node and a time. */
export interface DensityExtreme {
  readonly value: number;
  readonly t: number;
  readonly x: Float64Array;
}

/** What is known of a density beside its masses. */
export interface DensityFacts {
  /** Default: all that is missing went elsewhere. */
  readonly balance?: MassBalance;
  readonly warnings?: readonly DensityWarning[];
}

/** A density over snapshots of node masses. */
export function density(grid: Grid, snapshots: Snapshots, facts: DensityFacts = {}): Density {
  const massAt = Float64Array.from(snapshots.values, total);
  const negativeMassAt = Float64Array.from(snapshots.values, negativeMassOf);
  const last = massAt.length - 1;
  const { balance = unexplained(grid, massAt[0], massAt[last]), warnings = [] } = facts;
  const shaped = (values: Float64Array): ndarray.NdArray<Float64Array> => stridedArray(values, grid.shape);
  const masses = (t: number, where: string): Float64Array => blended(between(snapshots, t, where));
  const densities = (t: number, where: string): Float64Array =>
    masses(t, where).map((mass, p) => mass / grid.volumes[p]);
  const made: Omit<Density, 'toJSON'> = {
    slice: (t) => shaped(densities(t, 'Density.slice(t)')),
    at: (t, x) => interpolate(interpolation(grid, x, 'Density.at(t, x)'), densities(t, 'Density.at(t, …)')),
    masses: (t) => shaped(masses(t, 'Density.masses(t)')),
    expectation: (t, f) => {
      const now = masses(t, 'Density.expectation(t, …)');
      requireFunction(f, 'Density.expectation(…, f)', 'give (x) => number');
      const x = new Float64Array(grid.dimension);
      let sum = 0;
      for (let p = 0; p < grid.size; p++) {
        if (now[p] === 0) continue;
        nodeAt(grid, p, x);
        sum += now[p] * finiteAt(f, x);
      }
      return sum;
    },
    marginal: (t, k) => {
      const along = massesAlong(
        grid,
        requireAxis(grid, k, 'Density.marginal(t, k)'),
        masses(t, 'Density.marginal(t, …)'),
      );
      const lengths = cellLengths(grid.axes[k]);
      return along.map((mass, i) => mass / lengths[i]);
    },
    quantile: (t, k, probability) => {
      const along = massesAlong(
        grid,
        requireAxis(grid, k, 'Density.quantile(t, k, …)'),
        masses(t, 'Density.quantile(t, …)'),
      );
      return quantileOf(grid.axes[k], along, requireProbability(probability));
    },
    mass: massAt[last],
    massAt,
    negativeMass: negativeMassAt[last],
    negativeMassAt,
    ...extremesOf(grid, snapshots),
    balance,
    warnings,
    grid: grid.axes,
    times: snapshots.times,
  };
  return shortly(made, 'Density', { grid, snapshots, warnings });
}

function unexplained(grid: Grid, start: number, end: number): MassBalance {
  return { start, end, sides: grid.axes.map(() => ({ lower: 0, upper: 0 })), elsewhere: start - end };
}

/** The extremes after the initial time: there a point is no density. */
function extremesOf(grid: Grid, { times, values }: Snapshots): Pick<Density, 'least' | 'greatest'> {
  let [least, greatest] = [
    { value: Number.POSITIVE_INFINITY, j: 0, p: 0 },
    { value: Number.NEGATIVE_INFINITY, j: 0, p: 0 },
  ];
  values.forEach((masses, j) => {
    if (j === 0 && values.length > 1) return;
    masses.forEach((mass, p) => {
      const value = mass / grid.volumes[p];
      if (value < least.value) least = { value, j, p };
      if (value > greatest.value) greatest = { value, j, p };
    });
  });
  const placed = ({ value, j, p }: typeof least): DensityExtreme => {
    const x = new Float64Array(grid.dimension);
    nodeAt(grid, p, x);
    return { value, t: times[j], x };
  };
  return { least: placed(least), greatest: placed(greatest) };
}

/** The masses at the points of one axis, summed over the others. */
function massesAlong(grid: Grid, k: number, masses: Float64Array): Float64Array {
  const sums = new Float64Array(grid.shape[k]);
  for (let p = 0; p < grid.size; p++) sums[Math.floor(p / grid.strides[k]) % grid.shape[k]] += masses[p];
  return sums;
}

/** The first point at which the masses, spread evenly over their cells, add up to a share of the whole. */
function quantileOf({ points }: Axis, along: Float64Array, probability: number): number {
  const last = points.length - 1;
  const wanted = probability * total(along);
  let below = 0;
  for (let i = 0; i <= last; i++) {
    if (below + along[i] >= wanted || i === last) {
      const low = (points[Math.max(i - 1, 0)] + points[i]) / 2;
      const high = (points[i] + points[Math.min(i + 1, last)]) / 2;
      return low + (high - low) * Math.min(Math.max((wanted - below) / along[i], 0), 1);
    }
    below += along[i];
  }
  return points[last];
}

function requireAxis(grid: Grid, k: number, where: string): number {
  if (Number.isInteger(k) && k >= 0 && k < grid.dimension) return k;
  throw new SdeError('value', {
    what: 'no such axis',
    where,
    expected: `an integer from 0 to ${grid.dimension - 1}`,
    got: describe(k),
    remedy: 'number the states from 0',
  });
}

function finiteAt(f: (x: Float64Array) => number, x: Float64Array): number {
  return requireFinite(
    f(x),
    `Density.expectation(…, f) at x = (${x.join(', ')})`,
    'give a function that is finite at the nodes that have mass',
  );
}

function requireProbability(probability: number): number {
  if (typeof probability === 'number' && probability > 0 && probability < 1) return probability;
  throw new SdeError('value', {
    what: 'not a probability',
    where: 'Density.quantile(…, probability)',
    expected: 'a number between 0 and 1',
    got: describe(probability),
    remedy: 'the median is 0.5',
  });
}

function total(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
