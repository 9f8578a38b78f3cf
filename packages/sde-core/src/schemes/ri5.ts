import { type TableauScheme, tableau } from './tableau.js';
import type { Tableau } from './tableau-conditions.js';

/**
 * RI5, a stochastic Runge–Kutta scheme of weak order 2 (formula: {@link tableau}).
 *
 * Weak order 2 for Itô equations with general noise, 3 on the ordinary differential equation. Costs as `ri1`; its stages stay
 * nearer to Y, at ±√h/2 along a column, which suits a σ that changes quickly. Explicit: not for stiff drifts. (Written with
 * the sign of all I_k turned, so that σ ΔW stands in it with a plus; the law is the same.)
 *
 * @see [roessler2009]
 */
export const ri5: TableauScheme<Tableau> = tableau({
  name: 'RI5',
  citation: 'roessler2009',
  order: { weak: 2, strong: null, ode: 3 },
  tableau: {
    A0: [[], [1], [25 / 144, 35 / 144]],
    A1: [[], [1 / 4], [1 / 4]],
    B0: [[], [-1 / 3], [5 / 6, 0]],
    B1: [[], [1 / 2], [-1 / 2]],
    B2: [[], [1], [-1]],
    alpha: [1 / 10, 3 / 14, 24 / 35],
    beta1: [-1, 1, 1],
    beta2: [0, 1, -1],
    beta3: [-1 / 2, 1 / 4, 1 / 4],
    beta4: [0, 1 / 2, -1 / 2],
  },
});
