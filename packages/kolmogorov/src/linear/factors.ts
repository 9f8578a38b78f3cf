import type { Work } from 'sde-core';

/** What solves with one matrix M, from either side. */
export interface Factors {
  /** v ← M⁻¹ v. */
  solve(v: Float64Array): void;
  /** v ← M⁻ᵀ v. */
  solveTransposed(v: Float64Array): void;
  /** The same in parts, where one solve may take long. Default in one. */
  readonly inParts?: {
    solve(v: Float64Array): Work<void>;
    solveTransposed(v: Float64Array): Work<void>;
  };
}

/** v ← M⁻¹ v, or M⁻ᵀ v, in parts where the factors can. */
export function* solving(factors: Factors, v: Float64Array, way: 'solve' | 'solveTransposed' = 'solve'): Work<void> {
  if (factors.inParts) yield* factors.inParts[way](v);
  else factors[way](v);
}

/** Relative to the largest entry of its row, a pivot that is rounding alone; empirical. */
export const LEAST_PIVOT: number = 2 ** -44;
