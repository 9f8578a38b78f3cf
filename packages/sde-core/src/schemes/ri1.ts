import { type TableauScheme, tableau } from './tableau.js';
import type { Tableau } from './tableau-conditions.js';

/**
 * RI1, a stochastic Runge–Kutta scheme of weak order 2 (formula: {@link tableau}).
 *
 * Weak order 2 for Itô equations with general noise, 3 on the ordinary differential equation. A step takes b at 3 states and σ
 * at 1 + 2m, with as many again for m ≥ 2. The general choice where derivatives are not at hand; `rdi2wm` is cheaper
 * by a drift, `dri1` has smaller constants. Not for stiff drifts: it is explicit.
 *
 * @see [roessler2009]
 */
export const ri1: TableauScheme<Tableau> = tableau({
  name: 'RI1',
  citation: 'roessler2009',
  order: { weak: 2, strong: null, ode: 3 },
  tableau: {
    A0: [[], [2 / 3], [-1 / 3, 1]],
    A1: [[], [1], [1]],
    B0: [[], [1], [0]],
    B1: [[], [1], [-1]],
    B2: [[], [1], [-1]],
    alpha: [1 / 4, 1 / 2, 1 / 4],
    beta1: [1 / 2, 1 / 4, 1 / 4],
    beta2: [0, 1 / 2, -1 / 2],
    beta3: [-1 / 2, 1 / 4, 1 / 4],
    beta4: [0, 1 / 2, -1 / 2],
  },
});
