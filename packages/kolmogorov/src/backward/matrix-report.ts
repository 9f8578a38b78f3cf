import { type Grid, nodeAt } from '../grid/grid.js';
import type { SparseMatrix } from '../linear/sparse-matrix.js';

/** Whether the matrices of the policies that solved are M-matrices: the steps then keep order, and converge to the viscosity solution. */
export interface MatrixReport {
  /** No negative entry of A beside the diagonal, and no row of M = diag(α) − Δt A with a negative sum: being invertible, M is then an M-matrix. */
  readonly mMatrix: boolean;
  /** Entries of A beside the diagonal that are negative by more than rounding, over all steps. */
  readonly negativeEntries: number;
  /** The most negative one; absent if there is none. */
  readonly worst?: {
    readonly t: number;
    readonly x: Float64Array;
    readonly neighbor: Float64Array;
    readonly value: number;
  };
  /** Least sum of a row of M: 1 + Δt c within a step; 0 in a stationary problem without discount. */
  readonly leastRowSum: number;
}

/** Relative to the diagonal, an entry or a sum that is rounding. */
const ROUNDING = 2 ** -40;

/** Collects the report over a solve. */
export function matrixReport(grid: Grid): {
  add(t: number, matrix: SparseMatrix, alpha: ArrayLike<number>, shift: number): void;
  report(): MatrixReport;
} {
  let negativeEntries = 0;
  let [least, belowZero] = [Number.POSITIVE_INFINITY, false];
  let worst: { t: number; p: number; neighbor: number; value: number } | undefined;
  return {
    add: (t, { size, rowStart, column, value }, alpha, shift) => {
      for (let p = 0; p < size; p++) {
        let [sum, total] = [0, 0];
        for (let e = rowStart[p]; e < rowStart[p + 1]; e++) {
          sum += value[e];
          total += Math.abs(value[e]);
        }
        for (let e = rowStart[p]; e < rowStart[p + 1]; e++) {
          if (column[e] === p || value[e] >= -ROUNDING * total) continue;
          negativeEntries++;
          if (value[e] < (worst?.value ?? 0)) worst = { t, p, neighbor: column[e], value: value[e] };
        }
        const rowSum = alpha[p] - shift * (Math.abs(sum) <= ROUNDING * total ? 0 : sum);
        least = Math.min(least, rowSum);
        belowZero ||= rowSum < 0;
      }
    },
    report: () => {
      const place = (p: number): Float64Array => {
        const x = new Float64Array(grid.dimension);
        nodeAt(grid, p, x);
        return x;
      };
      return {
        mMatrix: negativeEntries === 0 && !belowZero,
        negativeEntries,
        ...(worst && {
          worst: { t: worst.t, x: place(worst.p), neighbor: place(worst.neighbor), value: worst.value },
        }),
        leastRowSum: least,
      };
    },
  };
}
