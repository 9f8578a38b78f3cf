import type { Warning } from 'sde-core';
import { nodeAt } from '../grid/grid.js';
import type { DiscreteHjb } from './discrete-hjb.js';
import { hamiltonianValue, type NodeHamiltonian } from './node-hamiltonian.js';

/** A formula of the caller's for the best control is not the best. */
export type MinimizerKind = 'minimizer-not-best';

/** What a formula misses: its largest gain, with the control and the place. */
export interface Missed {
  readonly gain: number;
  readonly relative: number;
  readonly t: number;
  readonly x: readonly number[];
  readonly control: string;
  readonly given: number;
  readonly better: number;
}

/** Nodes that are looked at. */
const NODES = 64;
/** Values of an interval that are tried beside the formula's; without end, distances from it relative to 1 and its size. */
const VALUES = 33;
const DISTANCES = [2 ** -6, 2 ** -4, 2 ** -2, 1, 4, 16] as const;
/** Relative to the terms of a Hamiltonian, a gain that may be what is left of the iteration. */
const ROUNDING = 2 ** -30;

/**
 * Compares the controls that formulas of the caller's gave with others, by the Hamiltonian at some nodes: what is better shows that a formula is wrong for these differences.
 *
 * The policy is one of which an iteration converged, and the Hamiltonian that of its value.
 */
export function missedBy(made: DiscreteHjb, hamiltonian: NodeHamiltonian, policy: Float64Array): Missed | undefined {
  const { set, grid, equation, differences, sign } = made;
  if (set.given.length === 0) return undefined;
  const q = equation.controls;
  const found = hamiltonianValue(equation.dimension);
  const trial = new Float64Array(q);
  const x = new Float64Array(grid.dimension + q);
  let worst: Missed | undefined;
  const every = Math.max(1, Math.floor(grid.size / NODES));
  for (let p = every >> 1; p < grid.size; p += every) {
    if (differences.fixed[p]) continue;
    const a = policy.subarray(p * q, (p + 1) * q);
    const here = sign * hamiltonian.evaluate(p, a, found);
    const { scale } = found;
    if (!Number.isFinite(here)) continue;
    for (const { index } of set.given) {
      for (const value of others(a[index], set.lower[index], set.upper[index])) {
        trial.set(a);
        trial[index] = value;
        const gain = here - sign * hamiltonian.evaluate(p, trial, found);
        if (!(gain > ROUNDING * scale && gain / scale > (worst?.relative ?? 0))) continue;
        nodeAt(grid, p, x);
        worst = {
          gain,
          relative: gain / scale,
          t: hamiltonian.t,
          x: Array.from(x.subarray(0, grid.dimension)),
          control: equation.names[index],
          given: a[index],
          better: value,
        };
      }
    }
  }
  return worst;
}

/** What a formula that misses is worth a warning for. */
export function minimizerWarnings(missed: Missed | undefined): readonly Warning<MinimizerKind>[] {
  if (!missed) return [];
  const { control, given, better, x, t, gain } = missed;
  const message = `The minimizer of ${control} gives ${given} at t = ${t}, x = (${x.join(', ')}), where ${better} is better by ${gain} in the Hamiltonian: the value is that of another control. Correct the formula, or leave it out for the closed form, { search } or a list.`;
  return [{ kind: 'minimizer-not-best', message, ...missed }];
}

function others(given: number, lower: number, upper: number): number[] {
  if (Number.isFinite(upper - lower))
    return Array.from({ length: VALUES }, (_, i) => lower + ((upper - lower) * i) / (VALUES - 1));
  return DISTANCES.flatMap((distance) =>
    [-1, 1].map((way) => Math.min(Math.max(given + way * distance * (1 + Math.abs(given)), lower), upper)),
  );
}
