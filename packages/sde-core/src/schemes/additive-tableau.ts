import type { KnownKeys } from '../errors/options.js';
import {
  apply,
  conditions,
  dot,
  times as entrywise,
  type OrderCondition,
  type Rows,
  requireConditions,
  requireLowerTriangular,
  requireTableauOptions,
  rowSums,
} from './order-condition.js';
import { defineScheme } from './scheme.js';
import { combine, type Term } from './stage.js';
import type { TableauOptions, TableauScheme } from './tableau.js';
import { timeIntegrals } from './time-integral.js';

/** The coefficients of a strong stochastic Runge–Kutta method of s stages for additive noise; A0 and B0 strictly lower triangular. */
export interface AdditiveTableau {
  readonly A0: Rows;
  readonly B0: Rows;
  readonly alpha: readonly number[];
  readonly beta1: readonly number[];
  readonly beta2: readonly number[];
  /** Times at which σ is taken, in steps. */
  readonly c1: readonly number[];
}

/**
 * The conditions for strong order 1.5 with additive noise that moves in time.
 *
 * @see [roessler2010]
 */
export function additiveConditions(tableau: AdditiveTableau): readonly OrderCondition[] {
  const { A0, B0, alpha, beta1, beta2, c1 } = tableau;
  const ones = alpha.map(() => 1);
  const [e0, b0] = [apply(A0, ones), apply(B0, ones)];
  return conditions([
    ['α·e', dot(alpha, ones), 1],
    ['β1·e', dot(beta1, ones), 1],
    ['β2·e', dot(beta2, ones), 0],
    ['α·e0', dot(alpha, e0), 1 / 2],
    ['α·b0', dot(alpha, b0), 1],
    ['α·b0²', dot(alpha, entrywise(b0, b0)), 3 / 2],
    ['β1·c1', dot(beta1, c1), 1],
    ['β2·c1', dot(beta2, c1), -1],
  ]);
}

const KEYS: KnownKeys<AdditiveTableau> = { A0: true, B0: true, alpha: true, beta1: true, beta2: true, c1: true };

/**
 * A strong stochastic Runge–Kutta scheme for additive noise, from its tableau: with J_k = I_(k,0) / h,
 *
 * H_i = Y + Σ_j A0_ij b(H_j) h + Σ_k Σ_j B0_ij σ_k(t + c1_j h) J_k at t + (A0 e)_i h,
 * Y' = Y + Σ α_i b(H_i) h + Σ_k Σ_i σ_k(t + c1_i h) (β1_i ΔW_k + β2_i J_k).
 *
 * @see [roessler2010]
 */
export function additiveTableau(options: TableauOptions<AdditiveTableau>): TableauScheme<AdditiveTableau> {
  requireTableauOptions<AdditiveTableau>(options, KEYS, 'additiveTableau');
  const { name, citation, order, tableau } = options;
  const { A0, B0, alpha, beta1, beta2, c1 } = tableau;
  requireLowerTriangular({ A0, B0 }, alpha.length, 'additiveTableau({ tableau })');
  requireConditions(additiveConditions(tableau), 'additiveTableau({ tableau })', 'strong order 1.5');
  const c0 = rowSums(A0);
  const scheme = defineScheme({
    name,
    citation,
    order,
    calculus: 'ito',
    noise: ['additive'],
    driver: {
      increments: 'gaussian',
      auxiliary: (m) => Array.from({ length: m }, () => 'gaussian'),
      timeIntegrals: true,
    },
    step({ algebra, h, sqrtH, y, dW, auxiliary, time, drift, diffusion }) {
      type V = typeof h;
      const { constant, add, multiply, divide } = algebra;
      const times = (coefficient: number, factor: V): V => multiply(constant(coefficient), factor);
      const J = timeIntegrals(algebra, { h, sqrtH, dW }, auxiliary).map((integral) => divide(integral, h));
      // Additive: σ is the same in every state.
      const columns = c1.map((c) => diffusion(time(c), y));
      const f: (readonly V[])[] = [];
      for (let i = 0; i < alpha.length; i++) {
        const terms: Term<V>[] = [
          ...(A0[i] ?? []).map((a, j): Term<V> => [times(a, h), f[j]]),
          ...J.flatMap((Jk, k) => (B0[i] ?? []).map((b, j): Term<V> => [times(b, Jk), columns[j][k]])),
        ];
        f[i] = drift(time(c0[i] ?? 0), combine(algebra, y, terms));
      }
      const noise = dW.flatMap((increment, k) =>
        c1.map((_, i): Term<V> => [add(times(beta1[i], increment), times(beta2[i], J[k])), columns[i][k]]),
      );
      return combine(algebra, y, [...alpha.map((a, i): Term<V> => [times(a, h), f[i]]), ...noise]);
    },
  });
  return Object.freeze({ ...scheme, tableau: Object.freeze({ ...tableau }) });
}
