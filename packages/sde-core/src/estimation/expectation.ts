import { describe, requireBoolean, requireFinite, requireInteger } from '../errors/at-the-door.js';
import { requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import type { Backend } from '../execution/backend.js';
import type { Chain } from '../paths/chain.js';
import { requireChain } from '../paths/chain-check.js';
import { type Key, requireKey } from '../randomness/key.js';
import { type LostPaths, requireFunctional, requireLostPaths, requirePositive, requireRun } from './arguments.js';
import { requireLevel } from './confidence.js';
import type { Control } from './control-variate.js';
import type { Estimate, JointEstimate } from './estimate.js';
import type { Functional } from './functional.js';
import { type Functionals, membersOf, named } from './members.js';
import { type SampledProgress, sampledExpectations } from './sampled-expectation.js';

/** How far an expectation has come. */
export interface Progress {
  /** Paths computed. */
  readonly done: number;
  /** Paths in all; with a tolerance, as foreseen now. */
  readonly of: number;
  /** NaN once paths are lost, unless they are excluded. */
  readonly mean: number;
  readonly standardError: number;
}

/** How an expectation is sampled: `paths`, or until `tolerance` is met. */
export interface ExpectationOptions {
  /** Paths to compute. */
  readonly paths?: number;
  /** Largest distance of the mean from the ends of its interval, in the units of the functional. */
  readonly tolerance?: number;
  /** Of the interval. Default 0.95. */
  readonly confidence?: number;
  /** Paths after which a tolerance is given up. Default 2³⁰. */
  readonly maxPaths?: number;
  readonly key: Key;
  /** Default a pool of `workers()` that all such calls share for a program that is traced, else `inline()`. A backend given stays open. */
  readonly backend?: Backend;
  /** Each path with its mirror image, all noise negated. Default false. */
  readonly antithetic?: boolean;
  /** A functional with known mean, subtracted with its regression coefficient. */
  readonly control?: Control;
  /** Paths that leave the finite numbers: `withhold` the mean, or `exclude` them from it. Default `'withhold'`. */
  readonly lostPaths?: LostPaths;
  /** Called after each block. */
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/** How far the expectations of several functionals have come. */
export interface JointProgress {
  /** Paths computed. */
  readonly done: number;
  /** Paths in all; with a tolerance, as foreseen now. */
  readonly of: number;
  /** Of each functional, by its name: NaN once paths are lost, unless they are excluded. */
  readonly estimates: Readonly<Record<string, { readonly mean: number; readonly standardError: number }>>;
}

/** How the expectations of several functionals are sampled. */
export type JointExpectationOptions = Omit<ExpectationOptions, 'onProgress'> & {
  /** Called after each block. */
  readonly onProgress?: (progress: JointProgress) => void;
};

/**
 * E φ(X_N) by Monte Carlo: mean, standard error, interval, and everything that it takes to compute it again.
 *
 * With `paths`, so many. With `tolerance`, rounds of whole blocks until the interval at `confidence` reaches no farther than the tolerance, from four blocks
 * on, and there is reason to trust it; such stopping keeps the level in the limit of small tolerances. What is rare is counted: a functional of two
 * values has an exact interval, for no hits too. Where few values carry the variance the run goes on while more paths show more of them, and is else not
 * converged. `warnings` says all this, empty for nothing. What no path has shown and no bound of the formula limits stays unknown.
 *
 * The paths are those of {@link simulate}: under one key, chains that start at the same t0 share their noise step by step, and those that start at different times
 * do not.
 *
 * With an object of functionals, `{ a, b, … }`, an object of estimates under the same names, all from the same paths: each has the mean, the standard error and the
 * interval that it has alone, bit for bit, and what {@link covariance}, {@link ratio} and {@link difference} need. A tolerance holds for each of them, and the worst
 * decides the paths; a control has a coefficient for each. Cost: paths × (steps + pairs of functionals).
 *
 * Threads and order of arrival change no bit. Where values are not finite the mean is withheld, NaN: `lostPaths: 'exclude'` gives that of the others;
 * `divergence` says where the first path went, and what would hold it. With a tolerance they end the run, not converged. Paths with negative
 * states of a model that declares `nonNegative` ones are counted in `negative`. Cost: paths × steps.
 *
 * @throws SdeError `value` for neither or both of `paths` and `tolerance`, or what is no chain, functional or option; `unsupported` for antithetic paths of noise
 * that is not symmetric, or a closure on a backend that needs expressions; `cancelled` when the signal aborts.
 * @example
 * ```ts
 * import { discretize, eulerMaruyama, expectation, inline, key, problem, symbolic, terminal } from 'sde-core';
 * const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['1']] });
 * const chain = discretize(problem({ model, x0: [1], T: 1 }), eulerMaruyama, 10);
 * const run = { paths: 1000, key: key(1), backend: inline() };
 * const { mean, square } = await expectation(chain, { mean: terminal('x'), square: terminal('x^2') }, run);
 * const alone = await expectation(chain, terminal('x^2'), run);
 * square.mean === alone.mean; // → true
 * ```
 * @see [chow1965]
 * @see [clopper1934]
 * @see [glasserman2003, sections 4.1 and 4.2]
 */
export function expectation<Of extends Functionals>(
  chain: Chain,
  functionals: Of,
  options: JointExpectationOptions,
): Promise<{ readonly [Name in keyof Of]: JointEstimate }>;
export function expectation(chain: Chain, functional: Functional, options: ExpectationOptions): Promise<Estimate>;
export async function expectation(
  chain: Chain,
  functionals: Functional | Functionals,
  options: ExpectationOptions | JointExpectationOptions,
): Promise<unknown> {
  requireChain(chain, 'expectation(chain, functional)');
  const members = membersOf(functionals, 'expectation(chain, functional)');
  requireOptions(options);
  // The overloads pair each form with its progress.
  const onProgress = options.onProgress as ((progress: Progress | JointProgress) => void) | undefined;
  const tell = ({ done, of, means }: SampledProgress): void =>
    onProgress?.(
      members.kind === 'one'
        ? { done, of, ...means[0] }
        : { done, of, estimates: Object.fromEntries(members.names.map((name, k) => [name, means[k]])) },
    );
  const estimates = await sampledExpectations(chain, members, { ...options, onProgress: onProgress && tell });
  return named(members, estimates);
}

const KNOWN = {
  paths: true,
  tolerance: true,
  confidence: true,
  maxPaths: true,
  key: true,
  backend: true,
  antithetic: true,
  control: true,
  lostPaths: true,
  onProgress: true,
  signal: true,
} as const;

/** Words of other libraries, and of earlier versions, for what has a name here. */
const RENAMED = {
  level: 'confidence',
  mostPaths: 'maxPaths',
  samples: 'paths',
  seed: 'key: key(seed)',
  threads: 'backend: workers({ threads })',
  controlVariate: 'control',
} as const;

/** The numbers of paths beyond are not those of counters. */
const MOST_PATHS = 2 ** 48;

function requireOptions(options: ExpectationOptions | JointExpectationOptions): void {
  const where = (field: string): string => `expectation(chain, functional, { ${field} })`;
  requireKeys<ExpectationOptions>(options ?? null, KNOWN, 'expectation(chain, functional, options)', RENAMED);
  const { paths, tolerance, confidence, control, key, maxPaths, antithetic, lostPaths } = options;
  if ((paths === undefined) === (tolerance === undefined)) {
    throw new SdeError('value', {
      what: 'either paths or a tolerance',
      where: where('paths | tolerance'),
      expected: 'exactly one of the two',
      got: `paths = ${describe(paths)}, tolerance = ${describe(tolerance)}`,
      remedy: 'give paths for a fixed cost, or tolerance for a fixed error',
    });
  }
  if (typeof paths === 'number' && paths > MOST_PATHS) {
    throw new SdeError('value', {
      what: 'more paths than can be computed',
      where: where('paths'),
      expected: 'at most 2^48 paths',
      got: describe(paths),
      remedy: 'give the tolerance that you need: it takes as many paths as that needs',
    });
  }
  if (paths !== undefined) requireInteger(paths, 1, where('paths'), 'compute at least one path');
  if (maxPaths !== undefined) requireInteger(maxPaths, 1, where('maxPaths'), 'allow at least one path');
  if (control !== undefined) requireControl(control, where);
  if (tolerance !== undefined) {
    requirePositive(tolerance, 'not a tolerance', where('tolerance'), 'give the largest half-width you accept');
  }
  if (confidence !== undefined) requireLevel(confidence, where('confidence'));
  requireBoolean(antithetic, where('antithetic'));
  requireLostPaths(lostPaths, where('lostPaths'));
  requireKey(key, where('key'));
  requireRun(options, where);
}

function requireControl(control: Control, where: (field: string) => string): void {
  requireKeys<Control>(control, { functional: true, mean: true }, where('control: { functional, mean }'), {
    phi: 'functional',
    expectation: 'mean',
  });
  requireFunctional(control.functional, where('control: { functional }'));
  requireFinite(control.mean, where('control: { mean }'), 'give the exact expectation of the control');
}
