import { SdeError } from 'sde-core';
import { describe } from 'sde-core/errors';
import { numbers } from 'sde-core/numerics';
import { MOST_PARTS } from '../door/limits.js';
import type { Grid } from '../grid/grid.js';
import { lociOfFormula } from '../operators/loci.js';
import { averageInto, type Interface, ruleOf } from '../operators/placed-averages.js';
import { scalarFunction } from '../operators/scalar-function.js';
import { formulaOf, type NodesAt, nodeValues, type StateInput } from './node-values.js';

/**
 * How a function that is not smooth comes to the nodes.
 *
 * `'auto'`: an expression as its mean against the hats of the nodes in those cells, and only those, in which it jumps or kinks. A number: by its mean over
 * each node's cell, by that many points along each axis, everywhere; 1 is the value at the node.
 */
export type Averaging = 'auto' | number;

/** How values come to the nodes of an equation: which axes are cyclic, and where its diffusion jumps, if it does. */
export interface Way {
  readonly averaging: Averaging;
  readonly cyclic: readonly boolean[];
  readonly across?: Interface;
  /** Nodes of which every so many are nodes of all grids that are compared. Default 1. */
  readonly stride?: number;
}

/** Refuses what is no {@link Averaging}. */
export function requireAveraging(averaging: Averaging, where: string): void {
  if (averaging === 'auto' || (Number.isInteger(averaging) && averaging >= 1 && averaging <= MOST_PARTS)) return;
  throw new SdeError('value', {
    what: 'not a way to average',
    where: `${where}(…, { averaging })`,
    expected: `'auto', or an integer from 1 to ${MOST_PARTS}`,
    got: describe(averaging),
    remedy: 'leave it out, or give the number of parts of a cell, along each axis',
  });
}

/**
 * The values of a function of the state for the nodes, shape (size): see {@link Averaging}. An array is taken as it is.
 *
 * @throws SdeError as {@link nodeValues}.
 */
export function cellAverages(
  input: StateInput,
  nodes: NodesAt,
  { averaging, cyclic, across, stride }: Way,
  where: string,
): Float64Array {
  const { grid, model, t } = nodes;
  const values = nodeValues(input, nodes, where);
  const formula = formulaOf(input);
  if (!formula || averaging === 1) return values;
  const scalar = scalarFunction(typeof formula === 'function' ? (_, x) => formula(x) : formula, model, where);
  const f = (x: Float64Array): number => scalar.at(t, x);
  if (averaging !== 'auto') return nodeValues(everywhere(f, grid, averaging), nodes, where);
  const loci = lociOfFormula(scalar.formula);
  if (!loci.some(({ inSpace }) => inSpace)) return values;
  const rule = ruleOf(grid, [...loci, ...(across?.loci ?? [])], cyclic, stride)?.(t);
  const variance = across && ((x: Float64Array, k: number) => across.halfVariance(t, x, k));
  if (rule) averageInto(rule, f, values, variance);
  return values;
}

/** The midpoint rule on `points` parts an axis of each node's cell. */
function everywhere(f: (x: Float64Array) => number, grid: Grid, points: number): Float64Array {
  const x = new Float64Array(grid.dimension);
  const parts = numbers.power(points, grid.dimension);
  return Float64Array.from({ length: grid.size }, (_, p) => {
    let sum = 0;
    for (let part = 0; part < parts; part++) {
      let rest = part;
      for (let k = 0; k < grid.dimension; k++) {
        const along = grid.axes[k].points;
        const i = Math.floor(p / grid.strides[k]) % grid.shape[k];
        const low = (along[Math.max(i - 1, 0)] + along[i]) / 2;
        const high = (along[i] + along[Math.min(i + 1, along.length - 1)]) / 2;
        x[k] = low + ((high - low) * ((rest % points) + 1 / 2)) / points;
        rest = Math.floor(rest / points);
      }
      sum += f(x);
    }
    return sum / parts;
  });
}
