import type { Graph, Node } from '../expression/graph.js';
import type { TimeGrid } from '../kernels/time-grid.js';
import type { TracedStep } from '../kernels/trace.js';
import type { Calculus } from '../models/model.js';
import type { Driver } from '../randomness/driver.js';
import type { Scheme } from '../schemes/scheme.js';

/**
 * Anything that moves by steps: a scheme on a problem, or a noisy network.
 *
 * `step` maps the state at step n and that step's noise to the state at step n + 1; it is a pure function.
 */
export interface Chain {
  readonly name: string;
  /** d. */
  readonly dimension: number;
  /** N. */
  readonly steps: number;
  /** Step size: (T − t0) / N. */
  readonly h: number;
  readonly t0: number;
  /** Shape (d). */
  readonly x0: Float64Array;
  /** Names of the states, as every expression about the chain writes them; shape (d). Absent where nobody named them: {@link stateNames} says how they are called then. */
  readonly stateNames?: readonly string[];
  readonly driver: Driver;
  /** `x` and `out` have shape (d) and may not be the same array; `noise` has shape (driver.size). */
  step(n: number, x: Float64Array, noise: Float64Array, out: Float64Array): void;
  /** The step as nodes, where it can be compiled into a kernel that runs anywhere. */
  readonly traced?: TracedChain;
  /** σ of the equation that the chain is a scheme on: what a path does between two steps. Absent for a network. */
  readonly diffusion?: ChainDiffusion;
  /** By the name of a state, the observations of continuous monitoring that it rests on: each looks between the steps on a bridge of its own. */
  readonly bridged?: Readonly<Record<string, readonly string[]>>;
  /** The calculus of that equation. */
  readonly calculus?: Calculus;
  /** Indices of the states that the equation keeps at or above 0. */
  readonly nonNegative?: readonly number[];
  /** What is known of each state at T whatever the noise, shape (d); a state without an entry may be anything. */
  readonly ranges?: readonly (StateRange | undefined)[];
  /** The same problem with another scheme, or its own, in this many steps: for trials. Undefined for a scheme that does not take it. */
  retry?(scheme: Scheme | undefined, steps: number): Chain | undefined;
  /** Where the scheme cuts the coefficients off. Absent for one that does not. */
  readonly truncation?: Truncation;
  /** What the scheme divides by 1 + h |b|. Absent for one that takes the drift whole. */
  readonly taming?: Taming;
  /** The chains that it is made of, side by side. */
  readonly copies?: readonly Chain[];
  /** Text that stands for all numbers inside `step` (weights, coefficients), for the hash of a program that is not traced. */
  readonly content?: string;
}

/** Where a state lies at T, and all values that it can have, ascending, where they are few. */
export interface StateRange {
  readonly lowest: number;
  readonly highest: number;
  readonly values?: readonly number[];
}

/** The distance from 0, of the first states of a chain, beyond which its scheme takes the coefficients of a nearer state. */
export interface Truncation {
  readonly radius: number;
  /** How many states are meant: those of the equation. */
  readonly states: number;
  /** The name of the scheme. */
  readonly scheme: string;
}

/** The drift, of the first states of a chain, that its scheme divides by 1 + h |b|. */
export interface Taming {
  /** b(t, x), shape (states). */
  drift(t: number, x: Float64Array): ArrayLike<number>;
  /** How many states are meant: those of the equation. */
  readonly states: number;
  /** The name of the scheme. */
  readonly scheme: string;
}

/** The columns of σ at a time and a state of a chain. */
export interface ChainDiffusion {
  /** Shape (m), each of shape (d). */
  at(t: number, x: Float64Array): readonly (readonly number[])[];
  /** The same as nodes of a graph; absent where σ is a closure. */
  nodes?(graph: Graph, t: Node, x: readonly Node[]): readonly (readonly Node[])[];
}

/** What a traced chain carries beside its `step`. */
export interface TracedChain {
  readonly step: TracedStep;
  readonly grid: TimeGrid;
}
