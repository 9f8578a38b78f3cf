import { scaled } from './bits.js';
import { log2 } from './logarithm.js';

/** Terms of the series; with an argument of norm at most 1/2 the next one is below 2^−19/19! < 2^−75. */
const TERMS = 18;

/**
 * e^A, shapes (n, n), row-major: Taylor's series of A/2^s, squared s times.
 *
 * s is the least with ‖A‖_∞ ≤ 2^(s−1). The rounding grows with s: about 2^s units of the last place of ‖e^A‖ for normal A, more where the powers of A
 * first grow. Cost: (18 + s) n³.
 *
 * @see [higham2005]
 */
export function matrixExponential(A: Float64Array, n: number): Float64Array {
  let norm = 0;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += Math.abs(A[i * n + j]);
    norm = Math.max(norm, sum);
  }
  const squarings = norm > 1 / 2 ? Math.ceil(log2(norm)) + 1 : 0;
  const small = A.map((entry) => entry / scaled(1, squarings));
  // Horner: I + A (I + A/2 (I + A/3 (…))).
  let sum = identity(n);
  for (let k = TERMS; k >= 1; k--) {
    sum = matrixProduct(small, sum, n).map((entry) => entry / k);
    for (let i = 0; i < n; i++) sum[i * n + i] += 1;
  }
  for (let k = 0; k < squarings; k++) sum = matrixProduct(sum, sum, n);
  return sum;
}

/** I, shape (n, n). */
function identity(n: number): Float64Array {
  const I = new Float64Array(n * n);
  for (let i = 0; i < n; i++) I[i * n + i] = 1;
  return I;
}

/** A B, shapes (n, n), row-major. */
function matrixProduct(A: Float64Array, B: Float64Array, n: number): Float64Array {
  const C = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const entry = A[i * n + k];
      if (entry === 0) continue;
      for (let j = 0; j < n; j++) C[i * n + j] += entry * B[k * n + j];
    }
  }
  return C;
}
