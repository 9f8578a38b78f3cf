import type { SparseMatrix } from '../linear/sparse-matrix.js';

/**
 * The discrete generator A = Σ_k A_k + A_mixed at one time, with the forcing g of u_t + A u + g = 0.
 *
 * This is all that a stepping sees. Each A_k couples neighbors along axis k alone and carries 1 / d of the killing rate.
 */
export interface Operator {
  /** Number of nodes. */
  readonly size: number;
  /** d. */
  readonly directions: number;
  /** Which axes are periodic. */
  readonly cyclic: readonly boolean[];
  /** out += factor · g. */
  addForcing(factor: number, out: Float64Array): void;
  /** Tells that g entered by `factor` where `left` is the adjoint: for gradients. A plain solve takes no notice. */
  addForcingTransposed(factor: number, left: Float64Array): void;
  /** Operators with the same matrices are the same object here, whatever their forcing. */
  readonly matrices: object;
  /** out ← A_k v, and sum += factor · A_k v. */
  apply(k: number, v: Float64Array, out: Float64Array, factor: number, sum: Float64Array): void;
  /** out += factor · A_k v. */
  add(k: number, factor: number, v: Float64Array, out: Float64Array): void;
  /** out += factor · A_kᵀ v. */
  addTransposed(k: number, factor: number, v: Float64Array, out: Float64Array): void;
  /** out += factor · A_mixed v. */
  addMixed(factor: number, v: Float64Array, out: Float64Array): void;
  /** A_mixed as a matrix, where it is held as one and may couple nodes that are not neighbors. Default: products tell all of it. */
  mixedMatrix?(): SparseMatrix | undefined;
  /** out += factor · A_mixedᵀ v. */
  addMixedTransposed(factor: number, v: Float64Array, out: Float64Array): void;
  /** v ← (I − shift · A_k)⁻¹ v; factored once for each shift. */
  solveLine(k: number, shift: number, v: Float64Array): void;
  /** v ← (I − shift · A_k)⁻¹ (v − shift · slope): `solveLine` with one pass less over memory. */
  solveLineAfter(k: number, shift: number, slope: Float64Array, v: Float64Array): void;
  /** out ← (I − shift · A_k)⁻ᵀ v. `out` may be v; where it is not, the step leaves it as it is until it ends: gradients read it there. */
  solveLineTransposed(k: number, shift: number, v: Float64Array, out: Float64Array): void;
  /** v ← (I − shift · A)⁻¹ v, all axes at once: by the solver of the discretization, kept for each shift. */
  solve(shift: number, v: Float64Array): void;
  /** out ← (I − shift · A)⁻ᵀ v, with `out` as for `solveLineTransposed`. */
  solveTransposed(shift: number, v: Float64Array, out: Float64Array): void;
}

/** What multiplies by A. */
export type Products = Pick<Operator, 'directions' | 'cyclic' | 'add' | 'addMixed' | 'mixedMatrix'>;

/** out += factor · Σ_k A_k v. */
export function addAxes(operator: Products, factor: number, v: Float64Array, out: Float64Array): void {
  for (let k = 0; k < operator.directions; k++) operator.add(k, factor, v, out);
}

/** out += factor · A v, all of it. */
export function addAll(operator: Products, factor: number, v: Float64Array, out: Float64Array): void {
  addAxes(operator, factor, v, out);
  operator.addMixed(factor, v, out);
}

/** out += factor · Aᵀ v. */
export function addAllTransposed(operator: Operator, factor: number, v: Float64Array, out: Float64Array): void {
  for (let k = 0; k < operator.directions; k++) operator.addTransposed(k, factor, v, out);
  operator.addMixedTransposed(factor, v, out);
}
