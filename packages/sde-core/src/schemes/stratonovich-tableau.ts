import type { KnownKeys } from '../errors/options.js';
import { antisymmetricIntegrals, signCount } from './antisymmetric-integrals.js';
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

/** The coefficients of a stochastic Runge–Kutta method of s stages for Stratonovich equations; rows as in {@link Tableau}. */
export interface StratonovichTableau {
  readonly A0: Rows;
  readonly A1: Rows;
  readonly B0: Rows;
  readonly B1: Rows;
  /** Makes the states Ĥk that see the Lévy areas. */
  readonly B2: Rows;
  /** How the states of one column see the other Wiener processes. */
  readonly B3: Rows;
  readonly alpha: readonly number[];
  readonly beta1: readonly number[];
  readonly beta2: readonly number[];
}

/**
 * The conditions for weak order 2 of one Wiener process, where the noise is a Runge–Kutta method of order 4 along the column, and those
 * that tie two processes together.
 *
 * @see [roessler2007]
 */
export function stratonovichConditions(tableau: StratonovichTableau): readonly OrderCondition[] {
  const { A0, A1, B0, B1, B2, B3, alpha, beta1, beta2 } = tableau;
  const ones = alpha.map(() => 1);
  const [e0, e1, b0, b1, b2, b3] = [A0, A1, B0, B1, B2, B3].map((rows) => apply(rows, ones));
  return conditions([
    ['α·e', dot(alpha, ones), 1],
    ['α·e0', dot(alpha, e0), 1 / 2],
    ['α·b0', dot(alpha, b0), 1 / 2],
    ['α·b0²', dot(alpha, entrywise(b0, b0)), 1 / 2],
    ['α·(B0 b1)', dot(alpha, apply(B0, b1)), 1 / 4],
    ['β1·e', dot(beta1, ones), 1],
    ['β1·e1', dot(beta1, e1), 1 / 2],
    ['β1·b1', dot(beta1, b1), 1 / 2],
    ['β1·b1²', dot(beta1, entrywise(b1, b1)), 1 / 3],
    ['β1·(B1 b1)', dot(beta1, apply(B1, b1)), 1 / 6],
    ['β1·b1³', dot(beta1, entrywise(b1, b1, b1)), 1 / 4],
    ['β1·(b1 (B1 b1))', dot(beta1, entrywise(b1, apply(B1, b1))), 1 / 8],
    ['β1·(B1 b1²)', dot(beta1, apply(B1, entrywise(b1, b1))), 1 / 12],
    ['β1·(B1 B1 b1)', dot(beta1, apply(B1, apply(B1, b1))), 1 / 24],
    ['β1·b3', dot(beta1, b3), 1 / 2],
    ['β1·b3²', dot(beta1, entrywise(b3, b3)), 1 / 2],
    ['β2·e', dot(beta2, ones), 0],
    ['β2·b2²', dot(beta2, entrywise(b2, b2)), 0],
    ['|β2·b2|', Math.abs(dot(beta2, b2)), 1 / 2],
  ]);
}

const KEYS: KnownKeys<StratonovichTableau> = {
  A0: true,
  A1: true,
  B0: true,
  B1: true,
  B2: true,
  B3: true,
  alpha: true,
  beta1: true,
  beta2: true,
};

/**
 * A stochastic Runge–Kutta scheme of weak order 2 for Stratonovich equations with general noise, from its tableau:
 *
 * H0_i = Y + Σ_j A0_ij b(H0_j) h + Σ_k Σ_j B0_ij σ_k(Hk_j) I_k at t + (A0 e)_i h,
 * Hk_i = Y + Σ_j A1_ij b(H0_j) h + Σ_j B1_ij σ_k(Hk_j) I_k + Σ_(l≠k) Σ_j B3_ij σ_l(Hl_j) I_l at t + (A1 e)_i h,
 * Ĥk_i = Y + Σ_(l≠k) Σ_j B2_ij σ_l(Hl_j) Ĵ_kl / √h at t,
 * Y' = Y + Σ α_i b(H0_i) h + Σ_k Σ_i [β1_i σ_k(Hk_i) I_k + β2_i σ_k(Ĥk_i) √h].
 *
 * Ĵ is antisymmetric: with symmetric variables the order is 1 for noise that does not commute.
 *
 * @see [roessler2007]
 */
export function stratonovichTableau(options: TableauOptions<StratonovichTableau>): TableauScheme<StratonovichTableau> {
  requireTableauOptions<StratonovichTableau>(options, KEYS, 'stratonovichTableau');
  const { name, citation, order, tableau } = options;
  const { A0, A1, B0, B1, B2, B3, alpha, beta1, beta2 } = tableau;
  requireLowerTriangular({ A0, A1, B0, B1, B2, B3 }, alpha.length, 'stratonovichTableau({ tableau })');
  requireConditions(stratonovichConditions(tableau), 'stratonovichTableau({ tableau })', 'weak order 2');
  const [c0, c1] = [rowSums(A0), rowSums(A1)];
  // The drift at a stage that nothing reads is not taken.
  const readsDrift = (i: number): boolean => (alpha[i] ?? 0) !== 0 || [...A0, ...A1].some((row) => (row[i] ?? 0) !== 0);
  const scheme = defineScheme({
    name,
    citation,
    order,
    calculus: 'stratonovich',
    noise: ['general'],
    driver: { increments: 'three-point', auxiliary: (m) => Array.from({ length: signCount(m) }, () => 'two-point') },
    step({ algebra, h, sqrtH, y, dW, auxiliary, time, drift, diffusion }) {
      type V = typeof h;
      const { constant, multiply, divide } = algebra;
      const integrals = antisymmetricIntegrals(algebra, dW, auxiliary[0]);
      const scaled = (row: readonly number[] | undefined, factor: V, vectors: (j: number) => readonly V[]): Term<V>[] =>
        rowTerms(algebra, row, factor, vectors);

      const f: (readonly V[])[] = [];
      /** g[i][k] = σ_k(Hk_i). */
      const g: (readonly V[])[][] = [];
      for (let i = 0; i < alpha.length; i++) {
        if (readsDrift(i)) {
          const noise = dW.flatMap((Ik, k) => scaled(B0[i], Ik, (j) => g[j][k]));
          f[i] = drift(time(c0[i] ?? 0), combine(algebra, y, [...scaled(A0[i], h, (j) => f[j]), ...noise]));
        }
        g[i] = dW.map((Ik, k) => {
          const others = dW.flatMap((Il, l) => (l === k ? [] : scaled(B3[i], Il, (j) => g[j][l])));
          const terms = [...scaled(A1[i], h, (j) => f[j]), ...scaled(B1[i], Ik, (j) => g[j][k]), ...others];
          return diffusion(time(c1[i] ?? 0), combine(algebra, y, terms))[k];
        });
      }
      const areas = dW.flatMap((_, k) =>
        beta2.flatMap((weight, i): Term<V>[] => {
          if (weight === 0 || dW.length === 1) return [];
          const others = dW.flatMap((_, l) =>
            l === k ? [] : scaled(B2[i], divide(integrals[k][l], sqrtH), (j) => g[j][l]),
          );
          return [[multiply(constant(weight), sqrtH), diffusion(time(0), combine(algebra, y, others))[k]]];
        }),
      );
      const columns = dW.flatMap((Ik, k) => scaled(beta1, Ik, (i) => g[i][k]));
      return combine(algebra, y, [...scaled(alpha, h, (i) => f[i]), ...columns, ...areas]);
    },
  });
  return Object.freeze({ ...scheme, tableau: Object.freeze({ ...tableau }) });
}
