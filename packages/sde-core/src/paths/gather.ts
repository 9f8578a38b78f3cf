import type { Algebra } from '../expression/algebra.js';
import type { Observation } from './observation.js';

/** What a step shows of f. */
export interface Seen<V> {
  readonly before: V;
  readonly after: V;
  /** σᵀ∇f at the step's start, shape (m); empty for an observation that does not look between. */
  readonly slopes: readonly V[];
}

/** A step, with the standardized increments of its halves where its noise is that of both: shape (m) each. */
export interface GatheredStep<V> {
  readonly h: V;
  /** The observation's own variables; with halves those of the first, then those of the second. */
  readonly draws: readonly V[];
  readonly halves?: { readonly first: readonly V[]; readonly second: readonly V[] };
}

/**
 * The states of an observation after a step. Where the halves of the step are known, and the observation can be made of them, it is: through the
 * point that the Brownian bridge of f passes in the middle, ½ (before + after) + ½ σᵀ∇f · (ΔW₁ − ΔW₂).
 *
 * ΔW₁ − ΔW₂ is independent of ΔW₁ + ΔW₂ and so of the ends: the law is that of the whole step, while the path is nearer to one of two steps.
 *
 * @see [giles2006]
 */
export function gathered<V>(
  algebra: Algebra<V>,
  { update, draws, divisible }: Observation,
  states: readonly V[],
  { before, after, slopes }: Seen<V>,
  step: GatheredStep<V>,
): readonly V[] {
  const { add, constant, multiply, sqrt, subtract } = algebra;
  const { h, halves } = step;
  const sum = (values: readonly V[]): V => values.reduce(add, constant(0));
  const variance = multiply(h, sum(slopes.map((slope) => multiply(slope, slope))));
  const own = step.draws.slice(0, draws);
  if (!halves || !divisible) return update(algebra, states, { h, before, after, variance, draws: own });
  const half = constant(1 / 2);
  const differences = slopes.map((slope, k) => multiply(slope, subtract(halves.first[k], halves.second[k])));
  const deviation = multiply(multiply(half, sqrt(multiply(half, h))), sum(differences));
  const middle = add(multiply(half, add(before, after)), deviation);
  const part = { h: multiply(half, h), variance: multiply(half, variance) };
  const there = update(algebra, states, { ...part, before, after: middle, draws: own });
  return update(algebra, there, { ...part, before: middle, after, draws: step.draws.slice(draws) });
}
