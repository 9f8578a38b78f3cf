import { symbolic } from '../symbolic.js';
import { type ExactModel, withMoments } from './exact-moments.js';

/**
 * Geometric Brownian motion: dX = μ X dt + σ X dW.
 *
 * E X(t) = x₀ e^(μt), E X(t)² = x₀² e^((2μ + σ²)t).
 *
 * @see [kloeden1992, section 4.4]
 *
 * @example
 * import { geometricBrownianMotion } from 'sde-core';
 * geometricBrownianMotion({ mu: 0.5, sigma: 0.2 }).exactMoment(1, 2, 1); // → 2.71828…
 */
export function geometricBrownianMotion(parameters: { readonly mu: number; readonly sigma: number }): ExactModel {
  const { mu, sigma } = parameters;
  const model = symbolic({
    state: ['x'],
    drift: ['mu*x'],
    diffusion: [['sigma*x']],
    parameters: { mu, sigma },
    nonNegative: ['x'],
  });
  return withMoments(model, (order, t, x0) =>
    order === 1 ? x0 * Math.exp(mu * t) : x0 ** 2 * Math.exp((2 * mu + sigma ** 2) * t),
  );
}
