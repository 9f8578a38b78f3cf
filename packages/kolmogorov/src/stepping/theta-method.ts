import { requireInteger } from 'sde-core';
import { requireFields } from '../door/at-the-door.js';
import { requireTheta } from './hundsdorfer-verwer.js';
import { type Stepping, stepWords, type ThetaOptions } from './stepping.js';
import { thetaStep } from './theta-step.js';

/**
 * The θ-method (I − θ dt A₁) u ← u + (1 − θ) dt (A₀ u + g₀) + θ dt g₁: order 1, and 2 for θ = ½.
 *
 * A-stable for θ ≥ ½; it damps what oscillates by the factor (1 − θ)/θ a step. θ = 1 is implicitEuler, θ = ½ crankNicolson without smoothing.
 * In two dimensions or more the whole matrix is factored, once while it does not change.
 *
 * @throws SdeError `value` if steps is not an integer ≥ 1, or θ is not in (0, 1].
 * @see [hairer1996, §IV.3]
 *
 * @example
 * import { thetaMethod } from 'kolmogorov';
 * thetaMethod({ steps: 100, theta: 0.55 }).order; // → 1
 */
export function thetaMethod(options: { readonly steps: number; readonly theta: number }): Stepping {
  requireFields<ThetaOptions>(options, { steps: true, theta: true }, 'thetaMethod(options)', stepWords);
  const steps = requireInteger(options.steps, 1, 'thetaMethod({ steps })', 'give the number of time steps');
  const theta = requireTheta(options.theta, 'thetaMethod({ theta })', 1);
  const parts = [thetaStep(theta)];
  const order = theta === 1 / 2 ? 2 : 1;
  return {
    name: `θ-method, θ = ${theta}`,
    citation: 'hairer1996',
    order,
    mixedOrder: order,
    steps,
    splits: false,
    monotone: theta === 1,
    damps: theta === 1,
    parts: () => parts,
  };
}
