import { defineScheme, type TracedScheme } from './scheme.js';
import { incrementsAlone } from './scheme-driver.js';
import { combine, norm } from './stage.js';

/**
 * Tamed Euler: Y' = Y + b h / (1 + h |b|) + Σ_k σ_k ΔW^k, with |b| the Euclidean norm.
 *
 * Weak order 1 and strong order ½ for general noise with a globally Lipschitz σ; the strong order holds for drifts that grow like a
 * polynomial and are one-sided Lipschitz, such as x − x³, where Euler–Maruyama diverges. One evaluation of b and σ a step,
 * and it can be compiled, which implicit schemes cannot. For small drifts it is Euler–Maruyama with a slightly larger error.
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
  restraint: 'tamed',
  step({ algebra, h, y, dW, time, drift, diffusion }) {
    const { constant, add, multiply, divide } = algebra;
    const f = drift(time(0), y);
    const columns = diffusion(time(0), y);
    const tamed = divide(h, add(constant(1), multiply(h, norm(algebra, f))));
    return combine(algebra, y, [[tamed, f], ...dW.map((increment, k) => [increment, columns[k]] as const)]);
  },
});
