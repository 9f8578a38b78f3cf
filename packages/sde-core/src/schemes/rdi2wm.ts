import type { TracedScheme } from './scheme.js';
import { tableau } from './tableau.js';

/**
 * Debrabant and Rößler's RDI2WM, free of derivatives: weak order 2 for every noise and on ordinary differential equations.
 *
 * A step evaluates b twice and each column of σ five times, three for m = 1.
 *
 * @see [debrabant2008]
 */
export const rdi2wm: TracedScheme<'coefficients'> = tableau({
  name: 'RDI2WM',
  citation: 'debrabant2008',
  order: { weak: 2, strong: null, ode: 2 },
  A0: [[], [1], [0]],
  A1: [[], [2 / 3], [2 / 3]],
  B0: [[], [1], [0]],
  B1: [[], [Math.sqrt(2 / 3)], [-Math.sqrt(2 / 3)]],
  B2: [[], [Math.sqrt(2)], [-Math.sqrt(2)]],
  alpha: [1 / 2, 1 / 2, 0],
  beta1: [1 / 4, 3 / 8, 3 / 8],
  beta2: [0, Math.sqrt(6) / 4, -Math.sqrt(6) / 4],
  beta3: [-1 / 4, 1 / 8, 1 / 8],
  beta4: [0, Math.sqrt(2) / 4, -Math.sqrt(2) / 4],
});
