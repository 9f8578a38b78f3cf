import { describe, requireFinite, requireInteger } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import { type Backend, BLOCK_SIZE } from '../execution/backend.js';
import { inline } from '../execution/inline.js';
import { workers } from '../execution/workers.js';
import { studentHalfWidth } from '../numerics/distributions.js';
import { type MergeTree, type Moments, mergeMoments, mergeTree } from '../numerics/moments.js';
import type { Chain } from '../paths/chain.js';
import { program, type TerminalFunctional } from '../paths/program.js';
import { type Key, keyRecord } from '../randomness/key.js';
import { type Control, combined, regressionCoefficient } from './control-variate.js';
import { troubles } from './divergence.js';
import { type Estimate, estimateOf, type SamplingProvenance } from './estimate.js';
import { type Functional, recordOf } from './functional.js';
import { sample } from './sample.js';
import { VERSION } from './version.js';

/** How far an expectation has come. */
export interface Progress {
  /** Paths computed. */
  readonly done: number;
  /** Paths in all; with a tolerance, as foreseen now. */
  readonly total: number;
  readonly mean: number;
  readonly standardError: number;
}

/** How an expectation is sampled: `paths`, or until `tolerance` is met. */
export interface ExpectationOptions {
  /** Paths to compute. */
  readonly paths?: number;
  /** Largest half-width of the interval at `level`, in the units of the functional. */
  readonly tolerance?: number;
  /** Of the interval that `tolerance` bounds. Default 0.95. */
  readonly level?: number;
  /** Paths after which a tolerance is given up. Default 2³⁰. */
  readonly mostPaths?: number;
  readonly key: Key;
  /** Default `workers()` for a program that is traced, else `inline()`; closed at the end. A backend given stays open. */
  readonly backend?: Backend;
  /** Each path with its mirror image, all noise negated. Default false. */
  readonly antithetic?: boolean;
  /** A functional with known mean, subtracted with its regression coefficient. */
  readonly control?: Control;
  /** Called after each block. */
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/** Blocks before a standard error is trusted to stop a run. Empirical. */
const FIRST_BLOCKS = 4;

/** A round asks for this much more than the variance so far foresees, and for at most this multiple of what there is. */
const MARGIN = 1.05;
const GROWTH = 8;

/**
 * E φ(X_N) by Monte Carlo: mean, standard error, and everything that it takes to compute it again.
 *
 * With `paths`, so many. With `tolerance`, rounds of whole blocks until the half-width of the interval at `level` is at most the tolerance, from
 * four blocks on; such stopping keeps the level in the limit of small tolerances. Threads and order of arrival change no bit. Non-finite values
 * are counted and not averaged; `divergence` says where the first path went, and names schemes that hold it. With a tolerance they end the run, not
 * converged. Paths with negative states of a model that declares `nonNegative` ones are counted in `negative`. Cost: paths × steps.
 *
 * @throws SdeError `value` for neither or both of `paths` and `tolerance`; `unsupported` for antithetic paths of noise that is not symmetric,
 * or a closure on a backend that needs expressions; `cancelled` when the signal aborts.
 * @see [chow1965]
 * @see [glasserman2003, sections 4.1 and 4.2]
 */
export async function expectation(
  chain: Chain,
  functional: Functional,
  options: ExpectationOptions,
): Promise<Estimate> {
  requireOptions(options);
  const { key, antithetic = false, control, signal } = options;
  const phi = functional.on(chain);
  const psi = control?.functional.on(chain);
  const plain = program(chain, phi, { antithetic });
  const traced = plain.kind === 'traced' && (!psi || psi.trace !== undefined);
  const backend = options.backend ?? (traced ? workers() : inline());
  try {
    const coefficient = psi
      ? await regressionCoefficient(chain, { phi, psi }, { key, antithetic, backend, signal })
      : 0;
    const averaged: TerminalFunctional = psi && control ? combined(phi, psi, -coefficient, control.mean) : phi;
    const whole = psi ? program(chain, averaged, { antithetic }) : plain;
    const prepared = await backend.prepare(whole, signal);
    const tree = mergeTree<Moments>(mergeMoments);
    const run = (first: number, paths: number, total: number): Promise<Moments> =>
      sample(
        backend,
        prepared,
        { key, first, paths },
        { tree, signal, onBlock: (t) => options.onProgress?.(progressOf(t, total)) },
      );
    const outcome = await rounds(run, options);
    const provenance: SamplingProvenance = {
      kind: 'sampled',
      program: whole.hash,
      chain: chain.name,
      functional: recordOf(functional),
      key: keyRecord(key),
      paths: outcome.moments.count + outcome.moments.nonFinite,
      antithetic,
      ...(control ? { control: { functional: recordOf(control.functional), mean: control.mean, coefficient } } : {}),
      backend: backend.name,
      determinism: backend.determinism.kind,
      version: VERSION,
    };
    const estimate = {
      ...estimateOf(outcome.moments, provenance),
      ...(await troubles(outcome.moments, { chain, functional: averaged, key, antithetic })),
    };
    return outcome.converged === undefined ? estimate : { ...estimate, converged: outcome.converged };
  } finally {
    if (!options.backend) await backend.close();
  }
}

interface Outcome {
  readonly moments: Moments;
  readonly converged?: boolean;
}

async function rounds(
  run: (first: number, paths: number, total: number) => Promise<Moments>,
  options: ExpectationOptions,
): Promise<Outcome> {
  const { paths, tolerance = 0, level = 0.95, mostPaths = 2 ** 30 } = options;
  if (paths !== undefined) return { moments: await run(0, paths, paths) };
  const limit = Math.max(1, Math.floor(mostPaths / BLOCK_SIZE));
  let done = 0;
  let next = Math.min(FIRST_BLOCKS, limit);
  for (;;) {
    const moments = await run(done, next * BLOCK_SIZE, next * BLOCK_SIZE);
    done = next;
    const { count, m2 } = moments;
    const half = studentHalfWidth(level, count - 1) * Math.sqrt(m2 / Math.max(1, count - 1) / Math.max(1, count));
    // A mean of the other paths meets no tolerance, however many there are of them.
    if (moments.nonFinite > 0) return { moments, converged: false };
    if (count > 1 && half <= tolerance) return { moments, converged: true };
    if (done >= limit || count < 2) return { moments, converged: false };
    const needed = Math.ceil(done * (half / tolerance) ** 2 * MARGIN);
    next = Math.min(limit, GROWTH * done, Math.max(done + 1, needed));
  }
}

function progressOf(tree: MergeTree<Moments>, total: number): Progress {
  const { count, mean, m2, nonFinite } = tree.total() ?? { count: 0, mean: Number.NaN, m2: 0, nonFinite: 0 };
  const standardError = count > 1 ? Math.sqrt(m2 / (count - 1) / count) : Number.POSITIVE_INFINITY;
  return { done: count + nonFinite, total, mean, standardError };
}

function requireOptions({ paths, tolerance, level = 0.95, control, key, mostPaths }: ExpectationOptions): void {
  const where = (field: string): string => `expectation(chain, functional, { ${field} })`;
  if ((paths === undefined) === (tolerance === undefined)) {
    throw new SdeError('value', {
      what: 'either paths or a tolerance',
      where: where('paths | tolerance'),
      expected: 'exactly one of the two',
      got: `paths = ${describe(paths)}, tolerance = ${describe(tolerance)}`,
      remedy: 'give paths for a fixed cost, or tolerance for a fixed error',
    });
  }
  if (paths !== undefined) requireInteger(paths, 1, where('paths'), 'compute at least one path');
  if (mostPaths !== undefined) requireInteger(mostPaths, 1, where('mostPaths'), 'allow at least one path');
  if (control) requireFinite(control.mean, where('control: { mean }'), 'give the exact expectation of the control');
  const positive = tolerance === undefined || (Number.isFinite(tolerance) && tolerance > 0);
  if (!positive || !(level > 0 && level < 1)) {
    throw new SdeError('value', {
      what: positive ? 'not a confidence level' : 'not a tolerance',
      where: where(positive ? 'level' : 'tolerance'),
      expected: positive ? 'a number in (0, 1)' : 'a finite number > 0',
      got: describe(positive ? level : tolerance),
      remedy: positive ? 'give for example 0.95' : 'give the largest half-width you accept',
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
}
