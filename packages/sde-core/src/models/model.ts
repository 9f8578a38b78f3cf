import { describe, requireArray, requireFunction, requireInteger, requireOneOf } from '../errors/at-the-door.js';
import { requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import { declaredNoise, type NoiseStructure } from './noise-structure.js';

export type { NoiseStructure } from './noise-structure.js';

/** Which stochastic integral the diffusion is meant in. */
export type Calculus = 'ito' | 'stratonovich';

/**
 * dX = b(t, X) dt + σ(t, X) dW: what moves.
 *
 * `drift` writes b, shape (d); `diffusion` writes σ, shape (d, m), row-major.
 */
export interface Model {
  readonly kind: 'numeric' | 'symbolic';
  /** d. */
  readonly dimension: number;
  /** m. */
  readonly noiseDimension: number;
  readonly calculus: Calculus;
  readonly noise: NoiseStructure;
  drift(t: number, x: Float64Array, out: Float64Array): void;
  diffusion(t: number, x: Float64Array, out: Float64Array): void;
  /** ∂b_i/∂x_j, shape (d, d), row-major. */
  driftJacobian?(t: number, x: Float64Array, out: Float64Array): void;
  /** ∂σ_ik/∂x_j, shape (d, m, d), row-major. */
  diffusionJacobian?(t: number, x: Float64Array, out: Float64Array): void;
  /** Indices of the states that the equation keeps at or above 0: a scheme that leaves them below is wrong there. Absent for none. */
  readonly nonNegative?: readonly number[];
  /**
   * Times at which the coefficients jump. On [τ_k, τ_(k+1)) they extend continuously to τ_(k+1) from the left, and whoever
   * steps over this model puts a step boundary on each, and evaluates a stage at the right end of a step just before it.
   */
  readonly breakpoints?: readonly number[];
  /**
   * The coefficients depend on t only through their jumps at `breakpoints`, so matrices made from them serve a whole piece.
   * Absent means unknown.
   */
  readonly autonomous?: boolean;
}

/** A model that knows the derivatives of its coefficients. */
export interface JacobianModel extends Model {
  driftJacobian(t: number, x: Float64Array, out: Float64Array): void;
  diffusionJacobian(t: number, x: Float64Array, out: Float64Array): void;
}

/** What {@link model} takes. */
export interface ModelOptions {
  /** d. */
  readonly dimension: number;
  /** m. */
  readonly noiseDimension: number;
  /** What is known of σ; default `'scalar'` for m = 1, else `'general'`. Nothing checks it. */
  readonly noise?: NoiseStructure['kind'];
  /** Default `'ito'`. */
  readonly calculus?: Calculus;
  readonly drift: Coefficient;
  readonly diffusion: Coefficient;
  readonly driftJacobian?: Coefficient;
  readonly diffusionJacobian?: Coefficient;
  /** Times at which the coefficients jump, ascending. */
  readonly breakpoints?: readonly number[];
  /**
   * Indices of the states that the equation keeps at or above 0. Nothing checks it; schemes take coefficients that are no number below at max(x_i, 0),
   * and estimates count the paths that fall below.
   */
  readonly nonNegative?: readonly number[];
  /** The coefficients depend on t only through jumps at the breakpoints. Nothing checks it. */
  readonly autonomous?: boolean;
}

/** Writes a coefficient at (t, x) into `out`. */
export type Coefficient = (t: number, x: Float64Array, out: Float64Array) => void;

/**
 * A model from closures: dX = b(t, X) dt + σ(t, X) dW.
 *
 * b has shape (d), σ shape (d, m), their Jacobians (d, d) and (d, m, d), all row-major. With both Jacobians the result is a
 * {@link JacobianModel}, which schemes with derivatives take.
 *
 * @throws SdeError `value` or `shape` for dimensions that are not whole numbers ≥ 1 (m ≥ 0), for a coefficient that is not a function,
 * for a noise structure that the dimensions exclude, for breakpoints that do not ascend.
 */
export function model(
  options: ModelOptions & Pick<JacobianModel, 'driftJacobian' | 'diffusionJacobian'>,
): JacobianModel;
export function model(options: ModelOptions): Model;
export function model(options: ModelOptions): Model {
  requireKeys<ModelOptions>(options, MODEL_KEYS, 'model({ … })');
  const {
    calculus = 'ito',
    drift,
    diffusion,
    driftJacobian,
    diffusionJacobian,
    breakpoints,
    autonomous,
  } = options ?? {};
  const { nonNegative, noise: kind } = options ?? {};
  const dimension = requireInteger(
    options?.dimension,
    1,
    'model({ dimension })',
    'give the number of states',
    MOST_STATES,
  );
  const noiseDimension = requireInteger(
    options?.noiseDimension,
    0,
    'model({ noiseDimension })',
    'give the number of Wiener processes, 0 for an ordinary differential equation',
    MOST_STATES,
  );
  requireSizes(dimension, noiseDimension, driftJacobian !== undefined || diffusionJacobian !== undefined);
  requireCalculus(calculus, 'model({ calculus })');
  requireFunction(drift, 'model({ drift })', CLOSURE);
  requireFunction(diffusion, 'model({ diffusion })', CLOSURE);
  if (driftJacobian !== undefined) requireFunction(driftJacobian, 'model({ driftJacobian })', CLOSURE);
  if (diffusionJacobian !== undefined) requireFunction(diffusionJacobian, 'model({ diffusionJacobian })', CLOSURE);
  requireAscending(breakpoints, 'model({ breakpoints })');
  requireStates(nonNegative, dimension);
  if (autonomous !== undefined && typeof autonomous !== 'boolean') throw notFlag(autonomous);
  const noise = declaredNoise(kind, dimension, noiseDimension);
  return Object.freeze<Model>({
    kind: 'numeric',
    dimension,
    noiseDimension,
    calculus,
    noise,
    drift: written(drift, 'drift', dimension),
    diffusion: written(diffusion, 'diffusion', dimension * noiseDimension),
    ...(driftJacobian && { driftJacobian: written(driftJacobian, 'driftJacobian', dimension * dimension) }),
    ...(diffusionJacobian && {
      diffusionJacobian: written(diffusionJacobian, 'diffusionJacobian', dimension * noiseDimension * dimension),
    }),
    ...(breakpoints && { breakpoints }),
    ...(nonNegative && { nonNegative: Object.freeze([...nonNegative]) }),
    ...(autonomous !== undefined && { autonomous }),
  });
}

/** States and Wiener processes of a model: a path of more does not fit where it is computed. */
const MOST_STATES = 2 ** 24;

const MODEL_KEYS = {
  dimension: true,
  noiseDimension: true,
  noise: true,
  calculus: true,
  drift: true,
  diffusion: true,
  driftJacobian: true,
  diffusionJacobian: true,
  breakpoints: true,
  nonNegative: true,
  autonomous: true,
} as const;

const CLOSURE =
  'give a closure (t, x, out) => void, or write the model as text with symbolic({ state, drift, diffusion })';

/** Numbers of one array of coefficients: 1 GB. */
const MOST_ENTRIES = 2 ** 27;

/** Refuses matrices of coefficients that memory does not hold. */
function requireSizes(d: number, m: number, jacobians: boolean): void {
  const entries = d * Math.max(m, 1) * (jacobians ? d : 1);
  if (entries <= MOST_ENTRIES) return;
  throw new SdeError('value', {
    what: 'coefficients of more entries than can be held',
    where: 'model({ dimension, noiseDimension })',
    expected: `at most ${MOST_ENTRIES} entries of ${jacobians ? 'a Jacobian' : 'σ'}`,
    got: `d = ${d}, m = ${m}`,
    remedy: 'take fewer states or Wiener processes',
  });
}

/** The closure; its first call writes where NaN stood, which tells an entry that was left alone from one that is computed. */
function written(closure: Coefficient, name: string, size: number): Coefficient {
  let seen = false;
  const call: Coefficient = (t, x, out) => {
    if (seen) return closure(t, x, out);
    seen = true;
    const trial = new Float64Array(size).fill(Number.NaN);
    const answer: unknown = closure(t, x, trial);
    if (trial.some(Number.isNaN)) {
      // Not a number by itself, or not written: other contents tell.
      const again = new Float64Array(size).fill(1);
      closure(t, x, again);
      const missed = trial.findIndex((entry, i) => Number.isNaN(entry) && again[i] === 1);
      if (missed >= 0) throw notWritten(name, missed, size, answer);
    }
    out.set(trial);
  };
  // A hash of a chain of closures has nothing but their text.
  return Object.assign(call, { toString: () => String(closure) });
}

const notWritten = (name: string, index: number, size: number, answer: unknown): SdeError =>
  new SdeError('value', {
    what: `the ${name} leaves entry ${index} of out unwritten`,
    where: `model({ ${name} })`,
    expected: `all ${size} entries of out written by every call`,
    got: answer === undefined ? 'an entry with what was there before' : `a function that returns ${describe(answer)}`,
    remedy: 'write out[0] = …, out[1] = …, also where an entry is 0; what the function returns is not used',
  });

const notFlag = (got: unknown): SdeError =>
  new SdeError('value', {
    what: 'not true or false',
    where: 'model({ autonomous })',
    expected: 'true or false',
    got: describe(got),
    remedy: 'leave it out where it is not known',
  });

/** Refuses what is no model. */
export function requireModel(model: unknown, where: string): asserts model is Model {
  const { dimension, noiseDimension, drift, diffusion } = (model ?? {}) as Readonly<Record<string, unknown>>;
  const sizes = [dimension, noiseDimension].every((size) => Number.isInteger(size) && (size as number) >= 0);
  if (sizes && typeof drift === 'function' && typeof diffusion === 'function') return;
  throw new SdeError('value', {
    what: 'not a model',
    where,
    expected: 'what symbolic({ … }), model({ … }) or a model of the library gives',
    got: describe(model),
    remedy: "write symbolic({ state: ['x'], drift: ['-x'], diffusion: [['1']] })",
  });
}

/** Whether a model knows the derivatives of its coefficients. */
export function isJacobianModel(model: Model): model is JacobianModel {
  // A caller without types may have nothing here; the question is then answered all the same.
  if (!model) return false;
  return model.driftJacobian !== undefined && model.diffusionJacobian !== undefined;
}

/** Refuses anything but the two calculi. */
export function requireCalculus(calculus: Calculus, where: string): void {
  requireOneOf(calculus, ['ito', 'stratonovich'], where, 'say which stochastic integral the diffusion is meant in');
}

/** Refuses breakpoints that are not finite and ascending. */
export function requireAscending(times: readonly number[] | undefined, where: string): void {
  if (times === undefined) return;
  requireArray(times, where, 'give the times as an array');
  const fault = times.findIndex((time, k) => !Number.isFinite(time) || (k > 0 && time <= times[k - 1]));
  if (fault < 0) return;
  throw new SdeError('value', {
    what: 'breakpoints that do not ascend',
    where,
    expected: 'finite times, each after the one before',
    got: `${describe(times[fault])} at index ${fault}`,
    remedy: 'sort the breakpoints and give each once',
  });
}

function requireStates(indices: readonly number[] | undefined, dimension: number): void {
  if (indices === undefined) return;
  requireArray(indices, 'model({ nonNegative })', 'give the indices of the states as an array');
  const place = indices.findIndex((index) => !(Number.isInteger(index) && index >= 0 && index < dimension));
  if (place < 0) return;
  throw new SdeError('value', {
    what: 'no such state',
    where: 'model({ nonNegative })',
    expected: `indices from 0 to ${dimension - 1}`,
    got: describe(indices[place]),
    remedy: 'give the indices of the states that stay at or above 0',
  });
}
