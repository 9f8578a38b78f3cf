/**
 * A Riccati equation from T back, by the classical Runge–Kutta method: its values at k T / n before T.
 *
 * @param rate - −P' as a function of P and of the time before T.
 */
export function riccati(
  rate: (P: readonly number[], before: number) => number[],
  end: readonly number[],
  T: number,
  n: number,
): number[][] {
  const h = T / n;
  let P = [...end];
  const all = [P];
  const plus = (s: number, k: readonly number[]): number[] => P.map((value, j) => value + s * k[j]);
  for (let i = 0; i < n; i++) {
    const k1 = rate(P, i * h);
    const k2 = rate(plus(h / 2, k1), (i + 1 / 2) * h);
    const k3 = rate(plus(h / 2, k2), (i + 1 / 2) * h);
    const k4 = rate(plus(h, k3), (i + 1) * h);
    P = P.map((value, j) => value + (h / 6) * (k1[j] + 2 * k2[j] + 2 * k3[j] + k4[j]));
    all.push(P);
  }
  return all;
}

/** dX = (A X + B a) dt + σ dW at the cost ∫ XᵀQX + Σ r_j a_j² dt + X_TᵀGX_T. */
export interface Regulator {
  /** Shape (d, d). */
  readonly A: readonly (readonly number[])[];
  /** Shape (d, q). */
  readonly B: readonly (readonly number[])[];
  /** Shape (d, d), symmetric. */
  readonly Q: readonly (readonly number[])[];
  /** Shape (q). */
  readonly r: readonly number[];
  /** Shape (d, d), symmetric. */
  readonly G: readonly (readonly number[])[];
  /** σσᵀ at a time before T, shape (d, d). */
  readonly covariance: (before: number) => readonly (readonly number[])[];
  /** What is paid beside, at a time before T; default 0. */
  readonly beside?: (before: number) => number;
  /** And at T itself; default 0. */
  readonly besideEnd?: number;
}

/** V = xᵀP x + s and its controls, at one time. */
export interface QuadraticValue {
  /** Shape (d, d). */
  readonly P: readonly (readonly number[])[];
  readonly s: number;
  /** xᵀP x + s. */
  value(x: ArrayLike<number>): number;
  /** ∂V/∂x_k. */
  slope(k: number, x: ArrayLike<number>): number;
  /** −r⁻¹ Bᵀ P x, shape (q). */
  control(x: ArrayLike<number>): number[];
}

/** −P' = Q + AᵀP + PA − P B r⁻¹ Bᵀ P and −s' = tr(P σσᵀ) + what is paid beside, at k T / n before T. */
export function regulate(regulator: Regulator, T: number, n: number): QuadraticValue[] {
  const { A, B, Q, r, G, covariance, beside = () => 0, besideEnd = 0 } = regulator;
  const d = A.length;
  const axes = Array.from({ length: d }, (_, k) => k);
  const sum = (term: (k: number) => number): number => axes.reduce((total, k) => total + term(k), 0);
  const path = riccati(
    (flat, before) => {
      const P = (i: number, j: number): number => flat[i * d + j];
      const steered = r.map((_, c) => axes.map((j) => sum((k) => B[k][c] * P(k, j))));
      const noise = covariance(before);
      return [
        ...axes.flatMap((i) =>
          axes.map(
            (j) =>
              Q[i][j] +
              sum((k) => A[k][i] * P(k, j) + P(i, k) * A[k][j]) -
              steered.reduce((total, row, c) => total + (row[i] * row[j]) / r[c], 0),
          ),
        ),
        sum((i) => sum((j) => P(i, j) * noise[j][i])) + beside(before),
      ];
    },
    [...G.flat(), besideEnd],
    T,
    n,
  );
  return path.map((flat): QuadraticValue => {
    const P = axes.map((i) => flat.slice(i * d, (i + 1) * d));
    const s = flat[d * d];
    const along = (i: number, x: ArrayLike<number>): number => sum((j) => P[i][j] * x[j]);
    return {
      P,
      s,
      value: (x) => sum((i) => x[i] * along(i, x)) + s,
      slope: (k, x) => 2 * along(k, x),
      control: (x) => r.map((price, c) => -sum((k) => B[k][c] * along(k, x)) / price),
    };
  });
}
