import { exp, expm1 } from '../../numerics/elementary.js';
import { gammaQuantile, noncentralChiSquare, poissonQuantile } from '../../numerics/noncentral-chi-square.js';
import { symbolic } from '../symbolic.js';
import type { NativeTransition } from '../transition.js';
import { type ExactModel, withMoments } from './exact-moments.js';

/**
 * The Cox–Ingersoll–Ross process: dX = κ (μ − X) dt + σ √X dW, κ > 0.
 *
 * Mean μ + (x₀ − μ) e^(−κt); variance σ² [x₀ (e^(−κt) − e^(−2κt)) + ½ μ (1 − e^(−κt))²] / κ. It stays positive where 2κμ ≥ σ²;
 * schemes take the coefficients at max(X, 0) where a step falls below 0 (full truncation), `quadraticExponential` and `alfonsi` never do. X(t + h) is c times a noncentral χ² with 4κμ/σ² degrees of freedom and noncentrality
 * X(t) e^(−κh) / c, c = σ² (1 − e^(−κh)) / (4κ); a draw inverts a Poisson and a gamma law.
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
  return withMoments(model, {
    exactMoment: (order, t, x0) => {
      const decay = exp(-kappa * t);
      const mean = mu + (x0 - mu) * decay;
      const variance = (sigma ** 2 * (x0 * (decay - decay ** 2) + (mu / 2) * (1 - decay) ** 2)) / kappa;
      return order === 1 ? mean : mean ** 2 + variance;
    },
    transition: (h) => {
      const scale = (-(sigma ** 2) * expm1(-kappa * h)) / (4 * kappa);
      const freedom = (4 * kappa * mu) / sigma ** 2;
      const lambda = (x: number): number => (x * exp(-kappa * h)) / scale;
      return Object.freeze<NativeTransition>({
        kind: 'native',
        variables: ['uniform', 'uniform'],
        content: `Cox–Ingersoll–Ross ${JSON.stringify({ kappa, mu, sigma, h })}`,
        // χ²: a gamma law whose shape is ½ the degrees of freedom, scaled by 2.
        draw: ([x], [u, v]) => [2 * scale * gammaQuantile(freedom / 2 + poissonQuantile(lambda(x) / 2, u), v)],
        density: ([x], [y]) => noncentralChiSquare(freedom, lambda(x)).density(y / scale) / scale,
        distribution: (x, y) => noncentralChiSquare(freedom, lambda(x)).distribution(y / scale),
      });
    },
  });
}
