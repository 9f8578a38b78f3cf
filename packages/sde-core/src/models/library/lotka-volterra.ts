import { type SymbolicModel, symbolic } from '../symbolic.js';
import { requireParameters } from './parameters.js';

/**
 * Predators and prey with noisy growth: dX = X (α − β Y) dt + σ₁ X dW₁, dY = Y (δ X − γ) dt + σ₂ Y dW₂.
 *
 * Both stay positive from positive states, with α, β, γ, δ > 0. Without noise δx − γ log x + βy − α log y is constant along solutions; noise
 * raises its mean at the rate ½ (γ σ₁² + α σ₂²). No moment is known in closed form.
 *
 * @see [volterra1926]
 *
 * @example
 * import { generator, lotkaVolterra } from 'sde-core';
 * const model = lotkaVolterra({ alpha: 1, beta: 0.5, gamma: 2, delta: 0.25, sigma1: 0.2, sigma2: 0.1 });
 * generator(model)('delta*x - gamma*log(x) + beta*y - alpha*log(y)').evaluate(0, [3, 7]); // → 0.045
 */
export function lotkaVolterra(parameters: {
  /** Growth rate of the prey. */
  readonly alpha: number;
  /** Loss of prey to a predator. */
  readonly beta: number;
  /** Death rate of the predators. */
  readonly gamma: number;
  /** Gain of a predator from prey. */
  readonly delta: number;
  readonly sigma1: number;
  readonly sigma2: number;
}): SymbolicModel {
  requireParameters<typeof parameters>(
    parameters,
    { alpha: true, beta: true, gamma: true, delta: true, sigma1: true, sigma2: true },
    'lotkaVolterra',
  );
  const { alpha, beta, gamma, delta, sigma1, sigma2 } = parameters;
  return symbolic({
    state: ['x', 'y'],
    drift: ['x*(alpha - beta*y)', 'y*(delta*x - gamma)'],
    diffusion: [
      ['sigma1*x', 0],
      [0, 'sigma2*y'],
    ],
    parameters: { alpha, beta, gamma, delta, sigma1, sigma2 },
    nonNegative: ['x', 'y'],
  });
}
