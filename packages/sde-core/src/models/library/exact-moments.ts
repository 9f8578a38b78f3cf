import { requireLength } from '../../errors/at-the-door.js';
import type { SymbolicModel } from '../symbolic.js';

/** A one-dimensional model whose first two moments are known in closed form. */
export interface ExactModel extends SymbolicModel {
  /** E X(t)^order given X(0) = x0. */
  exactMoment(order: 1 | 2, t: number, x0: number): number;
}

/** E X and E X Xᵀ at one time. */
export interface TerminalMoments {
  /** E X, shape (d). */
  readonly mean: Float64Array;
  /** E X Xᵀ, shape (d, d), row-major. */
  readonly second: Float64Array;
}

/** A model in several dimensions whose first and second mixed moments are known. */
export interface MomentModel extends SymbolicModel {
  /** E X(t) and E X(t) X(t)ᵀ given X(0) = x0, shape (d). */
  exactMoments(t: number, x0: ArrayLike<number>): TerminalMoments;
}

/** A model with its moments. */
export function withMoments(model: SymbolicModel, exactMoment: ExactModel['exactMoment']): ExactModel {
  return Object.freeze({ ...model, exactMoment });
}

/** A model in several dimensions with its moments, asked only for states of its dimension. */
export function withMixedMoments(
  model: SymbolicModel,
  name: string,
  exactMoments: (t: number, x0: Float64Array) => TerminalMoments,
): MomentModel {
  return Object.freeze({
    ...model,
    exactMoments: (t: number, x0: ArrayLike<number>): TerminalMoments => {
      requireLength(x0, model.dimension, `${name}.exactMoments(t, x0)`, 'give one initial value for each state');
      return exactMoments(t, Float64Array.from(x0));
    },
  });
}
