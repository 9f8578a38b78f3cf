import { describe, requireInteger } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import { type Backend, BLOCK_SIZE, type Prepared } from '../execution/backend.js';
import { inline } from '../execution/inline.js';
import { workers } from '../execution/workers.js';
import { type Moments, mergeMoments, mergeTree, momentsOf, noMoments } from '../numerics/moments.js';
import type { Chain } from '../paths/chain.js';
import { program } from '../paths/program.js';
import { ALL_DIMENSIONS } from '../randomness/direction-numbers.js';
import { fold, type Key, keyRecord } from '../randomness/key.js';
import { type Functional, type FunctionalRecord, recordOf } from './functional.js';
import { VERSION } from './version.js';

/** A mean over randomizations of a low-discrepancy sequence: plain data, and what {@link confidence} takes. */
export interface QuasiEstimate {
  readonly mean: number;
  /** Of the mean, from the scatter of the randomizations alone. */
  readonly standardError: number;
  /** Of one path's value, pooled: what independent paths would have had. */
  readonly variance: number;
  /** Points times randomizations. */
  readonly paths: number;
  /** Paths whose value was not finite: they are not in the mean. */
  readonly nonFinite: number;
  /** Randomizations less one. */
  readonly degreesOfFreedom: number;
  /** Variance of as many independent paths over that of this mean: by what factor the sequence saves paths. */
  readonly gain: number;
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
  readonly version: string;
}

/** How a quasi-expectation is made. */
export interface QuasiOptions {
  /** Of each randomization: a power of two. */
  readonly points: number;
  /** Default 16. */
  readonly randomizations?: number;
  readonly key: Key;
  /** Default `workers()` for a program that is traced and not small, else `inline()`; closed at the end. A backend given stays open. */
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
  requireOptions(chain, options);
  const { points, randomizations = 16, key, onProgress, signal } = options;
  const averaged = program(chain, functional.on(chain));
  const large = averaged.kind === 'traced' && points * randomizations * chain.steps >= WORTH_THREADS;
  const backend = options.backend ?? (large ? workers() : inline());
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
      version: VERSION,
    };
    return estimateOf(parts, points, provenance);
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

function estimateOf(parts: readonly Moments[], points: number, provenance: QuasiProvenance): QuasiEstimate {
  const means = parts.map(({ count, mean }) => (count > 0 ? mean : Number.NaN));
  const nonFinite = parts.reduce((sum, part) => sum + part.nonFinite, 0);
  const within = parts.reduce((sum, { m2 }) => sum + m2, 0);
  const over = momentsOf(means);
  const paths = points * parts.length;
  const count = paths - nonFinite;
  // Scatter within the randomizations and between them.
  const variance = (within + points * over.m2) / Math.max(1, count - 1);
  const standardError = over.count > 1 ? Math.sqrt(over.m2 / (over.count - 1) / over.count) : Number.POSITIVE_INFINITY;
  return {
    mean: over.count > 0 ? over.mean : Number.NaN,
    standardError,
    variance,
    paths,
    nonFinite,
    degreesOfFreedom: Math.max(0, over.count - 1),
    gain: standardError > 0 ? variance / count / standardError ** 2 : 1,
    provenance,
  };
}

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

function requireOptions({ driver, steps }: Chain, { points, randomizations = 16, key }: QuasiOptions): void {
  const where = (field: string): string => `quasiExpectation(chain, functional, { ${field} })`;
  requireInteger(points, 2, where('points'), 'take a power of two');
  requireInteger(randomizations, 2, where('randomizations'), 'take at least two: their scatter is the error');
  if (!Number.isInteger(Math.log2(points)) || points > 2 ** 32) {
    throw new SdeError('value', {
      what: 'points that are no net',
      where: where('points'),
      expected: 'a power of two up to 2³²',
      got: describe(points),
      remedy: `take ${2 ** Math.round(Math.log2(points))}`,
    });
  }
  if (key?.words?.length !== 2) {
    throw new SdeError('value', {
      what: 'no key',
      where: where('key'),
      expected: 'a key, the only source of randomness',
      got: describe(key),
      remedy: 'give key: key(1)',
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
