import { symbolic } from '../symbolic.js';
import { type ExactModel, withMoments } from './exact-moments.js';

/**
 * The Beneš process: dX = tanh X dt + dW.
 *
 * A mixture of two Brownian motions with drift ±1: E X(t) = x₀ + t tanh x₀, E X(t)² = x₀² + 2 x₀ t tanh x₀ + t² + t. Both are solutions of the
 * backward equation, and tanh X is a martingale.
 *
 * @see [benes1981]
 *
 * @example
 * import { benes } from 'sde-core';
 * benes().exactMoment(2, 3, 0); // → 12
 */
export function benes(): ExactModel {
  const model = symbolic({ state: ['x'], drift: ['tanh(x)'], diffusion: [[1]] });
  return withMoments(model, (order, t, x0) =>
    order === 1 ? x0 + t * Math.tanh(x0) : x0 ** 2 + 2 * x0 * t * Math.tanh(x0) + t ** 2 + t,
  );
}
