import type { Driver } from '../randomness/driver.js';

/**
 * Anything that moves by steps: a scheme on a problem, or a noisy network.
 *
 * `step` maps the state at step n and that step's noise to the state at step n + 1; it is a pure function.
 */
export interface Chain {
  readonly name: string;
  /** d. */
  readonly dimension: number;
  /** N. */
  readonly steps: number;
  /** Step size: (T − t0) / N. */
  readonly h: number;
  readonly t0: number;
  /** Shape (d). */
  readonly x0: Float64Array;
  readonly driver: Driver;
  /** `x` and `out` have shape (d) and may not be the same array; `noise` has shape (driver.size). */
  step(n: number, x: Float64Array, noise: Float64Array, out: Float64Array): void;
}
