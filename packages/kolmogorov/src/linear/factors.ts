/** What solves with one matrix M, from either side. */
export interface Factors {
  /** v ← M⁻¹ v. */
  solve(v: Float64Array): void;
  /** v ← M⁻ᵀ v. */
  solveTransposed(v: Float64Array): void;
}

/** Relative to the largest entry of its row, a pivot that is rounding alone; empirical. */
export const LEAST_PIVOT: number = 2 ** -44;
