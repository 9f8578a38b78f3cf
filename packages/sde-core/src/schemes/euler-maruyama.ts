import { defineScheme, type TracedScheme } from './scheme.js';
import { incrementsAlone } from './scheme-driver.js';
import { combine } from './stage.js';

/**
 * Euler–Maruyama: Y' = Y + b h + Σ_k b^k ΔW^k.
 *
 * Weak order 1, strong order ½, for every noise. One evaluation of b and σ a step.
 *
 * @see [maruyama1955]
 */
export const eulerMaruyama: TracedScheme<'coefficients'> = defineScheme({
  name: 'Euler–Maruyama',
  citation: 'maruyama1955',
  order: { weak: 1, strong: 1 / 2, ode: 1 },
  calculus: 'ito',
  noise: ['general'],
  driver: incrementsAlone('gaussian'),
  step({ algebra, h, y, dW, time, drift, diffusion }) {
    const t = time(0);
    const columns = diffusion(t, y);
    return combine(algebra, y, [[h, drift(t, y)], ...dW.map((increment, k) => [increment, columns[k]] as const)]);
  },
});
