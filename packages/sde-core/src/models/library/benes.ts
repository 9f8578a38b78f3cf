import { exp, square, tanh } from '../../numerics/elementary.js';
import { normalCdf } from '../../numerics/normal.js';
import { symbolic } from '../symbolic.js';
import type { TracedTransition } from '../transition.js';
import { type ExactModel, withMoments } from './exact-moments.js';

/**
 * The Beneš process: dX = tanh X dt + dW.
 *
 * A mixture of two Brownian motions with drift ±1: E X(t) = x₀ + t tanh x₀, E X(t)² = x₀² + 2 x₀ t tanh x₀ + t² + t. Both are solutions of the
 * backward equation, and tanh X is a martingale. X(t + h) is N(x + h, h) with probability 1 / (1 + e^(−2x)), else N(x − h, h).
 *
 * @see [benes1981]
 *
 * @example
 * import { benes } from 'sde-core';
 * benes().exactMoment(2, 3, 0); // → 12
 */
export function benes(): ExactModel {
  const model = symbolic({ state: ['x'], drift: ['tanh(x)'], diffusion: [[1]] });
  return withMoments(model, {
    exactMoment: (order, t, x0) => (order === 1 ? x0 + t * tanh(x0) : x0 * x0 + 2 * x0 * t * tanh(x0) + t * t + t),
    transition: mixture,
  });
}

/** N(x + h, h) with probability 1 / (1 + e^(−2x)), else N(x − h, h). */
function mixture(h: number): TracedTransition {
  const root = Math.sqrt(h);
  const up = (x: number): number => 1 / (1 + exp(-2 * x));
  const mean = (x: number, part: (drift: number) => number): number => up(x) * part(h) + (1 - up(x)) * part(-h);
  return Object.freeze<TracedTransition>({
    kind: 'traced',
    variables: ['gaussian', 'uniform'],
    draw: ({ add, constant, divide, exp, less, multiply, select }, [x], [xi, u]) => {
      const probability = divide(constant(1), add(constant(1), exp(multiply(constant(-2), x))));
      const drift = select(less(u, probability), constant(h), constant(-h));
      return [add(add(x, drift), multiply(constant(root), xi))];
    },
    density: ([x], [y]) => mean(x, (drift) => exp(-square(y - x - drift) / (2 * h))) / (Math.sqrt(2 * Math.PI) * root),
    distribution: (x, y) => mean(x, (drift) => normalCdf((y - x - drift) / root)),
  });
}
