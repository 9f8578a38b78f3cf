import { requireFields } from '../door/at-the-door.js';
import { implicitEulerStep } from './implicit-euler.js';
import { type OneStep, requireSteps, type Stepping, stepWords } from './stepping.js';

/** (I − ⅔ dt A₁) u ← 4/3 u − 1/3 (u one step earlier in the solve) + ⅔ dt g₁. */
const bdf2Step: OneStep = {
  remembers: true,
  step: (stage, dt, u, _scratch, previous) => {
    const to = stage(1);
    const shift = (2 / 3) * dt;
    for (let p = 0; p < u.length; p++) u[p] = (4 / 3) * u[p] - (1 / 3) * previous[p];
    to.addForcing(shift, u);
    to.solve(shift, u);
  },
  stepTransposed: (stage, dt, rho, _scratch, previous) => {
    const to = stage(1);
    const shift = (2 / 3) * dt;
    to.solveTransposed(shift, rho, rho);
    to.addForcingTransposed(shift, rho);
    for (let p = 0; p < rho.length; p++) {
      previous[p] = -(1 / 3) * rho[p];
      rho[p] *= 4 / 3;
    }
  },
};

/**
 * The two-step backward difference formula: order 2, L-stable, one solve a step. Unsplit.
 *
 * It starts anew, by implicit Euler, after the terminal time and after every breakpoint. Its transpose is exact from t0 to T, but a density between
 * them lacks part of the memory and is of order 1. Not for optimizeControl: use trBdf2 there.
 *
 * @throws SdeError `value` if steps is not an integer ≥ 1.
 * @see [hairer1996]
 *
 * @example
 * import { bdf2 } from 'kolmogorov';
 * bdf2({ steps: 100 }).order; // → 2
 */
export function bdf2(options: { readonly steps: number }): Stepping {
  requireFields<{ readonly steps: number }>(options, { steps: true }, 'bdf2(options)', stepWords);
  const steps = requireSteps(options.steps, 'bdf2');
  const [start, onward] = [[implicitEulerStep], [bdf2Step]];
  return {
    name: 'BDF2',
    citation: 'hairer1996',
    order: 2,
    mixedOrder: 2,
    steps,
    splits: false,
    damps: true,
    parts: (_, startsPiece) => (startsPiece ? start : onward),
  };
}
