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
import { combine, rowTerms, type Term } from './stage.js';
import type { TableauOptions, TableauScheme } from './tableau.js';
import { timeIntegrals } from './time-integral.js';

/** The coefficients of a strong stochastic Runge–Kutta method of s stages; all matrices strictly lower triangular. */
export interface StrongTableau {
  readonly A0: Rows;
  readonly A1: Rows;
  readonly B0: Rows;
  readonly B1: Rows;
  readonly alpha: readonly number[];
  readonly beta1: readonly number[];
  readonly beta2: readonly number[];
  readonly beta3: readonly number[];
  readonly beta4: readonly number[];
}

/**
 * The conditions for strong order 1.5 with scalar and diagonal noise.
 *
 * @see [roessler2010]
 */
export function strongConditions(tableau: StrongTableau): readonly OrderCondition[] {
  const { A0, A1, B0, B1, alpha, beta1, beta2, beta3, beta4 } = tableau;
  const ones = alpha.map(() => 1);
  const [e0, e1, b0, b1] = [A0, A1, B0, B1].map((rows) => apply(rows, ones));
  const [square, twice, mixed] = [entrywise(b1, b1), apply(B1, b1), apply(A1, b0)];
  const each = (name: string, vector: readonly number[], targets: readonly number[]) =>
    [beta1, beta2, beta3, beta4].map((beta, i) => [`β${i + 1}·${name}`, dot(beta, vector), targets[i]] as const);
  return conditions([
    ['α·e', dot(alpha, ones), 1],
    ...each('e', ones, [1, 0, 0, 0]),
    ...each('b1', b1, [0, 1, 0, 0]),
    ['α·e0', dot(alpha, e0), 1 / 2],
    ['α·b0', dot(alpha, b0), 1],
    ['α·b0²', dot(alpha, entrywise(b0, b0)), 3 / 2],
    ...each('e1', e1, [1, 0, -1, 0]),
    ...each('b1²', square, [1, 0, -1, 2]),
    ...each('(B1 b1)', twice, [0, 0, 0, 1]),
    ['½ β1·(A1 b0) + ⅓ β3·(A1 b0)', dot(beta1, mixed) / 2 + dot(beta3, mixed) / 3, 0],
  ]);
}

const KEYS: KnownKeys<StrongTableau> = {
  A0: true,
  A1: true,
  B0: true,
  B1: true,
  alpha: true,
  beta1: true,
  beta2: true,
  beta3: true,
  beta4: true,
};

/**
 * A strong stochastic Runge–Kutta scheme for scalar and diagonal noise, from its tableau: with J_k = I_(k,0) / h,
 * I_kk = ½ (ΔW_k² − h) and I_kkk = (ΔW_k³ − 3h ΔW_k) / 6,
 *
 * H0_i = Y + Σ_j A0_ij b(H0_j) h + Σ_k Σ_j B0_ij σ_k(Hk_j) J_k at t + (A0 e)_i h,
 * Hk_i = Y + Σ_j A1_ij b(H0_j) h + Σ_j B1_ij σ_k(Hk_j) √h at t + (A1 e)_i h,
 * Y' = Y + Σ α_i b(H0_i) h + Σ_k Σ_i σ_k(Hk_i) (β1_i ΔW_k + β2_i I_kk / √h + β3_i J_k + β4_i I_kkk / h).
 *
 * @see [roessler2010]
 */
export function strongTableau(options: TableauOptions<StrongTableau>): TableauScheme<StrongTableau> {
  requireTableauOptions<StrongTableau>(options, KEYS, 'strongTableau');
  const { name, citation, order, tableau } = options;
  const { A0, A1, B0, B1, alpha, beta1, beta2, beta3, beta4 } = tableau;
  requireLowerTriangular({ A0, A1, B0, B1 }, alpha.length, 'strongTableau({ tableau })');
  requireConditions(strongConditions(tableau), 'strongTableau({ tableau })', 'strong order 1.5');
  const [c0, c1] = [rowSums(A0), rowSums(A1)];
  const readsDrift = (i: number): boolean => (alpha[i] ?? 0) !== 0 || [...A0, ...A1].some((row) => (row[i] ?? 0) !== 0);
  const scheme = defineScheme({
    name,
    citation,
    order,
    calculus: 'ito',
    noise: ['scalar', 'diagonal'],
    driver: {
      increments: 'gaussian',
      auxiliary: (m) => Array.from({ length: m }, () => 'gaussian'),
      timeIntegrals: true,
    },
    step({ algebra, h, sqrtH, y, dW, auxiliary, time, drift, diffusion }) {
      type V = typeof h;
      const { constant, add, subtract, multiply, divide } = algebra;
      const times = (coefficient: number, factor: V): V => multiply(constant(coefficient), factor);
      const scaled = (row: readonly number[] | undefined, factor: V, vectors: (j: number) => readonly V[]): Term<V>[] =>
        rowTerms(algebra, row, factor, vectors);
      const J = timeIntegrals(algebra, { h, sqrtH, dW }, auxiliary).map((integral) => divide(integral, h));

      const f: (readonly V[])[] = [];
      /** g[i][k] = σ_k(Hk_i). */
      const g: (readonly V[])[][] = [];
      for (let i = 0; i < alpha.length; i++) {
        if (readsDrift(i)) {
          const noise = J.flatMap((Jk, k) => scaled(B0[i], Jk, (j) => g[j][k]));
          f[i] = drift(time(c0[i] ?? 0), combine(algebra, y, [...scaled(A0[i], h, (j) => f[j]), ...noise]));
        }
        g[i] = dW.map((_, k) => {
          const terms = [...scaled(A1[i], h, (j) => f[j]), ...scaled(B1[i], sqrtH, (j) => g[j][k])];
          return diffusion(time(c1[i] ?? 0), combine(algebra, y, terms))[k];
        });
      }
      const noise = dW.flatMap((increment, k) => {
        const square = multiply(increment, increment);
        const double = divide(times(1 / 2, subtract(square, h)), sqrtH);
        const triple = divide(times(1 / 6, multiply(increment, subtract(square, times(3, h)))), h);
        return alpha.map((_, i): Term<V> => {
          const weak = add(times(beta1[i], increment), times(beta2[i], double));
          return [add(add(weak, times(beta3[i], J[k])), times(beta4[i], triple)), g[i][k]];
        });
      });
      return combine(algebra, y, [...scaled(alpha, h, (i) => f[i]), ...noise]);
    },
  });
  return Object.freeze({ ...scheme, tableau: Object.freeze({ ...tableau }) });
}
