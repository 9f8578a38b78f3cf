import { requireFinite } from '../errors/at-the-door.js';
import { requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import { defineScheme, type TracedScheme } from './scheme.js';
import { incrementsAlone } from './scheme-driver.js';
import { combine } from './stage.js';

/**
 * BAOAB for Langevin equations dq = M⁻¹p dt, dp = (F(t, q) − γ p) dt + σ dW, states in the order q, p, and m = d/2:
 * p += ½ h F(q), q += ½ h M⁻¹p, p ← e^(−γh) p + √((1 − e^(−2γh)) / (2γh)) σ ΔW, q += ½ h M⁻¹p, p += ½ h F(q).
 *
 * Weak order 2 at a fixed time, and in equilibrium: averages of q have a very small constant, and none for a quadratic potential. The
 * first choice for molecular dynamics. A step takes the drift at 4 states, which a compiled step reduces to 2 forces. σ may not depend on
 * the state.
 *
 * @param options - `friction` γ ≥ 0: the same for all momenta, and the one that the model's drift has.
 * @throws SdeError `value` for another friction; `shape` where a model without q, p halves and a Wiener process for each p is
 * discretized.
 * @see [leimkuhler2013]
 */
export function baoab(options: { readonly friction: number }): TracedScheme<'coefficients'> {
  requireKeys<typeof options>(options ?? null, { friction: true }, 'baoab({ friction })', { gamma: 'friction' });
  const { friction } = options;
  requireFinite(friction, 'baoab({ friction })', 'give the γ of dp = (F(q) − γ p) dt + σ dW');
  if (friction < 0) {
    throw new SdeError('value', {
      what: 'a friction that drives',
      where: 'baoab({ friction })',
      expected: 'a number ≥ 0',
      got: `${friction}`,
      remedy: 'give the γ of dp = (F(q) − γ p) dt + σ dW',
    });
  }
  return defineScheme({
    name: 'BAOAB',
    citation: 'leimkuhler2013',
    order: { weak: 2, strong: 1, ode: 2 },
    calculus: 'ito',
    noise: ['additive'],
    driver: incrementsAlone('gaussian'),
    step({ algebra, dimension, noiseDimension: n, h, y, dW, time, drift, diffusion }) {
      if (dimension !== 2 * n) throw notLangevin(dimension, n);
      const { constant, add, multiply, divide, sqrt, exp, expm1 } = algebra;
      type V = typeof h;
      const gamma = constant(friction);
      const halfH = multiply(constant(1 / 2), h);
      // b_p + γ p is the force at any p.
      const force = (c: number, q: readonly V[], p: readonly V[]): V[] =>
        drift(time(c), [...q, ...p])
          .slice(n)
          .map((value, i) => add(value, multiply(gamma, p[i])));
      const velocity = (q: readonly V[], p: readonly V[]): readonly V[] => drift(time(0), [...q, ...p]).slice(0, n);

      const sigma = diffusion(time(1 / 2), y).map((column) => column.slice(n));
      const damping = exp(multiply(constant(-friction), h));
      const variance = expm1(multiply(constant(-2 * friction), h));
      const spread = friction === 0 ? constant(1) : sqrt(divide(variance, multiply(constant(-2 * friction), h)));

      let [q, p]: [readonly V[], readonly V[]] = [y.slice(0, n), y.slice(n)];
      p = combine(algebra, p, [[halfH, force(0, q, p)]]);
      q = combine(algebra, q, [[halfH, velocity(q, p)]]);
      const damped = p.map((value) => multiply(damping, value));
      p = combine(
        algebra,
        damped,
        dW.map((increment, k) => [multiply(spread, increment), sigma[k]] as const),
      );
      q = combine(algebra, q, [[halfH, velocity(q, p)]]);
      p = combine(algebra, p, [[halfH, force(1, q, p)]]);
      return [...q, ...p];
    },
  });
}

const notLangevin = (d: number, m: number): SdeError =>
  new SdeError('shape', {
    what: 'not a Langevin equation',
    where: 'discretize(problem, baoab({ friction }), steps)',
    expected: 'states q then p, and one Wiener process for each p: d = 2m',
    got: `d = ${d}, m = ${m}`,
    remedy: 'order the states as q1 … qn, p1 … pn, and drive each p by its own Wiener process',
  });
