import { matrixExponential } from '../numerics/matrix-exponential.js';

/** The coefficients of dX = (A X + a) dt + Σ_k (B_k X + b_k) dW_k, row-major. */
export interface LinearCoefficients {
  readonly d: number;
  /** Shape (d, d). */
  readonly A: Float64Array;
  /** Shape (d). */
  readonly a: Float64Array;
  /** Shape (m): matrices of shape (d, d). */
  readonly B: readonly Float64Array[];
  /** Shape (m): vectors of shape (d). */
  readonly b: readonly Float64Array[];
}

/**
 * E X(t), shape (d), and E X(t) X(t)ᵀ, shape (d, d), of a linear equation (Itô): the moment equations
 * m′ = A m + a, S′ = A S + S Aᵀ + a mᵀ + m aᵀ + Σ_k E (B_k X + b_k)(B_k X + b_k)ᵀ are linear in (1, m, S), so e^(tG) solves them.
 *
 * Exact to the rounding of the matrix exponential. Cost: (1 + d + d²)³.
 *
 * @see [arnold1974, chapter 8]
 */
export function linearMoments(
  { d, A, a, B, b }: LinearCoefficients,
  t: number,
  x0: ArrayLike<number>,
): { readonly mean: Float64Array; readonly second: Float64Array } {
  const n = 1 + d + d * d;
  const G = new Float64Array(n * n);
  const one = 0;
  const first = (i: number): number => 1 + i;
  const pair = (i: number, j: number): number => 1 + d + i * d + j;
  const add = (row: number, column: number, value: number): void => {
    G[row * n + column] += t * value;
  };
  for (let i = 0; i < d; i++) {
    add(first(i), one, a[i]);
    for (let j = 0; j < d; j++) add(first(i), first(j), A[i * d + j]);
  }
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      add(pair(i, j), first(j), a[i]);
      add(pair(i, j), first(i), a[j]);
      for (let l = 0; l < d; l++) {
        add(pair(i, j), pair(l, j), A[i * d + l]);
        add(pair(i, j), pair(i, l), A[j * d + l]);
      }
      for (const [k, matrix] of B.entries()) {
        add(pair(i, j), one, b[k][i] * b[k][j]);
        for (let l = 0; l < d; l++) {
          add(pair(i, j), first(l), matrix[i * d + l] * b[k][j] + b[k][i] * matrix[j * d + l]);
          for (let q = 0; q < d; q++) add(pair(i, j), pair(l, q), matrix[i * d + l] * matrix[j * d + q]);
        }
      }
    }
  }
  const flow = matrixExponential(G, n);
  const z = new Float64Array(n);
  z[one] = 1;
  for (let i = 0; i < d; i++) {
    z[first(i)] = x0[i];
    for (let j = 0; j < d; j++) z[pair(i, j)] = x0[i] * x0[j];
  }
  const at = (row: number): number => z.reduce((sum, value, column) => sum + flow[row * n + column] * value, 0);
  const second = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) second[i * d + j] = second[j * d + i] = at(pair(i, j));
  }
  return { mean: Float64Array.from({ length: d }, (_, i) => at(first(i))), second };
}
