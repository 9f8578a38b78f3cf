import type ndarray from 'ndarray';
import { SdeError, type Warning } from 'sde-core';
import { cancelled, describe, type KnownKeys, requireInteger, requireNumbers } from 'sde-core/errors';
import { stridedArray } from 'sde-core/numerics';
import type { Work } from 'sde-core/turns';
import type { RoughnessKind } from '../backward/smoothness.js';
import { requireAtLeastZero, requireFields } from '../door/at-the-door.js';
import { MOST_ITERATIONS } from '../door/limits.js';
import { atOnce, turnByTurn } from '../door/two-ways.js';
import { type Progress, requireFunction, requireNotCancelled } from '../linear/watch.js';
import { type ControlCheckpoint, checkpointOf, requireCheckpoint } from './control-checkpoint.js';
import { controlKeys, controlWords, objectiveOf, objectiveOptions, type TriedObjective } from './control-objective.js';
import type { ControlDiscretization, ControlProblem, IterateWatch } from './control-problem.js';
import {
  type Box,
  box,
  type DescentOptions,
  type DescentState,
  descend,
  type Iterate,
  type Method,
  type Minimum,
  type StallReason,
} from './descent.js';
import { projectedLbfgs } from './projected-lbfgs.js';
import { successiveApproximations } from './successive-approximations.js';

/** Bounds on each parameter and then each constant, shape (q + constants); one number serves all. */
export interface ControlBounds {
  readonly lower?: number | ArrayLike<number>;
  readonly upper?: number | ArrayLike<number>;
}

/** How a control is sought. */
export type ControlMethod = 'projected-lbfgs' | 'successive-approximations';

/** How the optimum is sought. */
export interface OptimizeOptions extends ControlDiscretization {
  /**
   * `projected-lbfgs` (default), or `successive-approximations`, which minimizes the Hamiltonian at u and ρ of the last iterate: more
   * robust far from the optimum, slower near it.
   */
  readonly method?: ControlMethod;
  /** Default: none. */
  readonly bounds?: ControlBounds;
  /** θ to start from, shape (rows, q) row-major, then the constants. Default: the model's own parameters at all times. */
  readonly start?: ArrayLike<number>;
  /** On the projected gradient, relative to 1 + |J|. Default 1e-8. */
  readonly tolerance?: number;
  /** Default 200; those before a resumption count. */
  readonly iterations?: number;
  /** A checkpoint to go on from, with the same iterates as if there had been no interruption; `start` is then not read. */
  readonly resume?: ControlCheckpoint;
  /** Called at every accepted iterate: `done` iterations `of` those allowed. */
  readonly onProgress?: (progress: Progress & Iterate) => void;
  /** Called at every accepted iterate with what `resume` takes: plain data, to be kept as JSON. */
  readonly onCheckpoint?: (checkpoint: ControlCheckpoint) => void;
}

/**
 * What a search warns of: where what is given jumps; `open-side`, where X comes to a side beyond which u is extrapolated; and `stability-limit`, where it ended because lower values, if any, need shorter steps.
 */
export type ControlWarning = Warning<RoughnessKind | 'open-side' | 'stability-limit'>;

/** What the search found; `kind` says whether it is a minimum. */
export interface ControlOutcome {
  /** `stalled`: the projected gradient is not yet small, for the `reason`. */
  readonly kind: 'converged' | 'stalled';
  /** Of `stalled`: `no-descent`, no step lowers J, rounding is reached; `iterations`, they are used up. */
  readonly reason?: StallReason;
  /** θ, shape (rows, q): rows are intervals, or their ends where θ is linear. */
  readonly theta: ndarray.NdArray<Float64Array>;
  /** By name. */
  readonly constants: Readonly<Record<string, number>>;
  readonly objective: number;
  /** ∂J/∂θ, shape (rows, q). */
  readonly gradient: ndarray.NdArray<Float64Array>;
  readonly history: readonly Iterate[];
  /** What the objective is worth less for: see {@link ControlObjective}. */
  readonly warnings: readonly ControlWarning[];
}

const optimizeOptions: KnownKeys<OptimizeOptions> = {
  ...objectiveOptions,
  method: true,
  bounds: true,
  start: true,
  tolerance: true,
  iterations: true,
  resume: true,
  onProgress: true,
  onCheckpoint: true,
};

const DEFAULT_TOLERANCE = 1e-8;
const DEFAULT_ITERATIONS = 200;

/**
 * Chooses θ(t), one control for all states, to minimize Σ_y E[φ_y(X_T) + ∫ r(X, θ) dt] + R(θ), where X starts from the data of each class.
 *
 * θ replaces parameters of the model, in drift and diffusion alike, and is constant or linear on each of `intervals` equal intervals; `constants` are
 * chosen once for all times. The gradient is the exact one of the discrete problem ({@link controlObjective}), so a search finds a local
 * minimum. {@link optimizeControlAsync} may be stopped by its signal within an iterate; from the last checkpoint the search then goes on as if it had not been. Cost an iterate:
 * one backward solve a trial and about one and a half more for the gradient, whatever the number of parameters.
 *
 * @throws SdeError as {@link controlObjective}; `shape` for bounds or a start of the wrong shape; `value` if a lower bound is above an upper, or for a
 * checkpoint of another problem; `cancelled` by the signal.
 * @see [sun2018]
 * @see [li2018]
 *
 * @example
 * import { crankNicolson, optimizeControl, uniform } from 'kolmogorov';
 * import { symbolic } from 'sde-core';
 * const model = symbolic({ state: ['x'], drift: ['a'], diffusion: [['0.5']], parameters: { a: 0 } });
 * const outcome = optimizeControl(
 *   { model, parameters: ['a'], T: 1, terminal: 'x^2', initial: [1.5], regularization: 1 },
 *   { grid: [uniform(-8, 8, 161)], stepping: crankNicolson({ steps: 20, smoothing: 0 }), intervals: 2 },
 * );
 * outcome.kind; // → converged
 * outcome.theta.get(0, 0); // → -1.0000
 */
export function optimizeControl(problem: ControlProblem, options: OptimizeOptions): ControlOutcome {
  return atOnce('optimizeControl', options, (where) => asked(problem, options, where));
}

/**
 * {@link optimizeControl} in turns with other work: the same bits; it ends soon after the signal of its options aborts.
 *
 * @throws SdeError as {@link optimizeControl}; `cancelled` by the signal.
 */
export function optimizeControlAsync(problem: ControlProblem, options: OptimizeOptions): Promise<ControlOutcome> {
  return turnByTurn('optimizeControlAsync', options, (where) => asked(problem, options, where));
}

function* asked(problem: ControlProblem, options: OptimizeOptions, where: string): Work<ControlOutcome> {
  requireFields<typeof controlKeys>(problem, controlKeys, `${where}(problem)`, controlWords);
  requireFields<OptimizeOptions>(options, optimizeOptions, `${where}(…, options)`);
  requireFields<ControlBounds>(
    options.bounds === undefined ? {} : options.bounds,
    { lower: true, upper: true },
    `${where}(…, { bounds })`,
    {
      min: 'lower',
      max: 'upper',
    },
  );
  requireFunction(options.onProgress, 'onProgress');
  requireFunction(options.onCheckpoint, 'onCheckpoint');
  requireInteger(
    options.iterations ?? DEFAULT_ITERATIONS,
    0,
    `${where}(…, { iterations })`,
    'give the most iterations',
    MOST_ITERATIONS,
  );
  const { tolerance = DEFAULT_TOLERANCE } = options;
  requireAtLeastZero(
    tolerance,
    `${where}(…, { tolerance })`,
    'give the residual, relative to 1 + |J|, at which to end',
  );
  return yield* optimized(problem, options, where);
}

function* optimized(problem: ControlProblem, options: OptimizeOptions, where: string): Work<ControlOutcome> {
  const objective = objectiveOf(problem, options, where);
  const { rows, controls: q } = objective;
  const { parameters, constants = [], model } = problem;
  const names = [...parameters, ...constants];
  const { bounds = {}, method = 'projected-lbfgs' } = options;
  const spread = (given: number | ArrayLike<number>, at: string): Float64Array => perEntry(given, objective, at);
  const lower = spread(bounds.lower ?? Number.NEGATIVE_INFINITY, `${where}(…, { bounds: { lower } })`);
  const upper = spread(bounds.upper ?? Number.POSITIVE_INFINITY, `${where}(…, { bounds: { upper } })`);
  const crossed = lower.findIndex((low, i) => !(low <= upper[i]));
  if (crossed >= 0) {
    const name = crossed < rows * q ? parameters[crossed % q] : constants[crossed - rows * q];
    throw crossedBounds(lower[crossed], upper[crossed], name, where);
  }
  const own = spread(
    names.map((name) => model.parameters[name]),
    `${where}({ parameters })`,
  );
  const start = options.start !== undefined ? startOf(options.start, objective.size, where) : own;
  // A step that is too long for the stepping is no failure of the search; where it starts it is.
  const tried = { ...objective, value: objective.attempt };
  const found = yield* search(
    { objective: tried, method, names },
    { start, within: box(lower, upper) },
    options,
    where,
  );
  const shaped = (values: Float64Array): ndarray.NdArray<Float64Array> =>
    stridedArray(values.slice(0, rows * q), [rows, q]);
  return {
    kind: found.kind,
    ...(found.reason && { reason: found.reason }),
    theta: shaped(found.x),
    constants: Object.fromEntries(constants.map((name, j) => [name, found.x[rows * q + j]])),
    objective: found.objective,
    gradient: shaped(found.gradient),
    history: found.history,
    warnings: [...atTheLimit(found.reason, objective.refused()), ...(yield* objective.warningsAt(found.x))],
  };
}

function atTheLimit(reason: StallReason | undefined, refused: number): readonly ControlWarning[] {
  if (reason !== 'no-descent' || refused === 0) return [];
  const message = `The search ended where controls that it tried, ${refused} in all, make steps unstable: a lower value may be beyond. Take more steps, or a stepping that is stable for every step.`;
  return [{ kind: 'stability-limit', message, refused }];
}

type Search = (
  objective: TriedObjective,
  start: Float64Array,
  options: DescentOptions<unknown>,
  watch: IterateWatch,
) => Work<Minimum>;

/** A search by a method. What the method remembers is known to it alone, and a checkpoint is checked to be one of its own. */
const by =
  <M>(make: (objective: TriedObjective, watch: IterateWatch) => Method<M>): Search =>
  (objective, start, options, watch) =>
    descend(objective, make(objective, watch), start, options as DescentOptions<M>);

const METHODS: Readonly<Record<ControlMethod, Search>> = {
  'projected-lbfgs': by(projectedLbfgs),
  'successive-approximations': by(successiveApproximations),
};

function* search(
  {
    objective,
    method,
    names,
  }: { readonly objective: TriedObjective; readonly method: ControlMethod; readonly names: readonly string[] },
  { start, within }: { readonly start: Float64Array; readonly within: Box },
  options: OptimizeOptions,
  where: string,
): Work<Minimum> {
  if (typeof method !== 'string' || !Object.hasOwn(METHODS, method)) throw unknownMethod(method, where);
  const { tolerance = DEFAULT_TOLERANCE, iterations = DEFAULT_ITERATIONS, resume, onCheckpoint, signal } = options;
  try {
    if (resume !== undefined) yield* requireCheckpoint(resume, { objective, method, names }, `${where}(…, { resume })`);
    const onIterate = (iterate: Iterate, state: () => DescentState<unknown>): void => {
      options.onProgress?.({ done: iterate.iteration, of: iterations, ...iterate });
      onCheckpoint?.(checkpointOf(method, names, state()));
      requireNotCancelled(signal);
    };
    const how = { box: within, tolerance, iterations, resume: resume?.state, onIterate };
    return yield* METHODS[method](objective, start, how, options);
  } catch (error) {
    // A sweep that was cut short does not know that the search can go on.
    if (signal?.aborted && error instanceof SdeError && error.code === 'cancelled')
      throw cancelled(`${where}(…, { signal })`, signal.reason, {
        what: 'the search was cancelled',
        remedy: 'search again; with { resume }, from the last checkpoint that onCheckpoint was given',
      });
    throw error;
  }
}

/** Values for every unknown, from one number or one a parameter and constant. */
function perEntry(
  given: number | ArrayLike<number>,
  { rows, controls: q, constants, size }: TriedObjective,
  where: string,
): Float64Array {
  if (typeof given === 'number') {
    if (Number.isNaN(given)) throw notANumber(where);
    return new Float64Array(size).fill(given);
  }
  requireCount(given, q + constants, where);
  return Float64Array.from({ length: size }, (_, i) => given[i < rows * q ? i % q : q + i - rows * q]);
}

function startOf(given: ArrayLike<number>, size: number, where: string): Float64Array {
  requireCount(given, size, `${where}(…, { start })`);
  requireNumbers(given, `${where}(…, { start })`, 'start from finite numbers');
  return Float64Array.from(given);
}

function requireCount(given: ArrayLike<number>, count: number, where: string): void {
  if (given?.length === count && Array.from(given).every((value) => typeof value === 'number' && !Number.isNaN(value)))
    return;
  throw new SdeError('shape', {
    what: 'not the numbers of the controls',
    where,
    expected: `${count} numbers`,
    got: describe(given),
    remedy: 'give one value a parameter, or for a start one a row and parameter and then the constants',
  });
}

function notANumber(where: string): SdeError {
  return new SdeError('value', {
    what: 'not a number',
    where,
    expected: 'a number, which may be infinite, or one a parameter and constant',
    got: 'NaN',
    remedy: 'leave it out where there is no bound',
  });
}

function crossedBounds(lower: number, upper: number, name: string, where: string): SdeError {
  return new SdeError('value', {
    what: 'a lower bound is above the upper',
    where: `${where}(…, { bounds })`,
    expected: 'lower ≤ upper for every parameter',
    got: `${lower} and ${upper} for '${name}'`,
    remedy: 'exchange them',
  });
}

function unknownMethod(method: string, where: string): SdeError {
  return new SdeError('value', {
    what: 'unknown method',
    where: `${where}(…, { method })`,
    expected: Object.keys(METHODS).join(' or '),
    got: describe(method),
    remedy: "leave it out for 'projected-lbfgs'",
  });
}
