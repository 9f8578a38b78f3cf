import { SdeError, type Work } from 'sde-core';
import type { TriedObjective } from './control-objective.js';
import type { DescentState, Iterate } from './descent.js';

/** Where a search for a control stands: plain data, which JSON keeps to the last bit. */
export interface ControlCheckpoint {
  readonly kind: 'control-checkpoint';
  readonly method: string;
  /** The parameters and then the constants that are chosen. */
  readonly names: readonly string[];
  readonly state: {
    /** θ, shape (rows, q) row-major, then the constants. */
    readonly x: readonly number[];
    readonly gradient: readonly number[];
    readonly objective: number;
    /** What the method remembers. */
    readonly memory: unknown;
    readonly history: readonly Iterate[];
  };
}

/** The checkpoint of a search in some state. */
export function checkpointOf(
  method: string,
  names: readonly string[],
  state: DescentState<unknown>,
): ControlCheckpoint {
  return { kind: 'control-checkpoint', method, names: [...names], state };
}

/** Objectives of one problem on two machines differ by rounding at most. */
const SAME = 2 ** -30;

/**
 * Refuses a checkpoint of another search: by its shape, and by what the objective is at its θ, which costs a solve.
 *
 * @throws SdeError `value`.
 */
export function* requireCheckpoint(
  checkpoint: ControlCheckpoint,
  now: {
    readonly objective: Pick<TriedObjective, 'size' | 'value'>;
    readonly method: string;
    readonly names: readonly string[];
  },
  where: string,
): Work<void> {
  const { objective, method, names } = now;
  const refuse = (expected: string, got: string): SdeError =>
    new SdeError('value', {
      what: 'a checkpoint of another search',
      where,
      expected,
      got,
      remedy: 'resume with the problem, the discretization and the method that the checkpoint was made with',
    });
  if (checkpoint?.kind !== 'control-checkpoint' || !Array.isArray(checkpoint.state?.x)) {
    throw refuse('what onCheckpoint was given', typeof checkpoint);
  }
  const { state } = checkpoint;
  if (checkpoint.method !== method) throw refuse(`one of '${method}'`, `one of '${checkpoint.method}'`);
  if (checkpoint.names.join() !== names.join()) throw refuse(names.join(', '), checkpoint.names.join(', '));
  if (state.x.length !== objective.size) throw refuse(`${objective.size} numbers`, `${state.x.length} numbers`);
  const value = yield* objective.value(Float64Array.from(state.x));
  if (Math.abs(value - state.objective) > SAME * (1 + Math.abs(value))) {
    throw refuse(`an objective of ${value} at its θ`, String(state.objective));
  }
}
