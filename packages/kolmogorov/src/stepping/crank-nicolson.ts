import { requireInteger } from 'sde-core';
import { implicitEulerStep } from './implicit-euler.js';
import type { Stepping } from './stepping.js';
import { thetaStep } from './theta-step.js';

/** Crank–Nicolson steps that are replaced unless the caller says otherwise. */
const RANNACHER_STEPS = 2;

/**
 * Crank–Nicolson with Rannacher's start: order 2, A-stable. In two dimensions or more the whole matrix is factored,
 * once while it does not change; on fine grids a splitting is faster.
 *
 * The first `smoothing` steps after the terminal time (default 2) are two implicit Euler half-steps each, which damps what
 * Crank–Nicolson leaves oscillating on a nonsmooth terminal value and keeps order 2. `smoothing: 0` is plain Crank–Nicolson.
 *
 * @throws SdeError `value` if steps is not an integer ≥ 1, or smoothing not an integer ≥ 0.
 * @see [rannacher1984]
 * @see [giles2006]
 *
 * @example
 * import { crankNicolson } from 'kolmogorov';
 * crankNicolson({ steps: 100, smoothing: 0 }).order; // → 2
 */
export function crankNicolson(options: { readonly steps: number; readonly smoothing?: number }): Stepping {
  const steps = requireInteger(options?.steps, 1, 'crankNicolson({ steps })', 'give the number of time steps');
  const smoothing = requireInteger(
    options.smoothing ?? RANNACHER_STEPS,
    0,
    'crankNicolson({ smoothing })',
    'give the number of steps to replace by two implicit half-steps, or 0',
  );
  const smooth = [implicitEulerStep, implicitEulerStep];
  const plain = [thetaStep(1 / 2)];
  return {
    name: 'Crank–Nicolson',
    citation: 'rannacher1984',
    order: 2,
    mixedOrder: 2,
    steps,
    splits: false,
    damps: smoothing > 0,
    parts: (index) => (index < smoothing ? smooth : plain),
  };
}
