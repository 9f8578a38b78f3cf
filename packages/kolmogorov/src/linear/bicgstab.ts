import { SdeError } from 'sde-core';
import { describe, requireInteger } from 'sde-core/errors';
import { inOneGo, type Work } from 'sde-core/turns';
import { atTheDoor, requireFields } from '../door/at-the-door.js';
import { MOST_ITERATIONS } from '../door/limits.js';
import { type Iteration, iterate } from './bicgstab-iteration.js';
import type { Factors } from './factors.js';
import { incompleteFactors, type ShiftedMatrix, shifted } from './incomplete-factors.js';
import type { LinearSolver } from './linear-solver.js';
import { magnitudes, multiply, multiplyTransposed } from './matrix-products.js';
import type { SparseMatrix } from './sparse-matrix.js';
import { requireFunction, requireNotCancelled } from './watch.js';

/** How one solve went. */
export interface SolveReport extends Iteration {
  /** It was with the transposed matrix. */
  readonly transposed: boolean;
}

/** Options of {@link bicgstab}. */
export interface BicgstabOptions {
  /** ‖b − M x‖ / ‖b‖ at which an iteration ends. Default 1e-13. */
  readonly tolerance?: number;
  /** Iterations a solve at most, of two products and two preconditionings each. Default 1000. */
  readonly iterations?: number;
  /** How many matrices in a row, with one length of step, share the preconditioner made for the first of them. Default 1. */
  readonly reuse?: number;
  /** Called after every solve; there the signal of the whole may be aborted in the Async form. */
  readonly onSolve?: (report: SolveReport) => void;
}

const DEFAULT_TOLERANCE = 1e-13;
const DEFAULT_ITERATIONS = 1000;

/** Nodes from which one solve may take longer than a pause may wait. */
const LARGE = 1 << 12;

/**
 * An iterative solver: BiCGSTAB, preconditioned by an incomplete LU factorization without fill.
 *
 * An iteration ends where ‖b − M x‖₂ ≤ tolerance · ‖b‖₂, of the residual itself and not of its recurrence, or where this residual is below the rounding of
 * its own terms. The transposed system is solved with the transposed preconditioner; so ⟨u, ρ⟩ is the same at every step, and a gradient that of the
 * discrete problem, to about steps × tolerance and no longer to rounding. Memory: a few arrays and twice the matrix. Cost: about 4 products an
 * iteration; iterations grow with √(Δt) / Δx. For grids whose factors do not fit, and in three dimensions for coefficients that depend on time, where
 * {@link sparseLU} factors anew in every step; in two dimensions that takes about as long as one of these solves.
 *
 * @throws SdeError `value` for a tolerance outside (0, 1), or counts that are not integers ≥ 1; while solving, `value` if a solve does not reach
 * the tolerance, with the residual it reached, or the incomplete factorization breaks down.
 * @see [vorst1992]
 * @see [saad2003]
 *
 * @example
 * import { bicgstab, implicitEuler, solveKolmogorov, uniform } from 'kolmogorov';
 * import { symbolic } from 'sde-core';
 * const model = symbolic({ state: ['x', 'y'], drift: ['0', '0'], diffusion: [['1', '0'], ['0', '1']] });
 * let most = 0;
 * const solver = bicgstab({ onSolve: ({ iterations }) => { most = Math.max(most, iterations); } });
 * const u = solveKolmogorov(
 *   { model, T: 1, terminal: '1' },
 *   {
 *     grid: [uniform(0, 3, 31), uniform(0, 3, 31)],
 *     boundary: { kind: 'absorbing' },
 *     stepping: implicitEuler({ steps: 20 }),
 *     solver,
 *   },
 * );
 * u.at(0, [1.5, 1.5]); // → 0.55
 * most > 1 && most < 30; // → true
 */
export function bicgstab(options: BicgstabOptions = {}): LinearSolver {
  requireFields<BicgstabOptions>(
    options,
    { tolerance: true, iterations: true, reuse: true, onSolve: true },
    'bicgstab(options)',
    { maxIterations: 'iterations' },
  );
  const { tolerance = DEFAULT_TOLERANCE, iterations = DEFAULT_ITERATIONS, reuse = 1, onSolve } = options;
  atTheDoor('bicgstab', () => requireFunction(onSolve, 'onSolve'));
  if (typeof tolerance !== 'number' || !(tolerance > 0 && tolerance < 1)) throw notATolerance(tolerance);
  requireInteger(iterations, 1, 'bicgstab({ iterations })', 'give the most iterations of a solve', MOST_ITERATIONS);
  requireInteger(reuse, 1, 'bicgstab({ reuse })', 'give the number of matrices that share a preconditioner');
  return {
    name: 'BiCGSTAB',
    citation: 'vorst1992',
    direct: false,
    prepare: (_, signal) => {
      let held: { readonly preconditioner: Factors; readonly shift: number; served: number } | undefined;
      function* preconditionerOf(matrix: ShiftedMatrix, shift: number): Work<Factors> {
        if (held?.shift !== shift || held.served === reuse) {
          held = { preconditioner: yield* incompleteFactors(matrix), shift, served: 0 };
        }
        held.served++;
        return held.preconditioner;
      }
      function* inParts(unshifted: SparseMatrix, alpha: Float64Array, shift: number): Work<Factors> {
        const matrix = shifted(unshifted, alpha, shift);
        yield;
        const preconditioner = yield* preconditionerOf(matrix, shift);
        const sizes = magnitudes(matrix);
        yield;
        const through = (transposed: boolean) => {
          const product = transposed ? multiplyTransposed : multiply;
          const system = {
            size: matrix.size,
            multiply: (v: Float64Array, out: Float64Array) => product(matrix, v, out),
            multiplyMagnitudes: (v: Float64Array, out: Float64Array) => product(sizes, v, out),
            precondition: transposed ? preconditioner.solveTransposed : preconditioner.solve,
          };
          return function* (v: Float64Array): Work<void> {
            requireNotCancelled(signal);
            const report = { ...(yield* iterate(system, v, tolerance, iterations)), transposed };
            onSolve?.(report);
            if (!report.converged) throw notConverged(report, tolerance);
          };
        };
        const [solve, solveTransposed] = [through(false), through(true)];
        return {
          solve: (v) => inOneGo(solve(v)),
          solveTransposed: (v) => inOneGo(solveTransposed(v)),
          ...(matrix.size >= LARGE ? { inParts: { solve, solveTransposed } } : {}),
        };
      }
      const factorize = (matrix: SparseMatrix, alpha: Float64Array, shift: number): Factors =>
        inOneGo(inParts(matrix, alpha, shift));
      return Object.assign(factorize, { inParts });
    },
  };
}

function notConverged({ iterations, residual }: SolveReport, tolerance: number): SdeError {
  return new SdeError('value', {
    what: 'an iterative solve did not reach its tolerance',
    where: 'bicgstab({ tolerance, iterations })',
    expected: `a relative residual of at most ${tolerance}, or rounding`,
    got: `${residual} after ${iterations} iterations`,
    remedy: 'use sparseLU() where it fits, shorter steps, more iterations, a larger tolerance or less reuse',
  });
}

function notATolerance(tolerance: unknown): SdeError {
  return new SdeError('value', {
    what: 'not a tolerance',
    where: 'bicgstab({ tolerance })',
    expected: 'a number between 0 and 1',
    got: describe(tolerance),
    remedy: 'leave it out for 1e-13',
  });
}
