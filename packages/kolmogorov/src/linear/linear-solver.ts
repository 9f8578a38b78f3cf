import type { Work } from 'sde-core/turns';
import type { Grid } from '../grid/grid.js';
import type { Factors } from './factors.js';
import type { SparseMatrix } from './sparse-matrix.js';

/** Makes what solves with M = diag(alpha) − shift · A, and with its transpose. */
export interface Factorize {
  (matrix: SparseMatrix, alpha: Float64Array, shift: number): Factors;
  /** The same in parts, where it may take long. Default in one. */
  readonly inParts?: (matrix: SparseMatrix, alpha: Float64Array, shift: number) => Work<Factors>;
}

/** Factors in parts where the solver can. */
export function* factored(
  factorize: Factorize,
  matrix: SparseMatrix,
  alpha: Float64Array,
  shift: number,
): Work<Factors> {
  return factorize.inParts ? yield* factorize.inParts(matrix, alpha, shift) : factorize(matrix, alpha, shift);
}

/** How the systems of unsplit implicit steps and of stationary problems are solved: {@link sparseLU} or {@link bicgstab}. */
export interface LinearSolver {
  readonly name: string;
  /** Where it is defined: a key of references.bib. */
  readonly citation: string;
  /**
   * It solves to rounding; then in one dimension, elimination along the line may stand for it. If not, it solves to a tolerance, and ⟨u, ρ⟩ is the same
   * at all steps, and gradients are exact, to that tolerance only.
   */
  readonly direct: boolean;
  /**
   * Begins with a grid; what matrices on it share is kept between them. `signal` is that of the solve: where one matrix takes long, it is read on the
   * way, and `cancelled` thrown.
   */
  prepare(grid: Grid, signal?: AbortSignal): Factorize;
}
