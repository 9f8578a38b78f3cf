/** A dense matrix, factored: solves with it cost n² operations each. */
export interface DenseFactors {
  /** The x of A x = right, shape (n); not finite where A is singular. */
  solve(right: readonly number[]): number[];
}

/**
 * A = P L U by elimination with row exchanges, of an n × n matrix by its rows. Cost: n³/3 operations.
 *
 * @see [golub2013, algorithm 3.4.1]
 */
export function denseFactors(matrix: readonly (readonly number[])[]): DenseFactors {
  const rows = matrix.map((row) => [...row]);
  const n = rows.length;
  const order = rows.map((_, i) => i);
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(rows[i][k]) > Math.abs(rows[pivot][k])) pivot = i;
    [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
    [order[k], order[pivot]] = [order[pivot], order[k]];
    for (let i = k + 1; i < n; i++) {
      const factor = rows[i][k] / rows[k][k];
      rows[i][k] = factor;
      for (let j = k + 1; j < n; j++) rows[i][j] -= factor * rows[k][j];
    }
  }
  return {
    solve(right) {
      const x = order.map((i) => right[i]);
      for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) x[i] -= rows[i][j] * x[j];
      for (let i = n - 1; i >= 0; i--) {
        for (let j = i + 1; j < n; j++) x[i] -= rows[i][j] * x[j];
        x[i] /= rows[i][i];
      }
      return x;
    },
  };
}
