import { implicitEulerStep } from './implicit-euler.js';
import { type SmoothingOptions, smoothed } from './smoothing.js';
import type { Stepping } from './stepping.js';
import { thetaStep } from './theta-step.js';

/**
 * Crank–Nicolson with Rannacher's start: order 2, A-stable. In two dimensions or more the whole matrix is factored,
 * once while it does not change; on fine grids a splitting is faster.
 *
 * The first `smoothing` steps after the terminal time (default 2) are two implicit Euler half-steps each, which damps what
 * Crank–Nicolson leaves oscillating on a nonsmooth terminal value and keeps order 2; a density that starts at a point gets as many at t0. `smoothing: 0` is
 * plain Crank–Nicolson.
 *
 * @throws SdeError `value` if steps is not an integer ≥ 1, or smoothing not an integer ≥ 0.
 * @see [rannacher1984]
 * @see [giles2006]
 *
 * @example
 * import { crankNicolson } from 'kolmogorov';
 * crankNicolson({ steps: 100, smoothing: 0 }).order; // → 2
 */
export function crankNicolson(options: SmoothingOptions): Stepping {
  return {
    name: 'Crank–Nicolson',
    citation: 'rannacher1984',
    order: 2,
    mixedOrder: 2,
    splits: false,
    ...smoothed(options, { damping: implicitEulerStep, plain: thetaStep(1 / 2), where: 'crankNicolson' }),
  };
}
