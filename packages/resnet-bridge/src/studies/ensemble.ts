import type { Expansion } from './expansion.js';
import type { Process } from './process.js';

/** Paths to compute together: units of so many draws of one image each. */
export interface Batch {
  readonly expansion: Expansion;
  /** The image of each unit, shape (units). */
  readonly images: readonly number[];
  /** Draws a unit. */
  readonly draws: number;
  /** Centered gates, shape (kicks, units · draws, gates): draw `i` of unit `u` is row u · draws + i. */
  readonly weights: Float32Array;
}

/** What came out, in the order of the rows. */
export interface Paths {
  /** x(T), shape (units · draws, d). */
  readonly ends: Float32Array | Float64Array;
  /**
   * The control variate, shape (units · draws): Σ over kicks k of p·k + (y − x_n)·P k + ½ (kᵀP k − E kᵀP k), which has mean 0 whatever p
   * and P are, since k has mean 0 given the state y that it is added to.
   */
  readonly controls: Float32Array | Float64Array;
}

/** Runs processes: on a device in f32, or on the host in f64. */
export interface Ensemble {
  readonly precision: 'f32' | 'f64';
  /** Rows that a batch should have. */
  readonly rows: number;
  run(process: Process, batch: Batch): Promise<Paths>;
  close(): void;
}
