import { type TableauScheme, tableau } from './tableau.js';
import type { Tableau } from './tableau-conditions.js';

/**
 * RDI4WM, a stochastic Runge–Kutta scheme of weak order 2 with three drift stages (formula: {@link tableau}): the noise of
 * `rdi2wm` with the drift of `dri1`.
 *
 * Weak order 2 for Itô equations with general noise, 3 on the ordinary differential equation. A step takes b at 3 states and σ
 * at 1 + 2m, with as many again for m ≥ 2. For small noise, where the error of the drift leads. Explicit: not for stiff drifts.
 *
 * @see [debrabant2009]
 */
export const rdi4wm: TableauScheme<Tableau> = tableau({
  name: 'RDI4WM',
  citation: 'debrabant2009',
  order: { weak: 2, strong: null, ode: 3 },
  tableau: {
    A0: [[], [1 / 2], [-1, 2]],
    A1: [[], [2 / 3], [2 / 3]],
    B0: [[], [(6 - Math.sqrt(6)) / 10], [(3 + 2 * Math.sqrt(6)) / 5]],
    B1: [[], [Math.sqrt(2 / 3)], [-Math.sqrt(2 / 3)]],
    B2: [[], [Math.sqrt(2)], [-Math.sqrt(2)]],
    alpha: [1 / 6, 2 / 3, 1 / 6],
    beta1: [1 / 4, 3 / 8, 3 / 8],
    beta2: [0, Math.sqrt(6) / 4, -Math.sqrt(6) / 4],
    beta3: [-1 / 4, 1 / 8, 1 / 8],
    beta4: [0, Math.sqrt(2) / 4, -Math.sqrt(2) / 4],
  },
});
