/** A factor, or the row at which the matrix turns out not to be positive definite, with what stands there. */
export type CholeskyOutcome =
  | { readonly kind: 'factor'; readonly factor: Float64Array }
  | { readonly kind: 'indefinite'; readonly row: number; readonly pivot: number };

/**
 * The lower triangular L with L Lᵀ = A, for a symmetric A, shapes (n, n), row-major; the upper half of A is not read.
 *
 * A pivot is not taken for positive where it is below n ε A_ii, the rounding of its sum. Cost: n³/3.
 *
 * @see [golub2013, section 4.2]
 */
export function cholesky(A: Float64Array, n: number): CholeskyOutcome {
  const L = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      let sum = A[i * n + j];
      for (let k = 0; k < j; k++) sum -= L[i * n + k] * L[j * n + k];
      L[i * n + j] = sum / L[j * n + j];
    }
    let pivot = A[i * n + i];
    for (let k = 0; k < i; k++) pivot -= L[i * n + k] * L[i * n + k];
    if (!(pivot > n * Number.EPSILON * A[i * n + i])) return { kind: 'indefinite', row: i, pivot };
    L[i * n + i] = Math.sqrt(pivot);
  }
  return { kind: 'factor', factor: L };
}
