import { describe } from '../errors/at-the-door.js';
import { requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import { newton } from './newton.js';
import { defineScheme, type NativeScheme } from './scheme.js';
import { incrementsAlone } from './scheme-driver.js';
import { combine } from './stage.js';

/**
 * The drift-implicit θ scheme: Y' = Y + h [(1 − θ) b(t, Y) + θ b(t + h, Y')] + Σ_k σ_k(t, Y) ΔW^k, solved by Newton's method.
 *
 * Weak order 1 and strong order ½ for general noise; on the ordinary differential equation 1, and 2 for θ = ½. For stiff drifts: θ = 1
 * damps what is fast, θ = ½ keeps the invariant law of linear equations with additive noise. It runs on numbers alone; a step
 * evaluates b at d + 1 states for each Newton iteration, and twice where an expression of b is affine in the state: then it solves directly. A step whose equation has no solution nearby gives NaN, which
 * estimates count.
 *
 * @param options - `theta` in [0, 1], default 1.
 * @throws SdeError `value` for another theta.
 * @see [kloeden1992, (12.2.9)]
 */
export function driftImplicitEuler(options: { readonly theta?: number } = {}): NativeScheme<'coefficients'> {
  requireKeys<Parameters<typeof driftImplicitEuler>[0] & object>(
    options,
    { theta: true },
    'driftImplicitEuler({ theta })',
  );
  const { theta = 1 } = options;
  if (!(typeof theta === 'number' && theta >= 0 && theta <= 1)) {
    throw new SdeError('value', {
      what: 'theta weighs b(Y) against b(Y′)',
      where: 'driftImplicitEuler({ theta })',
      expected: 'a number in [0, 1]',
      got: describe(theta),
      remedy: 'take 1 for stiff drifts, 1/2 for the symmetric scheme',
    });
  }
  return defineScheme<'coefficients'>({
    kind: 'native',
    name: theta === 1 ? 'drift-implicit Euler' : `drift-implicit Euler, θ = ${theta}`,
    citation: 'kloeden1992',
    order: { weak: 1, strong: 1 / 2, ode: theta === 1 / 2 ? 2 : 1 },
    calculus: 'ito',
    noise: ['general'],
    driver: incrementsAlone('gaussian'),
    ...(theta >= 1 / 2 && { restraint: 'implicit' }),
    needs: 'coefficients',
    step({ algebra, h, y, dW, time, drift, implicitDrift, diffusion }) {
      const columns = diffusion(time(0), y);
      const f = drift(time(0), y);
      const end = time(1);
      const noise = combine(
        algebra,
        y,
        dW.map((increment, k) => [increment, columns[k]] as const),
      );
      const known = combine(algebra, noise, [[(1 - theta) * h, f]]);
      if (implicitDrift) return implicitDrift(end, theta * h, known);
      const guess = combine(algebra, noise, [[h, f]]);
      return newton((x) => {
        const slope = drift(end, x);
        return x.map((value, i) => value - known[i] - theta * h * slope[i]);
      }, guess);
    },
    expansion({ algebra, h, y, dW, time, drift, diffusion }, rounds) {
      const { constant, multiply } = algebra;
      const columns = diffusion(time(0), y);
      const known = combine(algebra, y, [
        [multiply(constant(1 - theta), h), drift(time(0), y)],
        ...dW.map((increment, k) => [increment, columns[k]] as const),
      ]);
      let x = known;
      for (let round = 0; round < rounds; round++) {
        x = combine(algebra, known, [[multiply(constant(theta), h), drift(time(1), x)]]);
      }
      return x;
    },
  });
}
