import { describe, requireFinite, requireOneOf } from '../errors/at-the-door.js';
import { isNamed, requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import type { Algebra } from '../expression/algebra.js';
import { type Law, uniformLaw } from '../randomness/law.js';
import { type Bridge, bridgeMaximum, stayingProbability } from './bridge.js';

/** What an observation sees of one step: f at both ends, the variance of f over it, and its own variables. */
export interface ObservedStep<V> extends Bridge<V> {
  readonly h: V;
  /** The observation's own variables of this step, uniform on (−1, 1): shape (draws). */
  readonly draws: readonly V[];
}

/** A number that a path gathers on its way from a function f(t, x) of its states, in one or two further states. */
export interface Observation {
  readonly kind: 'running-integral' | 'supremum' | 'exit-time' | 'barrier';
  /** f, in the chain's states and time. */
  readonly text: string;
  readonly parameters?: Readonly<Record<string, number>>;
  /** Whether it looks between the times of the grid, and so needs the σ of the chain's equation. */
  readonly continuous: boolean;
  /** Weak order of what is gathered, beside the scheme's own error. */
  readonly order: number;
  /** Whether two half steps, through a point that a Brownian bridge gives, have the law of the whole. */
  readonly divisible: boolean;
  /** Names of its states, after that of the observation itself. */
  readonly suffixes: readonly string[];
  /** Random variables that it takes a step, {@link OBSERVATION_LAW} each. */
  readonly draws: number;
  /** Its states at t₀. */
  start(first: number): readonly number[];
  /** Its states after a step, from those before it. */
  update<V>(algebra: Algebra<V>, states: readonly V[], step: ObservedStep<V>): readonly V[];
}

/** Values of names in f that are no states. */
interface Text {
  readonly parameters?: Readonly<Record<string, number>>;
}

/** When a path is looked at. */
interface Monitored extends Text {
  /** `discrete`: on the chain's grid alone; `continuous`: also between, as a Brownian bridge. */
  readonly monitoring?: 'discrete' | 'continuous';
}

/** Checks f and the values of its names. */
function requireText(text: string, options: Text, name: string): Text {
  requireKeys<Text>(options ?? null, { parameters: true }, `${name}(text, { … })`);
  return requireFormula(text, options, name);
}

/** The same with how the path is looked at. */
function requireMonitored(text: string, options: Monitored, name: string): Monitored {
  requireKeys<Monitored>(options ?? null, { parameters: true, monitoring: true }, `${name}(text, { … })`);
  const { monitoring } = requireFormula(text, options, name);
  if (monitoring !== undefined) {
    const where = `${name}(text, { monitoring })`;
    requireOneOf(monitoring, ['discrete', 'continuous'], where, 'leave it out for the default');
  }
  return options;
}

function requireFormula<O extends Text>(text: string, options: O, name: string): O {
  if (typeof text !== 'string') throw notFormula(text, name);
  const { parameters = {} } = options;
  if (!isNamed(parameters)) throw notNamed(parameters, name);
  for (const [key, value] of Object.entries(parameters)) {
    requireFinite(value, `${name}(text, { parameters: { ${key} } })`, 'give each parameter a finite number');
  }
  return options;
}

const notNamed = (got: unknown, name: string): SdeError =>
  new SdeError('value', {
    what: 'no names and values of parameters',
    where: `${name}(text, { parameters })`,
    expected: 'an object, as in { a: 0.3 }',
    got: describe(got),
    remedy: 'write each parameter by its name',
  });

const notFormula = (got: unknown, name: string): SdeError =>
  new SdeError('value', {
    what: 'not a formula',
    where: `${name}(text)`,
    expected: 'a text in the states of the chain and t',
    got: describe(got),
    remedy: `write ${name}('x')`,
  });

/** Of an observation's own variables: symmetric about 0, as mirrored paths need. */
export const OBSERVATION_LAW: Law = Object.freeze(uniformLaw(-1, 1));

/** ∫ f(t, X) dt by the trapezoidal rule on the chain's grid: of weak order 2 beside the scheme's own error. @see [kloeden1992, section 17.1] */
export function runningIntegral(text: string, options: Text = {}): Observation {
  const { parameters } = requireText(text, options, 'runningIntegral');
  return Object.freeze<Observation>({
    kind: 'running-integral',
    text,
    parameters,
    continuous: false,
    divisible: false,
    order: 2,
    suffixes: [''],
    draws: 0,
    start: () => [0],
    update: ({ add, multiply, constant }, [sum], { before, after, h }) => [
      add(sum, multiply(multiply(constant(1 / 2), h), add(before, after))),
    ],
  });
}

/**
 * max f(t, X), on the chain's grid (`monitoring: 'discrete'`, the default) or over all times between (`'continuous'`).
 *
 * On the grid it is below that of the path by a multiple of √h on average. Continuous: the maximum of the Brownian bridge with variance |σᵀ∇f|² h,
 * drawn with one uniform variable a step; exact in law for Brownian motion and linear f, of weak order 1 with Gaussian increments otherwise.
 *
 * @see [glasserman2003, section 6.4]
 *
 * @example
 * ```ts
 * import { confidence, discretize, eulerMaruyama, expectation, inline, key, observe, problem, supremum, symbolic, terminal } from 'sde-core';
 * const brownian = symbolic({ state: ['x'], drift: ['0'], diffusion: [['1']] });
 * const chain = discretize(problem({ model: brownian, x0: [0], T: 1 }), eulerMaruyama, 2);
 * const observed = observe(chain, { top: supremum('x', { monitoring: 'continuous' }) });
 * const estimate = await expectation(observed, terminal('top'), { paths: 20_000, key: key(1), backend: inline() });
 * const { low, high } = confidence(estimate, 0.999);
 * const exact = Math.sqrt(2 / Math.PI);
 * low < exact && exact < high; // → true
 * ```
 */
export function supremum(text: string, options: Monitored = {}): Observation {
  const { parameters, monitoring = 'discrete' } = requireMonitored(text, options, 'supremum');
  const continuous = monitoring === 'continuous';
  return Object.freeze<Observation>({
    kind: 'supremum',
    text,
    parameters,
    continuous,
    divisible: continuous,
    order: continuous ? 1 : 1 / 2,
    suffixes: [''],
    draws: continuous ? 1 : 0,
    start: (first) => [first],
    update: (algebra, [largest], step) => [
      algebra.maximum(largest, continuous ? bridgeMaximum(algebra, step, step.draws[0]) : step.after),
    ],
  });
}

/**
 * The first time at which f(t, X) ≤ 0, and T if there is none; the further state `…_inside` is 1 until then, 0 after.
 *
 * `monitoring: 'discrete'`, the default: seen on the chain's grid alone, too late by a multiple of √h on average. `'continuous'`: the Brownian bridge of
 * a step crosses with its probability, decided by one uniform variable a step, in the middle of the step: weak order 1 with Gaussian increments. For
 * E τ alone, or a discount e^(−rτ), {@link barrier} has less variance: E min(τ, T) is the running integral of its probability.
 *
 * @see [gobet2000]
 */
export function exitTime(text: string, options: Monitored = {}): Observation {
  const { parameters, monitoring = 'discrete' } = requireMonitored(text, options, 'exitTime');
  const continuous = monitoring === 'continuous';
  return Object.freeze<Observation>({
    kind: 'exit-time',
    text,
    parameters,
    continuous,
    // It says where in the step a path leaves.
    divisible: false,
    order: continuous ? 1 : 1 / 2,
    suffixes: ['', '_inside'],
    draws: continuous ? 1 : 0,
    start: (first) => [0, first > 0 ? 1 : 0],
    update: (algebra, [time, inside], step) => {
      const { add, multiply, less, constant } = algebra;
      const { h, after, draws } = step;
      if (!continuous) return [add(time, multiply(h, inside)), multiply(inside, less(constant(0), after))];
      const uniform = multiply(constant(1 / 2), add(constant(1), draws[0]));
      const stays = multiply(inside, less(uniform, stayingProbability(algebra, step)));
      return [add(time, multiply(multiply(constant(1 / 2), h), add(inside, stays))), stays];
    },
  });
}

/**
 * The probability, given the states on the grid, that f(t, X) > 0 at all times so far: a weight in [0, 1] for knock-out and knock-in.
 *
 * Each step multiplies it by 1 − e^(−2 f_n f_(n+1) / (|σᵀ∇f|² h)), the probability that a Brownian bridge stays above 0, with σ and ∇f at the
 * step's start; 0 from the first f ≤ 0 on. A conditional expectation: no further randomness, and less variance than an indicator. Exact in law for
 * Brownian motion with drift and linear f; weak order 1 with Euler–Maruyama where the indicator on the grid, `monitoring: 'discrete'`, has ½. It needs
 * Gaussian increments: with two-point ones the bridge is no conditional law. A scheme of higher order keeps order 1 here. Any dimension.
 *
 * @see [gobet2000]
 * @see [glasserman2003, section 6.4]
 *
 * @example
 * ```ts
 * import { barrier, discretize, eulerMaruyama, expectation, inline, key, observe, problem, symbolic, terminal } from 'sde-core';
 * const brownian = symbolic({ state: ['x'], drift: ['0'], diffusion: [['1']] });
 * const chain = discretize(problem({ model: brownian, x0: [1], T: 1 }), eulerMaruyama, 1);
 * const observed = observe(chain, { alive: barrier('x') });
 * const { mean, standardError } = await expectation(observed, terminal('alive'), { paths: 20_000, key: key(1), backend: inline() });
 * // P(min W > −1) = erf(1/√2), with a single step.
 * Math.abs(mean - 0.6826894921) < 4 * standardError; // → true
 * ```
 */
export function barrier(text: string, options: Monitored = {}): Observation {
  const { parameters, monitoring = 'continuous' } = requireMonitored(text, options, 'barrier');
  const continuous = monitoring === 'continuous';
  return Object.freeze<Observation>({
    kind: 'barrier',
    text,
    parameters,
    continuous,
    divisible: continuous,
    order: continuous ? 1 : 1 / 2,
    suffixes: [''],
    draws: 0,
    start: (first) => [first > 0 ? 1 : 0],
    update: (algebra, [weight], step) => {
      const { multiply, less, constant } = algebra;
      const stays = continuous ? stayingProbability(algebra, step) : less(constant(0), step.after);
      return [multiply(weight, stays)];
    },
  });
}
