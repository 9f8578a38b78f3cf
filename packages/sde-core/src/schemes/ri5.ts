import type { TracedScheme } from './scheme.js';
import { tableau } from './tableau.js';

/**
 * Rößler's RI5, free of derivatives: weak order 2 for every noise, order 3 on ordinary differential equations.
 *
 * A step evaluates b three times and each column of σ five times, three for m = 1.
 *
 * @see [roessler2009]
 */
export const ri5: TracedScheme<'coefficients'> = tableau({
  name: 'RI5',
  citation: 'roessler2009',
  order: { weak: 2, strong: null, ode: 3 },
  A0: [[], [1], [25 / 144, 35 / 144]],
  A1: [[], [1 / 4], [1 / 4]],
  B0: [[], [1 / 3], [-5 / 6]],
  B1: [[], [1 / 2], [-1 / 2]],
  B2: [[], [1], [-1]],
  alpha: [1 / 10, 3 / 14, 24 / 35],
  beta1: [1, -1, -1],
  beta2: [0, 1, -1],
  beta3: [1 / 2, -1 / 4, -1 / 4],
  beta4: [0, 1 / 2, -1 / 2],
});
