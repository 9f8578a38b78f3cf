import type { Work } from 'sde-core';
import { type Factors, solving } from './factors.js';
import { type Factorize, factored } from './linear-solver.js';
import type { SparseMatrix } from './sparse-matrix.js';

/** Corrections by factors of another matrix at most, and by how much each must shrink the residual, for that to take less than new factors; empirical. */
const CORRECTIONS = 6;
const SHRINKING = 1 / 8;
/** A residual relative to the terms of its row that is rounding. */
const ROUNDING = 2 ** -49;

/** Solves one system after another, of matrices that resemble each other. */
export interface WarmFactors {
  /** u ← M⁻¹ right to rounding, M = diag(alpha) − shift · A; what u holds before is the first guess. */
  solve(matrix: SparseMatrix, alpha: Float64Array, shift: number, right: Float64Array, u: Float64Array): Work<void>;
  /** Factors of M, those at hand if they are of the same matrix. */
  factors(matrix: SparseMatrix, alpha: Float64Array, shift: number): Work<Factors>;
}

interface Held {
  readonly matrix: SparseMatrix;
  readonly alpha: Float64Array;
  readonly shift: number;
  readonly factors: Factors;
}

/**
 * Factors that are kept while they serve: the same matrix is not factored twice, and one that has changed little is solved with by the factors of the one
 * before, correcting by the residual until this is rounding row by row. Where that does not converge fast it is factored anew. An iterative solver is left alone.
 *
 * @see [higham2002]
 */
export function warmFactors(factorize: Factorize, direct: boolean): WarmFactors {
  let held: Held | undefined;
  let residual = new Float64Array(0);
  function* factors(matrix: SparseMatrix, alpha: Float64Array, shift: number): Work<Factors> {
    if (direct && held && isSame(held, matrix, alpha, shift)) return held.factors;
    const made = yield* factored(factorize, matrix, alpha, shift);
    held = direct ? { matrix, alpha: alpha.slice(), shift, factors: made } : undefined;
    return made;
  }
  const corrected = (
    matrix: SparseMatrix,
    alpha: Float64Array,
    shift: number,
    right: Float64Array,
    u: Float64Array,
  ) => {
    if (!held) return false;
    if (residual.length !== u.length) residual = new Float64Array(u.length);
    const before = u.slice();
    let last = Number.POSITIVE_INFINITY;
    for (let correction = 0; correction <= CORRECTIONS; correction++) {
      const size = residualOf(matrix, alpha, shift, right, u, residual);
      if (size <= ROUNDING) return true;
      if (!(size <= last * SHRINKING)) break;
      // The first guess says nothing about the factors.
      last = correction === 0 ? Number.POSITIVE_INFINITY : size;
      held.factors.solve(residual);
      for (let p = 0; p < u.length; p++) u[p] += residual[p];
    }
    u.set(before);
    return false;
  };
  return {
    factors,
    *solve(matrix, alpha, shift, right, u) {
      if (corrected(matrix, alpha, shift, right, u)) return;
      u.set(right);
      yield* solving(yield* factors(matrix, alpha, shift), u);
    },
  };
}

function isSame(held: Held, matrix: SparseMatrix, alpha: Float64Array, shift: number): boolean {
  if (held.shift !== shift || !equal(held.alpha, alpha)) return false;
  const { rowStart, column, value } = held.matrix;
  return equal(value, matrix.value) && equal(column, matrix.column) && equal(rowStart, matrix.rowStart);
}

function equal(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Writes right − M u; returns its largest entry relative to the terms of its row. */
function residualOf(
  { rowStart, column, value }: SparseMatrix,
  alpha: Float64Array,
  shift: number,
  right: Float64Array,
  u: Float64Array,
  out: Float64Array,
): number {
  let largest = 0;
  for (let p = 0; p < out.length; p++) {
    let sum = right[p] - alpha[p] * u[p];
    let terms = Math.abs(right[p]) + Math.abs(alpha[p] * u[p]);
    for (let e = rowStart[p]; e < rowStart[p + 1]; e++) {
      const term = shift * value[e] * u[column[e]];
      sum += term;
      terms += Math.abs(term);
    }
    out[p] = sum;
    const relative = sum === 0 ? 0 : Math.abs(sum) / terms;
    // NaN is no rounding.
    if (!(relative <= largest)) largest = relative;
  }
  return largest;
}
