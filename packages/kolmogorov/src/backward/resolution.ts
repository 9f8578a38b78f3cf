import type { Warning } from 'sde-core';
import { nodeAt } from '../grid/grid.js';
import { lociOfFormula } from '../operators/loci.js';
import { scalarFunction } from '../operators/scalar-function.js';
import { formulaOf, type NodesAt, type StateInput } from './node-values.js';

/** What is noticed between the nodes: the terminal value has a peak or a wave narrower than the cells, which the nodes do not show. */
export type ResolutionKind = 'coarse-cells';

/** Parts of a cell, by dimension, at whose ends values are looked at; beyond three dimensions as for three. */
const PARTS = [16, 4, 2] as const;
/** Share of the range by which a value between two nodes may be beyond both: a Gaussian's whose deviation is 0.42 of a cell. Empirical. */
const BEYOND = 1 / 2;

/**
 * Looks between the nodes, along the axes, for values that the nodes do not show: a peak or a wave narrower than the cells.
 *
 * An expression that jumps or kinks is averaged in the cells where it does, and is not looked at; nor are values at nodes. Cost: 15 values a node in one
 * dimension, 6 in two.
 */
export function resolutionWarnings(
  input: StateInput,
  values: Float64Array,
  { grid, model, t }: NodesAt,
  where: string,
): Warning<ResolutionKind>[] {
  const formula = formulaOf(input);
  if (formula === undefined) return [];
  const scalar = scalarFunction(typeof formula === 'function' ? (_, x) => formula(x) : formula, model, where);
  if (scalar.constant !== undefined || lociOfFormula(scalar.formula).some(({ inSpace }) => inSpace)) return [];
  let [low, high, beyond] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  const x = new Float64Array(grid.dimension);
  const at = new Float64Array(grid.dimension);
  const parts = PARTS[Math.min(grid.dimension, PARTS.length) - 1];
  for (let p = 0; p < grid.size; p++) {
    low = Math.min(low, values[p]);
    high = Math.max(high, values[p]);
    nodeAt(grid, p, x);
    for (let k = 0; k < grid.dimension; k++) {
      const { points } = grid.axes[k];
      const i = Math.floor(p / grid.strides[k]) % points.length;
      if (i === points.length - 1) continue;
      const next = values[p + grid.strides[k]];
      for (let part = 1; part < parts; part++) {
        const s = x[k] + ((points[i + 1] - x[k]) * part) / parts;
        const kept = x[k];
        x[k] = s;
        const value = scalar.at(t, x);
        const out = Math.max(value - Math.max(values[p], next), Math.min(values[p], next) - value);
        if (out > beyond) {
          beyond = out;
          at.set(x);
        }
        x[k] = kept;
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
  }
  if (!(beyond > BEYOND * (high - low))) return [];
  const place = Array.from(at);
  const message = `Between nodes, near x = (${place.join(', ')}), the terminal value is beyond both of its neighbors by ${beyond}, of a range of ${high - low}: it is narrower than the cells. Put points where it is ({ averaging } keeps its mass only).`;
  return [{ kind: 'coarse-cells', message, x: place, beyond, range: high - low }];
}
