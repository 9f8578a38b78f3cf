import type { SymbolicModel } from '../symbolic.js';

/** A one-dimensional model whose first two moments are known in closed form. */
export interface ExactModel extends SymbolicModel {
  /** E X(t)^order given X(0) = x0. */
  exactMoment(order: 1 | 2, t: number, x0: number): number;
}

/** A model with its moments. */
export function withMoments(model: SymbolicModel, exactMoment: ExactModel['exactMoment']): ExactModel {
  return Object.freeze({ ...model, exactMoment });
}
