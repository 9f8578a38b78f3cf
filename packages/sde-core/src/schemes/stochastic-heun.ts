import { defineScheme, type TracedScheme } from './scheme.js';
import { incrementsAlone } from './scheme-driver.js';
import { combine, type Term } from './stage.js';

/**
 * The stochastic Heun scheme for Stratonovich equations: with Ȳ = Y + b h + Σ_k b^k ΔW^k at t + h,
 * Y' = Y + ½ (b + b(Ȳ)) h + ½ Σ_k (b^k + b^k(Ȳ)) ΔW^k.
 *
 * Weak order 1 and strong order ½ for every noise (strong order 1 where the columns of σ commute), order 2 on ordinary
 * differential equations. Two evaluations of b and σ a step.
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
    const [b, columns] = [drift(time(0), y), diffusion(time(0), y)];
    const whole: Term<(typeof y)[number]>[] = [[h, b], ...dW.map((increment, k) => [increment, columns[k]] as const)];
    const ahead = combine(algebra, y, whole);
    const [bAhead, columnsAhead] = [drift(time(1), ahead), diffusion(time(1), ahead)];
    const half = (value: typeof h): typeof h => algebra.multiply(algebra.constant(1 / 2), value);
    const terms: Term<(typeof y)[number]>[] = [
      [half(h), b],
      [half(h), bAhead],
    ];
    dW.forEach((increment, k) => {
      terms.push([half(increment), columns[k]], [half(increment), columnsAhead[k]]);
    });
    return combine(algebra, y, terms);
  },
});
