import type { KnownKeys } from '../errors/options.js';
import { pairCount, pairVariables } from './area-signs.js';
import {
  type Rows,
  requireConditions,
  requireLowerTriangular,
  requireTableauOptions,
  rowSums,
} from './order-condition.js';
import { defineScheme, type SchemeOrder, type TracedScheme } from './scheme.js';
import { combine, type Term } from './stage.js';
import type { StepInput } from './step-input.js';
import { type Tableau, tableauConditions } from './tableau-conditions.js';

/** What {@link tableau} and the makers of the other families take. */
export interface TableauOptions<T = Tableau> {
  readonly name: string;
  readonly citation: string;
  readonly order: SchemeOrder;
  readonly tableau: T;
}

/** A scheme with the coefficients it is made of. */
export interface TableauScheme<T> extends TracedScheme<'coefficients'> {
  readonly tableau: T;
}

const KEYS: KnownKeys<Tableau> = {
  A0: true,
  A1: true,
  B0: true,
  B1: true,
  B2: true,
  alpha: true,
  beta1: true,
  beta2: true,
  beta3: true,
  beta4: true,
};

/**
 * A stochastic Runge–Kutta scheme of weak order 1 or 2 for Itô equations with general noise, from its tableau:
 *
 * H0_i = Y + Σ_j A0_ij b(H0_j) h + Σ_k Σ_j B0_ij σ_k(Hk_j) I_k at t + (A0 e)_i h,
 * Hk_i = Y + Σ_j A1_ij b(H0_j) h + Σ_j B1_ij σ_k(Hk_j) √h at t + (A1 e)_i h,
 * Ĥk_i = Y + Σ_(l≠k) Σ_j B2_ij σ_l(Hl_j) Î_kl / √h at t,
 * Y' = Y + Σ α_i b(H0_i) h + Σ_k Σ_i [σ_k(Hk_i) (β1_i I_k + β2_i Î_kk / √h) + σ_k(Ĥk_i) (β3_i I_k + β4_i √h)].
 *
 * The states Ĥ hold the sum over the other processes, so a step takes each column of σ at 2s states at most, for any m.
 * Î_kl = ½ (I_k I_l ± h) has a sign of its own for each pair, which is right for any m; shared signs lose the order for m ≥ 3. The
 * conditions on the tableau that the declared order needs are checked here.
 *
 * @throws SdeError `shape` for rows longer than the stages or not lower triangular, `value` for a condition that fails.
 * @see [roessler2009]
 */
export function tableau(options: TableauOptions): TableauScheme<Tableau> {
  requireTableauOptions<Tableau>(options, KEYS, 'tableau');
  const { name, citation, order, tableau: coefficients } = options;
  const { A0, A1, B0, B1, alpha } = coefficients;
  requireLowerTriangular({ A0, A1, B0, B1 }, alpha.length, 'tableau({ tableau })');
  requireConditions(tableauConditions(coefficients, order.weak), 'tableau({ tableau })', `weak order ${order.weak}`);
  const used = usedStages(coefficients);
  const frozen: Tableau = Object.freeze({ ...coefficients });
  const scheme = defineScheme({
    name,
    citation,
    order,
    calculus: 'ito',
    noise: ['general'],
    driver: { increments: 'three-point', auxiliary: (m) => Array.from({ length: pairCount(m) }, () => 'two-point') },
    step: (input) => rungeKuttaStep(input, frozen, used),
  });
  return Object.freeze({ ...scheme, tableau: frozen });
}

function rungeKuttaStep<V>(input: StepInput<V>, tableau: Tableau, used: UsedStages): readonly V[] {
  const { algebra, h, sqrtH, y, dW, auxiliary, time, drift, diffusion } = input;
  const { constant, add, multiply, divide } = algebra;
  const { A0, A1, B0, B1, B2, alpha, beta1, beta2, beta3, beta4 } = tableau;
  const [c0, c1] = [rowSums(A0), rowSums(A1)];
  const areas = pairVariables(algebra, h, dW.length, auxiliary);
  // Î_kl = ½ (I_k I_l + V_kl); it has to keep E I_k² Î_kl² = h³, which a sign shared as a factor of I_k I_l would not.
  const integral = (k: number, l: number): V => multiply(constant(1 / 2), add(multiply(dW[k], dW[l]), areas[k][l]));
  const times = (coefficient: number, factor: V): V => multiply(constant(coefficient), factor);
  const start = diffusion(time(0), y);

  const f: (readonly V[])[] = [];
  /** g[i][k] = σ_k(Hk_i). */
  const g: (readonly V[])[][] = [];
  for (let i = 0; i < alpha.length; i++) {
    const driftTerms = (row: readonly number[] | undefined): Term<V>[] =>
      nonzero(row).map(([a, j]) => [times(a, h), f[j]]);
    if (used.drift.has(i)) {
      const noise = dW.flatMap((Ik, k) => nonzero(B0[i]).map(([b, j]): Term<V> => [times(b, Ik), g[j][k]]));
      f[i] = drift(time(c0[i] ?? 0), combine(algebra, y, [...driftTerms(A0[i]), ...noise]));
    }
    if (used.diffusion.has(i)) {
      const isStart = nonzero(A1[i]).length === 0 && nonzero(B1[i]).length === 0;
      g[i] = dW.map((_, k) => {
        if (isStart) return start[k];
        const own = nonzero(B1[i]).map(([b, j]): Term<V> => [times(b, sqrtH), g[j][k]]);
        return diffusion(time(c1[i] ?? 0), combine(algebra, y, [...driftTerms(A1[i]), ...own]))[k];
      });
    }
  }

  const terms: Term<V>[] = nonzero(alpha).map(([a, i]) => [times(a, h), f[i]]);
  dW.forEach((Ik, k) => {
    for (let i = 0; i < alpha.length; i++) {
      if ((beta1[i] ?? 0) !== 0 || (beta2[i] ?? 0) !== 0) {
        const own = divide(integral(k, k), sqrtH);
        terms.push([add(times(beta1[i] ?? 0, Ik), times(beta2[i] ?? 0, own)), g[i][k]]);
      }
      if (dW.length === 1 || ((beta3[i] ?? 0) === 0 && (beta4[i] ?? 0) === 0)) continue;
      const others = dW.flatMap((_, l) =>
        l === k ? [] : nonzero(B2[i]).map(([b, j]): Term<V> => [times(b, divide(integral(k, l), sqrtH)), g[j][l]]),
      );
      const state = combine(algebra, y, others);
      const column = others.length === 0 ? start[k] : diffusion(time(0), state)[k];
      terms.push([add(times(beta3[i] ?? 0, Ik), times(beta4[i] ?? 0, sqrtH)), column]);
    }
  });
  return combine(algebra, y, terms);
}

/** The entries of a row that are not 0, with their positions. */
function nonzero(row: readonly number[] | undefined): (readonly [coefficient: number, j: number])[] {
  return (row ?? []).flatMap((coefficient, j) => (coefficient === 0 ? [] : [[coefficient, j] as const]));
}

/** Stages that something reads: the others are not computed. */
interface UsedStages {
  readonly drift: ReadonlySet<number>;
  readonly diffusion: ReadonlySet<number>;
}

function usedStages({ A0, A1, B0, B1, B2, alpha, beta1, beta2 }: Tableau): UsedStages {
  const columns = (matrices: readonly Rows[]): number[] =>
    matrices.flatMap((rows) => rows.flatMap((row) => nonzero(row).map(([, j]) => j)));
  return {
    drift: new Set([...nonzero(alpha).map(([, i]) => i), ...columns([A0, A1])]),
    diffusion: new Set([...[...nonzero(beta1), ...nonzero(beta2)].map(([, i]) => i), ...columns([B0, B1, B2])]),
  };
}
