import type { Law } from '../randomness/law.js';

/**
 * A chain with a functional, ready to run anywhere.
 *
 * `traced` is plain data: it can be sent to a worker thread or another machine. `native` holds closures and stays where it is.
 */
export type Program = TracedProgram | NativeProgram;

interface Common {
  /** Of everything that decides the numbers: code, coefficients, steps, x0, driver, functional. */
  readonly hash: string;
  readonly name: string;
  readonly dimension: number;
  readonly steps: number;
  readonly h: number;
  readonly t0: number;
  /** Shape (d). */
  readonly x0: readonly number[];
  readonly laws: readonly Law[];
}

/** A step that was traced over the graph, and emitted. */
export interface TracedProgram extends Common {
  readonly kind: 'traced';
  /** JavaScript: the body of a function that receives the runtime (elementary functions, noise) and returns the block kernel. */
  readonly source: string;
}

/** A step that runs as the function it is: it may branch on values. */
export interface NativeProgram extends Common {
  readonly kind: 'native';
  step(n: number, x: Float64Array, noise: Float64Array, out: Float64Array): void;
  functional(x: Float64Array): number;
}
