import type { Operator } from '#kolmogorov/operators/operator';

/** Rows of a square matrix. */
export type Matrix = readonly (readonly number[])[];

export const times = (a: Matrix, v: ArrayLike<number>): number[] =>
  a.map((row) => row.reduce((sum, entry, j) => sum + entry * v[j], 0));

export const transposed = (a: Matrix): Matrix => a.map((_, i) => a.map((row) => row[i]));

/** (I − shift · A)⁻¹ v by elimination with pivots. */
export function solved(a: Matrix, shift: number, v: ArrayLike<number>): number[] {
  const n = a.length;
  const rows = a.map((row, i) => [...row.map((entry, j) => (i === j ? 1 : 0) - shift * entry), v[i]]);
  for (let k = 0; k < n; k++) {
    let best = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(rows[i][k]) > Math.abs(rows[best][k])) best = i;
    [rows[k], rows[best]] = [rows[best], rows[k]];
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const factor = rows[i][k] / rows[k][k];
      for (let j = k; j <= n; j++) rows[i][j] -= factor * rows[k][j];
    }
  }
  return rows.map((row, i) => row[n] / row[i]);
}

/** The parts of A and the forcing at one time. */
export interface Dense {
  readonly along: readonly Matrix[];
  readonly mixed: Matrix;
  readonly forcing: readonly number[];
}

export const sum = (matrices: readonly Matrix[]): Matrix =>
  matrices[0].map((row, i) => row.map((_, j) => matrices.reduce((total, matrix) => total + matrix[i][j], 0)));

/** An operator of dense matrices: no grid, and no neighbors. `told` hears of every forcing of a transposed step, `filled` of every array but its own that a transposed solve fills. */
export function denseOperator(
  { along, mixed, forcing }: Dense,
  matrices: object,
  told: (factor: number, left: Float64Array) => void = () => {},
  filled: (out: Float64Array) => void = () => {},
): Operator {
  const all = sum([...along, mixed]);
  const add = (a: Matrix, factor: number, v: Float64Array, out: Float64Array): void => {
    times(a, v).forEach((value, p) => {
      out[p] += factor * value;
    });
  };
  return {
    size: forcing.length,
    directions: along.length,
    cyclic: along.map(() => false),
    matrices,
    addForcing: (factor, out) => {
      for (let p = 0; p < out.length; p++) out[p] += factor * forcing[p];
    },
    addForcingTransposed: told,
    apply: (k, v, out, factor, into) => {
      out.set(times(along[k], v));
      for (let p = 0; p < out.length; p++) into[p] += factor * out[p];
    },
    add: (k, factor, v, out) => add(along[k], factor, v, out),
    addTransposed: (k, factor, v, out) => add(transposed(along[k]), factor, v, out),
    addMixed: (factor, v, out) => add(mixed, factor, v, out),
    addMixedTransposed: (factor, v, out) => add(transposed(mixed), factor, v, out),
    solveLine: (k, shift, v) => v.set(solved(along[k], shift, v)),
    solveLineAfter: (k, shift, slope, v) => {
      v.set(
        solved(
          along[k],
          shift,
          v.map((value, p) => value - shift * slope[p]),
        ),
      );
    },
    solveLineTransposed: (k, shift, v, out) => {
      out.set(solved(transposed(along[k]), shift, v));
      if (out !== v) filled(out);
    },
    solve: (shift, v) => v.set(solved(all, shift, v)),
    solveTransposed: (shift, v, out) => {
      out.set(solved(transposed(all), shift, v));
      if (out !== v) filled(out);
    },
  };
}
