import { SdeError } from 'sde-core';
import { describe, type KnownKeys, requireInteger } from 'sde-core/errors';
import { numbers } from 'sde-core/numerics';
import type { Work } from 'sde-core/turns';
import { requireFields } from '../door/at-the-door.js';
import { MOST_STEPS } from '../door/limits.js';
import { atOnce, turnByTurn } from '../door/two-ways.js';
import { requireNotCancelled, requireWatch, type Watch, watchKeys, watchWords } from '../linear/watch.js';
import type { OneStep, Stepping } from '../stepping/stepping.js';
import { scratchOf, stageOf } from '../stepping/sweep.js';
import type { MeshStep } from '../stepping/time-mesh.js';
import { type Averaging, cellAverages, requireAveraging } from './cell-averages.js';
import { type Discretization, discrete, discretizationKeys, equationWords } from './discretization.js';
import { type BackwardProblem, backwardKeys } from './solve-once.js';

/** What the steps are chosen for. */
export interface AdaptedStepsOptions extends Discretization, Watch {
  /** The most that a step may be off by, at any node, in units of u. */
  readonly tolerance: number;
  /** φ as its mean over each node's cell: as in `solveKolmogorov`. */
  readonly averaging?: Averaging;
  /** The most steps. Default 100 000. */
  readonly most?: number;
}

const adaptedKeys: KnownKeys<AdaptedStepsOptions> = {
  ...discretizationKeys,
  ...watchKeys,
  tolerance: true,
  averaging: true,
  most: true,
};

const DEFAULT_MOST = 100_000;
/** Of the step that the estimate allows, what is taken: an estimate is only that. Empirical. */
const SAFETY = 0.9;
/** The least and the most by which one step differs from the one before. Empirical. */
const [SHRINK, GROW] = [0.2, 4];
/** Growth below this is left: another step length is another factorization. Empirical. */
const WORTHWHILE = 1.3;

/**
 * Chooses steps of uneven length: a stepping whose every step is off by about `tolerance`, short where u moves fast.
 *
 * One backward solve takes steps of any length, estimates the error of each by an embedded formula, and repeats those that are off by more. The
 * steps that it ends up with are fixed from then on: given to `solveKolmogorov`, `solveFokkerPlanck` or `dualityDefect` on the same interval
 * they make an ordinary linear solve with an exact transpose. For `trBdf2` (estimate of order 3) and `hundsdorferVerwer` (of order 2, on the
 * safe side); their `steps` give the first step's length. Cost: a solve, a half more, and the steps that were refused.
 *
 * @throws SdeError `unsupported` for a stepping without an embedded formula; `value` for a tolerance that is not positive, or that takes
 * more than `most` steps; `cancelled` by the signal; otherwise as {@link solveKolmogorov}.
 * @see [hosea1996]
 * @see [hairer1996, §IV.8]
 *
 * @example
 * import { adaptedSteps, solveKolmogorov, trBdf2, uniform } from 'kolmogorov';
 * import { symbolic } from 'sde-core';
 * const model = symbolic({ state: ['x'], drift: ['-20*x'], diffusion: [['1']] });
 * const problem = { model, T: 1, terminal: 'x^2' };
 * const grid = [uniform(-2, 2, 81)];
 * const stepping = adaptedSteps(problem, { grid, stepping: trBdf2({ steps: 50 }), tolerance: 1e-5 });
 * const times = stepping.times ?? [];
 * // Long steps at t0, far from the terminal time.
 * times[1] - times[0] > 10 * (1 - times[times.length - 2]); // → true
 * solveKolmogorov(problem, { grid, stepping }).at(0, [0]); // → 0.0250
 */
export function adaptedSteps(problem: BackwardProblem, options: AdaptedStepsOptions): Stepping {
  return atOnce('adaptedSteps', options, (where) => asked(problem, options, where));
}

/**
 * {@link adaptedSteps} in turns with other work: the same bits; it ends soon after the signal of its options aborts.
 *
 * @throws SdeError as {@link adaptedSteps}; `cancelled` by the signal.
 */
export function adaptedStepsAsync(problem: BackwardProblem, options: AdaptedStepsOptions): Promise<Stepping> {
  return turnByTurn('adaptedStepsAsync', options, (where) => asked(problem, options, where));
}

function* asked(problem: BackwardProblem, options: AdaptedStepsOptions, where: string): Work<Stepping> {
  requireFields<BackwardProblem>(problem, backwardKeys, `${where}(problem)`, equationWords);
  requireFields<AdaptedStepsOptions>(options, adaptedKeys, `${where}(…, options)`, {
    ...watchWords,
    maxSteps: 'most',
  });
  requireWatch(options);
  return yield* adapted(problem, options, where);
}

function* adapted(problem: BackwardProblem, options: AdaptedStepsOptions, where: string): Work<Stepping> {
  const equation = discrete(problem, options, where);
  const { grid, generator, mesh, t0, T, cyclic } = equation;
  requireAveraging(options.averaging ?? 'auto', where);
  const { stepping, tolerance, averaging = 'auto', most = DEFAULT_MOST } = options;
  if (typeof tolerance !== 'number' || !(tolerance > 0 && tolerance < Number.POSITIVE_INFINITY))
    throw badTolerance(tolerance);
  requireInteger(most, 1, `${where}(…, { most })`, 'give the most steps that may be taken', MOST_STEPS);
  const { method, embedded } = embeddedOf(stepping);
  const scratch = scratchOf(grid.size);
  const u = cellAverages(
    problem.terminal,
    { grid, model: problem.model, t: T },
    { averaging, cyclic, across: equation.across },
    `${where}({ terminal })`,
  );
  const trial = new Float64Array(grid.size);
  const estimate = new Float64Array(grid.size);
  generator.closure.fix(T, u);
  const times = [T];
  let length = (T - t0) / stepping.steps;
  for (const stretch of stretchesOf(mesh)) {
    for (let high = stretch.high; high > stretch.low; ) {
      yield;
      requireNotCancelled(options.signal);
      if (times.length > most) throw tooManySteps(most, high);
      const left = high - stretch.low;
      // Two steps that fill the rest rather than a long one and a splinter.
      const dt = length >= left ? left : length > left / 2 ? left / 2 : length;
      const low = dt === left ? stretch.low : high - dt;
      const before = high === stretch.high ? stretch.before : high;
      if (before !== high && high < T) generator.closure.fix(before, u);
      trial.set(u);
      const stage = stageOf(generator, {
        low,
        high,
        length: dt,
        piece: stretch.piece,
        before,
        after: low === stretch.low ? stretch.after : low,
        method,
      });
      yield* generator.patiently(
        () => embedded.step(stage, dt, trial, scratch, estimate),
        () => trial.set(u),
      );
      generator.closure.fix(low, trial);
      let worst = 0;
      for (let p = 0; p < estimate.length; p++) {
        // A given value is put in exactly; one that is not finite is off by more than anything.
        if (!generator.closure.fixed[p]) worst = Math.max(worst, Math.abs(estimate[p]));
        if (Number.isNaN(estimate[p])) worst = Number.POSITIVE_INFINITY;
      }
      const factor = Math.min(GROW, Math.max(SHRINK, SAFETY * numbers.power(tolerance / worst, 1 / embedded.power)));
      if (worst > tolerance) {
        if (dt <= (T - t0) / (most * GROW)) throw tooManySteps(most, high);
        length = dt * factor;
        continue;
      }
      u.set(trial);
      times.unshift(low);
      high = low;
      if (factor > WORTHWHILE && dt >= length) length = dt * factor;
      else if (factor < 1) length = Math.min(length, dt * factor);
      options.onProgress?.({ done: T - low, of: T - t0 });
    }
  }
  return { ...stepping, name: `${stepping.name}, adapted`, steps: times.length - 1, times: Object.freeze(times) };
}

/** Where coefficients may jump, the steps of a stretch begin anew: its ends, from T back. */
function stretchesOf(mesh: readonly MeshStep[]): MeshStep[] {
  const stretches: MeshStep[] = [];
  for (const step of mesh) {
    const last = stretches[stretches.length - 1];
    if (last?.piece === step.piece) stretches[stretches.length - 1] = { ...last, low: step.low, after: step.after };
    else stretches.push(step);
  }
  return stretches;
}

function embeddedOf(stepping: Stepping): {
  readonly method: OneStep;
  readonly embedded: NonNullable<OneStep['embedded']>;
} {
  const parts = stepping.parts(0, true);
  const [method] = parts;
  if (parts.length === 1 && method.embedded) return { method, embedded: method.embedded };
  throw new SdeError('unsupported', {
    what: 'a stepping without an error estimate',
    where: 'adaptedSteps(…, { stepping })',
    expected: 'trBdf2({ steps }), or hundsdorferVerwer({ steps }) where a splitting is wanted',
    got: stepping.name,
    remedy: 'use one of the two',
  });
}

const badTolerance = (tolerance: unknown): SdeError =>
  new SdeError('value', {
    what: 'not a tolerance',
    where: 'adaptedSteps(…, { tolerance })',
    expected: 'a number > 0, in units of the terminal values',
    got: describe(tolerance),
    remedy: 'give the most that one step may be off by',
  });

const tooManySteps = (most: number, t: number): SdeError =>
  new SdeError('value', {
    what: 'the tolerance takes too many steps',
    where: 'adaptedSteps(…, { tolerance, most })',
    expected: `at most ${most} steps`,
    got: `more, at t = ${t}`,
    remedy: 'raise the tolerance, average a terminal value that jumps ({ averaging }), or allow more steps',
  });
