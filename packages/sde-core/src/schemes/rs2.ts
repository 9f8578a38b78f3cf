import { type StratonovichTableau, stratonovichTableau } from './stratonovich-tableau.js';
import type { TableauScheme } from './tableau.js';

/**
 * RS2, a stochastic Runge–Kutta scheme of weak order 2 for Stratonovich equations (formula: {@link stratonovichTableau}).
 *
 * Weak order 2 with general noise, 3 on the ordinary differential equation. A step takes b at 3 states and σ at 1 + 3m, with
 * 2m more for m ≥ 2. For equations that are given in the Stratonovich sense and noise that does not commute; with one Wiener process
 * and order 1, `stochasticHeun` is cheaper. Explicit: not for stiff drifts.
 *
 * @see [roessler2007]
 */
export const rs2: TableauScheme<StratonovichTableau> = stratonovichTableau({
  name: 'RS2',
  citation: 'roessler2007',
  order: { weak: 2, strong: null, ode: 3 },
  tableau: {
    A0: [[], [2 / 3], [1 / 6, 1 / 2]],
    A1: [[], [], [1], [1]],
    B0: [[], [], [1 / 4, 3 / 4]],
    B1: [[], [2 / 3], [1 / 12, 1 / 4], [-5 / 4, 1 / 4, 2]],
    B2: [[], [1], [-1]],
    B3: [[], [], [1 / 4, 3 / 4], [1 / 4, 3 / 4]],
    alpha: [1 / 4, 1 / 4, 1 / 2, 0],
    beta1: [1 / 8, 3 / 8, 3 / 8, 1 / 8],
    beta2: [0, -1 / 4, 1 / 4, 0],
  },
});
