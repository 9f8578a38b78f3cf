import { type TableauScheme, tableau } from './tableau.js';
import type { Tableau } from './tableau-conditions.js';

/**
 * RI6, a stochastic Runge–Kutta scheme of weak order 2 with two drift stages (formula: {@link tableau}).
 *
 * Weak order 2 for Itô equations with general noise, 2 on the ordinary differential equation. A step takes b at 2 states and σ
 * at 1 + 2m, with as many again for m ≥ 2: `ri1` with one drift less, for drifts that are dear. Explicit: not for stiff drifts.
 *
 * @see [roessler2009]
 */
export const ri6: TableauScheme<Tableau> = tableau({
  name: 'RI6',
  citation: 'roessler2009',
  order: { weak: 2, strong: null, ode: 2 },
  tableau: {
    A0: [[], [1]],
    A1: [[], [1], [1]],
    B0: [[], [1]],
    B1: [[], [1], [-1]],
    B2: [[], [1], [-1]],
    alpha: [1 / 2, 1 / 2, 0],
    beta1: [1 / 2, 1 / 4, 1 / 4],
    beta2: [0, 1 / 2, -1 / 2],
    beta3: [-1 / 2, 1 / 4, 1 / 4],
    beta4: [0, 1 / 2, -1 / 2],
  },
});
