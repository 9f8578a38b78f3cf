import type { Key } from 'sde-core';
import type { Expansion } from './expansion.js';
import type { JudgedStates } from './judged-states.js';
import type { Process } from './process.js';
import type { Unit } from './weights.js';

/** What is sampled: draws of a process from each image. */
export interface Sampling {
  readonly judged: JudgedStates;
  /** Of the noise-free network that the process fluctuates about. */
  readonly along: Expansion;
  /** Those of one image stand together, in the order of their draws. */
  readonly units: readonly Unit[];
  /** Paths are numbered image · PATHS + draw under it, wherever they are computed. */
  readonly stream: Key;
}

/** Independent values of one image, in the order of its draws: a path each, or a pair of antithetic ones. */
export interface Drawn {
  readonly image: number;
  /** ℓ(x(T)). */
  readonly losses: ArrayLike<number>;
  /**
   * The control variate: Σ over kicks k of p·k + (y − x_n)·P k + ½ (kᵀP k − E kᵀP k), which has mean 0 whatever p and P are, since k has mean 0
   * given the state y that it is added to.
   */
  readonly controls: ArrayLike<number>;
}

/** Samples processes: as chains, on the engine, in f64; or as rows of tensors, on a device, in f32. */
export interface Ensemble {
  readonly precision: 'f32' | 'f64';
  /** ℓ at the end of each image's path without noise, as this ensemble computes it, shape (images). */
  quiet(process: Process, of: Pick<Sampling, 'judged' | 'along'>): Promise<Float64Array>;
  /** All that was asked for, some at a time. */
  sample(process: Process, of: Sampling, signal?: AbortSignal): AsyncIterable<readonly Drawn[]>;
  close(): void;
}
