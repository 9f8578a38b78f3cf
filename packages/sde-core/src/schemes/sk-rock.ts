import { requireInteger } from '../errors/at-the-door.js';
import { requireKeys } from '../errors/options.js';
import { defineScheme, type TracedScheme } from './scheme.js';
import { incrementsAlone } from './scheme-driver.js';
import { combine } from './stage.js';

/** Of stages: their polynomial spans h |λ| < 1.9 s², 10⁶ and more. */
const MOST = 1024;

/** The damping that its authors recommend. */
const DAMPING = 0.05;

/**
 * SK-ROCK, a stabilized explicit scheme: second-kind orthogonal Runge–Kutta–Chebyshev with s stages. With Q = Σ_k σ_k(t, Y) ΔW^k,
 * K_0 = Y, K_1 = Y + μ_1 h b(Y + ν_1 Q) + κ_1 Q, K_i = μ_i h b(K_(i−1)) + ν_i K_(i−1) + κ_i K_(i−2), Y' = K_s, coefficients from Chebyshev
 * polynomials at ω_0 = 1 + η/s², η = 0.05.
 *
 * Weak order 1 and strong order ½ for general noise. Mean-square stable for stiff dissipative drifts with real eigenvalues λ up to
 * h |λ| ≈ 1.9 s², so s stages allow a step about s² times that of Euler–Maruyama at s times its cost; no equation is solved.
 * Not for drifts with large imaginary eigenvalues. A step takes b at s states and σ at 1.
 *
 * @param options - `stages` s ≥ 1, default 10.
 * @throws SdeError `value` for another number of stages.
 * @see [abdulle2018]
 */
export function skRock(options: { readonly stages?: number } = {}): TracedScheme<'coefficients'> {
  requireKeys<Parameters<typeof skRock>[0] & object>(options, { stages: true }, 'skRock({ stages })');
  const { stages = 10 } = options;
  requireInteger(
    stages,
    1,
    'skRock({ stages })',
    'take s with h |λ| < 1.9 s² for the fastest rate λ of the drift',
    MOST,
  );
  const { mu, nu, kappa, times } = coefficients(stages);
  return defineScheme({
    name: `SK-ROCK, ${stages} stages`,
    citation: 'abdulle2018',
    order: { weak: 1, strong: 1 / 2, ode: 1 },
    calculus: 'ito',
    noise: ['general'],
    driver: incrementsAlone('gaussian'),
    step({ algebra, h, y, dW, time, drift, diffusion }) {
      const { constant, multiply } = algebra;
      const columns = diffusion(time(0), y);
      const noise = (weight: number) =>
        dW.map((increment, k) => [multiply(constant(weight), increment), columns[k]] as const);
      const zero = y.map(() => constant(0));
      let before = y;
      const first = drift(time(0), combine(algebra, y, noise(nu[1])));
      let current = combine(algebra, y, [[multiply(constant(mu[1]), h), first], ...noise(kappa[1])]);
      for (let i = 2; i <= stages; i++) {
        const slope = drift(time(times[i - 1]), current);
        const next = combine(algebra, zero, [
          [multiply(constant(mu[i]), h), slope],
          [constant(nu[i]), current],
          [constant(kappa[i]), before],
        ]);
        [before, current] = [current, next];
      }
      return current;
    },
  });
}

/** Coefficients by stage, from 1; `times` are those of K_i in steps. */
function coefficients(s: number): Readonly<Record<'mu' | 'nu' | 'kappa' | 'times', readonly number[]>> {
  const omega0 = 1 + DAMPING / (s * s);
  const T = [1, omega0];
  const slope = [0, 1];
  for (let i = 2; i <= s; i++) {
    T[i] = 2 * omega0 * T[i - 1] - T[i - 2];
    slope[i] = 2 * T[i - 1] + 2 * omega0 * slope[i - 1] - slope[i - 2];
  }
  const omega1 = T[s] / slope[s];
  const mu = [0, omega1 / omega0];
  const nu = [0, (s * omega1) / 2];
  const kappa = [0, (s * omega1) / omega0];
  const times = [0, mu[1]];
  for (let i = 2; i <= s; i++) {
    mu[i] = (2 * omega1 * T[i - 1]) / T[i];
    nu[i] = (2 * omega0 * T[i - 1]) / T[i];
    kappa[i] = -T[i - 2] / T[i];
    times[i] = mu[i] + nu[i] * times[i - 1] + kappa[i] * times[i - 2];
  }
  return { mu, nu, kappa, times };
}
