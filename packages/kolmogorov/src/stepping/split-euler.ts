import type { OneStep } from './stepping.js';

/** u ← (I − dt A_1)⁻¹ … (I − dt A_d)⁻¹ (u + dt (A_mixed u + g₀)): order 1, and damps. */
export const splitEulerStep: OneStep = {
  step: (stage, dt, u, scratch) => {
    const [from, to] = [stage(0), stage(1)];
    const old = scratch(0);
    old.set(u);
    from.addMixed(dt, old, u);
    from.addForcing(dt, u);
    for (let k = to.directions - 1; k >= 0; k--) to.solveLine(k, dt, u);
  },
  stepTransposed: (stage, dt, rho, scratch) => {
    const [from, to] = [stage(0), stage(1)];
    const old = scratch(0);
    for (let k = 0; k < to.directions; k++) to.solveLineTransposed(k, dt, rho, rho);
    old.set(rho);
    from.addMixedTransposed(dt, old, rho);
    from.addForcingTransposed(dt, old);
  },
};
