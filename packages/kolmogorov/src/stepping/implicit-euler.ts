import { requireFields } from '../door/at-the-door.js';
import { type OneStep, requireSteps, type Stepping, stepWords } from './stepping.js';

/** (I − dt A₁) u ← u + dt g₁. */
export const implicitEulerStep: OneStep = {
  theta: 1,
  step: (stage, dt, u) => {
    const operator = stage(1);
    operator.addForcing(dt, u);
    operator.solve(dt, u);
  },
  stepTransposed: (stage, dt, rho) => {
    const operator = stage(1);
    operator.solveTransposed(dt, rho, rho);
    operator.addForcingTransposed(dt, rho);
  },
};

/**
 * Implicit Euler: order 1, L-stable, and monotone with monotone differences. In two dimensions or more
 * the whole matrix is factored, once while it does not change.
 *
 * @throws SdeError `value` if steps is not an integer ≥ 1.
 * @see [hairer1996, §IV.3]
 *
 * @example
 * import { implicitEuler } from 'kolmogorov';
 * implicitEuler({ steps: 100 }).order; // → 1
 */
export function implicitEuler(options: { readonly steps: number }): Stepping {
  requireFields<{ readonly steps: number }>(options, { steps: true }, 'implicitEuler(options)', stepWords);
  const steps = requireSteps(options.steps, 'implicitEuler');
  const parts = [implicitEulerStep];
  return {
    name: 'implicit Euler',
    citation: 'hairer1996',
    order: 1,
    mixedOrder: 1,
    steps,
    splits: false,
    monotone: true,
    damps: true,
    parts: () => parts,
  };
}
