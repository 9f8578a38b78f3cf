import { SdeError } from 'sde-core';
import {
  type DataShape,
  fields,
  finite,
  list,
  notNegative,
  oneOf,
  only,
  positive,
  requireShape,
  text,
  whole,
} from 'sde-core/data';
import type { Work } from 'sde-core/turns';
import { MOST_ITERATIONS } from '../door/limits.js';
import type { TriedObjective } from './control-objective.js';
import type { DescentState, Iterate } from './descent.js';
import { type LbfgsMemory, MEMORY } from './projected-lbfgs.js';
import type { ApproximationsMemory } from './successive-approximations.js';

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

/** Numbers of one problem on two machines differ by rounding at most. */
const SAME = 2 ** -30;

const DOOR = {
  what: 'a checkpoint of another search',
  remedy: 'resume with the problem, the discretization and the method that the checkpoint was made with',
};

const anything: DataShape = () => undefined;
const iterate = only<Iterate>({ iteration: whole(0, MOST_ITERATIONS), objective: finite, residual: notNegative });
const CHECKPOINT = only<ControlCheckpoint>({
  kind: oneOf('control-checkpoint'),
  method: text,
  names: list(text),
  state: only<ControlCheckpoint['state']>({
    x: list(finite),
    gradient: list(finite),
    objective: finite,
    memory: anything,
    history: list(iterate, 1),
  }),
});

/** What each method remembers of so many unknowns. */
const MEMORIES: Readonly<Record<string, (size: number) => DataShape>> = {
  'projected-lbfgs': (size) => {
    const numbers = list(finite, size, size);
    return list(only<LbfgsMemory[number]>({ s: numbers, y: numbers }), 0, MEMORY);
  },
  'successive-approximations': () => only<ApproximationsMemory>({ holding: positive }),
};

/**
 * Refuses a checkpoint of another search, or a damaged one: by its shape, and by what the objective and its gradient are at its θ, which costs a gradient.
 *
 * @throws SdeError `value`.
 */
export function* requireCheckpoint(
  checkpoint: ControlCheckpoint,
  now: {
    readonly objective: Pick<TriedObjective, 'size' | 'gradient'>;
    readonly method: string;
    readonly names: readonly string[];
  },
  where: string,
): Work<void> {
  const { objective, method, names } = now;
  const refuse = (expected: string, got: string): SdeError => new SdeError('value', { ...DOOR, where, expected, got });
  requireShape(checkpoint, CHECKPOINT, { ...DOOR, where });
  const { state } = checkpoint;
  const { size } = objective;
  if (checkpoint.method !== method) throw refuse(`one of '${method}'`, `one of '${checkpoint.method}'`);
  if (checkpoint.names.length !== names.length || checkpoint.names.some((name, i) => name !== names[i]))
    throw refuse(names.join(', '), checkpoint.names.join(', '));
  if (state.x.length !== size) throw refuse(`${size} numbers`, `${state.x.length} numbers`);
  const numbers = list(finite, size, size);
  const parts = fields({ state: fields({ gradient: numbers, memory: MEMORIES[method](size) }) });
  requireShape(checkpoint, parts, { ...DOOR, where });
  const wrong = state.history.findIndex(({ iteration }, i) => iteration !== i);
  if (wrong >= 0) throw refuse(`iteration ${wrong} in its place`, String(state.history[wrong].iteration));
  const last = state.history[state.history.length - 1];
  if (last.objective !== state.objective) throw refuse('the objective of its last iterate', String(state.objective));
  const slopes = new Float64Array(size);
  const value = yield* objective.gradient(Float64Array.from(state.x), slopes);
  if (!(Math.abs(value - state.objective) <= SAME * (1 + Math.abs(value)))) {
    throw refuse(`an objective of ${value} at its θ`, String(state.objective));
  }
  const steepest = slopes.reduce((most, slope) => Math.max(most, Math.abs(slope)), 1 + Math.abs(value));
  const other = state.gradient.findIndex((slope, i) => !(Math.abs(slope - slopes[i]) <= SAME * steepest));
  if (other >= 0) throw refuse(`a slope of ${slopes[other]} at its θ`, String(state.gradient[other]));
}
