import type { TracedScheme } from './scheme.js';
import { tableau } from './tableau.js';

/**
 * Rößler's RI6, free of derivatives: weak order 2 for every noise and on ordinary differential equations.
 *
 * A step evaluates b twice and each column of σ five times, three for m = 1.
 *
 * @see [roessler2009]
 */
export const ri6: TracedScheme<'coefficients'> = tableau({
  name: 'RI6',
  citation: 'roessler2009',
  order: { weak: 2, strong: null, ode: 2 },
  A0: [[], [1], [0]],
  A1: [[], [1], [1]],
  B0: [[], [1], [0]],
  B1: [[], [1], [-1]],
  B2: [[], [1], [-1]],
  alpha: [1 / 2, 1 / 2, 0],
  beta1: [1 / 2, 1 / 4, 1 / 4],
  beta2: [0, 1 / 2, -1 / 2],
  beta3: [-1 / 2, 1 / 4, 1 / 4],
  beta4: [0, 1 / 2, -1 / 2],
});
