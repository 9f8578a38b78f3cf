import { type TableauScheme, tableau } from './tableau.js';
import type { Tableau } from './tableau-conditions.js';

const LEAP = 3 * Math.sqrt(38 / 491);
const [FIRST, OTHER] = [(-214 / 513) * Math.sqrt(1105 / 991), (-491 / 513) * Math.sqrt(221 / 4955)];
const [OWN, CROSS] = [Math.sqrt(491 / 38) / 6, Math.sqrt(4955 / 221) / 8];

/**
 * DRI1, a stochastic Runge–Kutta scheme of weak order 2 with small error constants (formula: {@link tableau}).
 *
 * Weak order 2 for Itô equations with general noise, 3 on the ordinary differential equation. A step takes b at 3 states and σ
 * at 1 + 2m, with as many again for m ≥ 2. The choice for accuracy at coarse steps. Explicit: not for stiff drifts.
 *
 * @see [debrabant2009]
 */
export const dri1: TableauScheme<Tableau> = tableau({
  name: 'DRI1',
  citation: 'debrabant2009',
  order: { weak: 2, strong: null, ode: 3 },
  tableau: {
    A0: [[], [1 / 2], [-1, 2]],
    A1: [[], [342 / 491], [342 / 491]],
    B0: [[], [(6 - Math.sqrt(6)) / 10], [(3 + 2 * Math.sqrt(6)) / 5]],
    B1: [[], [LEAP], [-LEAP]],
    B2: [[], [FIRST, OTHER, OTHER], [-FIRST, -OTHER, -OTHER]],
    alpha: [1 / 6, 2 / 3, 1 / 6],
    beta1: [193 / 684, 491 / 1368, 491 / 1368],
    beta2: [0, OWN, -OWN],
    beta3: [-4955 / 7072, 4955 / 14144, 4955 / 14144],
    beta4: [0, -CROSS, CROSS],
  },
});
