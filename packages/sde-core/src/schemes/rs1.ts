import { type StratonovichTableau, stratonovichTableau } from './stratonovich-tableau.js';
import type { TableauScheme } from './tableau.js';

/**
 * RS1, a stochastic Runge–Kutta scheme of weak order 2 for Stratonovich equations (formula: {@link stratonovichTableau}).
 *
 * Weak order 2 with general noise, 2 on the ordinary differential equation. A step takes b at 2 states and σ at 1 + 3m, with
 * 2m more for m ≥ 2. For equations that are given in the Stratonovich sense and noise that does not commute; with one Wiener process
 * and order 1, `stochasticHeun` is cheaper. Explicit: not for stiff drifts.
 *
 * @see [roessler2007]
 */
export const rs1: TableauScheme<StratonovichTableau> = stratonovichTableau({
  name: 'RS1',
  citation: 'roessler2007',
  order: { weak: 2, strong: null, ode: 2 },
  tableau: {
    A0: [[], [], [1], [0]],
    A1: [[], [], [1], [1]],
    B0: [[], [], [1 / 4, 3 / 4]],
    B1: [[], [2 / 3], [1 / 12, 1 / 4], [-5 / 4, 1 / 4, 2]],
    B2: [[], [1], [-1]],
    B3: [[], [], [1 / 4, 3 / 4], [1 / 4, 3 / 4]],
    alpha: [0, 0, 1 / 2, 1 / 2],
    beta1: [1 / 8, 3 / 8, 3 / 8, 1 / 8],
    beta2: [0, -1 / 4, 1 / 4, 0],
  },
});
