import { requireInteger } from 'sde-core/errors';
import { MOST_STEPS } from '../door/limits.js';
import type { Operator } from '../operators/operator.js';

/** The operators at a fraction of a step: 0 at the time it starts from (the later one), 1 at the time it arrives at. */
export type Stage = (fraction: number) => Operator;

/** Arrays of the grid's size that a step may use; their contents do not survive it. */
export type Scratch = (index: number) => Float64Array;

/**
 * One step of u_t + A u + g = 0 from t + dt back to t, and its transpose.
 *
 * `step` maps u in place. `stepTransposed` maps ρ in place by the transpose of the linear part of `step`, so that ⟨step(u), ρ⟩ − ⟨u, stepTransposed(ρ)⟩
 * does not depend on u.
 *
 * For gradients more is needed: `stepTransposed` is the transpose of `step` operation by operation, from the last to the first. Every product
 * (`add`, `apply`, `addMixed`) and every solve with the operator of a stage is met by one transposed product or solve with the same part of the operator at the same fraction,
 * those with one part in the opposite order, whose vector or result is the adjoint of the result of that product or solve; `addForcing` by `addForcingTransposed`.
 * An operator may be applied to as many vectors as the step likes. `optimizeControl` and `controlObjective` hold a step to this before they
 * take a gradient through it, and refuse what does not keep it; `dualityDefect` sees the linear map alone.
 */
export interface OneStep {
  step(stage: Stage, dt: number, u: Float64Array, scratch: Scratch, previous: Float64Array): void;
  stepTransposed(stage: Stage, dt: number, rho: Float64Array, scratch: Scratch, previous: Float64Array): void;
  /**
   * It uses the solution one step before: `step` reads it in `previous`, and `stepTransposed` writes its adjoint there. Only after a step of the
   * same length. Default false; then `previous` may be left alone.
   */
  readonly remembers?: boolean;
  /**
   * `step`, which also writes into `estimate` how far another formula with the same stages comes out. The difference is O(dt^power): what steps of
   * uneven length are chosen by.
   */
  readonly embedded?: {
    readonly power: number;
    step(stage: Stage, dt: number, u: Float64Array, scratch: Scratch, estimate: Float64Array): void;
  };
  /** θ of (I − θ dt A₁) u ← u + (1 − θ) dt (A₀ u + g₀) + θ dt g₁, where the step is that. */
  readonly theta?: number;
}

/** What lies between a step and t0. */
export interface Ahead {
  /** How many steps follow this one. */
  readonly steps: number;
  /** The density that starts at t0 is rough: a point, or narrower than the cells. */
  readonly rough: boolean;
}

/** Other words for what a stepping is given, and the word here. */
export const stepWords: Readonly<Record<string, string>> = {
  n: 'steps',
  count: 'steps',
  substeps: 'steps',
  rannacher: 'smoothing',
  damping: 'smoothing',
};

/** How time is stepped. It sees operators, never a model. */
export interface Stepping {
  readonly name: string;
  /** Where it is defined: a key of references.bib. */
  readonly citation: string;
  /** Of convergence in time, for smooth data. */
  readonly order: number;
  /** The same where the generator has mixed derivatives. */
  readonly mixedOrder: number;
  /** Steps over the whole interval. */
  readonly steps: number;
  /** The times that steps end on, increasing from t0 to T, where the steps are not equal. */
  readonly times?: readonly number[];
  /** It solves along one axis at a time. If not, it solves with the whole matrix, by the solver of the discretization. */
  readonly splits: boolean;
  /** It solves nothing: stable for small steps alone. Default false. */
  readonly explicit?: boolean;
  /** With a monotone generator it keeps order for every step. Default false. */
  readonly monotone?: boolean;
  /** A jump of the terminal value leaves no oscillation, however long the steps are, from the second one on. Default false. */
  readonly damps?: boolean;
  /**
   * The factor by which a plain step multiplies a mode on which dt A_k is along[k] ≤ 0 and dt A_mixed is `mixed`, frozen and without drift: where it may be
   * above 1, so that steps too long are refused before the first.
   */
  amplification?(along: ArrayLike<number>, mixed: number): number;
  /**
   * The parts into which step `index` is divided, 0 being the first after the terminal time; `startsPiece` after T and after a breakpoint. A forward solve takes
   * the transposes from t0 on, so the steps with little `ahead` are the first that a density sees.
   */
  parts(index: number, startsPiece: boolean, ahead?: Ahead): readonly OneStep[];
}

/**
 * Refuses anything but a number of steps; returns it.
 *
 * @throws SdeError `value`.
 */
export function requireSteps(steps: unknown, name: string): number {
  return requireInteger(steps, 1, `${name}({ steps })`, 'give the number of time steps', MOST_STEPS);
}
