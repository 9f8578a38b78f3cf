import { requireLength } from '../../errors/at-the-door.js';
import type { SymbolicModel } from '../symbolic.js';
import { requireTime, type Transition, type TransitionModel } from '../transition.js';

/** A one-dimensional model whose first two moments and transition law are known in closed form. */
export interface ExactModel extends TransitionModel {
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
  /** The law of X(t + h) given X(t), h > 0; only where it is known. */
  transition?(h: number): Transition;
}

/** A model with its moments and its transition law. */
export function withMoments(
  model: SymbolicModel,
  { exactMoment, transition }: Pick<ExactModel, 'exactMoment' | 'transition'>,
): ExactModel {
  return Object.freeze({ ...model, exactMoment, transition: checked(transition) });
}

function checked(transition: (h: number) => Transition): (h: number) => Transition {
  return (h) => {
    requireTime(h, 'model.transition(h)');
    return transition(h);
  };
}

/** A model in several dimensions with its moments, asked only for states of its dimension. */
export function withMixedMoments(
  model: SymbolicModel,
  name: string,
  exactMoments: (t: number, x0: Float64Array) => TerminalMoments,
  transition?: (h: number) => Transition,
): MomentModel {
  return Object.freeze({
    ...model,
    exactMoments: (t: number, x0: ArrayLike<number>): TerminalMoments => {
      requireLength(x0, model.dimension, `${name}.exactMoments(t, x0)`, 'give one initial value for each state');
      return exactMoments(t, Float64Array.from(x0));
    },
    ...(transition && { transition: checked(transition) }),
  });
}
