import { type AdditiveTableau, additiveTableau } from './additive-tableau.js';
import type { TableauScheme } from './tableau.js';

/**
 * SRA1, a stochastic Runge–Kutta scheme of strong order 1.5 for additive noise (formula: {@link additiveTableau}).
 *
 * Strong order 1.5 and weak order 2 for additive noise, σ(t) moving in time included; 2 on the ordinary differential equation. A
 * step takes b at 2 states and σ at 2 times, and two normal variables for each Wiener process. The first choice for paths under
 * additive noise; for expectations alone, a weak scheme needs one variable less.
 *
 * @see [roessler2010]
 */
export const sra1: TableauScheme<AdditiveTableau> = additiveTableau({
  name: 'SRA1',
  citation: 'roessler2010',
  order: { weak: 2, strong: 3 / 2, ode: 2 },
  tableau: {
    A0: [[], [3 / 4]],
    B0: [[], [3 / 2]],
    alpha: [1 / 3, 2 / 3],
    beta1: [1, 0],
    beta2: [-1, 1],
    c1: [1, 0],
  },
});
