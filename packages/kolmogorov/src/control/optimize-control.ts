import ndarray from 'ndarray';
import { describe, SdeError } from 'sde-core';
import { type ControlDiscretization, type ControlProblem, controlObjective } from './control-objective.js';
import { type Iterate, projectedLbfgs } from './projected-lbfgs.js';

/** Bounds on each parameter, shape (q); one number serves all. */
export interface ControlBounds {
  readonly lower?: number | ArrayLike<number>;
  readonly upper?: number | ArrayLike<number>;
}

/** How the optimum is sought. */
export interface OptimizeOptions extends ControlDiscretization {
  /** Default: none. */
  readonly bounds?: ControlBounds;
  /** θ to start from, shape (intervals, q) row-major. Default: the model's own parameters on every interval. */
  readonly start?: ArrayLike<number>;
  /** On the projected gradient, relative to 1 + |J|. Default 1e-8. */
  readonly tolerance?: number;
  /** Default 200. */
  readonly iterations?: number;
  /** Called at every accepted iterate. */
  readonly onProgress?: (iterate: Iterate) => void;
  /** Read at every accepted iterate. */
  readonly signal?: AbortSignal;
}

/** What the search found; `kind` says whether it is a minimum. */
export interface ControlOutcome {
  /** `converged`; `stalled`: no step lowers J, rounding is reached; `exhausted`: the iterations are used up. */
  readonly kind: 'converged' | 'stalled' | 'exhausted';
  /** θ, shape (intervals, q). */
  readonly theta: ndarray.NdArray<Float64Array>;
  readonly objective: number;
  /** ∂J/∂θ, shape (intervals, q). */
  readonly gradient: ndarray.NdArray<Float64Array>;
  readonly history: readonly Iterate[];
}

const DEFAULT_TOLERANCE = 1e-8;
const DEFAULT_ITERATIONS = 200;

/**
 * Chooses θ(t), one control for all states, to minimize E[φ(X_T) + ∫ r(X, θ) dt] + R(θ), where X starts from a point or a density.
 *
 * θ replaces parameters of the model, in drift and diffusion alike, and is constant on each of `intervals` equal intervals. The gradient is the exact one of
 * the discrete problem ({@link controlObjective}); the search is projected L-BFGS, so it finds a local minimum. Cost an iterate: one backward solve a trial
 * and about three more for the gradient, whatever the number of controls.
 *
 * @throws SdeError as {@link controlObjective}; `shape` for bounds or a start of the wrong shape; `value` if a lower bound is above an upper; `cancelled`
 * by the signal.
 * @see [sun2018]
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
  const where = 'optimizeControl';
  const objective = controlObjective(problem, options);
  const { intervals, controls: q } = objective;
  const entries = intervals * q;
  const { bounds = {}, tolerance = DEFAULT_TOLERANCE, iterations = DEFAULT_ITERATIONS } = options;
  const lower = spread(bounds.lower ?? Number.NEGATIVE_INFINITY, q, entries, `${where}(…, { bounds: { lower } })`);
  const upper = spread(bounds.upper ?? Number.POSITIVE_INFINITY, q, entries, `${where}(…, { bounds: { upper } })`);
  const crossed = lower.findIndex((low, i) => !(low <= upper[i]));
  if (crossed >= 0) {
    throw new SdeError('value', {
      what: 'a lower bound is above the upper',
      where: `${where}(…, { bounds })`,
      expected: 'lower ≤ upper for every parameter',
      got: `${lower[crossed]} and ${upper[crossed]} for '${problem.parameters[crossed % q]}'`,
      remedy: 'exchange them',
    });
  }
  const given = options.start ?? problem.parameters.map((name) => problem.model.parameters[name]);
  const start = spread(given, options.start ? entries : q, entries, `${where}(…, { start })`);
  const found = projectedLbfgs(objective, start, {
    lower,
    upper,
    tolerance,
    iterations,
    onIterate: (iterate) => {
      options.onProgress?.(iterate);
      if (options.signal?.aborted) throw cancelled(where, options.signal);
    },
  });
  const shaped = (values: Float64Array): ndarray.NdArray<Float64Array> => ndarray(values, [intervals, q]);
  return { ...found, theta: shaped(found.x), gradient: shaped(found.gradient) };
}

/** Values for every entry of θ, from one number or `count` of them, repeated. */
function spread(given: number | ArrayLike<number>, count: number, entries: number, where: string): Float64Array {
  if (typeof given === 'number') return new Float64Array(entries).fill(given);
  if (given.length !== count) {
    throw new SdeError('shape', {
      what: 'wrong number of values for the controls',
      where,
      expected: `${count} numbers`,
      got: describe(given),
      remedy: 'give one value a parameter, or for a start one an interval and parameter',
    });
  }
  return Float64Array.from({ length: entries }, (_, i) => given[i % count]);
}

function cancelled(where: string, signal: AbortSignal): SdeError {
  return new SdeError(
    'cancelled',
    {
      what: 'the search was cancelled',
      where: `${where}(…, { signal })`,
      expected: 'a signal that is not aborted',
      got: 'an aborted signal',
      remedy: 'search again, from the last θ seen if it was kept',
    },
    { cause: signal.reason },
  );
}
