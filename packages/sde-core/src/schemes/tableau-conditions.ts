import { SdeError } from '../errors/sde-error.js';

/** A matrix by its rows; entries left out at the end of a row, and whole rows left out at the end, are 0. */
export type Rows = readonly (readonly number[])[];

/**
 * The coefficients of a stochastic Runge–Kutta method of s stages for Itô equations.
 *
 * `A0`, `B0` make the states H0 at which the drift is taken, `A1`, `B1` the states Hk for column k of σ, `B2` the states Ĥk that
 * see the other Wiener processes. A0, A1, B0, B1 are strictly lower triangular.
 */
export interface Tableau {
  readonly A0: Rows;
  readonly A1: Rows;
  readonly B0: Rows;
  readonly B1: Rows;
  readonly B2: Rows;
  /** Weights of the drift, shape (s). */
  readonly alpha: readonly number[];
  readonly beta1: readonly number[];
  readonly beta2: readonly number[];
  readonly beta3: readonly number[];
  readonly beta4: readonly number[];
}

/** One algebraic condition on a tableau: `value` has to equal `target`. */
export interface TableauCondition {
  /** In the notation of {@link tableau}, row sums written b1 = B1 e and so on. */
  readonly name: string;
  /** The weak order that needs it. */
  readonly weak: 1 | 2;
  readonly value: number;
  readonly target: number;
}

/** Row sums M e: for A0 and A1 the times of the stages. */
export const rowSums = (rows: Rows): number[] => rows.map((row) => row.reduce((sum, entry) => sum + entry, 0));

// Sums of a dozen products of coefficients below 10 round to less than this.
const ROUNDING = 1e-12;

/**
 * The conditions for weak order 1 and 2 that follow by matching the mixed moments of one step to O(h²) and O(h³).
 *
 * Products of vectors are entry by entry, as in β1·(e1 b1).
 *
 * @see [roessler2009]
 */
export function tableauConditions(tableau: Tableau): readonly TableauCondition[] {
  const { alpha, beta1, beta2, beta3, beta4, A0, A1, B0, B1, B2 } = tableau;
  const s = alpha.length;
  const sums = (rows: Rows): number[] => Array.from({ length: s }, (_, i) => rowSums(rows)[i] ?? 0);
  const dot = (weights: readonly number[], vector: readonly number[]): number =>
    vector.reduce((sum, entry, i) => sum + (weights[i] ?? 0) * entry, 0);
  const apply = (rows: Rows, vector: readonly number[]): number[] =>
    Array.from({ length: s }, (_, i) => dot(rows[i] ?? [], vector));
  const times = (...vectors: readonly number[][]): number[] =>
    vectors.reduce((product, vector) => product.map((entry, i) => entry * vector[i]));
  const ones = Array.from({ length: s }, () => 1);
  const [e0, e1, b0, b1, b2] = [A0, A1, B0, B1, B2].map(sums);
  const [B1b1, B2b1] = [apply(B1, b1), apply(B2, b1)];

  const order1: readonly (readonly [string, number, number])[] = [
    ['α·e', dot(alpha, ones), 1],
    ['β1·e', dot(beta1, ones), 1],
    ['β2·e', dot(beta2, ones), 0],
    ['β3·e', dot(beta3, ones), 0],
    ['β4·e', dot(beta4, ones), 0],
    ['β1·b1', dot(beta1, b1), 0],
    ['β3·b2', dot(beta3, b2), 0],
    ['β4·b2²', dot(beta4, times(b2, b2)), 0],
  ];
  const order2: readonly (readonly [string, number, number])[] = [
    ['α·e0', dot(alpha, e0), 1 / 2],
    ['α·b0', dot(alpha, b0), 1 / 2],
    ['α·b0²', dot(alpha, times(b0, b0)), 1 / 2],
    ['α·(B0 b1)', dot(alpha, apply(B0, b1)), 0],
    ['β1·e1', dot(beta1, e1), 1 / 2],
    ['β1·b1²', dot(beta1, times(b1, b1)), 1 / 2],
    ['β1·b1³', dot(beta1, times(b1, b1, b1)), 0],
    ['β1·(e1 b1)', dot(beta1, times(e1, b1)), 0],
    ['β1·(A1 b0)', dot(beta1, apply(A1, b0)), 0],
    ['β1·(B1 b1)', dot(beta1, B1b1), 0],
    ['β1·(B1 e1)', dot(beta1, apply(B1, e1)), 0],
    ['β1·(B1 b1²)', dot(beta1, apply(B1, times(b1, b1))), 0],
    ['β1·(b1 (B1 b1))', dot(beta1, times(b1, B1b1)), 0],
    ['β1·(B1 B1 b1)', dot(beta1, apply(B1, B1b1)), 0],
    ['β2·b1', dot(beta2, b1), 1],
    ['β2·b1²', dot(beta2, times(b1, b1)), 0],
    ['β2·e1', dot(beta2, e1), 0],
    ['β2·(A1 b0)', dot(beta2, apply(A1, b0)), 0],
    ['β2·(B1 b1)', dot(beta2, B1b1), 0],
    ['β3·b2²', dot(beta3, times(b2, b2)), 1 / 2],
    ['β3·b2³', dot(beta3, times(b2, b2, b2)), 0],
    ['β3·(B2 b1)', dot(beta3, B2b1), 0],
    ['β3·(B2 e1)', dot(beta3, apply(B2, e1)), 0],
    ['β3·(B2 b1²)', dot(beta3, apply(B2, times(b1, b1))), 0],
    ['β3·(b2 (B2 b1))', dot(beta3, times(b2, B2b1)), 0],
    ['β3·(B2 B1 b1)', dot(beta3, apply(B2, B1b1)), 0],
    ['β4·b2', dot(beta4, b2), 1],
    ['β4·b2⁴', dot(beta4, times(b2, b2, b2, b2)), 0],
    ['β4·(B2 b1)', dot(beta4, B2b1), 0],
    ['β4·(B2 b1)²', dot(beta4, times(B2b1, B2b1)), 0],
    ['β4·(b2 (B2 b1))', dot(beta4, times(b2, B2b1)), 0],
    ['β4·(b2 (B2 e1))', dot(beta4, times(b2, apply(B2, e1))), 0],
    ['β4·(b2 (B2 b1²))', dot(beta4, times(b2, apply(B2, times(b1, b1)))), 0],
    ['β4·(b2 (B2 B1 b1))', dot(beta4, times(b2, apply(B2, B1b1))), 0],
  ];
  return [
    ...order1.map(([name, value, target]): TableauCondition => ({ name, weak: 1, value, target })),
    ...order2.map(([name, value, target]): TableauCondition => ({ name, weak: 2, value, target })),
  ];
}

/** Whether a condition holds to rounding. */
export const holds = ({ value, target }: TableauCondition): boolean => Math.abs(value - target) <= ROUNDING;

/** Why a tableau cannot have this weak order, or is none; undefined if it can. */
export function refuseTableau(tableau: Tableau, weak: number): SdeError | undefined {
  const where = 'tableau({ tableau })';
  const s = tableau.alpha.length;
  for (const name of ['A0', 'A1', 'B0', 'B1', 'B2'] as const) {
    const rows = tableau[name];
    const most = (i: number): number => (name === 'B2' ? s : i);
    const fault = rows.length > s ? s : rows.findIndex((row, i) => row.length > most(i));
    if (fault < 0) continue;
    return new SdeError('shape', {
      what: `${name} does not fit ${s} stages`,
      where,
      expected: name === 'B2' ? `at most ${s} rows of at most ${s} entries` : 'strictly lower triangular rows',
      got: fault === s ? `${rows.length} rows` : `${rows[fault].length} entries in row ${fault}`,
      remedy: 'leave out the zeros on and above the diagonal: row i has at most i entries',
    });
  }
  const broken = tableauConditions(tableau).find((condition) => condition.weak <= weak && !holds(condition));
  if (!broken) return undefined;
  return new SdeError('value', {
    what: `the tableau does not have weak order ${weak}`,
    where,
    expected: `${broken.name} = ${broken.target}`,
    got: `${broken.value}`,
    remedy: 'check the coefficients against their source, or declare the order they have',
  });
}
