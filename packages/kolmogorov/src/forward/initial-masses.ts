import { describe, SdeError } from 'sde-core';
import { cellAverages } from '../backward/cell-averages.js';
import type { StateInput } from '../backward/node-values.js';
import type { Grid } from '../grid/grid.js';
import { interpolation } from '../grid/interpolation.js';
import type { Named } from '../operators/scalar-function.js';

/** Several points to start from: data as they are. */
export interface InitialPoints {
  /** Points of shape (d), at least one. */
  readonly points: readonly ArrayLike<number>[];
  /** Their masses, one a point. Default: equal, 1 in all. */
  readonly weights?: ArrayLike<number>;
}

/**
 * Where a process starts: a point of shape (d), several with their weights, or a density as an expression, a function of x, or its values at
 * the nodes.
 *
 * A point is spread over the nodes with the weights by which `Field.at` interpolates there, so that ⟨u(t0, ·), ρ(t0)⟩ = u(t0, x0) exactly; some
 * of these masses are negative.
 */
export type Initial = StateInput | InitialPoints;

/**
 * The mass at every node, shape (size).
 *
 * @throws SdeError `shape` if an array is neither a point nor one value a node, or weights are not one a point; `value` if a point is outside
 * the grid.
 */
export function initialMasses(
  initial: Initial,
  grid: Grid,
  model: Named,
  t: number,
  where: string,
  stencil?: number,
): Float64Array {
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
  const masses = cellAverages(given, grid, model, t, { averaging: 'auto', cyclic: grid.axes.map(() => false) }, where);
  for (let p = 0; p < grid.size; p++) masses[p] *= grid.volumes[p];
  return masses;
}

function massesOf({ points, weights }: InitialPoints, grid: Grid, where: string, stencil?: number): Float64Array {
  if (!Array.isArray(points) || points.length === 0 || (weights && weights.length !== points.length)) {
    throw new SdeError('shape', {
      what: 'not points with their weights',
      where,
      expected: 'at least one point, and as many weights if any',
      got: `${describe(points)} and ${describe(weights)}`,
      remedy: 'give { points: [x1, x2, …] }, each of shape (d), and weights for masses that are not equal',
    });
  }
  const masses = new Float64Array(grid.size);
  points.forEach((point, i) => {
    const at = interpolation(grid, point, where, undefined, stencil);
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
