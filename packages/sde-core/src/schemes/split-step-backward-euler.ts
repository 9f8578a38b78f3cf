import { newton } from './newton.js';
import { defineScheme, type NativeScheme } from './scheme.js';
import { incrementsAlone } from './scheme-driver.js';
import { combine } from './stage.js';

/**
 * Split-step backward Euler: Y* = Y + h b(t + h, Y*) by Newton's method, then Y' = Y* + Σ_k σ_k(t + h, Y*) ΔW^k.
 *
 * Weak order 1 and strong order ½ for general noise; the strong order holds for drifts that are only one-sided Lipschitz, such
 * as x − x³, where explicit schemes diverge. It runs on numbers alone; a step evaluates b at d + 1 states for each Newton iteration,
 * or once where an expression of b is affine in the state, and σ at 1. A step whose equation has no solution nearby gives NaN, which estimates count.
 *
 * @see [higham2002]
 */
export const splitStepBackwardEuler: NativeScheme<'coefficients'> = defineScheme<'coefficients'>({
  kind: 'native',
  name: 'split-step backward Euler',
  citation: 'higham2002',
  order: { weak: 1, strong: 1 / 2, ode: 1 },
  calculus: 'ito',
  noise: ['general'],
  driver: incrementsAlone('gaussian'),
  restraint: 'implicit',
  needs: 'coefficients',
  step({ algebra, h, y, dW, time, drift, implicitDrift, diffusion }) {
    const end = time(1);
    const residual = (x: readonly number[]): readonly number[] => {
      const slope = drift(end, x);
      return x.map((value, i) => value - y[i] - h * slope[i]);
    };
    const star = implicitDrift ? implicitDrift(end, h, y) : newton(residual, y);
    const columns = diffusion(end, star);
    return combine(
      algebra,
      star,
      dW.map((increment, k) => [increment, columns[k]] as const),
    );
  },
  expansion({ algebra, h, y, dW, time, drift, diffusion }, rounds) {
    const end = time(1);
    let star = y;
    for (let round = 0; round < rounds; round++) star = combine(algebra, y, [[h, drift(end, star)]]);
    const columns = diffusion(end, star);
    return combine(
      algebra,
      star,
      dW.map((increment, k) => [increment, columns[k]] as const),
    );
  },
});
