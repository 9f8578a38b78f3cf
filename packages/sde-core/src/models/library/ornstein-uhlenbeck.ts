import { exp, expm1 } from '../../numerics/elementary.js';
import { symbolic } from '../symbolic.js';
import { gaussianTransition } from '../transition.js';
import { type ExactModel, withMoments } from './exact-moments.js';
import { requireParameters } from './parameters.js';

/**
 * The Ornstein–Uhlenbeck process: dX = θ (μ − X) dt + σ dW.
 *
 * X(t) is normal with mean μ + (x₀ − μ) e^(−θt) and variance σ² (1 − e^(−2θt)) / (2θ), σ² t for θ = 0; `transition` draws it.
 *
 * @see [kloeden1992, section 4.4]
 *
 * @example
 * import { ornsteinUhlenbeck } from 'sde-core';
 * ornsteinUhlenbeck({ theta: 1, mu: 3, sigma: 2 }).exactMoment(1, 0, 5); // → 5
 */
export function ornsteinUhlenbeck(parameters: {
  readonly theta: number;
  readonly mu: number;
  readonly sigma: number;
}): ExactModel {
  requireParameters<typeof parameters>(parameters, { theta: true, mu: true, sigma: true }, 'ornsteinUhlenbeck');
  const { theta, mu, sigma } = parameters;
  const model = symbolic({
    state: ['x'],
    drift: ['theta*(mu - x)'],
    diffusion: [['sigma']],
    parameters: { theta, mu, sigma },
  });
  const varianceOver = (t: number): number =>
    theta === 0 ? sigma * sigma * t : (-(sigma * sigma) * expm1(-2 * theta * t)) / (2 * theta);
  return withMoments(model, {
    exactMoment: (order, t, x0) => {
      const mean = mu + (x0 - mu) * exp(-theta * t);
      return order === 1 ? mean : mean * mean + varianceOver(t);
    },
    transition: (h) =>
      gaussianTransition({
        R: Float64Array.of(exp(-theta * h)),
        r: Float64Array.of(-mu * expm1(-theta * h)),
        columns: sigma === 0 ? [] : [Float64Array.of(Math.sqrt(varianceOver(h)))],
      }),
  });
}
