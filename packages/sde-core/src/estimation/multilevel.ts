import { describe, requireInteger } from '../errors/at-the-door.js';
import { requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import type { Backend } from '../execution/backend.js';
import { inline } from '../execution/inline.js';
import { sharedWorkers } from '../execution/shared-workers.js';
import { numbers } from '../expression/numbers.js';
import type { Problem } from '../models/problem.js';
import { studentHalfWidth } from '../numerics/distributions.js';
import { hypot } from '../numerics/elementary.js';
import type { Chain } from '../paths/chain.js';
import { type Coupling, coupled } from '../paths/coupled.js';
import { discretize, type ModelsByNeed } from '../paths/discretize.js';
import type { Observation } from '../paths/observation.js';
import { observe } from '../paths/observe.js';
import { program } from '../paths/program.js';
import { fold, type Key, keyRecord, requireKey } from '../randomness/key.js';
import type { Scheme } from '../schemes/scheme.js';
import type { Need } from '../schemes/step-input.js';
import { type LostPaths, requireFunctional, requireLostPaths, requirePositive, requireRun } from './arguments.js';
import { bridgeWarnings } from './bridge-warnings.js';
import { requireLevel } from './confidence.js';
import { type Functional, recordOf } from './functional.js';
import { ANY } from './known-values.js';
import { checkUncorrected, isUncorrected } from './level-check.js';
import { levelError, varianceOf } from './level-error.js';
import { type LevelChain, type LevelSampler, levelSampler } from './level-sampler.js';
import { startingSteps } from './level-start.js';
import { remedyFor } from './loss-remedy.js';
import { biasOf, costOf, type MultilevelSettings, refine } from './multilevel-refine.js';
import {
  levelReports,
  type MultilevelEstimate,
  type MultilevelProvenance,
  type MultilevelWarning,
  ratesOf,
  warningsOf,
} from './multilevel-report.js';
import { truncationWarnings } from './truncation-warning.js';
import { VERSION } from './version.js';

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

/**
 * E φ(X(T)) by multilevel Monte Carlo: E φ(X_0) + Σ_l E (φ(X_l) − φ(X_(l−1))), each difference on coupled paths of 2^l and 2^(l−1) steps.
 *
 * Levels are added until the bias, max_k |Y_(L−k)| 2^(−pk)/(2^p − 1) over the last three means with p the weak order (or the measured rate, where
 * that is significantly smaller), is at most a third of the tolerance; paths are spread over the levels as Σ V_l/N_l is least for its cost. The
 * half-width z SE + bias is then at most the tolerance: unlike `expectation`, the interval is one for the equation and not for a chain. Cost:
 * tolerance^−2 where Var Y_l decays faster than h, as with Milstein; tolerance^−2 log² where it decays as h, as with Euler.
 *
 * With `observe` the functional is one of the path: of an integral, a maximum, a barrier. What looks between the steps keeps the weak order 1 that the bias
 * needs, and a coarse copy shares the fine path's bridge; what is seen on the grid alone is of order ½, and the bias is bounded with that.
 *
 * No variance is taken for seen that was not. Where few values carry that of a level its interval is as wide as that leaves; where all differences are the same, what
 * is rarer than their number shows may be as large as φ is wide. Level 0 grows until its variance is trusted, or φ shows two values, which are counted;
 * where more paths do not help, the estimate is `stalled`.
 *
 * Every level has its own key, folded from `key`; threads change no bit. A level warns where its variance stays doubtful, where its coarse mean is not the fine
 * mean of the level before, and where values are not finite: then the mean is withheld, NaN, unless `lostPaths: 'exclude'`.
 *
 * @throws SdeError `value` for options out of range, or unknown, or what is no problem, scheme or functional; `unsupported` for a scheme whose noise is not Gaussian increments and their time integrals; `cancelled` when the
 * signal aborts.
 * @see [giles2008]
 * @see [giles2015]
 * @see [gilesszpruch2014]
 *
 * @example
 * ```ts
 * import { geometricBrownianMotion, inline, key, milstein, multilevel, problem, terminal } from 'sde-core';
 * const model = geometricBrownianMotion({ mu: 0.05, sigma: 0.2 });
 * const options = { tolerance: 0.02, key: key(1), backend: inline() };
 * const estimate = await multilevel(problem({ model, x0: [1], T: 1 }), milstein, terminal('x'), options);
 * estimate.kind; // → converged
 * Math.abs(estimate.mean - Math.exp(0.05)) < 0.02; // → true
 * ```
 */
export async function multilevel<N extends Need>(
  problem: Problem<ModelsByNeed[N]>,
  scheme: Scheme<N>,
  functional: Functional,
  options: MultilevelOptions,
): Promise<MultilevelEstimate> {
  requireParts(problem, scheme, functional);
  const given = requireOptions(options);
  const { key, coupling = 'plain', observe: observations, signal, onProgress } = options;
  const { firstPaths, confidence, lostPaths } = given;
  const singleOf = (steps: number): Chain => {
    const single = discretize(problem, scheme, steps);
    return observations ? observe(single, observations) : single;
  };
  const steps = options.steps ?? startingSteps(singleOf, functional);
  const settings = { ...given, steps };
  const chainOf = (level: number): LevelChain =>
    level === 0
      ? { kind: 'single', chain: singleOf(steps) }
      : {
          kind: 'pair',
          chain: coupled(problem, scheme, {
            steps: steps * numbers.power(2, level - 1),
            coupling,
            observe: observations,
          }),
        };
  const coarsest = chainOf(0).chain;
  const traced = program(coarsest, functional.on(coarsest)).kind === 'traced';
  const backend = options.backend ?? (traced ? sharedWorkers() : inline());
  const levels: LevelSampler[] = [];
  try {
    const grow = async (level: number, paths: number, of: number): Promise<void> => {
      await levels[level].grow(paths);
      const done = costOf(levels);
      const lost = lostPaths === 'withhold' && levels.some(({ moments }) => moments.nonFinite > 0);
      const sum = lost ? { mean: Number.NaN, standardError: Number.NaN } : sumOf(levels);
      onProgress?.({ level, levels: levels.length, done, of: Math.max(done, of), ...sum });
    };
    const add = async (): Promise<void> => {
      const index = levels.length;
      levels.push(levelSampler(chainOf(index), functional, { key, index, backend, signal }));
      await grow(index, firstPaths, 0);
    };
    const assumed = bridgeWarnings(coarsest, functional.on(coarsest));
    const joint = assumed.some(({ kind }) => kind === 'joint-bridges');
    const weak = joint ? JOINT_ORDER : orderOf(scheme, observations);
    const checked = (steps: number): LevelSampler =>
      levelSampler({ kind: 'single', chain: singleOf(steps) }, functional, {
        key: fold(key, 'check'),
        index: 0,
        backend,
        signal,
      });
    const unmet = await refine(levels, { add, grow }, settings, weak);
    const hidden =
      unmet === undefined && isUncorrected(levels) ? await checkUncorrected(levels[0], checked) : undefined;
    const stalled =
      unmet ??
      hidden?.reason ??
      (joint ? 'the functional combines observations whose bridges the levels do not share' : undefined);
    const remedy = levels.some(({ moments }) => moments.nonFinite > 0) ? await remedyFor(coarsest) : '';
    const bias = hidden?.bias ?? biasOf(levels, weak, confidence);
    // What the levels add up to is the mean of the finest one.
    const level = levels.length - 1;
    const finest = chainOf(level);
    const walked = finest.kind === 'pair' ? finest.chain.fine : finest.chain;
    const truncated = truncationWarnings(walked, key, levels[level].moments.count).map((one) => ({ ...one, level }));
    const taken = [...truncated, ...assumed.map((one) => ({ ...one, level }))];
    return report(levels, { stalled, bias, scheme, functional, backend, remedy, taken }, options, settings);
  } finally {
    if (!options.backend) await backend.close();
  }
}

/** Of several observations that look between the steps, each on a bridge of its own. */
const JOINT_ORDER = 1 / 2;

/** The weak order of the scheme, or what is gathered has a lower one. */
const orderOf = ({ order }: Pick<Scheme, 'order'>, observations: Readonly<Record<string, Observation>> = {}): number =>
  Math.min(order.weak, ...Object.values(observations).map((observation) => observation.order));

function report<N extends Need>(
  levels: readonly LevelSampler[],
  parts: {
    readonly stalled: string | undefined;
    readonly bias: number;
    readonly scheme: Scheme<N>;
    readonly functional: Functional;
    readonly backend: Backend;
    readonly remedy: string;
    readonly taken: readonly MultilevelWarning[];
  },
  options: MultilevelOptions,
  settings: MultilevelSettings,
): MultilevelEstimate {
  const { stalled, bias, scheme, functional, backend, remedy, taken } = parts;
  const { key, coupling = 'plain', observe: observations } = options;
  const { tolerance, confidence: level, steps, firstPaths, maxLevels, maxCost, lostPaths } = settings;
  const withheld = lostPaths === 'withhold' && levels.some(({ moments }) => moments.nonFinite > 0);
  const reports = levelReports(levels, withheld);
  const { mean, standardError } = withheld ? { mean: Number.NaN, standardError: Number.NaN } : sumOf(levels);
  const welch = reports.reduce(
    (sum, { standardError: error, paths }) => sum + (error * error * (error * error)) / Math.max(1, paths - 1),
    0,
  );
  const degreesOfFreedom =
    welch > 0
      ? Math.floor((standardError * standardError * (standardError * standardError)) / welch)
      : Number.MAX_SAFE_INTEGER;
  const errors = levels.map((of) => levelError(of, level));
  const half = errors.every(({ trusted }) => trusted)
    ? studentHalfWidth(level, degreesOfFreedom) * standardError + bias
    : hypot(...errors.map(({ reach }) => reach)) + bias;
  // The value of a chain without noise is that of its own steps: no bound for the equation.
  const { known } = levels[0];
  const bounds = known.lowest < known.highest ? known : ANY;
  const common = {
    mean,
    standardError,
    bias: withheld ? Number.NaN : bias,
    interval: withheld
      ? { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, level }
      : {
          low: Math.max(mean - half, bounds.lowest),
          high: Math.min(mean + half, bounds.highest),
          level,
        },
    tolerance,
    paths: reports.reduce((sum, { paths }) => sum + paths, 0),
    nonFinite: reports.reduce((sum, { nonFinite }) => sum + nonFinite, 0),
    degreesOfFreedom,
    cost: costOf(levels),
    levels: reports,
    rates: ratesOf(reports),
    warnings: [...taken, ...warningsOf(levels, reports, { confidence: level, remedy, withheld })],
    provenance: {
      kind: 'multilevel' as const,
      scheme: scheme.name,
      coupling,
      functional: recordOf(functional),
      key: keyRecord(key),
      tolerance,
      options: {
        confidence: level,
        steps,
        firstPaths,
        maxLevels,
        maxCost,
        ...(lostPaths === 'exclude' ? { lostPaths } : {}),
      },
      ...(observations && { observed: recordsOf(observations) }),
      levels: levels.map(({ hash, steps, rounds }) => ({ program: hash, steps, rounds: [...rounds] })),
      backend: backend.name,
      determinism: backend.determinism.kind,
      version: VERSION,
    },
  };
  return stalled === undefined ? { ...common, kind: 'converged' } : { ...common, kind: 'stalled', reason: stalled };
}

const recordsOf = (observations: Readonly<Record<string, Observation>>): MultilevelProvenance['observed'] =>
  Object.fromEntries(Object.entries(observations).map(([name, { kind, text }]) => [name, { kind, text }]));

function sumOf(levels: readonly LevelSampler[]): { readonly mean: number; readonly standardError: number } {
  const mean = levels.reduce((sum, { moments }) => sum + moments.mean, 0);
  const square = levels.reduce((sum, { moments }) => sum + varianceOf(moments) / moments.count, 0);
  return { mean, standardError: Math.sqrt(square) };
}

function requireParts(problem: unknown, scheme: unknown, functional: unknown): void {
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
  requireFunctional(functional, where);
}

function requireOptions(options: MultilevelOptions): MultilevelSettings {
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
