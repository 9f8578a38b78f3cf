import { defineScheme, type TracedScheme } from './scheme.js';
import { incrementsAlone } from './scheme-driver.js';
import { combine, total } from './stage.js';

/**
 * Tamed Euler: Y' = Y + b h / (1 + h |b|) + Σ_k b^k ΔW^k.
 *
 * A step of the drift is never longer than 1, so that moments stay bounded where Euler–Maruyama's explode: drifts that are
 * one-sided Lipschitz and grow like a polynomial. Strong order ½ there; weak order 1 where the coefficients are smooth.
 *
 * @see [hutzenthaler2012]
 */
export const tamedEuler: TracedScheme<'coefficients'> = defineScheme({
  name: 'tamed Euler',
  citation: 'hutzenthaler2012',
  order: { weak: 1, strong: 1 / 2, ode: 1 },
  calculus: 'ito',
  noise: ['general'],
  driver: incrementsAlone('gaussian'),
  step({ algebra, h, y, dW, time, drift, diffusion }) {
    const { add, constant, divide, multiply, sqrt } = algebra;
    const b = drift(time(0), y);
    const columns = diffusion(time(0), y);
    const length = sqrt(
      total(
        algebra,
        b.map((entry) => multiply(entry, entry)),
      ),
    );
    const tamed = divide(h, add(constant(1), multiply(h, length)));
    return combine(algebra, y, [[tamed, b], ...dW.map((increment, k) => [increment, columns[k]] as const)]);
  },
});
