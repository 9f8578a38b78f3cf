import { requireFields } from '../door/at-the-door.js';
import { requireTheta } from './hundsdorfer-verwer.js';
import { implicitEulerStep } from './implicit-euler.js';
import { sumOf } from './modes.js';
import { smoothed, type WeightedOptions, weightedKeys } from './smoothing.js';
import { type Stepping, stepWords } from './stepping.js';
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
export function thetaMethod(options: WeightedOptions & { readonly theta: number }): Stepping {
  requireFields<WeightedOptions>(options, weightedKeys, 'thetaMethod(options)', stepWords);
  const theta = requireTheta(options.theta, 'thetaMethod({ theta })', 1);
  const order = theta === 1 / 2 ? 2 : 1;
  return {
    name: `θ-method, θ = ${theta}`,
    citation: 'hairer1996',
    order,
    mixedOrder: order,
    splits: false,
    monotone: theta === 1,
    ...(theta < 1 / 2 && {
      amplification: (along: ArrayLike<number>, mixed: number) =>
        (1 + (1 - theta) * (sumOf(along) + mixed)) / (1 - theta * (sumOf(along) + mixed)),
    }),
    ...smoothed(options, {
      known: weightedKeys,
      damping: implicitEulerStep,
      plain: thetaStep(theta),
      where: 'thetaMethod',
      terminal: 0,
    }),
    ...(theta === 1 && { damps: true }),
  };
}
