import { inOneGo, type Work } from 'sde-core/turns';
import { atTheDoor, requireFields } from '../door/at-the-door.js';
import type { Factors } from './factors.js';
import { type Fronts, fronts } from './fronts.js';
import type { LinearSolver } from './linear-solver.js';
import { multifrontalFactors } from './multifrontal-factors.js';
import { onPattern, type SparseMatrix, unionOf } from './sparse-matrix.js';
import { type Progress, requireFunction, requireNotCancelled } from './watch.js';

/** Options of {@link sparseLU}. */
export interface SparseLUOptions {
  /**
   * Called while a matrix is factored, some hundred times at most: `done` of the multiplications `of` of this factorization. There the `signal` of
   * the solve may be aborted; it is read after each front and each 32 columns of a large one.
   */
  readonly onProgress?: (progress: Progress) => void;
}

/** Calls of `onProgress` a factorization, about: so few that printing costs nothing beside it. */
const REPORTS = 200;

/** Multiplications between two places where the work may pause: about a millisecond. */
const PART = 1e6;

/**
 * A direct solver: multifrontal LU of the whole matrix in an order by nested dissection, without pivoting. The default.
 *
 * The order, the tree and the places of all entries are found once for a pattern; the numbers are factored anew where they change, and not where they do not.
 * Cost of n nodes: in two dimensions O(n^(3/2)) to factor and O(n log n) to solve and in memory, in three O(n²) and O(n^(4/3)). It solves to
 * rounding: for M-matrices and matrices with a positive definite symmetric part, as those of implicit steps are up to their boundary
 * rows, no pivoting is needed; where those rows leave a pivot that is small, solutions are corrected by their residuals. Factors are limited to 1 GiB, about 10⁶ nodes in two dimensions and 50³ in three; beyond use {@link bicgstab} or a splitting.
 * Where coefficients depend on time it factors in every step, which takes as long as some 15 solves in two dimensions (200²) and 200 in three (40³).
 *
 * @throws SdeError, while solving: `unsupported` if the factors do not fit in memory, before any are made; `value` if the matrix is singular to rounding;
 * `cancelled` if the signal of the solve aborts while a matrix is factored.
 * @see [george1973]
 * @see [duff1983]
 * @see [davis2006]
 *
 * @example
 * import { crankNicolson, solveKolmogorov, sparseLU, uniform } from 'kolmogorov';
 * import { symbolic } from 'sde-core';
 * const model = symbolic({ state: ['x', 'y'], drift: ['y', '-x - y'], diffusion: [[0], [1]] });
 * const u = solveKolmogorov(
 *   { model, T: 1, terminal: 'x^2 + y^2' },
 *   { grid: [uniform(-4, 4, 41), uniform(-4, 4, 41)], stepping: crankNicolson({ steps: 20 }), solver: sparseLU() },
 * );
 * u.at(0, [0.5, 0]); // → 0.7
 */
export function sparseLU(options: SparseLUOptions = {}): LinearSolver {
  requireFields<SparseLUOptions>(options, { onProgress: true }, 'sparseLU(options)');
  const { onProgress } = options;
  atTheDoor('sparseLU', () => requireFunction(onProgress, 'onProgress'));
  return {
    name: 'sparse LU',
    citation: 'duff1983',
    direct: true,
    prepare: (grid, signal) => {
      let plan: Fronts | undefined;
      const coordinates = (): Int32Array[] =>
        grid.shape.map((points, k) =>
          Int32Array.from({ length: grid.size }, (_, p) => Math.floor(p / grid.strides[k]) % points),
        );
      function* planned(matrix: SparseMatrix): Work<{ readonly plan: Fronts; readonly value: Float64Array }> {
        const known = plan && onPattern(plan.pattern, matrix);
        if (plan && known) return { plan, value: known.value };
        // A pattern that has grown contains all so far, so that it seldom grows again.
        const pattern = plan ? unionOf([plan.pattern, matrix]) : matrix;
        plan = yield* fronts(pattern, coordinates());
        return { plan, value: (onPattern(pattern, matrix) ?? matrix).value };
      }
      function* inParts(matrix: SparseMatrix, alpha: Float64Array, shift: number): Work<Factors> {
        requireNotCancelled(signal);
        const { plan: own, value } = yield* planned(matrix);
        const { operations: of } = own;
        yield;
        let [reported, paused] = [0, 0];
        const made = multifrontalFactors(own, value, alpha, shift);
        for (;;) {
          const { done: ended, value: now } = made.next();
          if (ended) return now;
          if (now - reported >= of / REPORTS || now === of) {
            reported = now;
            onProgress?.({ done: now, of });
          }
          requireNotCancelled(signal);
          if (now - paused < PART) continue;
          paused = now;
          yield;
        }
      }
      const factorize = (matrix: SparseMatrix, alpha: Float64Array, shift: number): Factors =>
        inOneGo(inParts(matrix, alpha, shift));
      return Object.assign(factorize, { inParts });
    },
  };
}
