import { numberOf } from '../expression/straightline.js';
import type { Law } from '../randomness/law.js';
import { type Representation, representationHash } from './representation.js';

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
  /** States below 0 are counted: their indices. */
  readonly nonNegative?: readonly number[];
  /** Each path's value is the mean over the path and the one with all noise negated. */
  readonly antithetic: boolean;
  /** The values themselves are asked for, beside their moments. */
  readonly keepsValues?: true;
}

/** A step that was traced over the graph: data, which each backend lowers to code of its own. */
export interface TracedProgram extends Common {
  readonly kind: 'traced';
  readonly representation: Representation;
}

/** A step that runs as the function it is: it may branch on values. */
export interface NativeProgram extends Common {
  readonly kind: 'native';
  step(n: number, x: Float64Array, noise: Float64Array, out: Float64Array): void;
  /** At least one. */
  readonly functionals: readonly ((x: Float64Array) => number)[];
}

/** What a program computes of a path: a function of the state at T. */
export interface ProgramFunctional {
  /** As provenance prints it; it tells functionals of one chain apart. */
  readonly name: string;
  /** `x` has shape (d). */
  value(x: Float64Array): number;
}

/** A program from its representation, under a name that nothing depends on. */
export function tracedProgram(name: string, representation: Representation): TracedProgram {
  const { grid, laws, x0, nonNegative, antithetic } = representation;
  return {
    kind: 'traced',
    hash: representationHash(representation),
    name,
    dimension: x0.length,
    steps: grid.steps,
    h: grid.h,
    t0: grid.t0,
    x0: x0.map(numberOf),
    laws,
    ...(nonNegative && { nonNegative }),
    antithetic,
    representation,
  };
}
