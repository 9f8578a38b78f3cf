import { requireInteger } from '../errors/at-the-door.js';
import { requireKeys } from '../errors/options.js';
import { pairCount, pairVariables } from './area-signs.js';
import { rockPolynomials } from './rock-polynomials.js';
import { defineScheme, type TracedScheme } from './scheme.js';
import { combine, type Term } from './stage.js';

/** Of stages: their polynomial spans h |λ| < 0.42 s², 10⁵ and more. */
const MOST = 1024;

/** 1 + 2σ z + τ z² of ROCK2 for many stages. */
const WEIGHT = { sigma: 0.36792, tau: 0.27677 } as const;
/** Half the length of ROCK2's stability interval, over s². */
const HALF_LENGTH = 0.405;
/** Empirical: the smallest shift, in x times s², for which few stages are as stable over s² as many. */
const SHIFT = 1.5;

/**
 * S-ROCK2, a stabilized explicit scheme of weak order 2 with s stages. With polynomials P_j orthogonal as those of ROCK2, α = 1 / (2P_(s−1)′(0)),
 * K_0 = Y, K_j = α μ_j h b(K_(j−1)) + (1 + κ_j) K_(j−1) − κ_j K_(j−2) at t + α P_j′(0) h up to K_s, Q = Σ_k σ_k(K_s) I_k,
 * Y' = K_(s−2) + (2σ_α − ½) h b(K_(s−2)) + ½ h b(K_(s−2) + 2τ_α h b(K_(s−2)) + Q)
 *    + ½ Σ_k [σ_k(K_s + Σ_l σ_l(K_s) I_lk) − σ_k(K_s − Σ_l σ_l(K_s) I_lk)]
 *    + ½ Σ_k [σ_k(K_(s−1) + √(h/2) Σ_l σ_l(K_s) η_l) + σ_k(K_(s−1) − √(h/2) Σ_l σ_l(K_s) η_l)] I_k,
 * σ_α and τ_α from order 2 of the drift, I_lk = ½ (I_l I_k + V_lk), V_kk = −h, V_lk = −V_kl = ±h.
 *
 * Weak order 2 for general noise. Mean-square stable on dX = λX dt + μX dW with λ < 0 wherever μ² ≤ 0.9 · 2|λ| and h |λ| ≤ 0.42 s², so s
 * stages allow a step about s²/5 times that of `platen`. For stiff dissipative drifts with real eigenvalues, such as diffusion on
 * a grid, where order 1 (`skRock`) is not enough; not for large imaginary eigenvalues. A step takes b at s + 1 states and σ at 2m + 3, of
 * which 2m for one column.
 *
 * The published scheme has tables of polynomials for some s, with a weight for each; these are computed, for any s, with the weight that
 * those tables tend to. Codes of it give pairs of Wiener processes shared signs, which loses the order for m ≥ 3; here each pair has its own.
 *
 * @param options - `stages` s ≥ 4, default 10.
 * @throws SdeError `value` for another number of stages.
 * @see [abdulle2013]
 */
export function sRock2(options: { readonly stages?: number } = {}): TracedScheme<'coefficients'> {
  requireKeys<Parameters<typeof sRock2>[0] & object>(options, { stages: true }, 'sRock2({ stages })');
  const { stages: s = 10 } = options;
  requireInteger(s, 4, 'sRock2({ stages })', 'take s with h |λ| < 0.42 s² for the fastest rate λ of the drift', MOST);
  const interval = { halfLength: HALF_LENGTH * (s * s), origin: 1 + SHIFT / (s * s) };
  const { mu, kappa, slope, curvature } = rockPolynomials(s, WEIGHT, interval);
  const alpha = 1 / (2 * slope[s - 1]);
  const times = slope.map((value) => alpha * value);
  const first = times[s - 2];
  const twiceSigma = 1 - first;
  const tau = (1 - alpha * alpha * curvature[s - 2]) / 2 - twiceSigma * first;
  return defineScheme({
    name: `S-ROCK2, ${s} stages`,
    citation: 'abdulle2013',
    order: { weak: 2, strong: null, ode: 2 },
    calculus: 'ito',
    noise: ['general'],
    driver: {
      increments: 'three-point',
      auxiliary: (m) => Array.from({ length: m + pairCount(m) }, () => 'two-point'),
    },
    step({ algebra, h, sqrtH, y, dW, auxiliary, time, drift, diffusion }) {
      type V = typeof h;
      const { constant, add, multiply, negate } = algebra;
      const scaled = (coefficient: number, factor: V): V => multiply(constant(coefficient), factor);
      const V = pairVariables(algebra, h, dW.length, auxiliary.slice(dW.length));
      const zero = y.map(() => constant(0));
      const K: (readonly V[])[] = [y];
      const f: (readonly V[])[] = [];
      for (let j = 1; j <= s; j++) {
        f[j - 1] = drift(time(times[j - 1]), K[j - 1]);
        const terms: Term<V>[] = [
          [scaled(alpha * mu[j], h), f[j - 1]],
          [constant(1 + kappa[j]), K[j - 1]],
        ];
        if (j > 1) terms.push([constant(-kappa[j]), K[j - 2]]);
        K[j] = combine(algebra, zero, terms);
      }
      const columns = diffusion(time(times[s]), K[s]);
      const ahead = combine(algebra, K[s - 2], [
        [scaled(2 * tau, h), f[s - 2]],
        ...dW.map((increment, k): Term<V> => [increment, columns[k]]),
      ]);
      const terms: Term<V>[] = [
        [scaled(twiceSigma - 1 / 2, h), f[s - 2]],
        [scaled(1 / 2, h), drift(time(first + 2 * tau), ahead)],
      ];
      const half = constant(1 / 2);
      dW.forEach((Ik, k) => {
        const integrals = dW.map((Il, l) => scaled(1 / 2, add(multiply(Il, Ik), V[l][k])));
        const [plus, minus] = [1, -1].map((sign) => {
          const shift = integrals.map((integral, l): Term<V> => [sign > 0 ? integral : negate(integral), columns[l]]);
          return diffusion(time(times[s]), combine(algebra, K[s], shift))[k];
        });
        terms.push([half, plus], [negate(half), minus]);
      });
      for (const sign of [1, -1]) {
        const scale = scaled(sign * Math.SQRT1_2, sqrtH);
        const spread = columns.map((column, l): Term<V> => [multiply(scale, auxiliary[l]), column]);
        const around = diffusion(time(1 / 2), combine(algebra, K[s - 1], spread));
        dW.forEach((Ik, k) => {
          terms.push([multiply(half, Ik), around[k]]);
        });
      }
      return combine(algebra, K[s - 2], terms);
    },
  });
}
