import { symbolic } from '../symbolic.js';
import { type MomentModel, withMixedMoments } from './exact-moments.js';

/**
 * The example of Clark and Cameron: dX = dW₁, dY = X dW₂, whose noise does not commute.
 *
 * Y is an iterated integral, so no scheme that sees only the increments of W has a strong order above ½. Mean (x₀, y₀);
 * E X² = x₀² + t, E X Y = x₀ y₀, E Y² = y₀² + x₀² t + t²/2.
 *
 * @see [clark1980]
 *
 * @example
 * import { clarkCameron } from 'sde-core';
 * const { second } = clarkCameron().exactMoments(1, [0, 0]);
 * second[3]; // → 0.5
 */
export function clarkCameron(): MomentModel {
  const model = symbolic({
    state: ['x', 'y'],
    drift: [0, 0],
    diffusion: [
      [1, 0],
      [0, 'x'],
    ],
  });
  return withMixedMoments(model, 'clarkCameron()', (t, [x, y]) => ({
    mean: Float64Array.of(x, y),
    second: Float64Array.of(x * x + t, x * y, x * y, y * y + x * x * t + (t * t) / 2),
  }));
}
