import { describe, requireInteger } from '../errors/at-the-door.js';
import { requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import type { Backend } from '../execution/backend.js';
import type { Coupling } from '../paths/coupled.js';
import type { Observation } from '../paths/observation.js';
import { type Key, requireKey } from '../randomness/key.js';
import { type LostPaths, requireLostPaths, requirePositive, requireRun } from './arguments.js';
import { requireLevel } from './confidence.js';
import type { MultilevelSettings } from './multilevel-refine.js';

/** How a multilevel estimate is made. */
export interface MultilevelOptions {
  /** Largest half-width of the interval, bias included, in the units of the functional. */
  readonly tolerance: number;
  readonly key: Key;
  /** Of the interval. Default 0.95. */
  readonly confidence?: number;
  /** Steps of the coarsest level. Default 1, or as many as φ needs to depend on the noise, up to 8. */
  readonly steps?: number;
  /** `antithetic` pairs two fine paths with a coarse one: for truncatedMilstein where columns do not commute. Default `'plain'`. */
  readonly coupling?: Coupling;
  /** What the paths gather on the way, under names that the functional may use; as in {@link observe}. */
  readonly observe?: Readonly<Record<string, Observation>>;
  /** Paths that a level starts with, on which its consistency is taken. Default 1024. */
  readonly firstPaths?: number;
  /** The finest level that may be added: its chain has steps · 2^maxLevels steps. Default 14. */
  readonly maxLevels?: number;
  /** Steps after which the tolerance is given up. Default 2⁴⁰. */
  readonly maxCost?: number;
  /** Paths that leave the finite numbers: `withhold` the mean, or `exclude` them from it. Default `'withhold'`. */
  readonly lostPaths?: LostPaths;
  /** Default a pool of `workers()` that all such calls share for a program that is traced, else `inline()`. A backend given stays open. */
  readonly backend?: Backend;
  /** Called after each round of paths. */
  readonly onProgress?: (progress: MultilevelProgress) => void;
  readonly signal?: AbortSignal;
}

/** How far a multilevel estimate has come. */
export interface MultilevelProgress {
  /** The level that grew. */
  readonly level: number;
  /** Levels so far. */
  readonly levels: number;
  /** Steps taken so far. */
  readonly done: number;
  /** Steps in all, as foreseen now for the levels so far. */
  readonly of: number;
  /** NaN once paths are lost, unless they are excluded. */
  readonly mean: number;
  readonly standardError: number;
}

/** How far the multilevel estimates of several functionals have come. */
export type JointMultilevelProgress = Omit<MultilevelProgress, 'mean' | 'standardError'> & {
  /** Of each functional, by its name: NaN once paths are lost, unless they are excluded. */
  readonly estimates: Readonly<Record<string, { readonly mean: number; readonly standardError: number }>>;
};

/** How multilevel estimates of several functionals are made. */
export type JointMultilevelOptions = Omit<MultilevelOptions, 'onProgress'> & {
  /** Called after each round of paths. */
  readonly onProgress?: (progress: JointMultilevelProgress) => void;
};

/** Refuses what is no problem or scheme. */
export function requireParts(problem: unknown, scheme: unknown): void {
  const where = 'multilevel(problem, scheme, functional)';
  const has = (value: unknown, ...fields: readonly string[]): boolean =>
    typeof value === 'object' && value !== null && fields.every((field) => field in value);
  const refuse = (what: string, expected: string, got: unknown, remedy: string): never => {
    throw new SdeError('value', { what, where, expected, got: describe(got), remedy });
  };
  if (!has(problem, 'model', 'x0', 't0', 'T')) {
    refuse(
      'not a problem',
      'what problem({ model, x0, T }) returns',
      problem,
      'give the problem, not a chain: every level makes its own',
    );
  }
  if (!has(scheme, 'name', 'order', 'calculus')) {
    refuse(
      'not a scheme',
      'a scheme, for example milstein',
      scheme,
      typeof scheme === 'function' ? 'call it: a factory makes a scheme' : 'give the scheme itself',
    );
  }
}

/** Refuses what is no option; what decides how the levels grow. */
export function requireMultilevelOptions(options: MultilevelOptions | JointMultilevelOptions): MultilevelSettings {
  const where = (field: string): string => `multilevel(problem, scheme, functional, { ${field} })`;
  requireKeys<MultilevelOptions>(options ?? null, KNOWN, 'multilevel(problem, scheme, functional, options)', RENAMED);
  const { tolerance, key, coupling = 'plain' } = options;
  const { confidence = 0.95, steps = 1, firstPaths = 1024, maxLevels = 14, maxCost = 2 ** 40 } = options;
  const { lostPaths = 'withhold' } = options;
  requirePositive(tolerance, 'not a tolerance', where('tolerance'), 'give the largest half-width you accept');
  requireLevel(confidence, where('confidence'));
  if (coupling !== 'plain' && coupling !== 'antithetic') {
    throw new SdeError('value', {
      what: 'not a coupling',
      where: where('coupling'),
      expected: "'plain' or 'antithetic'",
      got: describe(coupling),
      remedy: 'leave it out for plain pairs',
    });
  }
  requireKey(key, where('key'));
  requireInteger(steps, 1, where('steps'), 'take at least one step');
  requireInteger(firstPaths, 64, where('firstPaths'), 'judge a level on 64 paths or more');
  requireInteger(maxLevels, 2, where('maxLevels'), 'allow levels 0, 1 and 2');
  requirePositive(maxCost, 'not a number of steps', where('maxCost'), 'give the steps that you can afford');
  requireLostPaths(lostPaths, where('lostPaths'));
  requireObservations(options.observe, where('observe'));
  requireRun(options, where);
  return { tolerance, confidence, steps, firstPaths, maxLevels, maxCost, lostPaths };
}

function requireObservations(observations: unknown, where: string): void {
  if (observations === undefined) return;
  const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
  const named = isObject(observations) && !Array.isArray(observations);
  if (named && Object.values(observations).every((one) => isObject(one) && 'suffixes' in one)) return;
  throw new SdeError('value', {
    what: 'not observations by name',
    where,
    expected: "an object of what supremum('…'), barrier('…'), runningIntegral('…') or exitTime('…') return",
    got: describe(observations),
    remedy: "write for example { area: runningIntegral('x') }",
  });
}

const KNOWN = {
  tolerance: true,
  key: true,
  confidence: true,
  steps: true,
  coupling: true,
  observe: true,
  firstPaths: true,
  maxLevels: true,
  maxCost: true,
  lostPaths: true,
  backend: true,
  onProgress: true,
  signal: true,
} as const;

const RENAMED = {
  level: 'confidence',
  mostLevels: 'maxLevels',
  mostCost: 'maxCost',
  observations: 'observe',
  seed: 'key: key(seed)',
  threads: 'backend: workers({ threads })',
} as const;
