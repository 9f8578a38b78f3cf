import { defineScheme, type TracedScheme } from './scheme.js';
import { incrementsAlone } from './scheme-driver.js';
import { combine, type Term } from './stage.js';

/**
 * Stochastic Heun for Stratonovich equations: with Ŷ = Y + b h + Σ_k σ_k ΔW^k,
 * Y' = Y + ½ (b(Y) + b(Ŷ)) h + ½ Σ_k (σ_k(Y) + σ_k(Ŷ)) ΔW^k, the second values at t + h.
 *
 * Weak order 1 for general noise; strong order 1 where the columns of σ commute, ½ elsewhere (the order declared); 2 on the
 * ordinary differential equation. A step takes b and σ at 2 states. The simplest scheme for Stratonovich equations; it keeps no
 * manifold exactly, and is explicit: not for stiff drifts.
 *
 * @see [ruemelin1982]
 */
export const stochasticHeun: TracedScheme<'coefficients'> = defineScheme({
  name: 'stochastic Heun',
  citation: 'ruemelin1982',
  order: { weak: 1, strong: 1 / 2, ode: 2 },
  calculus: 'stratonovich',
  noise: ['general'],
  driver: incrementsAlone('gaussian'),
  step({ algebra, h, y, dW, time, drift, diffusion }) {
    type V = typeof h;
    const { constant, multiply } = algebra;
    const half = (factor: V): V => multiply(constant(1 / 2), factor);
    const [start, end] = [time(0), time(1)];
    const [f, g] = [drift(start, y), diffusion(start, y)];
    const ahead = combine(algebra, y, [[h, f], ...dW.map((increment, k): Term<V> => [increment, g[k]])]);
    const gAhead = diffusion(end, ahead);
    return combine(algebra, y, [
      [half(h), f],
      [half(h), drift(end, ahead)],
      ...dW.flatMap((increment, k): Term<V>[] => [
        [half(increment), g[k]],
        [half(increment), gAhead[k]],
      ]),
    ]);
  },
});
