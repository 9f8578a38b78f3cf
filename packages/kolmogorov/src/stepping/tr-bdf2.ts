import { requireFields } from '../door/at-the-door.js';
import { addAll, addAllTransposed } from '../operators/operator.js';
import { type OneStep, requireSteps, type Stepping, stepWords } from './stepping.js';

/** Where the stage between lies: then both stages solve with the same matrix when it is constant. */
const GAMMA = 2 - Math.SQRT2;
const SHIFT = GAMMA / 2;
/** Weights of the stage between and of the start in the second stage. */
const MIDDLE = 1 / (GAMMA * (2 - GAMMA));
const START = ((1 - GAMMA) * (1 - GAMMA)) / (GAMMA * (2 - GAMMA));

/** Weights of the slopes, less those of the formula of order 3 with the same stages [hosea1996]. */
const EXTRA = [(Math.SQRT2 - 1) / 3, -1 / 3, (2 * SHIFT) / 3] as const;

/**
 * v = u + γ dt/2 (A₀ u + g₀ + A_γ v + g_γ);
 * u ← v / (γ (2 − γ)) − (1 − γ)² u / (γ (2 − γ)) + γ dt/2 (A₁ u + g₁)
 *
 * With A₀ = A_γ and M = I − γ dt/2 A, the first is v = M⁻¹ (2 u + γ dt/2 (g₀ + g_γ)) − u: no product.
 */
const trBdf2Step: OneStep = {
  step: (stage, dt, u, scratch) => {
    const [from, between, to] = [stage(0), stage(GAMMA), stage(1)];
    const v = scratch(0);
    const same = from.matrices === between.matrices;
    if (same) for (let p = 0; p < u.length; p++) v[p] = 2 * u[p];
    else {
      v.set(u);
      addAll(from, SHIFT * dt, u, v);
    }
    from.addForcing(SHIFT * dt, v);
    between.addForcing(SHIFT * dt, v);
    between.solve(SHIFT * dt, v);
    const start = same ? START + MIDDLE : START;
    for (let p = 0; p < u.length; p++) u[p] = MIDDLE * v[p] - start * u[p];
    to.addForcing(SHIFT * dt, u);
    to.solve(SHIFT * dt, u);
  },
  embedded: {
    power: 3,
    step: (stage, dt, u, scratch, estimate) => {
      const [from, between, to] = [stage(0), stage(GAMMA), stage(1)];
      const [v, rise] = [scratch(0), scratch(1)];
      // SHIFT dt times the slope at the start, then between, then at the end: what each solve adds is its slope.
      rise.fill(0);
      from.addForcing(SHIFT * dt, rise);
      addAll(from, SHIFT * dt, u, rise);
      for (let p = 0; p < u.length; p++) {
        v[p] = u[p] + rise[p];
        estimate[p] = (EXTRA[0] / SHIFT) * rise[p] - (EXTRA[1] / SHIFT) * v[p];
      }
      between.addForcing(SHIFT * dt, v);
      between.solve(SHIFT * dt, v);
      for (let p = 0; p < u.length; p++) {
        estimate[p] += (EXTRA[1] / SHIFT) * v[p];
        u[p] = MIDDLE * v[p] - START * u[p];
        estimate[p] -= (EXTRA[2] / SHIFT) * u[p];
      }
      to.addForcing(SHIFT * dt, u);
      to.solve(SHIFT * dt, u);
      for (let p = 0; p < u.length; p++) estimate[p] += (EXTRA[2] / SHIFT) * u[p];
      // Stiff parts of the slopes are not error: the step itself damps them.
      to.solve(SHIFT * dt, estimate);
    },
  },
  stepTransposed: (stage, dt, rho, scratch) => {
    const [from, between, to] = [stage(0), stage(GAMMA), stage(1)];
    const [end, middle, v] = [scratch(0), scratch(1), scratch(2)];
    const same = from.matrices === between.matrices;
    to.solveTransposed(SHIFT * dt, rho, end);
    to.addForcingTransposed(SHIFT * dt, end);
    for (let p = 0; p < rho.length; p++) middle[p] = MIDDLE * end[p];
    between.solveTransposed(SHIFT * dt, middle, v);
    between.addForcingTransposed(SHIFT * dt, v);
    from.addForcingTransposed(SHIFT * dt, v);
    const [share, start] = same ? [2, START + MIDDLE] : [1, START];
    for (let p = 0; p < rho.length; p++) rho[p] = share * v[p] - start * end[p];
    if (!same) addAllTransposed(from, SHIFT * dt, v, rho);
  },
};

/**
 * The trapezoidal rule to γ = 2 − √2 of the step, then the two-step backward difference: order 2, L-stable. Unsplit.
 *
 * It damps kinks and jumps by itself, at the price of two solves a step.
 *
 * @throws SdeError `value` if steps is not an integer ≥ 1.
 * @see [bank1985]
 *
 * @example
 * import { trBdf2 } from 'kolmogorov';
 * trBdf2({ steps: 100 }).order; // → 2
 */
export function trBdf2(options: { readonly steps: number }): Stepping {
  requireFields<{ readonly steps: number }>(options, { steps: true }, 'trBdf2(options)', stepWords);
  const steps = requireSteps(options.steps, 'trBdf2');
  const parts = [trBdf2Step];
  return {
    name: 'TR-BDF2',
    citation: 'bank1985',
    order: 2,
    mixedOrder: 2,
    steps,
    splits: false,
    damps: true,
    parts: () => parts,
  };
}
