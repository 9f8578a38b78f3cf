import type { SymbolicModel } from 'sde-core';
import type { Discretization } from '../backward/discretization.js';
import type { StateInput } from '../backward/node-values.js';
import type { Initial } from '../forward/initial-masses.js';
import type { Progress } from '../linear/watch.js';
import type { ControlShape } from './control-basis.js';

/** What is controlled, whatever is to be minimized. */
export interface ControlDynamics {
  readonly model: SymbolicModel;
  /** The parameters of the model that θ(t) replaces, q of them. */
  readonly parameters: readonly string[];
  /** Further parameters to choose, one number each for all times: shared weights, or a read-out that only φ names. Default none. */
  readonly constants?: readonly string[];
  readonly T: number;
  /** Default 0. */
  readonly t0?: number;
  /** r: an expression in the states and parameters. Default 0. */
  readonly running?: string | number;
  /** c: an expression in the states and parameters. Default 0. */
  readonly killing?: string | number;
  /** R(θ) = weight / 2 · ∫ |θ|² dt, constants included, by its weight. Default 0. */
  readonly regularization?: number;
}

/** Where X starts, and what its end costs. */
export interface ControlClass {
  /** φ: an expression may name parameters that are chosen, which enter by their values at T. */
  readonly terminal: StateInput;
  /** A point, points, or a density: that of the data. Its mass weighs the class. */
  readonly initial: Initial;
}

/**
 * Minimize J(θ) = Σ_y ∫ E[φ_y(X_T) + ∫ r(X, θ) dt | X_t0 = x] ρ_y(x) dx + R(θ) over θ(t), the same for every state and class: open loop.
 *
 * One class is given by `terminal` and `initial`; data with labels, whose loss depends on the label, by `classes`.
 */
export type ControlProblem = ControlDynamics &
  ((ControlClass & { readonly classes?: undefined }) | { readonly classes: readonly ControlClass[] });

/**
 * How far a part of an iterate is: `backward`, steps of the solve that gives the objective; `adjoint`, steps of the sweep that gives its gradient; `hamiltonian`,
 * iterations of its minimization in successive approximations, at most `of`.
 */
export interface IterateProgress extends Progress {
  readonly part: 'backward' | 'adjoint' | 'hamiltonian';
}

/** What the parts of an iterate tell and hear. */
export interface IterateWatch {
  /**
   * Called after every step of every part of an iterate, where the signal may be aborted in the Async form. Backward steps that the adjoint sweep takes again, for want of
   * memory, are told as its own, with `done` as it was.
   */
  readonly onStep?: (progress: IterateProgress) => void;
  /** Read before every step of every part of an iterate. */
  readonly signal?: AbortSignal;
}

/** How a control problem is made finite, and who watches. */
export interface ControlDiscretization extends Discretization, IterateWatch {
  /** θ is given on so many equal intervals. */
  readonly intervals: number;
  /**
   * `constant` (default): one value an interval, shape (intervals, q). `linear`: continuous and linear between values at the ends of
   * intervals, shape (intervals + 1, q).
   */
  readonly control?: ControlShape;
  /**
   * Bytes, about, for what a backward solve leaves behind for its gradient: half of them for intermediate results, half for matrices.
   * Beyond the first half parts of the solve are repeated from checkpoints, beyond the second matrices are made again: the gradient stays
   * the same to the last bit. Default 2³⁰.
   */
  readonly memory?: number;
}
