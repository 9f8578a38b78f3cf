import { requireFinite } from '../errors/at-the-door.js';
import { requireNotCancelled } from '../errors/cancelled.js';
import { type KnownKeys, requireKeys } from '../errors/options.js';
import { requireFunctional, requireRun } from '../estimation/arguments.js';
import { requireLevel } from '../estimation/confidence.js';
import type { Divergence } from '../estimation/divergence.js';
import type { SamplingProvenance } from '../estimation/estimate.js';
import { exactExpectationDetailed } from '../estimation/exact-expectation.js';
import { expectation } from '../estimation/expectation.js';
import type { FunctionalRecord } from '../estimation/functional.js';
import { type Functional, recordOf } from '../estimation/functional.js';
import { VERSION } from '../estimation/version.js';
import type { Backend } from '../execution/backend.js';
import type { Chain } from '../paths/chain.js';
import { requireChain } from '../paths/chain-check.js';
import { fold, type Key } from '../randomness/key.js';
import { requireFunction, requireMethod, requireOrder, requireSteps } from './doors.js';
import { type FlooredPoint, samplingFloor } from './noise-floor.js';
import { type ErrorPoint, fitOrder, type OrderFit, pathsNeeded } from './order-fit.js';
import { type LevelWarning, type StudyWarning, warningsOfLevels } from './study-warnings.js';
import { undecided } from './undecided.js';

/** How the expectations of a study are computed: without sampling error, or by so many paths a level. */
export type StudyMethod =
  | { readonly kind: 'exact' }
  | { readonly kind: 'sampled'; readonly paths: number; readonly key: Key; readonly backend?: Backend };

/** One level of a study. */
export interface OrderLevel extends FlooredPoint {
  readonly steps: number;
  /** E φ(X_N). */
  readonly value: number;
  /** False where an exact error is too near its rounding to be an error; the fit leaves it out. */
  readonly resolved: boolean;
  /** Paths of a sampled level that left the finite numbers. */
  readonly divergence?: Divergence;
  /** What its expectation says of itself: empty for nothing. */
  readonly warnings: readonly LevelWarning[];
  /** Of a sampled level. */
  readonly provenance?: SamplingProvenance;
}

/** Weak errors of a chain at several steps, and what they say about its order: plain data. */
export interface OrderStudy {
  readonly kind: 'order-study';
  /** The chain at its finest step. */
  readonly chain: string;
  readonly functional: FunctionalRecord;
  readonly truth: number;
  readonly method: 'exact' | 'sampled';
  /** Coarse to fine. */
  readonly levels: readonly OrderLevel[];
  readonly fit: OrderFit;
  readonly verdict: OrderFit['verdict'];
  /** `inconclusive`: how many paths a level it would take, where more of them can help. */
  readonly pathsNeeded?: number;
  /** Those of all levels: empty for nothing. */
  readonly warnings: readonly StudyWarning[];
  readonly version: string;
}

/** What {@link weakOrder} takes. */
export interface WeakOrderOptions {
  readonly chain: (steps: number) => Chain;
  readonly steps: readonly number[];
  readonly functional: Functional;
  /** E φ(X(T)) of what the chain approximates. */
  readonly truth: number;
  readonly expected: number;
  readonly method: StudyMethod;
  /** Of the interval of the order. Default 0.95. */
  readonly confidence?: number;
  /** Called after each level. */
  readonly onProgress?: (progress: { readonly done: number; readonly of: number; readonly level: OrderLevel }) => void;
  readonly signal?: AbortSignal;
}

const KNOWN: KnownKeys<WeakOrderOptions> = {
  chain: true,
  steps: true,
  functional: true,
  truth: true,
  expected: true,
  method: true,
  confidence: true,
  onProgress: true,
  signal: true,
};

/** An exact error is trusted if it is this many times its rounding. */
const TRUSTED = 100;

/**
 * The weak order of a chain, measured: E φ(X_N) − truth at each number of steps, fitted at h → 0 by {@link fitOrder}.
 *
 * `exact` needs a discrete driver and has no sampling error; `sampled` gives every level its own key, fold(key, steps). The verdict is `confirmed`,
 * `refuted` or `inconclusive`; the last where a sampled level lost paths, or warns that its standard error was never seen (`rare-event`,
 * `heavy-tail`, `out-of-scale`), whatever the fit would say.
 *
 * @throws SdeError `value` for fewer than two distinct numbers of steps or a level without a finite estimate; `cancelled`; those of
 * {@link exactExpectationDetailed} and {@link expectation}.
 */
export async function weakOrder(options: WeakOrderOptions): Promise<OrderStudy> {
  requireKeys<WeakOrderOptions>(options, KNOWN, 'weakOrder(options)', {
    level: 'confidence',
    exact: 'truth',
    order: 'expected',
  });
  const { steps, functional, truth, expected, method, confidence = 0.95, onProgress, signal } = options ?? {};
  if (options?.confidence !== undefined) requireLevel(options.confidence, 'weakOrder({ confidence })');
  requireFunction(options?.chain, 'weakOrder({ chain })', 'give (steps) => discretize(problem, scheme, steps)');
  requireSteps(steps, 'weakOrder');
  requireFunctional(functional, 'weakOrder({ functional })');
  requireRun({ onProgress, signal }, (field) => `weakOrder({ ${field} })`);
  requireMethod(method, 'weakOrder');
  requireFinite(truth, 'weakOrder({ truth })', 'give the exact expectation');
  requireOrder(expected, 'weakOrder({ expected })');
  const levels: OrderLevel[] = [];
  for (const count of [...steps].sort((a, b) => a - b)) {
    requireNotCancelled(signal, 'weakOrder({ signal })', { what: 'the study was cancelled' });
    const level = await measure(chainAt(options, count), { functional, truth, method, signal, confidence });
    levels.push(level);
    onProgress?.({ done: levels.length, of: steps.length, level });
  }
  const fit = undecided(fitOrder(points(levels), { expected, confidence }), levels);
  return {
    kind: 'order-study',
    chain: chainAt(options, Math.max(...steps)).name,
    functional: recordOf(functional),
    truth,
    method: method.kind,
    levels,
    fit,
    verdict: fit.verdict,
    ...(method.kind === 'sampled' && pathsNeeded(fit, method.paths)),
    warnings: warningsOfLevels(levels),
    version: VERSION,
  };
}

function chainAt(options: WeakOrderOptions, steps: number): Chain {
  const chain: unknown = options.chain(steps);
  requireChain(chain, `weakOrder({ chain }), ${steps} steps`);
  return chain;
}

async function measure(
  chain: Chain,
  options: {
    readonly functional: Functional;
    readonly truth: number;
    readonly method: StudyMethod;
    readonly confidence: number;
    readonly signal?: AbortSignal;
  },
): Promise<OrderLevel> {
  const { functional, truth, method, confidence, signal } = options;
  const { h, steps } = chain;
  if (method.kind === 'exact') {
    const { value, error: bound, warnings } = exactExpectationDetailed(chain, functional);
    const [lost] = warnings;
    requireFinite(value, `weakOrder({ method }), ${steps} steps`, lost?.message ?? 'take smaller steps');
    const error = value - truth;
    // A step rounds its state a few times.
    const rounding = bound + 4 * steps * Number.EPSILON * Math.max(Math.abs(truth), Math.abs(value));
    const noiseFloor = TRUSTED * rounding;
    const resolved = Math.abs(error) > noiseFloor;
    return { h, steps, value, error, standardError: 0, noiseFloor, resolved, warnings };
  }
  const { paths, key, backend } = method;
  // A level that lost paths decides nothing, and says so itself.
  const how = { paths, key: fold(key, steps), backend, signal, lostPaths: 'exclude' as const };
  const estimate = await expectation(chain, functional, how);
  const { mean: value, standardError, divergence, warnings } = estimate;
  requireFinite(standardError, `weakOrder({ method }), ${steps} steps`, divergence?.message ?? 'take more paths');
  const provenance = estimate.provenance.kind === 'sampled' ? estimate.provenance : undefined;
  return {
    h,
    steps,
    value,
    error: value - truth,
    standardError,
    noiseFloor: samplingFloor(standardError, confidence),
    resolved: true,
    ...(divergence && { divergence }),
    warnings,
    provenance,
  };
}

/** What the fit sees: the resolved levels, or, with too few of them, all with their rounding as error. */
function points(levels: readonly OrderLevel[]): readonly ErrorPoint[] {
  const resolved = levels.filter((level) => level.resolved);
  if (resolved.length >= 3 || resolved.length === levels.length) return resolved;
  return levels.map(({ h, error, value, steps }) => {
    const rounding = 4 * steps * Number.EPSILON * Math.max(Math.abs(value), Number.EPSILON);
    return { h, error, standardError: rounding };
  });
}
