import { symbolic } from '../symbolic.js';
import { type ExactModel, withMoments } from './exact-moments.js';

/**
 * The Cox–Ingersoll–Ross process: dX = κ (μ − X) dt + σ √X dW, κ > 0.
 *
 * Mean μ + (x₀ − μ) e^(−κt); variance σ² [x₀ (e^(−κt) − e^(−2κt)) + ½ μ (1 − e^(−κt))²] / κ. It stays positive where 2κμ ≥ σ²;
 * a scheme that steps below 0 has no finite value there.
 *
 * @see [cox1985, (19)]
 *
 * @example
 * import { coxIngersollRoss } from 'sde-core';
 * coxIngersollRoss({ kappa: 1, mu: 2, sigma: 1 }).exactMoment(2, 100, 0.5); // → 5.00000000
 */
export function coxIngersollRoss(parameters: {
  readonly kappa: number;
  readonly mu: number;
  readonly sigma: number;
}): ExactModel {
  const { kappa, mu, sigma } = parameters;
  const model = symbolic({
    state: ['x'],
    drift: ['kappa*(mu - x)'],
    diffusion: [['sigma*sqrt(x)']],
    parameters: { kappa, mu, sigma },
    nonNegative: ['x'],
  });
  return withMoments(model, (order, t, x0) => {
    const decay = Math.exp(-kappa * t);
    const mean = mu + (x0 - mu) * decay;
    const variance = (sigma ** 2 * (x0 * (decay - decay ** 2) + (mu / 2) * (1 - decay) ** 2)) / kappa;
    return order === 1 ? mean : mean ** 2 + variance;
  });
}
