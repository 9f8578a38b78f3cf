import { describe, SdeError } from 'sde-core';
import { nodeValues, type StateInput } from '../backward/node-values.js';
import type { Grid } from '../grid/grid.js';
import { interpolation } from '../grid/interpolation.js';
import type { Named } from '../operators/scalar-function.js';

/**
 * Where a process starts: a point of shape (d), or a density as an expression, a function of x, or its values at the nodes.
 *
 * A point is spread over the nodes with the weights by which `Field.at` interpolates there, so that ⟨u(t0, ·), ρ(t0)⟩ = u(t0, x0) exactly; some
 * of these masses are negative.
 */
export type Initial = StateInput;

/**
 * The mass at every node, shape (size).
 *
 * @throws SdeError `shape` if an array is neither a point nor one value a node; `value` if a point is outside the grid.
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
      expected: 'a point of shape (d), or a density as an expression, a function of x, or values at the nodes',
      got: describe(initial),
      remedy: 'write a point of one dimension as [x0]',
    });
  }
  if (isPoint(initial, grid)) {
    const masses = new Float64Array(grid.size);
    const { nodes, weights } = interpolation(grid, initial, where, undefined, stencil);
    for (let j = 0; j < nodes.length; j++) masses[nodes[j]] += weights[j];
    return masses;
  }
  const masses = nodeValues(initial, grid, model, t, where);
  for (let p = 0; p < grid.size; p++) masses[p] *= grid.volumes[p];
  return masses;
}

/** A grid has at least 3^d nodes, so an array of d numbers is a point. */
function isPoint(initial: Initial, grid: Grid): initial is ArrayLike<number> {
  return (
    typeof initial === 'object' && 'length' in initial && !('shape' in initial) && initial.length === grid.dimension
  );
}
