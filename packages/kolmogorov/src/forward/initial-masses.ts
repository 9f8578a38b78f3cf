import { SdeError, type Warning } from 'sde-core';
import { describe, type KnownKeys, requireKeys } from 'sde-core/errors';
import { type Averaging, cellAverages } from '../backward/cell-averages.js';
import type { NodesAt, StateInput } from '../backward/node-values.js';
import type { Grid } from '../grid/grid.js';
import { interpolation } from '../grid/interpolation.js';

/** Several points to start from: data as they are. */
export interface InitialPoints {
  /** Points of shape (d), at least one. */
  readonly points: readonly ArrayLike<number>[];
  /** Their masses, one a point, finite and not negative; data as they are, whatever they sum to. Default: equal, 1 in all. */
  readonly weights?: ArrayLike<number>;
}

/**
 * Where a process starts: a point of shape (d), several with their weights, or a density as an expression, a function of x, or its values at
 * the nodes.
 *
 * A point is spread over the nodes with the weights by which `Field.at` interpolates there, so that ⟨u(t0, ·), ρ(t0)⟩ = u(t0, x0) exactly; some
 * of these masses are negative.
 */
export type Initial = Exclude<StateInput, number> | InitialPoints;

/**
 * The mass at every node, shape (size).
 *
 * @throws SdeError `shape` if an array is neither a point nor one value a node, or weights are not one a point; `value` if a point is outside
 * the grid.
 */
export function initialMasses(
  initial: Initial,
  nodes: NodesAt,
  where: string,
  { stencil, averaging = 'auto' }: { readonly stencil?: number; readonly averaging?: Averaging } = {},
): Float64Array {
  const { grid } = nodes;
  if (initial === undefined || initial === null || typeof initial === 'number') {
    throw new SdeError('value', {
      what: 'not an initial distribution',
      where,
      expected:
        'a point of shape (d), { points }, or a density as an expression, a function of x, or values at the nodes',
      got: describe(initial),
      remedy: 'write a point of one dimension as [x0]',
    });
  }
  const given = isPoint(initial, grid) ? { points: [initial] } : initial;
  if (isPoints(given)) return massesOf(given, grid, where, stencil);
  const masses = cellAverages(given, nodes, { averaging, cyclic: grid.axes.map(() => false) }, where);
  for (let p = 0; p < grid.size; p++) masses[p] *= grid.volumes[p];
  return masses;
}

/** An initial law on the grid. */
export interface InitialLaw {
  /** Shape (size). */
  readonly masses: Float64Array;
  /** It is narrower than some cells, or jumps: steps at t0 must damp. */
  readonly rough: boolean;
  readonly warnings: readonly Warning<'initial-normalized'>[];
}

/** The change of a density from node to node, relative to the largest, above which the cells do not resolve it: that of a Gaussian of two cells' deviation. */
const ROUGH = 1 / 4;
/** How far from 1 the mass of a density may be on the grid: less is what its tails and the trapezoidal rule leave. Empirical. */
const MASS_TOLERANCE = 1e-3;
/** The same for a peak on a single node, whose {@link ROUGH change} is 2 and that of a Gaussian of 0.6 cells' deviation is this. Empirical. */
const [PEAK, UNSEEN] = [1.5, 0.1];
/** The same for a rough density, which nodes may miss altogether. Empirical. */
const OUT_OF_PROPORTION = 100;

/**
 * The masses of an initial law. A density given by a formula or a function has mass 1: where the grid sees it but finds another number, it is divided by that,
 * with a warning. Points and values at nodes are data, taken as they are.
 *
 * @throws SdeError as {@link initialMasses}, and `value` for a density whose mass on the grid is not positive, or is not 1 where the cells do not resolve it.
 */
export function initialLaw(initial: Initial, nodes: NodesAt, where: string, averaging?: Averaging): InitialLaw {
  const { grid } = nodes;
  const masses = initialMasses(initial, nodes, where, { averaging });
  const bend = bendOf(masses, grid);
  const rough = bend > ROUGH;
  const formula =
    typeof initial === 'string' || typeof initial === 'function' || (isObject(initial) && 'dependsOn' in initial);
  const mass = masses.reduce((sum, value) => sum + value, 0);
  if (!formula || Math.abs(mass - 1) <= MASS_TOLERANCE) return { masses, rough, warnings: [] };
  const unseen =
    (bend > PEAK && !(Math.abs(mass - 1) <= UNSEEN)) ||
    (rough && !(mass * OUT_OF_PROPORTION > 1 && mass < OUT_OF_PROPORTION));
  if (unseen || !(mass > 0)) {
    throw new SdeError('value', {
      what: unseen ? 'an initial density that the cells do not resolve' : 'an initial density without mass on the grid',
      where,
      expected: 'a density whose mass is 1 by the trapezoidal rule on the grid',
      got: `mass ${mass}`,
      remedy: unseen
        ? 'put more points where it is, or give the point it is close to as an array, [x0] or { points, weights }'
        : 'put the grid where the density is; a signed function is given as its values at the nodes',
    });
  }
  const normalized: Warning<'initial-normalized'> = {
    kind: 'initial-normalized',
    message: `The initial density has mass ${mass} on the grid and was divided by it. Give a density of mass 1, or values at the nodes to have them as they are.`,
    mass,
  };
  return { masses: masses.map((value) => value / mass), rough, warnings: [normalized] };
}

/** Whether an initial law is rough: it bends by more than {@link ROUGH} of its largest value at some node. */
export const isRough = (masses: Float64Array, grid: Grid): boolean => bendOf(masses, grid) > ROUGH;

/** ½ a_kk |∂_k² ρ|, the largest at any node and along any axis, relative to the largest ρ: what a step times it is changes a density by. */
export function spreadingRate(masses: Float64Array, grid: Grid, halfVariance: readonly Float64Array[]): number {
  const { axes, volumes, shape, strides, size } = grid;
  let [most, largest] = [0, 0];
  for (let p = 0; p < size; p++) largest = Math.max(largest, Math.abs(masses[p] / volumes[p]));
  axes.forEach(({ points }, k) => {
    for (let p = 0; p < size; p++) {
      const i = Math.floor(p / strides[k]) % shape[k];
      if (i === 0 || i === shape[k] - 1) continue;
      const [below, here, above] = [p - strides[k], p, p + strides[k]].map((q) => masses[q] / volumes[q]);
      const [down, up] = [points[i] - points[i - 1], points[i + 1] - points[i]];
      const bend = ((above - here) / up - (here - below) / down) / ((down + up) / 2);
      most = Math.max(most, halfVariance[k][p] * Math.abs(bend));
    }
  });
  return largest > 0 ? most / largest : 0;
}

/** The largest change of the density from node to node beyond the change before, along any axis, relative to the largest value. */
function bendOf(masses: Float64Array, { volumes, shape, strides, size }: Grid): number {
  let [most, largest] = [0, 0];
  for (let p = 0; p < size; p++) largest = Math.max(largest, Math.abs(masses[p] / volumes[p]));
  shape.forEach((n, k) => {
    for (let p = 0; p < size; p++) {
      const i = Math.floor(p / strides[k]) % n;
      if (i === 0 || i === n - 1) continue;
      const [down, up] = [p - strides[k], p + strides[k]];
      most = Math.max(
        most,
        Math.abs(masses[down] / volumes[down] - (2 * masses[p]) / volumes[p] + masses[up] / volumes[up]),
      );
    }
  });
  return largest > 0 ? most / largest : 0;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const pointKeys: KnownKeys<InitialPoints> = { points: true, weights: true };
const pointWords = { masses: 'weights', probabilities: 'weights', point: 'points', x: 'points' };

function massesOf(given: InitialPoints, grid: Grid, where: string, stencil?: number): Float64Array {
  requireKeys<InitialPoints>(given, pointKeys, where, pointWords);
  const { points, weights } = given;
  if (!Array.isArray(points) || points.length === 0 || (weights && weights.length !== points.length)) {
    throw new SdeError('shape', {
      what: 'not points with their weights',
      where,
      expected: 'at least one point, and as many weights if any',
      got: `${describe(points)} and ${describe(weights)}`,
      remedy: 'give { points: [x1, x2, …] }, each of shape (d), and weights for masses that are not equal',
    });
  }
  const wrong = Array.from(weights ?? []).findIndex((weight) => !(Number.isFinite(weight) && weight >= 0));
  if (weights && wrong >= 0) {
    throw new SdeError('value', {
      what: 'a weight that is no mass',
      where: where.replace(/\}\)$/, '}).weights'),
      expected: 'finite numbers ≥ 0, one a point',
      got: `${describe(weights[wrong])} for point ${wrong}`,
      remedy: 'give masses; a signed measure is given as its values at the nodes',
    });
  }
  const masses = new Float64Array(grid.size);
  points.forEach((point, i) => {
    const at = interpolation(grid, point, where, { stencil });
    const mass = weights ? weights[i] : 1 / points.length;
    for (let j = 0; j < at.nodes.length; j++) masses[at.nodes[j]] += mass * at.weights[j];
  });
  return masses;
}

function isPoints(initial: Initial): initial is InitialPoints {
  return typeof initial === 'object' && 'points' in initial;
}

/** A grid has at least 3^d nodes, so an array of d numbers is a point. */
function isPoint(initial: Initial, grid: Grid): initial is ArrayLike<number> {
  return (
    typeof initial === 'object' && 'length' in initial && !('shape' in initial) && initial.length === grid.dimension
  );
}
