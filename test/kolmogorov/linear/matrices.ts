import { type Axis, uniform } from 'kolmogorov';
import { type Grid, tensorGrid } from '#kolmogorov/grid/grid';
import type { SparseMatrix } from '#kolmogorov/linear/sparse-matrix';

/** A grid with that many points along each axis. */
export function gridOf(...shape: readonly number[]): Grid {
  const axes: Axis[] = shape.map((n) => uniform(0, 1, n));
  return tensorGrid(axes, shape.length, 'a test');
}

/** Numbers in (0, 1), the same each time: x ← 16807 x mod (2³¹ − 1). */
export function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (16807 * state) % 2147483647;
    return state / 2147483647;
  };
}

/** Which nodes a node is coupled with: differences of indices. */
export type Stencil = readonly (readonly number[])[];

/** The nearest nodes along the axes; with `diagonals`, all that differ by at most 1 in every index. */
export function neighbors(dimension: number, diagonals = false): Stencil {
  const all = Array.from({ length: 3 ** dimension }, (_, i) =>
    Array.from({ length: dimension }, (__, k) => (Math.floor(i / 3 ** k) % 3) - 1),
  );
  const distance = (offset: readonly number[]): number => offset.reduce((sum, o) => sum + Math.abs(o), 0);
  return all.filter((offset) => distance(offset) > 0 && (diagonals || distance(offset) === 1));
}

/**
 * A generator A: off-diagonal entries in (0, 1), each row with sum at most 0, so that I − shift · A is an M-matrix. With `signed` the off-diagonal entries have
 * either sign, and the matrix is only diagonally dominant by rows. On a periodic axis the last node is a copy with an empty row.
 */
export function generatorOn(
  grid: Grid,
  stencil: Stencil,
  options: { readonly seed?: number; readonly periodic?: readonly boolean[]; readonly signed?: boolean } = {},
): SparseMatrix {
  const next = numbers(options.seed ?? 1);
  const periodic = options.periodic ?? grid.shape.map(() => false);
  const rowStart = new Int32Array(grid.size + 1);
  const column: number[] = [];
  const value: number[] = [];
  for (let p = 0; p < grid.size; p++) {
    const index = grid.shape.map((n, k) => Math.floor(p / grid.strides[k]) % n);
    const row = new Map<number, number>();
    if (!index.some((i, k) => periodic[k] && i === grid.shape[k] - 1)) {
      let sum = 0;
      for (const offset of stencil) {
        const to = index.map((i, k) => {
          const free = grid.shape[k] - 1;
          return periodic[k] ? (i + offset[k] + free) % free : i + offset[k];
        });
        if (to.some((i, k) => i < 0 || i >= grid.shape[k])) continue;
        const q = to.reduce((place, i, k) => place + i * grid.strides[k], 0);
        const rate = options.signed ? 2 * next() - 1 : next();
        sum += Math.abs(rate);
        row.set(q, (row.get(q) ?? 0) + rate);
      }
      row.set(p, (row.get(p) ?? 0) - sum - 0.1 * next());
    }
    for (const [q, entry] of [...row].sort(([a], [b]) => a - b)) {
      column.push(q);
      value.push(entry);
    }
    rowStart[p + 1] = column.length;
  }
  return { size: grid.size, rowStart, column: Int32Array.from(column), value: Float64Array.from(value) };
}

/** M = diag(alpha) − shift · A, all of it: shape (size, size), row-major. */
export function dense(matrix: SparseMatrix, alpha: Float64Array, shift: number): Float64Array {
  const { size, rowStart, column, value } = matrix;
  const out = new Float64Array(size * size);
  for (let p = 0; p < size; p++) {
    out[p * (size + 1)] = alpha[p];
    for (let e = rowStart[p]; e < rowStart[p + 1]; e++) out[p * size + column[e]] -= shift * value[e];
  }
  return out;
}

/** M⁻¹ b by Gaussian elimination with pivoting by columns. */
export function denseSolution(given: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  const m = given.slice();
  const x = b.slice();
  for (let k = 0; k < n; k++) {
    let best = k;
    for (let r = k + 1; r < n; r++) if (Math.abs(m[r * n + k]) > Math.abs(m[best * n + k])) best = r;
    for (let c = 0; c < n; c++) [m[k * n + c], m[best * n + c]] = [m[best * n + c], m[k * n + c]];
    [x[k], x[best]] = [x[best], x[k]];
    for (let r = k + 1; r < n; r++) {
      const multiplier = m[r * n + k] / m[k * n + k];
      if (multiplier === 0) continue;
      for (let c = k; c < n; c++) m[r * n + c] -= multiplier * m[k * n + c];
      x[r] -= multiplier * x[k];
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    for (let c = k + 1; c < n; c++) x[k] -= m[k * n + c] * x[c];
    x[k] /= m[k * n + k];
  }
  return x;
}

/** Largest |b − M x| over ‖M‖ ‖x‖, in the largest-entry norm; of the transpose, if asked. */
export function backwardError(
  matrix: SparseMatrix,
  alpha: Float64Array,
  shift: number,
  x: Float64Array,
  b: Float64Array,
  transposed = false,
): number {
  const { size, rowStart, column, value } = matrix;
  const residual = b.map((entry, p) => entry - alpha[p] * x[p]);
  const sizes = alpha.map((entry) => Math.abs(entry));
  for (let p = 0; p < size; p++) {
    for (let e = rowStart[p]; e < rowStart[p + 1]; e++) {
      const [row, other] = transposed ? [column[e], p] : [p, column[e]];
      residual[row] += shift * value[e] * x[other];
      sizes[row] += Math.abs(shift * value[e]);
    }
  }
  const largest = (v: Float64Array): number => v.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0);
  return largest(residual) / (largest(sizes) * largest(x));
}
