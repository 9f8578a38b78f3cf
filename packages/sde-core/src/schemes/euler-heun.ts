import { defineScheme, type TracedScheme } from './scheme.js';
import { incrementsAlone } from './scheme-driver.js';
import { combine, type Term } from './stage.js';

/**
 * Euler–Heun for Stratonovich equations: Euler in the drift and Heun in the noise. With Ŷ = Y + Σ_k σ_k ΔW^k,
 * Y' = Y + b h + ½ Σ_k (σ_k(t, Y) + σ_k(t + h, Ŷ)) ΔW^k.
 *
 * Weak order 1 for general noise; strong order 1 where the columns of σ commute, ½ elsewhere (the order declared); 1 on the
 * ordinary differential equation. A step takes b at 1 state and σ at 2: where the drift is dear and its error is not what leads.
 *
 * @see [kloeden1992, section 4.9]
 */
export const eulerHeun: TracedScheme<'coefficients'> = defineScheme({
  name: 'Euler–Heun',
  citation: 'kloeden1992',
  order: { weak: 1, strong: 1 / 2, ode: 1 },
  calculus: 'stratonovich',
  noise: ['general'],
  driver: incrementsAlone('gaussian'),
  step({ algebra, h, y, dW, time, drift, diffusion }) {
    type V = typeof h;
    const { constant, multiply } = algebra;
    const g = diffusion(time(0), y);
    const ahead = combine(
      algebra,
      y,
      dW.map((increment, k): Term<V> => [increment, g[k]]),
    );
    const gAhead = diffusion(time(1), ahead);
    return combine(algebra, y, [
      [h, drift(time(0), y)],
      ...dW.flatMap((increment, k): Term<V>[] => {
        const half = multiply(constant(1 / 2), increment);
        return [
          [half, g[k]],
          [half, gAhead[k]],
        ];
      }),
    ]);
  },
});
