/** g·a + ½ aᵀ Q a. */
export interface QuadraticForm {
  readonly g: Float64Array;
  /** Shape (q, q), row-major, symmetric. */
  readonly Q: Float64Array;
}

/** Shape (q) each. */
export interface Bounds {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}
