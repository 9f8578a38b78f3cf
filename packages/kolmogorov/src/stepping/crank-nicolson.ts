import { requireInteger } from 'sde-core';
import { addAll, addAllTransposed } from '../operators/operator.js';
import { implicitEulerStep } from './implicit-euler.js';
import type { OneStep, Stepping } from './stepping.js';

/** (I − dt/2 A₁) u ← u + dt/2 (A₀ u + g₀ + g₁). */
const crankNicolsonStep: OneStep = {
  theta: 1 / 2,
  step: (stage, dt, u, scratch) => {
    const [from, to] = [stage(0), stage(1)];
    const old = scratch(0);
    old.set(u);
    // With one matrix, (I − s A)⁻¹ (I + s A) = 2 (I − s A)⁻¹ − I, s = dt/2: no product.
    const same = from.matrices === to.matrices;
    const share = same ? dt / 4 : dt / 2;
    if (!same) addAll(from, dt / 2, old, u);
    from.addForcing(share, u);
    to.addForcing(share, u);
    to.solve(dt / 2, u);
    if (same) for (let p = 0; p < u.length; p++) u[p] = 2 * u[p] - old[p];
  },
  stepTransposed: (stage, dt, rho, scratch) => {
    const [from, to] = [stage(0), stage(1)];
    const old = scratch(0);
    const same = from.matrices === to.matrices;
    const share = same ? dt / 4 : dt / 2;
    old.set(rho);
    if (same) for (let p = 0; p < rho.length; p++) rho[p] *= 2;
    to.solveTransposed(dt / 2, rho);
    from.addForcingTransposed(share, rho);
    to.addForcingTransposed(share, rho);
    if (same) {
      for (let p = 0; p < rho.length; p++) rho[p] -= old[p];
      return;
    }
    old.set(rho);
    addAllTransposed(from, dt / 2, old, rho);
  },
};

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
  const plain = [crankNicolsonStep];
  return {
    name: 'Crank–Nicolson',
    citation: 'rannacher1984',
    order: 2,
    mixedOrder: 2,
    steps,
    splits: false,
    parts: (index) => (index < smoothing ? smooth : plain),
  };
}
