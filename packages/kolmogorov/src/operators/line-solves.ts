import type { Factors } from '../linear/factors.js';

/** Factors along lines, which also take a multiple of another vector off the right-hand side. */
export interface LineSolver extends Factors {
  /** v ← (I − shift · A)⁻¹ (v − factor · slope). */
  solveAfter(factor: number, slope: Float64Array, v: Float64Array): void;
  /** out ← (I − shift · A)⁻ᵀ v; `out` may be v. */
  solveTransposedInto(v: Float64Array, out: Float64Array): void;
}
