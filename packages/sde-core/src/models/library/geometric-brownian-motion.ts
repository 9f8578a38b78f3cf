import { exp, log, square } from '../../numerics/elementary.js';
import { normalCdf } from '../../numerics/normal.js';
import { symbolic } from '../symbolic.js';
import type { TracedTransition } from '../transition.js';
import { type ExactModel, withMoments } from './exact-moments.js';
import { requireParameters } from './parameters.js';

/**
 * Geometric Brownian motion: dX = μ X dt + σ X dW.
 *
 * E X(t) = x₀ e^(μt), E X(t)² = x₀² e^((2μ + σ²)t). X(t + h) = X(t) e^((μ − ½σ²)h + σ√h ξ) exactly.
 *
 * @see [kloeden1992, section 4.4]
 *
 * @example
 * import { geometricBrownianMotion } from 'sde-core';
 * geometricBrownianMotion({ mu: 0.5, sigma: 0.2 }).exactMoment(1, 2, 1); // → 2.71828…
 */
export function geometricBrownianMotion(parameters: { readonly mu: number; readonly sigma: number }): ExactModel {
  requireParameters<typeof parameters>(parameters, { mu: true, sigma: true }, 'geometricBrownianMotion');
  const { mu, sigma } = parameters;
  const model = symbolic({
    state: ['x'],
    drift: ['mu*x'],
    diffusion: [['sigma*x']],
    parameters: { mu, sigma },
    nonNegative: ['x'],
  });
  return withMoments(model, {
    exactMoment: (order, t, x0) => (order === 1 ? x0 * exp(mu * t) : x0 * x0 * exp((2 * mu + sigma * sigma) * t)),
    transition: (h) => lognormal((mu - (sigma * sigma) / 2) * h, Math.abs(sigma) * Math.sqrt(h)),
  });
}

/** X⁺ = x e^(mean + scale ξ). */
function lognormal(mean: number, scale: number): TracedTransition {
  const standardized = (x: number, y: number): number => (log(y / x) - mean) / scale;
  return Object.freeze<TracedTransition>({
    kind: 'traced',
    variables: ['gaussian'],
    draw: ({ add, constant, exp, multiply }, [x], [xi]) => [
      multiply(x, exp(add(constant(mean), multiply(constant(scale), xi)))),
    ],
    density: ([x], [y]) =>
      x * y > 0 ? exp(-square(standardized(x, y)) / 2) / (Math.sqrt(2 * Math.PI) * scale * Math.abs(y)) : 0,
    distribution: (x, y) => {
      const [start, end] = [Math.abs(x), x < 0 ? -y : y];
      const below = end > 0 ? normalCdf(standardized(start, end)) : 0;
      return x < 0 ? 1 - below : below;
    },
  });
}
