import type { Factors } from './factors.js';
import { multiply, multiplyTransposed } from './matrix-products.js';
import type { LinearSystem } from './sparse-matrix.js';

/** Corrections at most; each is as good as the factors have digits. */
const CORRECTIONS = 12;
/** A residual relative to the largest terms that is rounding, and one that is none. */
const ROUNDING = 2 ** -50;
const FAILED = 2 ** -30;
/** By how much a known solution may be missed where the matrix is regular. Empirical. */
const MISSED = 2 ** -12;

/**
 * The factors of a matrix near M = diag(alpha) − shift · A, with the residual corrected until it is rounding: what elimination without exchanges loses at small
 * pivots comes back. `undefined` if a known solution is not found again: M is singular to rounding.
 *
 * @see [higham2002, §12.1]
 */
export function refinedFactors(
  near: Factors,
  { matrix, alpha, shift }: LinearSystem,
  failed: () => Error,
): Factors | undefined {
  const { size } = matrix;
  const [given, residual, product] = [0, 1, 2].map(() => new Float64Array(size));
  // What it is made of may be filled anew before it is used.
  const kept = { ...matrix, value: matrix.value.slice() };
  const diagonal = alpha.slice();
  const largest = kept.value.reduce((most, entry) => Math.max(most, Math.abs(shift * entry)), 1);
  const refine =
    (transposed: boolean) =>
    (v: Float64Array): void => {
      const multiplied = transposed ? multiplyTransposed : multiply;
      const solve = transposed ? near.solveTransposed : near.solve;
      given.set(v);
      solve(v);
      let last = Number.POSITIVE_INFINITY;
      for (let correction = 0; ; correction++) {
        multiplied(kept, v, product);
        let [most, terms] = [0, 0];
        for (let p = 0; p < size; p++) {
          residual[p] = given[p] - diagonal[p] * v[p] + shift * product[p];
          most = Math.max(most, Math.abs(residual[p]));
          terms = Math.max(terms, Math.abs(given[p]), largest * Math.abs(v[p]));
          if (!Number.isFinite(residual[p])) throw failed();
        }
        if (most <= ROUNDING * terms) return;
        if (correction === CORRECTIONS || most > last / 2) {
          if (most > FAILED * terms) throw failed();
          return;
        }
        last = most;
        solve(residual);
        for (let p = 0; p < size; p++) v[p] += residual[p];
      }
    };
  const factors = { solve: refine(false), solveTransposed: refine(true) };
  return finds(factors, { matrix: kept, alpha: diagonal, shift }) ? factors : undefined;
}

/** Whether a solution that has a part along all that a singular matrix could leave out is found. */
function finds(factors: Factors, { matrix, alpha, shift }: LinearSystem): boolean {
  const { size } = matrix;
  const known = Float64Array.from({ length: size }, (_, p) => 1 + ((p * 40503) % 65536) / 65536);
  const right = new Float64Array(size);
  multiply(matrix, known, right);
  for (let p = 0; p < size; p++) right[p] = alpha[p] * known[p] - shift * right[p];
  factors.solve(right);
  return right.every((found, p) => Math.abs(found - known[p]) <= MISSED);
}
