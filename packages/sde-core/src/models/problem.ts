import { describe, requireFinite, requireLength } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import type { Model } from './model.js';

/** A model with its initial state and its horizon. */
export interface Problem<M extends Model = Model> {
  readonly model: M;
  /** Shape (d). */
  readonly x0: Float64Array;
  readonly t0: number;
  readonly T: number;
}

/**
 * dX = b dt + σ dW on [t0, T] with X(t0) = x0.
 *
 * @throws SdeError `shape` if x0 is not (d), `value` if it is not finite or T ≤ t0.
 */
export function problem<M extends Model>(options: {
  readonly model: M;
  readonly x0: ArrayLike<number>;
  readonly T: number;
  readonly t0?: number;
}): Problem<M> {
  const { model, x0, T, t0 = 0 } = options;
  requireLength(x0, model.dimension, 'problem({ x0 })', 'give one initial value for each state of the model');
  const start = Float64Array.from(x0);
  for (const value of start) requireFinite(value, 'problem({ x0 })', 'start from a finite state');
  requireFinite(t0, 'problem({ t0 })', 'give the initial time as a number');
  requireFinite(T, 'problem({ T })', 'give the final time as a number');
  if (T <= t0) {
    throw new SdeError('value', {
      what: 'the final time is not after the initial time',
      where: 'problem({ T, t0 })',
      expected: `T > t0 = ${t0}`,
      got: describe(T),
      remedy: 'give a T after t0; an equation that runs backward in time is solved with kolmogorov',
    });
  }
  return { model, x0: start, t0, T };
}
