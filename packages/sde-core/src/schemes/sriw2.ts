import { type StrongTableau, strongTableau } from './strong-tableau.js';
import type { TableauScheme } from './tableau.js';

/**
 * SRIW2, a stochastic Runge–Kutta scheme of strong order 1.5 (formula: {@link strongTableau}).
 *
 * Strong and weak order 1.5 for scalar and for diagonal noise; 3 on the ordinary differential equation. A step takes b at
 * 3 states and σ at 4, and two normal variables for each Wiener process. For paths to high accuracy; not for noise that needs
 * Lévy areas, nor for stiff drifts. Its drift has order 3, which pays for small noise.
 *
 * @see [roessler2010]
 */
export const sriw2: TableauScheme<StrongTableau> = strongTableau({
  name: 'SRIW2',
  citation: 'roessler2010',
  order: { weak: 3 / 2, strong: 3 / 2, ode: 3 },
  tableau: {
    A0: [[], [1], [1 / 4, 1 / 4]],
    A1: [[], [1 / 4], [1], [0, 0, 1 / 4]],
    B0: [[], [], [1, 1 / 2]],
    B1: [[], [-1 / 2], [1], [2, -1, 1 / 2]],
    alpha: [1 / 6, 1 / 6, 2 / 3, 0],
    beta1: [-1, 4 / 3, 2 / 3, 0],
    beta2: [1, -4 / 3, 1 / 3, 0],
    beta3: [2, -4 / 3, -2 / 3, 0],
    beta4: [-2, 5 / 3, -2 / 3, 1],
  },
});
