import { describe, requireBoolean, requireFinite, requireInteger } from '../errors/at-the-door.js';
import { requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import { type Backend, BLOCK_SIZE } from '../execution/backend.js';
import { inline } from '../execution/inline.js';
import { sharedWorkers } from '../execution/shared-workers.js';
import { type MergeTree, type Moments, mergeMoments, mergeTree, noMoments } from '../numerics/moments.js';
import type { Chain } from '../paths/chain.js';
import { requireChain } from '../paths/chain-check.js';
import { program, type TerminalFunctional } from '../paths/program.js';
import { type Key, keyRecord, requireKey } from '../randomness/key.js';
import { type LostPaths, requireFunctional, requireLostPaths, requirePositive, requireRun } from './arguments.js';
import { bridgeWarnings } from './bridge-warnings.js';
import { requireLevel } from './confidence.js';
import { type Control, combined, otherMean, regressionCoefficient } from './control-variate.js';
import { troubles } from './divergence.js';
import { type Estimate, estimateOf, type SampleContext, type SamplingProvenance, sampledOf } from './estimate.js';
import { type Functional, recordOf } from './functional.js';
import { knownValues } from './known-values.js';
import { sample } from './sample.js';
import { reachOf, sampleInterval } from './sample-interval.js';
import { truncationWarnings } from './truncation-warning.js';
import { branchCensus } from './untaken-branches.js';
import { VERSION } from './version.js';

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

/** Blocks before a standard error is trusted to stop a run. Empirical. */
const FIRST_BLOCKS = 4;

/** A round asks for this much more than the variance so far foresees, and for at most this multiple of what there is. */
const MARGIN = 1.05;
const GROWTH = 8;

/** With so many times the paths, a variance that few values carry has to be carried by so many times the values, or it is given up. Empirical. */
const PATIENCE = 16;
const PROGRESS = 4;

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
 * Threads and order of arrival change no bit. Where values are not finite the mean is withheld, NaN: `lostPaths: 'exclude'` gives that of the others;
 * `divergence` says where the first path went, and what would hold it. With a tolerance they end the run, not converged. Paths with negative
 * states of a model that declares `nonNegative` ones are counted in `negative`. Cost: paths × steps.
 *
 * @throws SdeError `value` for neither or both of `paths` and `tolerance`, or what is no chain, functional or option; `unsupported` for antithetic paths of noise
 * that is not symmetric, or a closure on a backend that needs expressions; `cancelled` when the signal aborts.
 * @see [chow1965]
 * @see [clopper1934]
 * @see [glasserman2003, sections 4.1 and 4.2]
 */
export async function expectation(
  chain: Chain,
  functional: Functional,
  options: ExpectationOptions,
): Promise<Estimate> {
  requireChain(chain, 'expectation(chain, functional)');
  requireFunctional(functional, 'expectation(chain, functional)');
  requireOptions(options);
  const { key, antithetic = false, control, signal, confidence = 0.95, lostPaths = 'withhold' } = options;
  const phi = functional.on(chain);
  const psi = control?.functional.on(chain);
  const plain = program(chain, phi, { antithetic });
  const traced = plain.kind === 'traced' && (!psi || psi.trace !== undefined);
  const backend = options.backend ?? (traced ? sharedWorkers() : inline());
  try {
    const { coefficient, warnings } =
      psi && control
        ? await regressionCoefficient(chain, { phi, psi, mean: control.mean }, { key, antithetic, backend, signal })
        : { coefficient: 0, warnings: [] };
    const itself = control !== undefined && isItself(functional, control.functional);
    const averaged: TerminalFunctional = itself
      ? constantOf(control.mean)
      : psi && control
        ? combined(phi, psi, -coefficient, control.mean)
        : phi;
    const whole = psi ? program(chain, averaged, { antithetic }) : plain;
    const prepared = await backend.prepare(whole, signal);
    const tree = mergeTree<Moments>(mergeMoments);
    const closed = averaged.trace === undefined;
    const context: SampleContext = {
      known: { ...knownValues(chain, averaged, { antithetic }), closed },
      confidence,
      lostPaths,
    };
    const run = (first: number, paths: number, of: number): Promise<Moments> =>
      sample(
        backend,
        prepared,
        { key, first, paths },
        { tree, signal, onBlock: (t) => options.onProgress?.(progressOf(t, of, context)) },
      );
    const census = branchCensus(chain, averaged, { key, antithetic, backend, signal });
    const outcome = await rounds(run, options, async (moments) => {
      const { mean, count, nonFinite, shape } = moments;
      // Two values are counted, and where none differ their bounds are all that there is.
      const counted = context.known.values?.length === 2 || shape?.least === shape?.most;
      const untaken = counted ? undefined : await census(count + nonFinite, mean);
      return untaken ? { ...context, known: { ...context.known, untaken } } : context;
    });
    const computed = outcome.moments.count + outcome.moments.nonFinite;
    const controlled =
      psi && control && !warnings.some(({ kind }) => kind === 'control-mean')
        ? otherMean(
            psi.name,
            await sample(
              backend,
              await backend.prepare(program(chain, psi, { antithetic }), signal),
              {
                key,
                first: 0,
                paths: Math.min(computed, CHECKED_PATHS),
              },
              { signal },
            ),
            control.mean,
            knownValues(chain, psi, { antithetic }),
          )
        : [];
    const provenance: SamplingProvenance = {
      kind: 'sampled',
      program: whole.hash,
      chain: chain.name,
      functional: recordOf(functional),
      key: keyRecord(key),
      paths: outcome.moments.count + outcome.moments.nonFinite,
      antithetic,
      ...(control ? { control: { functional: recordOf(control.functional), mean: control.mean, coefficient } } : {}),
      ...(confidence === 0.95 ? {} : { confidence }),
      ...(lostPaths === 'exclude' ? { lostPaths } : {}),
      backend: backend.name,
      determinism: backend.determinism.kind,
      version: VERSION,
    };
    const estimate = estimateOf(outcome.moments, outcome.context, {
      troubles: await troubles(outcome.moments, { chain, functional: averaged, key, antithetic }),
      warnings: [
        ...truncationWarnings(chain, key, provenance.paths),
        ...warnings,
        ...controlled,
        ...(functional.assumed ?? []),
        ...bridgeWarnings(chain, averaged),
      ],
      provenance,
    });
    return outcome.converged === undefined ? estimate : { ...estimate, converged: outcome.converged };
  } finally {
    if (!options.backend) await backend.close();
  }
}

/** Paths of the estimate, at most, on which the mean of a control is compared with the one given. */
const CHECKED_PATHS = 2 ** 18;

/** Whether a control is the functional itself: the estimate is then the mean that was given. */
const isItself = (functional: Functional, control: Functional): boolean =>
  functional === control ||
  (functional.text !== undefined && JSON.stringify(recordOf(functional)) === JSON.stringify(recordOf(control)));

const constantOf = (value: number): TerminalFunctional => ({
  name: String(value),
  value: () => value,
  trace: (nodes) => nodes.constant(value),
});

interface Outcome {
  readonly moments: Moments;
  readonly context: SampleContext;
  readonly converged?: boolean;
}

async function rounds(
  run: (first: number, paths: number, of: number) => Promise<Moments>,
  options: ExpectationOptions,
  contextOf: (moments: Moments) => Promise<SampleContext>,
): Promise<Outcome> {
  const { paths, tolerance = 0, maxPaths = 2 ** 30 } = options;
  if (paths !== undefined) {
    const moments = await run(0, paths, paths);
    return { moments, context: await contextOf(moments) };
  }
  const limit = Math.max(1, Math.floor(maxPaths / BLOCK_SIZE));
  let done = 0;
  let next = Math.min(FIRST_BLOCKS, limit);
  let doubt: Doubt | undefined;
  let before: { readonly done: number; readonly variance: number; readonly carriers: number } | undefined;
  for (;;) {
    const moments = await run(done, next * BLOCK_SIZE, next * BLOCK_SIZE);
    done = next;
    const context = await contextOf(moments);
    // A mean of the other paths meets no tolerance, however many there are of them.
    if (moments.nonFinite > 0) return { moments, context, converged: false };
    const sampled = sampledOf(moments, context);
    const based = sampleInterval(sampled, context.confidence);
    const reach = reachOf(sampled.mean, based);
    const doubtful = based.basis === 'few' || based.basis === 'unseen';
    const met = reach <= tolerance && !doubtful;
    const { kurtosis = 1, carriers: carrying = 1 } = sampled.sample ?? {};
    const steady =
      before !== undefined &&
      done >= 2 * before.done &&
      sampled.variance <= before.variance * (1 + 1 / Math.sqrt(before.carriers));
    const peaked = based.basis === 'student' && kurtosis > PEAKED;
    if (met && (!peaked || steady)) return { moments, context, converged: true };
    before = met ? { done, variance: sampled.variance, carriers: carrying } : undefined;
    if (done >= limit) return { moments, context, converged: false };
    if (doubtful) {
      const carriers = based.basis === 'few' ? (sampled.sample?.carriers ?? 0) : 0;
      doubt ??= { done, carriers };
      if (done >= PATIENCE * doubt.done) {
        if (carriers <= PROGRESS * doubt.carriers) return { moments, context, converged: false };
        doubt = { done, carriers };
      }
    }
    // What bounds leave falls like 1/paths, a standard error like the root of that.
    const ratio = Math.max(1, reach / tolerance);
    const needed = Math.ceil(done * (based.basis === 'bounded' ? ratio : ratio * ratio) * MARGIN);
    next = Math.min(limit, GROWTH * done, Math.max(doubtful || met ? 2 * done : done + 1, needed));
  }
}

/** Above this kurtosis a variance that meets a tolerance may be a lucky one, and has to be seen again with twice the paths. Empirical. */
const PEAKED = 30;

/** When a variance was last found to rest on few values, and on how many. */
interface Doubt {
  readonly done: number;
  readonly carriers: number;
}

function progressOf(tree: MergeTree<Moments>, of: number, context: SampleContext): Progress {
  const moments = tree.total() ?? noMoments;
  const { mean, standardError } = sampledOf(moments, context);
  const done = moments.count + moments.nonFinite;
  if (moments.nonFinite > 0 && context.lostPaths === 'withhold') {
    return { done, of, mean: Number.NaN, standardError: Number.NaN };
  }
  return { done, of, mean, standardError };
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

function requireOptions(options: ExpectationOptions): void {
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
