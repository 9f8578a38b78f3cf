import { describe, requireInteger } from '../errors/at-the-door.js';
import { type KnownKeys, requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import { type Backend, BLOCK_SIZE, type Prepared } from '../execution/backend.js';
import { inline } from '../execution/inline.js';
import { sharedWorkers } from '../execution/shared-workers.js';
import { numbers } from '../expression/numbers.js';
import { log2 } from '../numerics/elementary.js';
import { type Moments, mergeMoments, mergeTree, momentsOf, noMoments } from '../numerics/moments.js';
import type { Chain } from '../paths/chain.js';
import { requireChain } from '../paths/chain-check.js';
import { program } from '../paths/program.js';
import { ALL_DIMENSIONS } from '../randomness/direction-numbers.js';
import { fold, type Key, keyRecord, requireKey } from '../randomness/key.js';
import { type LostPaths, requireFunctional, requireLostPaths, requireRun } from './arguments.js';
import { bridgeWarnings } from './bridge-warnings.js';
import { type Interval, requireLevel } from './confidence.js';
import type { SampleContext } from './estimate.js';
import { type Functional, type FunctionalRecord, recordOf } from './functional.js';
import { knownValues } from './known-values.js';
import { isSeen, quasiInterval } from './quasi-interval.js';
import { factsOf, type SampleFacts } from './sample-facts.js';
import { type EstimateWarning, sampleWarnings } from './sample-warnings.js';
import { truncationWarnings } from './truncation-warning.js';
import { VERSION } from './version.js';

/** A mean over randomizations of a low-discrepancy sequence: plain data, and what {@link confidence} takes. */
export interface QuasiEstimate {
  /** NaN where paths were lost, unless `lostPaths: 'exclude'` was asked for. */
  readonly mean: number;
  /** Of the mean, from the scatter of the randomizations alone. NaN where the mean is. */
  readonly standardError: number;
  /** Of one path's value, pooled: what independent paths would have had. NaN where the mean is. */
  readonly variance: number;
  /** At the `confidence` that was asked for; {@link confidence} gives it at others. */
  readonly interval: Interval;
  /** What there is to say about all this: empty for nothing. */
  readonly warnings: readonly EstimateWarning[];
  /** Points times randomizations. */
  readonly paths: number;
  /** Paths whose value was not finite: they are in no mean. */
  readonly nonFinite: number;
  /** Randomizations less one. */
  readonly degreesOfFreedom: number;
  /** Variance of as many independent paths over that of this mean: by what factor the sequence saves paths. */
  readonly gain: number;
  /** What the interval is made of: facts of the means, and of all values. Absent where the mean is withheld. */
  readonly means?: SampleFacts;
  readonly sample?: SampleFacts;
  readonly provenance: QuasiProvenance;
}

/** Enough to compute a quasi-expectation again: with the chain that `program` was made of, {@link rerun} gives the same bits. */
export interface QuasiProvenance {
  readonly kind: 'quasi';
  /** Hash of chain and functional, as that of a sampled estimate. */
  readonly program: string;
  readonly chain: string;
  readonly functional: FunctionalRecord;
  readonly key: Key;
  readonly points: number;
  readonly randomizations: number;
  /** Of the interval, where it is not 0.95. */
  readonly confidence?: number;
  /** Present where the mean is that of the paths that stayed finite. */
  readonly lostPaths?: 'exclude';
  readonly version: string;
}

/** How a quasi-expectation is made. */
export interface QuasiOptions {
  /** Of each randomization: a power of two. */
  readonly points: number;
  /** Default 16. */
  readonly randomizations?: number;
  readonly key: Key;
  /** Of the interval. Default 0.95. */
  readonly confidence?: number;
  /** Where paths leave the finite numbers: `withhold` the mean (default), or `exclude` them and give that of the others. */
  readonly lostPaths?: LostPaths;
  /** Default a pool of `workers()` that all such calls share for a program that is traced and not small, else `inline()`. A backend given stays open. */
  readonly backend?: Backend;
  /** Called after each block of paths; `done` and `of` count paths. */
  readonly onProgress?: (progress: { readonly done: number; readonly of: number }) => void;
  readonly signal?: AbortSignal;
}

/** Path-steps from which starting threads pays, empirically. */
const WORTH_THREADS = 500_000;

/** Randomizations under way at once: enough to keep threads busy where each is a single block. */
const AT_ONCE = 8;

/**
 * E φ(X_N) by randomized quasi-Monte Carlo: the mean over R scramblings of Sobol's first 2^k points, with an honest interval.
 *
 * The N·(random variables a step) normals of a path are one point of the cube by the normal quantile, in Brownian-bridge order. Each randomization
 * has its own key and is unbiased; the standard error is that of R independent means, so that the interval is Student's with R − 1 degrees of freedom.
 * For smooth φ of few effective dimensions it falls like 2^(−3k/2) up to logarithms, and never much above that of independent paths. Blocks of paths
 * run on the backend, with the same bits on any number of threads. Cost: R · 2^k · N steps, five counters a variable.
 *
 * @throws SdeError `value` for points that are not a power of two, or fewer than two randomizations; `unsupported` for a driver that is not Gaussian,
 * or of more than 21 201 variables in all steps; `cancelled` when the signal aborts.
 * @see [owen1997]
 * @see [lecuyer2018]
 *
 * @example
 * ```ts
 * import { confidence, discretize, eulerMaruyama, key, problem, quasiExpectation, symbolic, terminal } from 'sde-core';
 * const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['1/2']] });
 * const chain = discretize(problem({ model, x0: [1], T: 1 }), eulerMaruyama, 8);
 * const estimate = await quasiExpectation(chain, terminal('x'), { points: 256, key: key(1) });
 * const { low, high } = confidence(estimate, 0.99);
 * low < 0.875 ** 8 && 0.875 ** 8 < high; // → true
 * estimate.gain > 100; // → true
 * ```
 */
export async function quasiExpectation(
  chain: Chain,
  functional: Functional,
  options: QuasiOptions,
): Promise<QuasiEstimate> {
  requireChain(chain, 'quasiExpectation(chain, functional)');
  requireFunctional(functional, 'quasiExpectation(chain, functional)');
  requireOptions(chain, options);
  const { points, randomizations = 16, key, confidence = 0.95, lostPaths = 'withhold', onProgress, signal } = options;
  const phi = functional.on(chain);
  const averaged = program(chain, phi);
  const large = averaged.kind === 'traced' && points * randomizations * chain.steps >= WORTH_THREADS;
  const backend = options.backend ?? (large ? sharedWorkers() : inline());
  requirePoints(backend);
  const of = points * randomizations;
  let done = 0;
  const onBlock = (paths: number): void => {
    done += paths;
    onProgress?.({ done, of });
  };
  try {
    const prepared = await backend.prepare(averaged, signal);
    const run = (r: number, signal: AbortSignal): Promise<Moments> =>
      randomization(backend, prepared, { key: fold(key, 'randomization', r), paths: points }, { signal, onBlock });
    const strands = Math.ceil((AT_ONCE * BLOCK_SIZE) / Math.max(points, BLOCK_SIZE));
    const parts = await inTurn(randomizations, strands, run, signal);
    const provenance: QuasiProvenance = {
      kind: 'quasi',
      program: averaged.hash,
      chain: chain.name,
      functional: recordOf(functional),
      key: keyRecord(key),
      points,
      randomizations,
      ...(confidence === 0.95 ? {} : { confidence }),
      ...(lostPaths === 'exclude' ? { lostPaths } : {}),
      version: VERSION,
    };
    const known = { ...knownValues(chain, phi, {}), closed: phi.trace === undefined };
    const said = [...truncationWarnings(chain, key, of), ...(functional.assumed ?? []), ...bridgeWarnings(chain, phi)];
    return estimateOf(parts, points, { known, confidence, lostPaths }, { provenance, said });
  } finally {
    if (!options.backend) await backend.close();
  }
}

/** The moments of one scrambling's points: blocks merged in the tree over their index. */
async function randomization(
  backend: Backend,
  prepared: Prepared,
  { key, paths }: { readonly key: Key; readonly paths: number },
  { signal, onBlock }: { readonly signal: AbortSignal; readonly onBlock: (paths: number) => void },
): Promise<Moments> {
  const tree = mergeTree<Moments>(mergeMoments);
  const blocks = { first: 0, count: Math.ceil(paths / BLOCK_SIZE), paths };
  for await (const { block, ...moments } of backend.run(prepared, { blocks, key, points: 'sobol' }, signal)) {
    if (tree.add(block, moments)) onBlock(moments.count + moments.nonFinite);
  }
  return tree.total() ?? noMoments;
}

/** run(0), run(1), … with some of them under way at once; the first failure ends the others. */
async function inTurn<T>(
  count: number,
  strands: number,
  run: (index: number, signal: AbortSignal) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<readonly T[]> {
  const found: T[] = [];
  const stop = new AbortController();
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  let next = 0;
  const strand = async (): Promise<void> => {
    while (next < count) {
      const index = next++;
      found[index] = await run(index, either);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(count, strands) }, strand));
  } finally {
    stop.abort();
  }
  return found;
}

function estimateOf(
  parts: readonly Moments[],
  points: number,
  { known, confidence, lostPaths }: SampleContext,
  { provenance, said }: { readonly provenance: QuasiProvenance; readonly said: readonly EstimateWarning[] },
): QuasiEstimate {
  const over = momentsOf(parts.map(({ count, mean }) => (count > 0 ? mean : Number.NaN)));
  const pooled = parts.reduce(mergeMoments, noMoments);
  const { count, nonFinite } = pooled;
  const sample = factsOf(pooled, known);
  const means = meansOf(over, points, sample);
  const standardError = over.count > 1 ? Math.sqrt(over.m2 / (over.count - 1) / over.count) : Number.POSITIVE_INFINITY;
  const variance = pooled.m2 / Math.max(1, count - 1);
  const withheld = nonFinite > 0 && lostPaths === 'withhold';
  const sampled = {
    mean: over.count > 0 ? over.mean : Number.NaN,
    standardError,
    degreesOfFreedom: Math.max(0, over.count - 1),
    ...(means && { means }),
    ...(sample && { sample }),
  };
  const { low, high } = withheld
    ? { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }
    : quasiInterval(sampled, confidence);
  const seen = !sample || withheld || isSeen(sample) ? [] : sampleWarnings(sample, { low, high, basis: 'few' });
  const certain = sample !== undefined && sample.lowest !== undefined && sample.lowest === sample.highest;
  const { means: _, sample: __, ...bare } = sampled;
  return {
    ...(withheld ? { ...bare, mean: Number.NaN, standardError: Number.NaN } : sampled),
    variance: withheld ? Number.NaN : variance,
    interval: { low, high, level: confidence },
    warnings: [
      ...(nonFinite > 0 ? [lost(nonFinite, count + nonFinite, lostPaths)] : []),
      ...(certain ? [] : seen),
      ...said,
    ],
    paths: count + nonFinite,
    nonFinite,
    gain: standardError > 0 ? variance / count / (standardError * standardError) : 1,
    provenance,
  };
}

/** Facts of the means. Of two values each mean is a fraction of the points, and one that is always the same may be the nearest to what lies between two. */
function meansOf(over: Moments, points: number, sample: SampleFacts | undefined): SampleFacts | undefined {
  const facts = factsOf(over, { lowest: Number.NEGATIVE_INFINITY, highest: Number.POSITIVE_INFINITY, closed: false });
  if (!facts || !sample?.twoValued) return undefined;
  const fraction = (sample.most - sample.least) / points;
  const { least, most } = facts;
  // To rounding: means are sums of fractions.
  if (most - least > 1.5 * fraction) return undefined;
  const within = (end: number | undefined, move: number, take: (x: number, y: number) => number): number =>
    end === undefined ? least + move : take(end, least + move);
  if (least !== most) return { ...facts, twoValued: facts.atLeast + facts.atMost === facts.count };
  const [lowest, highest] = [within(sample.lowest, -fraction, Math.max), within(sample.highest, fraction, Math.min)];
  return { ...facts, lowest, highest };
}

const lost = (lost: number, paths: number, lostPaths: LostPaths): EstimateWarning => ({
  kind: 'lost-paths',
  lost,
  paths,
  message:
    `${lost} of ${paths} paths are not finite. ` +
    (lostPaths === 'exclude'
      ? 'The mean is that of the other paths, which are not a sample of the same law.'
      : "The mean is withheld: { lostPaths: 'exclude' } gives that of the other paths, which are not a sample of the same law.") +
    ' expectation(chain, functional, …) says where the first of its paths is lost, and what would hold it.',
});

function requirePoints(backend: Backend): void {
  if (backend.pointSets?.includes('sobol')) return;
  throw new SdeError('unsupported', {
    what: 'a backend that has independent paths only',
    where: 'quasiExpectation(chain, functional, { backend })',
    expected: "one whose pointSets have 'sobol', such as inline() or workers()",
    got: describe(backend?.name ?? backend),
    remedy: 'leave it out, or sample with expectation(…)',
  });
}

const KNOWN: KnownKeys<QuasiOptions> = {
  points: true,
  randomizations: true,
  key: true,
  confidence: true,
  lostPaths: true,
  backend: true,
  onProgress: true,
  signal: true,
};

/** Words of other functions for what has a name here. */
const RENAMED = { paths: 'points', level: 'confidence', samples: 'points', replications: 'randomizations' } as const;

function requireOptions({ driver, steps }: Chain, options: QuasiOptions): void {
  const where = (field: string): string => `quasiExpectation(chain, functional, { ${field} })`;
  requireKeys<QuasiOptions>(options ?? {}, KNOWN, where('…'), RENAMED);
  const { points, randomizations = 16, key, confidence = 0.95, lostPaths, ...run } = options ?? {};
  requireKey(key, where('key'));
  requireLevel(confidence, where('confidence'));
  requireLostPaths(lostPaths, where('lostPaths'));
  requireRun(run, where);
  requireInteger(points, 2, where('points'), 'take a power of two');
  requireInteger(randomizations, 2, where('randomizations'), 'take at least two: their scatter is the error');
  if (!Number.isInteger(log2(points)) || points > 2 ** 32) {
    throw new SdeError('value', {
      what: 'points that are no net',
      where: where('points'),
      expected: 'a power of two up to 2³²',
      got: describe(points),
      remedy: `take ${numbers.power(2, Math.round(log2(points)))}`,
    });
  }
  const other = driver.laws.find(({ kind }) => kind !== 'gaussian');
  if (other === undefined && driver.size > 0 && steps * driver.size <= ALL_DIMENSIONS) return;
  throw new SdeError('unsupported', {
    what: other === undefined ? 'a path that is no point of the sequence' : 'noise that is not Gaussian',
    where: 'quasiExpectation(chain, functional)',
    expected: `a Gaussian driver with 1 to ${ALL_DIMENSIONS} random variables in all steps`,
    got: other === undefined ? `${steps} steps of ${driver.size} variables` : describe(other.kind),
    remedy:
      other === undefined
        ? 'take fewer steps of a scheme of higher order'
        : 'take Gaussian increments, or expectation(…)',
  });
}
