import { defineScheme, type TracedScheme } from './scheme.js';
import { incrementsAlone } from './scheme-driver.js';
import { combine, type Term } from './stage.js';

/**
 * The explicit midpoint rule for Stratonovich equations: with M = Y + ½ b h + ½ Σ_k σ_k ΔW^k,
 * Y' = Y + b(t + h/2, M) h + Σ_k σ_k(t + h/2, M) ΔW^k.
 *
 * Weak order 1 for general noise; strong order 1 where the columns of σ commute, ½ elsewhere (the order declared); 2 on the
 * ordinary differential equation. A step takes b and σ at 2 states. For coefficients that jump at the ends of steps, since only
 * the start and the middle are asked for. The implicit rule, which keeps quadratic invariants, is `implicitMidpoint`.
 *
 * @see [kloeden1992, section 4.9]
 */
export const explicitMidpoint: TracedScheme<'coefficients'> = defineScheme({
  name: 'explicit midpoint',
  citation: 'kloeden1992',
  order: { weak: 1, strong: 1 / 2, ode: 2 },
  calculus: 'stratonovich',
  noise: ['general'],
  driver: incrementsAlone('gaussian'),
  step({ algebra, h, y, dW, time, drift, diffusion }) {
    type V = typeof h;
    const half = (factor: V): V => algebra.multiply(algebra.constant(1 / 2), factor);
    const g = diffusion(time(0), y);
    const middle = combine(algebra, y, [
      [half(h), drift(time(0), y)],
      ...dW.map((increment, k): Term<V> => [half(increment), g[k]]),
    ]);
    const gMiddle = diffusion(time(1 / 2), middle);
    return combine(algebra, y, [
      [h, drift(time(1 / 2), middle)],
      ...dW.map((increment, k): Term<V> => [increment, gMiddle[k]]),
    ]);
  },
});
