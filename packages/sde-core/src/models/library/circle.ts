import { requireFinite } from '../../errors/at-the-door.js';
import { requireKeys } from '../../errors/options.js';
import { exp } from '../../numerics/elementary.js';
import { type Calculus, requireCalculus } from '../model.js';
import { symbolic } from '../symbolic.js';
import type { TracedTransition } from '../transition.js';
import { type MomentModel, type TerminalMoments, withMixedMoments } from './exact-moments.js';

/**
 * Brownian motion on the circle: (X, Y) = (r cos Θ, r sin Θ) with dΘ = σ dW; in Stratonovich form dX = −σ Y ∘ dW, dY = σ X ∘ dW.
 *
 * The Itô form has the drift −½ σ² (X, Y), which keeps r = |(x₀, y₀)|. With z the initial state, the mean is e^(−σ²t/2) z, and
 * E Z Zᵀ = ½ r² I + e^(−2σ²t) (z zᵀ − ½ r² I). Both forms have the same law, and a
 * transition is a turn by σ√h ξ.
 *
 * @param parameters - `sigma`: of the angle, in radians / √time; `calculus`: the form, default `'ito'`.
 * @see [kloeden1992, section 4.9]
 *
 * @example
 * import { circle } from 'sde-core';
 * circle({ sigma: 1 }).exactMoments(2, [1, 0]).mean; // → [ 0.367879…, 0 ]
 */
export function circle(parameters: { readonly sigma: number; readonly calculus?: Calculus }): MomentModel {
  requireKeys<typeof parameters>(parameters ?? {}, { sigma: true, calculus: true }, 'circle({ … })');
  const { sigma, calculus = 'ito' } = parameters ?? {};
  requireFinite(sigma, 'circle({ sigma })', 'give sigma as a number');
  requireCalculus(calculus, 'circle({ calculus })');
  const model = symbolic({
    state: ['x', 'y'],
    drift: calculus === 'ito' ? ['-sigma^2/2*x', '-sigma^2/2*y'] : [0, 0],
    diffusion: [['-sigma*y'], ['sigma*x']],
    parameters: { sigma },
    calculus,
  });
  const moments = (t: number, [x, y]: Float64Array): TerminalMoments => {
    const decay = exp((-(sigma * sigma) * t) / 2);
    const even = (x * x + y * y) / 2;
    // z zᵀ − ½ r² I, which turns with twice the angle.
    const [difference, cross] = [
      ((x * x - y * y) / 2) * (decay * decay * (decay * decay)),
      x * y * (decay * decay * (decay * decay)),
    ];
    return {
      mean: Float64Array.of(decay * x, decay * y),
      second: Float64Array.of(even + difference, cross, cross, even - difference),
    };
  };
  return withMixedMoments(model, 'circle(…)', moments, (h) => rotation(sigma * Math.sqrt(h)));
}

/** A turn by scale · ξ. */
function rotation(scale: number): TracedTransition {
  return Object.freeze<TracedTransition>({
    kind: 'traced',
    variables: ['gaussian'],
    draw: ({ add, constant, cos, multiply, sin, subtract }, [x, y], [xi]) => {
      const angle = multiply(constant(scale), xi);
      const [c, s] = [cos(angle), sin(angle)];
      return [subtract(multiply(c, x), multiply(s, y)), add(multiply(s, x), multiply(c, y))];
    },
  });
}
