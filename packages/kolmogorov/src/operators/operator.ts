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
  /** g, shape (size). */
  readonly forcing: Float64Array;
  /** out += factor · A v. */
  add(factor: number, v: Float64Array, out: Float64Array): void;
  /** out += factor · Aᵀ v. */
  addTransposed(factor: number, v: Float64Array, out: Float64Array): void;
  /** out += factor · A_k v. */
  addDirection(k: number, factor: number, v: Float64Array, out: Float64Array): void;
  /** out += factor · A_kᵀ v. */
  addDirectionTransposed(k: number, factor: number, v: Float64Array, out: Float64Array): void;
  /** v ← (I − shift · A_k)⁻¹ v; factored once for each shift. */
  solveLine(k: number, shift: number, v: Float64Array): void;
  /** v ← (I − shift · A_k)⁻ᵀ v. */
  solveLineTransposed(k: number, shift: number, v: Float64Array): void;
}
