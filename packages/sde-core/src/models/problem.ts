import { describe, requireFinite, requireLength, requireNumbers } from '../errors/at-the-door.js';
import { requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import { type Model, requireModel } from './model.js';

/** A model with its initial state and its horizon. */
export interface Problem<M extends Model = Model> {
  readonly model: M;
  /** Shape (d). */
  readonly x0: Float64Array;
  readonly t0: number;
  readonly T: number;
}

/** What {@link problem} takes. */
export interface ProblemOptions<M extends Model = Model> {
  readonly model: M;
  /** Shape (d). */
  readonly x0: ArrayLike<number>;
  readonly T: number;
  /** Default 0. */
  readonly t0?: number;
}

const RENAMED = {
  tO: 't0',
  t_0: 't0',
  T0: 't0',
  start: 't0',
  t: 'T',
  end: 'T',
  horizon: 'T',
  xO: 'x0',
  x: 'x0',
  x_0: 'x0',
  X0: 'x0',
  initial: 'x0',
} as const;

/**
 * dX = b dt + σ dW on [t0, T] with X(t0) = x0.
 *
 * A window that starts at another t0 has noise of its own under the same key.
 *
 * @throws SdeError `shape` if x0 is not (d), `value` if it is not finite or T ≤ t0.
 */
export function problem<M extends Model>(options: ProblemOptions<M>): Problem<M> {
  requireKeys<ProblemOptions<M>>(options, { model: true, x0: true, T: true, t0: true }, 'problem({ … })', RENAMED);
  const { model, x0, T, t0 = 0 } = options ?? {};
  requireModel(model, 'problem({ model })');
  requireNumbers(x0, 'problem({ x0 })', 'start from a finite state, one number for each state of the model');
  requireLength(x0, model.dimension, 'problem({ x0 })', 'give one initial value for each state of the model');
  const start = Float64Array.from(x0);
  requireFinite(t0, 'problem({ t0 })', 'give the initial time as a number');
  requireFinite(T, 'problem({ T })', 'give the final time as a number');
  if (T <= t0) throw notAfter(t0, T, 'problem({ T, t0 })');
  return { model, x0: start, t0, T };
}

/** Refuses what {@link problem} did not make, and what it would not have made. */
export function requireProblem(given: unknown, where: string): void {
  const { model, x0, t0, T } = (given ?? {}) as Readonly<Record<string, unknown>>;
  requireModel(model, `${where}: problem.model`);
  requireNumbers(x0, `${where}: problem.x0`, 'make it with problem({ model, x0, T })');
  requireLength(x0, model.dimension, `${where}: problem.x0`, 'make it with problem({ model, x0, T })');
  requireFinite(t0, `${where}: problem.t0`, 'make it with problem({ model, x0, T })');
  requireFinite(T, `${where}: problem.T`, 'make it with problem({ model, x0, T })');
  if ((T as number) <= (t0 as number)) throw notAfter(t0 as number, T as number, `${where}: problem`);
}

const notAfter = (t0: number, T: number, where: string): SdeError =>
  new SdeError('value', {
    what: 'the final time is not after the initial time',
    where,
    expected: `T > t0 = ${t0}`,
    got: describe(T),
    remedy: 'give a T after t0; an equation that runs backward in time is solved with kolmogorov',
  });
