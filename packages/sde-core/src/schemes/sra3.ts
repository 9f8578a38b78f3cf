import { type AdditiveTableau, additiveTableau } from './additive-tableau.js';
import type { TableauScheme } from './tableau.js';

/**
 * SRA3, a stochastic Runge–Kutta scheme of strong order 1.5 for additive noise (formula: {@link additiveTableau}).
 *
 * Strong order 1.5 and weak order 2 for additive noise, σ(t) moving in time included; 3 on the ordinary differential equation. A
 * step takes b at 3 states and σ at 2 times, and two normal variables for each Wiener process. For small noise, where the error
 * of the drift leads.
 *
 * @see [roessler2010]
 */
export const sra3: TableauScheme<AdditiveTableau> = additiveTableau({
  name: 'SRA3',
  citation: 'roessler2010',
  order: { weak: 2, strong: 3 / 2, ode: 3 },
  tableau: {
    A0: [[], [1], [1 / 4, 1 / 4]],
    B0: [[], [0], [1, 1 / 2]],
    alpha: [1 / 6, 1 / 6, 2 / 3],
    beta1: [1, 0, 0],
    beta2: [-1, 1, 0],
    c1: [1, 0, 0],
  },
});
