import { defineScheme, type TracedScheme } from './scheme.js';
import { incrementsAlone } from './scheme-driver.js';
import { combine } from './stage.js';

/**
 * Leimkuhler–Matthews for overdamped Langevin equations dX = b(X) dt + σ dW with constant σ, as a Markov chain:
 * Y' = Y + b(Y + ½ Σ_k σ_k ΔW^k) h + Σ_k σ_k ΔW^k, to be read at X = Y + ½ Σ_k σ_k ΔW^k with the increment of the step to come.
 *
 * In those states it samples the invariant law to order 2 (exactly, for a quadratic potential) at one force a step, where
 * Euler–Maruyama has order 1. At a fixed time, and for σ that moves in time, its weak order is 1. For equilibrium averages; not for
 * transients.
 *
 * @see [leimkuhler2013]
 */
export const leimkuhlerMatthews: TracedScheme<'coefficients'> = defineScheme({
  name: 'Leimkuhler–Matthews',
  citation: 'leimkuhler2013',
  order: { weak: 1, strong: 1, ode: 1 },
  calculus: 'ito',
  noise: ['additive'],
  driver: incrementsAlone('gaussian'),
  step({ algebra, h, y, dW, time, drift, diffusion }) {
    const { constant, multiply } = algebra;
    const columns = diffusion(time(0), y);
    const noise = (weight: number) =>
      dW.map((increment, k) => [multiply(constant(weight), increment), columns[k]] as const);
    const middle = combine(algebra, y, noise(1 / 2));
    return combine(algebra, y, [[h, drift(time(0), middle)], ...noise(1)]);
  },
});
