import { describe, requireInteger } from '../errors/at-the-door.js';
import { type KnownKeys, requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import { type Backend, BLOCK_SIZE, type BlockSummary } from '../execution/backend.js';
import { inline } from '../execution/inline.js';
import { sharedWorkers } from '../execution/shared-workers.js';
import { numbers } from '../expression/numbers.js';
import { log2 } from '../numerics/elementary.js';
import type { JointMoments } from '../numerics/joint-moments.js';
import type { Chain } from '../paths/chain.js';
import { requireChain } from '../paths/chain-check.js';
import { program } from '../paths/program.js';
import { ALL_DIMENSIONS } from '../randomness/direction-numbers.js';
import { fold, type Key, keyRecord, requireKey } from '../randomness/key.js';
import { type LostPaths, requireLostPaths, requireRun } from './arguments.js';
import { bridgeWarnings } from './bridge-warnings.js';
import { requireLevel } from './confidence.js';
import { type Functional, recordOf } from './functional.js';
import { knownValues } from './known-values.js';
import { type Functionals, membersOf, named, recordsOf } from './members.js';
import {
  type JointQuasiEstimate,
  type QuasiEstimate,
  type QuasiProvenance,
  quasiEstimateOf,
  quasiJoint,
} from './quasi-estimate.js';
import { sampleJointly } from './sample.js';
import { truncationWarnings } from './truncation-warning.js';
import { VERSION } from './version.js';

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
 * run on the backend, with the same bits on any number of threads. An object of functionals gives an object of estimates from the same points, as {@link expectation}
 * does, each with the bits that it has alone. Cost: R · 2^k · N steps, five counters a variable.
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
export function quasiExpectation<Of extends Functionals>(
  chain: Chain,
  functionals: Of,
  options: QuasiOptions,
): Promise<{ readonly [Name in keyof Of]: JointQuasiEstimate }>;
export function quasiExpectation(chain: Chain, functional: Functional, options: QuasiOptions): Promise<QuasiEstimate>;
export async function quasiExpectation(
  chain: Chain,
  functionals: Functional | Functionals,
  options: QuasiOptions,
): Promise<unknown> {
  requireChain(chain, 'quasiExpectation(chain, functional)');
  const members = membersOf(functionals, 'quasiExpectation(chain, functional)');
  requireOptions(chain, options);
  const { points, randomizations = 16, key, confidence = 0.95, lostPaths = 'withhold', onProgress, signal } = options;
  const phis = members.functionals.map((functional) => functional.on(chain));
  const averaged = program(chain, phis);
  const large = averaged.kind === 'traced' && points * randomizations * chain.steps >= WORTH_THREADS;
  const backend = options.backend ?? (large ? sharedWorkers() : inline());
  requirePoints(backend);
  const of = points * randomizations;
  let done = 0;
  const onBlock = (_: unknown, { count, nonFinite }: BlockSummary): void => {
    done += count + nonFinite;
    onProgress?.({ done, of });
  };
  try {
    const prepared = await backend.prepare(averaged, signal);
    const run = (r: number, signal: AbortSignal): Promise<JointMoments> =>
      sampleJointly(
        backend,
        prepared,
        {
          key: fold(key, 'randomization', r),
          first: 0,
          paths: points,
          functionals: phis.length,
          points: 'sobol',
        },
        { door: 'quasiExpectation', signal, onBlock },
      );
    const strands = Math.ceil((AT_ONCE * BLOCK_SIZE) / Math.max(points, BLOCK_SIZE));
    const runs = await inTurn(randomizations, strands, run, signal);
    const parts = phis.map((_, k) => runs.map(({ each }) => each[k]));
    const common: Omit<QuasiProvenance, 'kind' | 'functional'> = {
      program: averaged.hash,
      chain: chain.name,
      key: keyRecord(key),
      points,
      randomizations,
      ...(confidence === 0.95 ? {} : { confidence }),
      ...(lostPaths === 'exclude' ? { lostPaths } : {}),
      version: VERSION,
    };
    const { kind, names } = members;
    const truncated = truncationWarnings(chain, key, of);
    const joint = kind === 'one' ? undefined : quasiJoint(parts, names, lostPaths);
    const estimates = phis.map((phi, k): QuasiEstimate | JointQuasiEstimate => {
      const functional = members.functionals[k];
      const known = { ...knownValues(chain, phi, {}), closed: phi.trace === undefined };
      const said = [...truncated, ...(functional.assumed ?? []), ...bridgeWarnings(chain, phi)];
      const estimate = quasiEstimateOf(parts[k], points, { known, confidence, lostPaths }, said);
      return joint
        ? {
            ...estimate,
            joint: joint[k],
            provenance: { kind: 'joint-quasi', name: names[k], functionals: recordsOf(members), ...common },
          }
        : { ...estimate, provenance: { kind: 'quasi', functional: recordOf(functional), ...common } };
    });
    return named(members, estimates);
  } finally {
    if (!options.backend) await backend.close();
  }
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
