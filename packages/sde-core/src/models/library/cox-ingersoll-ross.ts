import { SdeError } from '../../errors/sde-error.js';
import { exp, expm1, square } from '../../numerics/elementary.js';
import { gammaQuantile, noncentralChiSquare, poissonQuantile } from '../../numerics/noncentral-chi-square.js';
import { symbolic } from '../symbolic.js';
import type { NativeTransition } from '../transition.js';
import { type ExactModel, withMoments } from './exact-moments.js';
import { requireParameters } from './parameters.js';

/**
 * The Cox–Ingersoll–Ross process: dX = κ (μ − X) dt + σ √X dW, κ > 0.
 *
 * Mean μ + (x₀ − μ) e^(−κt); variance σ² [x₀ (e^(−κt) − e^(−2κt)) + ½ μ (1 − e^(−κt))²] / κ. It stays positive where 2κμ ≥ σ²;
 * schemes take the coefficients at max(X, 0) where a step falls below 0 (full truncation), `quadraticExponential` and `alfonsi` never do. X(t + h) is c times a noncentral χ² with 4κμ/σ² degrees of freedom and noncentrality
 * X(t) e^(−κh) / c, c = σ² (1 − e^(−κh)) / (4κ); a draw inverts a Poisson and a gamma law.
 *
 * @throws SdeError `value` unless κ > 0, μ ≥ 0, σ ≥ 0.
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
  requireParameters<typeof parameters>(parameters, { kappa: true, mu: true, sigma: true }, 'coxIngersollRoss');
  const { kappa, mu, sigma } = parameters;
  requireRange(parameters);
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
      const variance = (sigma * sigma * (x0 * (decay - decay * decay) + (mu / 2) * square(1 - decay))) / kappa;
      return order === 1 ? mean : mean * mean + variance;
    },
    transition: (h) => {
      if (sigma === 0) return deterministic(kappa, mu, h);
      const scale = (-(sigma * sigma) * expm1(-kappa * h)) / (4 * kappa);
      const freedom = (4 * kappa * mu) / (sigma * sigma);
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

/** Without noise the law is a point. */
function deterministic(kappa: number, mu: number, h: number): NativeTransition {
  const end = (x: number): number => mu + (x - mu) * exp(-kappa * h);
  return Object.freeze<NativeTransition>({
    kind: 'native',
    variables: [],
    content: `Cox–Ingersoll–Ross without noise ${JSON.stringify({ kappa, mu, h })}`,
    draw: ([x]) => [end(x)],
    density: ([x], [y]) => (y === end(x) ? Number.POSITIVE_INFINITY : 0),
    distribution: (x, y) => (y >= end(x) ? 1 : 0),
  });
}

function requireRange({
  kappa,
  mu,
  sigma,
}: {
  readonly kappa: number;
  readonly mu: number;
  readonly sigma: number;
}): void {
  const wrong = kappa <= 0 ? { kappa } : mu < 0 ? { mu } : sigma < 0 ? { sigma } : undefined;
  if (!wrong) return;
  const [name, value] = Object.entries(wrong)[0];
  throw new SdeError('value', {
    what: 'a square-root process that does not stay at or above 0, or has no rest',
    where: `coxIngersollRoss({ ${name} })`,
    expected: 'κ > 0, μ ≥ 0 and σ ≥ 0',
    got: `${name} = ${value}`,
    remedy:
      name === 'mu' ? 'give the level μ ≥ 0 that it returns to' : 'change the sign, or write the model with symbolic()',
  });
}
