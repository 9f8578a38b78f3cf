import type { Instruction, PlainNumber } from '../expression/straightline.js';
import type { Law } from '../randomness/law.js';
import { contentHash } from './content-hash.js';

/** Of what is written here. It changes when a program of this version would give other bits, or could not be read any more. */
export const REPRESENTATION_VERSION = 1;

/**
 * Where values come into a step: t_n; the last time before t_(n+1); X_n; and noise, generated where the instruction stands or read from a table.
 *
 * Noise names what it is a function of, beside the key and the path: `stream` 0 is that of the run, `step` 0 is this step, n (generators make the steps
 * 2k and 2k + 1 together: the parity of n says which half of the pair), and the component.
 */
export type StepSource =
  | { readonly kind: 'time' }
  | { readonly kind: 'before' }
  | { readonly kind: 'state'; readonly index: number }
  | { readonly kind: 'noise'; readonly stream: 0; readonly step: 0; readonly component: number };

/** Where values come into a functional: X_N. */
export type FunctionalSource = Extract<StepSource, { readonly kind: 'state' }>;

/** A program as data: what any backend lowers to code of its own. Plain JSON; numbers that are not finite stand as their names. */
export interface Representation {
  readonly version: typeof REPRESENTATION_VERSION;
  readonly grid: RepresentedGrid;
  /** Shape (size), of the random variables of one step. */
  readonly laws: readonly Law[];
  /** Shape (d). */
  readonly x0: readonly PlainNumber[];
  /** X_n and its noise to X_(n+1). `next` has shape (d): the places of the new state. */
  readonly step: { readonly instructions: readonly Instruction<StepSource>[]; readonly next: readonly number[] };
  /** X_N to the functionals of a path, which share what they have in common. `values` has one place for each. */
  readonly functionals: {
    readonly instructions: readonly Instruction<FunctionalSource>[];
    readonly values: readonly number[];
  };
  /** States below 0 are counted: their indices. Absent where none is watched. */
  readonly nonNegative?: readonly number[];
  /** Each path's value is the mean over the path and the one with all noise negated. */
  readonly antithetic: boolean;
}

/** The times of a program: t0 + n h, but where a breakpoint says otherwise. */
export interface RepresentedGrid {
  readonly t0: number;
  readonly h: number;
  readonly steps: number;
  /** t_n, for the n that stand on a breakpoint; ascending. Absent where the coefficients have none: then no stage stays before t_(n+1). */
  readonly breakpoints?: readonly { readonly n: number; readonly time: number }[];
}

/** What two programs share if they are the same: a hash of all that decides the numbers, in a fixed order. */
export function representationHash(program: Representation): string {
  const { version, grid, laws, x0, step, functionals, nonNegative, antithetic } = program;
  const canonical = [
    version,
    [grid.t0, grid.h, grid.steps, ...(grid.breakpoints ?? []).map(({ n, time }) => [n, time])],
    grid.breakpoints !== undefined,
    laws.map(({ kind, parameters, outcomes = [] }) => [
      kind,
      parameters,
      outcomes.map(({ probability, value }) => [probability, value]),
    ]),
    x0,
    [step.instructions.map(short), step.next],
    [functionals.instructions.map(short), functionals.values],
    nonNegative ?? null,
    antithetic,
  ];
  return contentHash(JSON.stringify(canonical));
}

/** An instruction in few characters. */
function short(instruction: Instruction<StepSource>): readonly (string | number)[] {
  switch (instruction.kind) {
    case 'constant':
      return [instruction.value];
    case 'operation':
      return [instruction.operation, ...instruction.operands];
    case 'state':
      return ['state', instruction.index];
    case 'noise':
      return ['noise', instruction.stream, instruction.step, instruction.component];
    case 'time':
    case 'before':
      return [instruction.kind];
    default:
      return instruction satisfies never;
  }
}
