import type { Algebra } from '../expression/algebra.js';
import { defineScheme, type SchemeOrder, type TracedScheme } from './scheme.js';
import { combine, type Term } from './stage.js';

/**
 * The coefficients of one of Rößler's stochastic Runge–Kutta methods of weak order 2: s stages, strictly lower triangular
 * matrices of shape (s, s), and `B2`, which may be full.
 */
export interface Tableau {
  readonly name: string;
  readonly citation: string;
  readonly order: SchemeOrder;
  readonly A0: readonly (readonly number[])[];
  readonly A1: readonly (readonly number[])[];
  readonly B0: readonly (readonly number[])[];
  readonly B1: readonly (readonly number[])[];
  readonly B2: readonly (readonly number[])[];
  readonly alpha: readonly number[];
  readonly beta1: readonly number[];
  readonly beta2: readonly number[];
  readonly beta3: readonly number[];
  readonly beta4: readonly number[];
}

/**
 * The scheme of a tableau: with c0 = A0 e, c1 = A1 e and stages i = 1 … s, for each Wiener process k,
 * H⁰_i = Y + Σ_j A0_ij b(t + c0_j h, H⁰_j) h + Σ_k Σ_j B0_ij b^k(t + c1_j h, H^k_j) I_k,
 * H^k_i = Y + Σ_j A1_ij b(t + c0_j h, H⁰_j) h + Σ_j B1_ij b^k(t + c1_j h, H^k_j) √h,
 * Ĥ^k_i = Y + Σ_(l≠k) Σ_j B2_ij b^l(t + c1_j h, H^l_j) Î_kl / √h,
 * Y' = Y + Σ_i α_i b(H⁰_i) h + Σ_k Σ_i [b^k(H^k_i) (β1_i I_k + β2_i Î_kk / √h) + b^k(t, Ĥ^k_i) (β3_i I_k + β4_i √h)].
 *
 * Î_kl = ½ I_k I_l (1 ∓ η) with one sign η a step, − for k < l, and Î_kk = ½ (I_k² − h): this keeps weak order 2 for any
 * number of Wiener processes, which signs shared between pairs do not.
 *
 * @see [roessler2009], [tang2017]
 */
export function tableau(data: Tableau): TracedScheme<'coefficients'> {
  const { A0, A1, B0, B1, B2, alpha, beta1, beta2, beta3, beta4 } = data;
  const rowSums = (A: readonly (readonly number[])[]): number[] => A.map((row) => row.reduce((sum, a) => sum + a, 0));
  const [c0, c1] = [rowSums(A0), rowSums(A1)];
  return defineScheme({
    name: data.name,
    citation: data.citation,
    order: data.order,
    calculus: 'ito',
    noise: ['general'],
    driver: { increments: 'three-point', auxiliary: (m) => (m > 1 ? ['two-point'] : []) },
    step({ algebra, noiseDimension: m, h, sqrtH, y, dW, auxiliary, time, drift, diffusion }) {
      const { constant, divide, multiply, subtract } = algebra;
      const scale = (c: number, value: typeof h): typeof h => multiply(constant(c), value);
      /** Σ_j row_j unit · stages_j, without the terms whose coefficient is 0. */
      const row = (coefficients: readonly number[], unit: typeof h, stages: readonly (typeof y)[]): Term<typeof h>[] =>
        stages.flatMap((stage, j) => (coefficients[j] ? [[scale(coefficients[j], unit), stage] as const] : []));

      const f: (typeof y)[] = [];
      const g: (typeof y)[][] = Array.from({ length: m }, () => []);
      for (let i = 0; i < alpha.length; i++) {
        const noise = g.flatMap((stages, k) => row(B0[i], dW[k], stages));
        const H0 = combine(algebra, y, [...row(A0[i], h, f), ...noise]);
        const along = g.map((stages) => combine(algebra, y, [...row(A1[i], h, f), ...row(B1[i], sqrtH, stages)]));
        f.push(drift(time(c0[i]), H0));
        along.forEach((H, k) => {
          g[k].push(diffusion(time(c1[i]), H)[k]);
        });
      }

      const terms: Term<typeof h>[] = row(alpha, h, f);
      g.forEach((stages, k) => {
        const diagonal = divide(scale(1 / 2, subtract(multiply(dW[k], dW[k]), h)), sqrtH);
        terms.push(...row(beta1, dW[k], stages), ...row(beta2, diagonal, stages));
        if (m === 1) return;
        const mixed = g.map((_, l) => divide(mixedIntegral(algebra, dW, auxiliary[0], k, l), sqrtH));
        const hat = B2.map((coefficients) => {
          const others = g.flatMap((other, l) => (l === k ? [] : row(coefficients, mixed[l], other)));
          return diffusion(time(0), combine(algebra, y, others))[k];
        });
        terms.push(...row(beta3, dW[k], hat), ...row(beta4, sqrtH, hat));
      });
      return combine(algebra, y, terms);
    },
  });
}

/** Î_kl for k ≠ l [tang2017]. */
function mixedIntegral<V>(
  { add, constant, multiply, subtract }: Algebra<V>,
  I: readonly V[],
  eta: V,
  k: number,
  l: number,
): V {
  const sign = k < l ? subtract(constant(1), eta) : add(constant(1), eta);
  return multiply(constant(1 / 2), multiply(multiply(I[k], I[l]), sign));
}
