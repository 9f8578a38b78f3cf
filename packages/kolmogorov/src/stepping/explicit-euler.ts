import { requireFields } from '../door/at-the-door.js';
import { addAll, addAllTransposed } from '../operators/operator.js';
import { sumOf } from './modes.js';
import { type OneStep, requireSteps, type Stepping, stepWords } from './stepping.js';

/** u ← u + dt (A₀ u + g₀). */
const explicitEulerStep: OneStep = {
  step: (stage, dt, u, scratch) => {
    const from = stage(0);
    const old = scratch(0);
    old.set(u);
    addAll(from, dt, old, u);
    from.addForcing(dt, u);
  },
  stepTransposed: (stage, dt, rho, scratch) => {
    const from = stage(0);
    const old = scratch(0);
    old.set(rho);
    from.addForcingTransposed(dt, old);
    addAllTransposed(from, dt, old, rho);
  },
};

/**
 * Explicit Euler: order 1, in any dimension, with no system to solve; the reference for what a stepping does at small steps.
 *
 * Stable only for dt < 1 / Σ_k (a_kk / Δx_k²), and with central differences of a drift for about dt < a / b²: longer steps are refused before the first, with how
 * many are needed.
 *
 * @throws SdeError `value` if steps is not an integer ≥ 1.
 * @see [hairer1993]
 *
 * @example
 * import { explicitEuler } from 'kolmogorov';
 * explicitEuler({ steps: 1000 }).order; // → 1
 */
export function explicitEuler(options: { readonly steps: number }): Stepping {
  requireFields<{ readonly steps: number }>(options, { steps: true }, 'explicitEuler(options)', stepWords);
  const steps = requireSteps(options.steps, 'explicitEuler');
  const parts = [explicitEulerStep];
  return {
    name: 'explicit Euler',
    citation: 'hairer1993',
    order: 1,
    mixedOrder: 1,
    steps,
    splits: true,
    explicit: true,
    amplification: (along, mixed) => 1 + sumOf(along) + mixed,
    parts: () => parts,
  };
}
