import { defineScheme, type TracedScheme } from 'sde-core';
import { pairVariables } from '#sde-core/schemes/area-signs';
import { combine, type Term } from '#sde-core/schemes/stage';

/** Platen's scheme with one mistake, a common one: the stages U^r± are taken at t + h. */
export const platenLate: TracedScheme<'coefficients'> = defineScheme({
  name: 'Platen with late stages',
  citation: 'kloeden1992',
  order: { weak: 2, strong: null, ode: 2 },
  calculus: 'ito',
  noise: ['general'],
  driver: { increments: 'three-point', auxiliary: (m) => new Array<'two-point'>((m * (m - 1)) / 2).fill('two-point') },
  step({ algebra, noiseDimension: m, h, sqrtH, y, dW, auxiliary, time, drift, diffusion }) {
    const { add, constant, divide, multiply, negate, subtract } = algebra;
    const [start, end] = [time(0), time(1)];
    const a = drift(start, y);
    const columns = diffusion(start, y);
    const V = pairVariables(algebra, h, m, auxiliary);
    const ahead = combine(algebra, y, [[h, a]]);
    const noisy = dW.map((increment, k) => [increment, columns[k]] as const);
    const half = multiply(constant(1 / 2), h);
    const terms: Term<(typeof y)[number]>[] = [
      [half, a],
      [half, drift(end, combine(algebra, ahead, noisy))],
    ];
    for (let k = 0; k < m; k++) {
      terms.push([multiply(constant((2 - m) / 2), dW[k]), columns[k]]);
      for (let r = 0; r < m; r++) {
        const from = r === k ? ahead : y;
        const integral = divide(add(multiply(dW[k], dW[r]), V[r][k]), sqrtH);
        const stage = (root: typeof h) => diffusion(end, combine(algebra, from, [[root, columns[r]]]))[k];
        terms.push([multiply(constant(1 / 4), add(dW[k], integral)), stage(sqrtH)]);
        terms.push([multiply(constant(1 / 4), subtract(dW[k], integral)), stage(negate(sqrtH))]);
      }
    }
    return combine(algebra, y, terms);
  },
});
