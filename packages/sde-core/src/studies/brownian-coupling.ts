import type { Scheme } from '../schemes/scheme.js';
import { timeIntegralOf } from '../schemes/time-integral.js';

/** Whether the variables of a scheme's step can be had from a Brownian path: normal increments, and their time integrals at most. */
export function hasPath({ driver }: Pick<Scheme, 'driver'>, m: number): boolean {
  const { increments, auxiliary, timeIntegrals = false } = driver;
  // With one process there may be no auxiliary variables where with two there are.
  return increments === 'gaussian' && (timeIntegrals || auxiliary(Math.max(m, 2)).length === 0);
}

/** The variables of a step from those of its two halves: m increments first, then the ones of their time integrals; shape (size). */
export function joined(first: Float64Array, second: Float64Array, m: number): Float64Array {
  return first.map((value, k) => {
    if (k < m) return (value + second[k]) / Math.SQRT2;
    return timeIntegralOf([first[k - m], value], [second[k - m], second[k]]);
  });
}
