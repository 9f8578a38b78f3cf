import { type TableauScheme, tableau } from './tableau.js';
import type { Tableau } from './tableau-conditions.js';

/**
 * RDI2WM, a stochastic Runge–Kutta scheme of weak order 2 with two drift stages (formula: {@link tableau}).
 *
 * Weak order 2 for Itô equations with general noise, 2 on the ordinary differential equation. A step takes b at 2 states and σ
 * at 1 + 2m, with as many again for m ≥ 2: the one to begin with. Explicit: not for stiff drifts.
 *
 * @see [debrabant2009]
 */
export const rdi2wm: TableauScheme<Tableau> = tableau({
  name: 'RDI2WM',
  citation: 'debrabant2009',
  order: { weak: 2, strong: null, ode: 2 },
  tableau: {
    A0: [[], [1]],
    A1: [[], [2 / 3], [2 / 3]],
    B0: [[], [1]],
    B1: [[], [Math.sqrt(2 / 3)], [-Math.sqrt(2 / 3)]],
    B2: [[], [Math.sqrt(2)], [-Math.sqrt(2)]],
    alpha: [1 / 2, 1 / 2, 0],
    beta1: [1 / 4, 3 / 8, 3 / 8],
    beta2: [0, Math.sqrt(6) / 4, -Math.sqrt(6) / 4],
    beta3: [-1 / 4, 1 / 8, 1 / 8],
    beta4: [0, Math.sqrt(2) / 4, -Math.sqrt(2) / 4],
  },
});
