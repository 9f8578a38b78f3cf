import type { TracedScheme } from './scheme.js';
import { tableau } from './tableau.js';

const root = Math.sqrt(6);
const b1 = 3 * Math.sqrt(38 / 491);
const b2 = [
  (-214 / 513) * Math.sqrt(1105 / 991),
  (-491 / 513) * Math.sqrt(221 / 4955),
  (-491 / 513) * Math.sqrt(221 / 4955),
];
const weight2 = Math.sqrt(491 / 38) / 6;
const weight4 = Math.sqrt(4955 / 221) / 8;

/**
 * Debrabant and Rößler's DRI1, free of derivatives and with small error constants: weak order 2 for every noise, order 3
 * on ordinary differential equations.
 *
 * A step evaluates b three times and each column of σ six times, three for m = 1.
 *
 * @see [debrabant2009]
 */
export const dri1: TracedScheme<'coefficients'> = tableau({
  name: 'DRI1',
  citation: 'debrabant2009',
  order: { weak: 2, strong: null, ode: 3 },
  A0: [[], [1 / 2], [-1, 2]],
  A1: [[], [342 / 491], [342 / 491]],
  B0: [[], [(6 - root) / 10], [(3 + 2 * root) / 5]],
  B1: [[], [b1], [-b1]],
  B2: [[], b2, b2.map((value) => -value)],
  alpha: [1 / 6, 2 / 3, 1 / 6],
  beta1: [193 / 684, 491 / 1368, 491 / 1368],
  beta2: [0, weight2, -weight2],
  beta3: [-4955 / 7072, 4955 / 14144, 4955 / 14144],
  beta4: [0, -weight4, weight4],
});
