import { newton } from './newton.js';
import { defineScheme, type NativeScheme } from './scheme.js';
import { incrementsAlone } from './scheme-driver.js';
import { combine, type Term } from './stage.js';

/**
 * The implicit midpoint rule for Stratonovich equations, by Newton's method:
 * Y' = Y + b(t + h/2, M) h + Σ_k σ_k(t + h/2, M) I_k with M = ½ (Y + Y').
 *
 * Weak order 1 for general noise, 2 on the ordinary differential equation. It keeps every quadratic invariant of the equation, such
 * as |X|² of a rotation, and the symplectic form of a Hamiltonian one. The increments are two-point variables: a
 * normal one is unbounded, and for a large one the equation of a step need not have a solution. It runs on numbers alone; a step
 * evaluates b and σ at d + 1 states for each Newton iteration.
 *
 * @see [milstein2002]
 */
export const implicitMidpoint: NativeScheme<'coefficients'> = defineScheme<'coefficients'>({
  kind: 'native',
  name: 'implicit midpoint',
  citation: 'milstein2002',
  order: { weak: 1, strong: null, ode: 2 },
  calculus: 'stratonovich',
  noise: ['general'],
  driver: incrementsAlone('two-point'),
  restraint: 'implicit',
  needs: 'coefficients',
  step({ algebra, h, y, dW, time, drift, diffusion }) {
    const middle = time(1 / 2);
    const half = (x: readonly number[]): readonly number[] => {
      const g = diffusion(middle, x);
      const noise = dW.map((increment, k): Term<number> => [increment / 2, g[k]]);
      return combine(algebra, y, [[h / 2, drift(middle, x)], ...noise]);
    };
    const M = newton((x) => {
      const moved = half(x);
      return x.map((value, i) => value - moved[i]);
    }, y);
    return M.map((value, i) => 2 * value - y[i]);
  },
  expansion({ algebra, h, y, dW, time, drift, diffusion }, rounds) {
    const { constant, multiply, subtract } = algebra;
    const middle = time(1 / 2);
    const half = constant(1 / 2);
    let M = y;
    for (let round = 0; round < rounds; round++) {
      const g = diffusion(middle, M);
      const noise = dW.map((increment, k) => [multiply(half, increment), g[k]] as const);
      M = combine(algebra, y, [[multiply(half, h), drift(middle, M)], ...noise]);
    }
    return M.map((value, i) => subtract(multiply(constant(2), value), y[i]));
  },
});
