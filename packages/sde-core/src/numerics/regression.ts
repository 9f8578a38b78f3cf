/** A weighted linear fit y ≈ Σ_j c_j φ_j. */
export interface LinearFit {
  /** Shape (k). */
  readonly coefficients: Float64Array;
  /** Of the coefficients, for the given standard deviations. Shape (k, k), row-major. */
  readonly covariance: Float64Array;
  /** Σ ((y − fit)/σ)². */
  readonly chiSquare: number;
  /** n − k. */
  readonly freedom: number;
}

/**
 * Least squares with known standard deviations: min Σ_i ((y_i − Σ_j X_ij c_j)/σ_i)².
 *
 * X has shape (n, k), n ≥ k. Modified Gram–Schmidt, applied twice, on columns weighted by 1/σ; O(n k²).
 * A column that depends on the ones before it gets coefficient 0 and infinite variance.
 *
 * @see [bjorck1996]
 */
export function leastSquares(
  X: readonly ArrayLike<number>[],
  y: ArrayLike<number>,
  sigma: ArrayLike<number>,
): LinearFit {
  const n = X.length;
  const k = n === 0 ? 0 : X[0].length;
  const q = Array.from({ length: k }, (_, j) => Float64Array.from({ length: n }, (_, i) => X[i][j] / sigma[i]));
  const r = Array.from({ length: k }, () => new Float64Array(k));
  const residual = Float64Array.from({ length: n }, (_, i) => y[i] / sigma[i]);
  const z = new Float64Array(k);
  const dependent: boolean[] = [];
  for (let j = 0; j < k; j++) {
    const before = norm(q[j]);
    for (let pass = 0; pass < 2; pass++) {
      for (let i = 0; i < j; i++) {
        const projection = dependent[i] ? 0 : dot(q[i], q[j]);
        r[i][j] += projection;
        for (let s = 0; s < n; s++) q[j][s] -= projection * q[i][s];
      }
    }
    const length = norm(q[j]);
    // Below this the column is rounding left over from the projections.
    dependent[j] = !(length > 1e-13 * before);
    r[j][j] = dependent[j] ? 1 : length;
    for (let s = 0; s < n; s++) q[j][s] = dependent[j] ? 0 : q[j][s] / length;
    for (let pass = 0; pass < 2; pass++) {
      const projection = dot(q[j], residual);
      z[j] += projection;
      for (let s = 0; s < n; s++) residual[s] -= projection * q[j][s];
    }
  }
  const inverse = invertUpper(r);
  const coefficients = new Float64Array(k);
  const covariance = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = i; j < k; j++) coefficients[i] += inverse[i][j] * z[j];
    for (let j = 0; j < k; j++) {
      for (let s = Math.max(i, j); s < k; s++) covariance[i * k + j] += inverse[i][s] * inverse[j][s];
    }
    if (dependent[i]) covariance[i * k + i] = Number.POSITIVE_INFINITY;
  }
  return { coefficients, covariance, chiSquare: dot(residual, residual), freedom: n - k };
}

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
};

const norm = (a: Float64Array): number => Math.sqrt(dot(a, a));

function invertUpper(r: readonly Float64Array[]): Float64Array[] {
  const k = r.length;
  const inverse = Array.from({ length: k }, () => new Float64Array(k));
  for (let j = 0; j < k; j++) {
    inverse[j][j] = 1 / r[j][j];
    for (let i = j - 1; i >= 0; i--) {
      let sum = 0;
      for (let s = i + 1; s <= j; s++) sum += r[i][s] * inverse[s][j];
      inverse[i][j] = -sum / r[i][i];
    }
  }
  return inverse;
}
