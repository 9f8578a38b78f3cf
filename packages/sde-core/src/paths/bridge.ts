import type { Algebra } from '../expression/algebra.js';

/** A Brownian bridge over one step: its values at both ends, and the variance that its free end would have. */
export interface Bridge<V> {
  readonly before: V;
  readonly after: V;
  /** |σᵀ∇f|² h. */
  readonly variance: V;
}

/**
 * The probability that a Brownian bridge from a > 0 to b > 0 of variance v stays above 0, 1 − e^(−2ab/v); 0 where an end is not above 0.
 *
 * @see [glasserman2003, section 6.4]
 */
export function stayingProbability<V>(algebra: Algebra<V>, { before, after, variance }: Bridge<V>): V {
  const { and, constant, divide, expm1, less, multiply, negate, select } = algebra;
  const zero = constant(0);
  const exponent = divide(multiply(constant(-2), multiply(before, after)), variance);
  // Without noise the quotient is −∞, and the bridge a line that stays.
  return select(and(less(zero, before), less(zero, after)), negate(expm1(exponent)), zero);
}

/** The least number that the uniform variable below is taken to be: the logarithm stays finite. */
const LEAST_UNIFORM = 2 ** -54;

/**
 * The maximum of a Brownian bridge from a to b of variance v, drawn: ½ (a + b + √((b − a)² − 2 v log ((1 + w)/2))), w uniform on (−1, 1).
 *
 * @see [glasserman2003, section 6.4]
 */
export function bridgeMaximum<V>(algebra: Algebra<V>, { before, after, variance }: Bridge<V>, w: V): V {
  const { add, constant, log, maximum, multiply, sqrt, subtract } = algebra;
  const half = constant(1 / 2);
  const u = maximum(constant(LEAST_UNIFORM), multiply(half, add(constant(1), w)));
  const way = subtract(after, before);
  const spread = multiply(multiply(constant(-2), variance), log(u));
  const top = add(add(before, after), sqrt(add(multiply(way, way), spread)));
  // Rounding may put the root below the way.
  return maximum(multiply(half, top), maximum(before, after));
}
