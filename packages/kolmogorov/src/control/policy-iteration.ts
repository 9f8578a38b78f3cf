import type { Factorize } from '../linear/linear-solver.js';
import type { SparseMatrix } from '../linear/sparse-matrix.js';

/** One choice of the controls, on the whole grid: A and g of u_t + A u + g = 0. */
export interface Choice {
  readonly matrix: SparseMatrix;
  /** Shape (size). */
  readonly forcing: Float64Array;
}

/** What decides an implicit step: (diag(alpha) − shift A) u = right + shift g, at the best choice of every node. */
export interface PolicyProblem {
  /** Their matrices have one pattern. */
  readonly choices: readonly Choice[];
  readonly alpha: Float64Array;
  readonly shift: number;
  readonly factorize: Factorize;
  /** 1 to minimize, −1 to maximize. */
  readonly sign: 1 | -1;
  readonly fixed: Uint8Array;
}

/** How one problem ended; u and the policy are in place. */
export interface PolicyOutcome {
  readonly kind: 'converged' | 'stalled';
  readonly iterations: number;
  /** Most that any node could still gain by another choice, per unit of time. */
  readonly residual: number;
}

/** Relative to the size of A u, a gain that is rounding. */
const ROUNDING = 2 ** -40;

/**
 * Howard's policy iteration: solve for the policy, improve it at every node, until no node gains.
 *
 * With monotone matrices the values decrease (or increase) from iteration to iteration, and it ends after finitely many. `u` holds the right-hand
 * side and becomes the solution; `policy`, shape (size), is the first guess and becomes the best.
 *
 * @see [howard1960]
 */
export function policyIteration(
  problem: PolicyProblem,
  u: Float64Array,
  policy: Int32Array,
  most: number,
): PolicyOutcome {
  const { choices, alpha, shift, factorize, sign, fixed } = problem;
  const right = u.slice();
  let residual = Number.POSITIVE_INFINITY;
  for (let iterations = 1; iterations <= most; iterations++) {
    for (let p = 0; p < u.length; p++) u[p] = right[p] + (fixed[p] ? 0 : shift * choices[policy[p]].forcing[p]);
    factorize(chosenRows(choices, policy), alpha, shift).solve(u);
    residual = 0;
    let changed = false;
    for (let p = 0; p < u.length; p++) {
      if (fixed[p]) continue;
      const current = rate(choices[policy[p]], p, u);
      let best = current.value;
      for (let j = 0; j < choices.length; j++) {
        const { value } = rate(choices[j], p, u);
        if (sign * (best - value) <= ROUNDING * current.scale) continue;
        best = value;
        policy[p] = j;
        changed = true;
      }
      residual = Math.max(residual, sign * (current.value - best));
    }
    if (!changed) return { kind: 'converged', iterations, residual };
  }
  return { kind: 'stalled', iterations: most, residual };
}

/** (A u + g) at a node, and the size of what was added. */
function rate(
  { matrix, forcing }: Choice,
  p: number,
  u: Float64Array,
): { readonly value: number; readonly scale: number } {
  let value = forcing[p];
  let scale = Math.abs(value);
  for (let e = matrix.rowStart[p]; e < matrix.rowStart[p + 1]; e++) {
    const term = matrix.value[e] * u[matrix.column[e]];
    value += term;
    scale += Math.abs(term);
  }
  return { value, scale };
}

/** The matrix whose row p is that of the choice at node p. */
function chosenRows(choices: readonly Choice[], policy: Int32Array): SparseMatrix {
  const { size, rowStart, column } = choices[0].matrix;
  const value = new Float64Array(column.length);
  for (let p = 0; p < size; p++) {
    const row = choices[policy[p]].matrix.value.subarray(rowStart[p], rowStart[p + 1]);
    value.set(row, rowStart[p]);
  }
  return { size, rowStart, column, value };
}
