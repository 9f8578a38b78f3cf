import { describe, requireInteger } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import type { Backend } from '../execution/backend.js';
import { inline } from '../execution/inline.js';
import { workers } from '../execution/workers.js';
import type { Problem } from '../models/problem.js';
import { studentHalfWidth } from '../numerics/distributions.js';
import { type Coupling, coupled } from '../paths/coupled.js';
import { discretize, type ModelsByNeed } from '../paths/discretize.js';
import type { Observation } from '../paths/observation.js';
import { observe } from '../paths/observe.js';
import { program } from '../paths/program.js';
import { type Key, keyRecord } from '../randomness/key.js';
import type { Scheme } from '../schemes/scheme.js';
import type { Need } from '../schemes/step-input.js';
import { decayRate, optimalAllocation } from './allocation.js';
import { type Functional, recordOf } from './functional.js';
import { type LevelChain, type LevelSampler, levelSampler } from './level-sampler.js';
import { remedyFor } from './loss-remedy.js';
import {
  levelReports,
  type MultilevelEstimate,
  type MultilevelProvenance,
  ratesOf,
  varianceOf,
  warningsOf,
} from './multilevel-report.js';
import { VERSION } from './version.js';

/** How a multilevel estimate is made. */
export interface MultilevelOptions {
  /** Largest half-width of the interval at `level`, bias included, in the units of the functional. */
  readonly tolerance: number;
  readonly key: Key;
  /** Of the interval. Default 0.95. */
  readonly level?: number;
  /** Steps of the coarsest level. Default 1. */
  readonly steps?: number;
  /** `antithetic` pairs two fine paths with a coarse one: for truncatedMilstein where columns do not commute. Default `'plain'`. */
  readonly coupling?: Coupling;
  /** What the paths gather on the way, under names that the functional may use; as in {@link observe}. */
  readonly observe?: Readonly<Record<string, Observation>>;
  /** Paths that a level starts with, on which its kurtosis and consistency are taken. Default 1024. */
  readonly firstPaths?: number;
  /** The finest level that may be added: its chain has steps · 2^mostLevels steps. Default 14. */
  readonly mostLevels?: number;
  /** Steps after which the tolerance is given up. Default 2⁴⁰. */
  readonly mostCost?: number;
  /** Default `workers()` for a program that is traced, else `inline()`; closed at the end. A backend given stays open. */
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
  readonly cost: number;
  readonly mean: number;
  readonly standardError: number;
}

/** What is taken where an option is left out. */
const DEFAULTS = { level: 0.95, steps: 1, firstPaths: 1024, mostLevels: 14, mostCost: 2 ** 40 } as const;

/** What part of the tolerance the bias may take. Empirical: a smaller one costs a level, a larger one costs paths on all. */
const BIAS_SHARE = 1 / 3;
/** Levels 0, 1, 2 are always there: the bias is judged from the means of the last ones. */
const FIRST_LEVELS = 3;
/** A measured rate replaces the weak order where it is smaller by this many standard errors: it is asked again on every level. Empirical. */
const SIGNIFICANT = 3;
/** The variance of a level is taken as at least this part of the one before: below strong order 1 it decays no faster than by 4. Empirical. */
const LEAST_DECAY = 1 / 8;

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
 * Every level has its own key, folded from `key`; threads change no bit. A level warns where its kurtosis makes the variance doubtful, where its
 * coarse mean is not the fine mean of the level before, and where values are not finite.
 *
 * @throws SdeError `value` for options out of range; `unsupported` for a scheme whose noise is not Gaussian increments and their time integrals; `cancelled` when the
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
  requireOptions(options);
  const { key, coupling = 'plain', observe: observations, signal } = options;
  const { steps = DEFAULTS.steps, firstPaths = DEFAULTS.firstPaths } = options;
  const single = discretize(problem, scheme, steps);
  const chainOf = (level: number): LevelChain =>
    level === 0
      ? { kind: 'single', chain: observations ? observe(single, observations) : single }
      : {
          kind: 'pair',
          chain: coupled(problem, scheme, { steps: steps * 2 ** (level - 1), coupling, observe: observations }),
        };
  const coarsest = chainOf(0).chain;
  const traced = program(coarsest, functional.on(coarsest)).kind === 'traced';
  const backend = options.backend ?? (traced ? workers() : inline());
  const levels: LevelSampler[] = [];
  try {
    const grow = async (level: number, paths: number): Promise<void> => {
      await levels[level].grow(paths);
      options.onProgress?.({ level, levels: levels.length, cost: costOf(levels), ...sumOf(levels) });
    };
    const add = async (): Promise<void> => {
      const index = levels.length;
      levels.push(levelSampler(chainOf(index), functional, { key, index, backend, signal }));
      await grow(index, firstPaths);
    };
    while (levels.length < FIRST_LEVELS) await add();
    const stalled = await refine(levels, { add, grow }, options, orderOf(scheme, observations));
    const remedy = levels.some(({ moments }) => moments.nonFinite > 0) ? await remedyFor(coarsest) : '';
    return report(levels, { stalled, scheme, functional, backend, remedy }, options);
  } finally {
    if (!options.backend) await backend.close();
  }
}

/** Grows the levels until the tolerance is met; the reason if it is not. */
async function refine(
  levels: readonly LevelSampler[],
  { add, grow }: { add(): Promise<void>; grow(level: number, paths: number): Promise<void> },
  options: MultilevelOptions,
  weak: number,
): Promise<string | undefined> {
  const { tolerance, level: confidence = DEFAULTS.level, firstPaths = DEFAULTS.firstPaths } = options;
  const { mostLevels = DEFAULTS.mostLevels, mostCost = DEFAULTS.mostCost } = options;
  // Welch's degrees of freedom are at least the least of the levels'.
  const z = studentHalfWidth(confidence, firstPaths / 2 - 1);
  const square = (((1 - BIAS_SHARE) * tolerance) / z) ** 2;
  for (;;) {
    for (;;) {
      const empty = levels.findIndex(({ moments }) => moments.count < Math.max(2, firstPaths / 2));
      if (empty >= 0) return `most values on level ${empty} are not finite`;
      const costs = levels.map(({ costPerPath }) => costPerPath);
      const targets = optimalAllocation(flooredVariances(levels), costs, square);
      const needs = targets.map((target, l) => Math.max(0, target - levels[l].moments.count));
      if (needs.every((need) => need === 0)) break;
      const foreseen = costOf(levels) + needs.reduce((sum, need, l) => sum + need * costs[l], 0);
      if (foreseen > mostCost)
        return `the tolerance needs about ${foreseen.toPrecision(2)} steps, more than mostCost allows`;
      for (let l = 0; l < needs.length; l++) if (needs[l] > 0) await grow(l, needs[l]);
    }
    if (biasOf(levels, weak) <= BIAS_SHARE * tolerance) return undefined;
    if (levels.length > mostLevels)
      return `the bias is still too large on level ${levels.length - 1}, the last one allowed`;
    await add();
  }
}

/** The weak order of the scheme, or what is gathered has a lower one. */
const orderOf = ({ order }: Pick<Scheme, 'order'>, observations: Readonly<Record<string, Observation>> = {}): number =>
  Math.min(order.weak, ...Object.values(observations).map((observation) => observation.order));

function flooredVariances(levels: readonly LevelSampler[]): readonly number[] {
  const floored: number[] = [];
  levels.forEach(({ moments }, l) => {
    floored.push(l < 2 ? varianceOf(moments) : Math.max(varianceOf(moments), LEAST_DECAY * floored[l - 1]));
  });
  return floored;
}

/** The bound on the bias from the means of the last three levels. */
function biasOf(levels: readonly LevelSampler[], weak: number): number {
  const differences = levels.slice(1).map(({ moments }) => moments);
  const measured = decayRate(
    differences.map(({ mean }) => mean),
    differences.map((moments) => Math.sqrt(varianceOf(moments) / moments.count)),
  );
  const slower = measured && measured.rate + SIGNIFICANT * measured.standardError < weak;
  const p = slower ? Math.max(1 / 2, measured.rate) : weak;
  const last = differences.slice(-3).reverse();
  return Math.max(...last.map(({ mean }, k) => Math.abs(mean) * 2 ** (-p * k))) / (2 ** p - 1);
}

function report<N extends Need>(
  levels: readonly LevelSampler[],
  parts: {
    readonly stalled: string | undefined;
    readonly scheme: Scheme<N>;
    readonly functional: Functional;
    readonly backend: Backend;
    readonly remedy: string;
  },
  options: MultilevelOptions,
): MultilevelEstimate {
  const { stalled, scheme, functional, backend, remedy } = parts;
  const { tolerance, key, level = DEFAULTS.level, coupling = 'plain', observe: observations } = options;
  const { steps = DEFAULTS.steps, firstPaths = DEFAULTS.firstPaths } = options;
  const { mostLevels = DEFAULTS.mostLevels, mostCost = DEFAULTS.mostCost } = options;
  const reports = levelReports(levels);
  const { mean, standardError } = sumOf(levels);
  const welch = reports.reduce((sum, { standardError: error, paths }) => sum + error ** 4 / Math.max(1, paths - 1), 0);
  const freedom = welch > 0 ? Math.floor(standardError ** 4 / welch) : Number.MAX_SAFE_INTEGER;
  const bias = biasOf(levels, orderOf(scheme, observations));
  const half = studentHalfWidth(level, freedom) * standardError + bias;
  const common = {
    mean,
    standardError,
    bias,
    interval: { low: mean - half, high: mean + half, level },
    tolerance,
    paths: reports.reduce((sum, { paths }) => sum + paths, 0),
    nonFinite: reports.reduce((sum, { nonFinite }) => sum + nonFinite, 0),
    freedom,
    cost: costOf(levels),
    levels: reports,
    rates: ratesOf(reports),
    warnings: warningsOf(reports, remedy),
    provenance: {
      kind: 'multilevel' as const,
      scheme: scheme.name,
      coupling,
      functional: recordOf(functional),
      key: keyRecord(key),
      tolerance,
      options: { level, steps, firstPaths, mostLevels, mostCost },
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

const costOf = (levels: readonly LevelSampler[]): number => levels.reduce((sum, { cost }) => sum + cost, 0);

function sumOf(levels: readonly LevelSampler[]): { readonly mean: number; readonly standardError: number } {
  const mean = levels.reduce((sum, { moments }) => sum + moments.mean, 0);
  const square = levels.reduce((sum, { moments }) => sum + varianceOf(moments) / moments.count, 0);
  return { mean, standardError: Math.sqrt(square) };
}

function requireOptions(options: MultilevelOptions): void {
  const { tolerance, key, level = 0.95, steps, firstPaths, mostLevels, coupling = 'plain' } = options;
  const refuse = (what: string, field: string, expected: string, got: unknown, remedy: string): never => {
    const where = `multilevel(problem, scheme, functional, { ${field} })`;
    throw new SdeError('value', { what, where, expected, got: describe(got), remedy });
  };
  if (!(Number.isFinite(tolerance) && tolerance > 0)) {
    refuse('not a tolerance', 'tolerance', 'a finite number > 0', tolerance, 'give the largest half-width you accept');
  }
  if (!(level > 0 && level < 1)) {
    refuse('not a confidence level', 'level', 'a number in (0, 1)', level, 'give for example 0.95');
  }
  if (coupling !== 'plain' && coupling !== 'antithetic') {
    refuse('not a coupling', 'coupling', "'plain' or 'antithetic'", coupling, 'leave it out for plain pairs');
  }
  if (key?.words?.length !== 2) {
    refuse('no key', 'key', 'a key, the only source of randomness', key, 'give key: key(1)');
  }
  const where = (field: string): string => `multilevel(problem, scheme, functional, { ${field} })`;
  if (steps !== undefined) requireInteger(steps, 1, where('steps'), 'take at least one step');
  if (firstPaths !== undefined)
    requireInteger(firstPaths, 64, where('firstPaths'), 'judge a level on 64 paths or more');
  if (mostLevels !== undefined) requireInteger(mostLevels, 2, where('mostLevels'), 'allow levels 0, 1 and 2');
}
