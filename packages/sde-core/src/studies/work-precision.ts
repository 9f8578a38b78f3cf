import { describe, requireFinite } from '../errors/at-the-door.js';
import { type KnownKeys, requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import { requirePositive, requireRun } from '../estimation/arguments.js';
import { type Interval, requireLevel } from '../estimation/confidence.js';
import type { Functional, FunctionalRecord } from '../estimation/functional.js';
import { VERSION } from '../estimation/version.js';
import { numbers } from '../expression/numbers.js';
import { operandsFirst } from '../expression/order.js';
import { square } from '../numerics/elementary.js';
import type { Chain } from '../paths/chain.js';
import { fold } from '../randomness/key.js';
import { requireFunction, requireMethod, requireOrder, requireSteps } from './doors.js';
import type { StudyWarning } from './study-warnings.js';
import { type OrderStudy, type StudyMethod, weakOrder } from './weak-order.js';

/** One competitor: a name, its chain at any number of steps, and the weak order that it should have. */
export interface WorkCandidate {
  readonly name: string;
  readonly chain: (steps: number) => Chain;
  readonly expected: number;
}

/** What a candidate needs for the tolerance. */
export interface WorkRow {
  readonly name: string;
  /** Work of one path at one step, in the units of `work`. */
  readonly workPerStep: number;
  readonly study: OrderStudy;
  /** Work of one path whose weak error is the tolerance, by error = C h^order; absent where the order is not confirmed. */
  readonly work?: number;
  /** From the interval of C. */
  readonly workInterval?: Interval;
}

/** Candidates at several steps, and which of them reaches a tolerance with the least work: plain data. */
export interface WorkPrecisionStudy {
  readonly kind: 'work-precision-study';
  readonly functional: FunctionalRecord;
  readonly truth: number;
  readonly tolerance: number;
  readonly rows: readonly WorkRow[];
  readonly verdict: 'decided' | 'inconclusive';
  /** `decided`: whose work is below that of all others, interval below interval. */
  readonly cheapest?: string;
  readonly reason: string;
  /** `inconclusive`: by what factor the samples would have to grow, if that can help. */
  readonly samplesFactor?: number;
  /** Those of all candidates: empty for nothing. */
  readonly warnings: readonly StudyWarning[];
  readonly version: string;
}

/** What {@link workPrecision} takes. */
export interface WorkPrecisionOptions {
  readonly candidates: readonly WorkCandidate[];
  readonly steps: readonly number[];
  readonly functional: Functional;
  /** E φ(X(T)). */
  readonly truth: number;
  /** The weak error that the work is asked for. */
  readonly tolerance: number;
  readonly method: StudyMethod;
  /** Work of one step of a path. Default: its operations, and 30 for each random variable. */
  readonly workPerStep?: (chain: Chain) => number;
  /** Of the intervals. Default 0.95. */
  readonly confidence?: number;
  /** Called after each candidate. */
  readonly onProgress?: (progress: { readonly done: number; readonly of: number; readonly row: WorkRow }) => void;
  readonly signal?: AbortSignal;
}

const KNOWN: KnownKeys<WorkPrecisionOptions> = {
  candidates: true,
  steps: true,
  functional: true,
  truth: true,
  tolerance: true,
  method: true,
  workPerStep: true,
  confidence: true,
  onProgress: true,
  signal: true,
};

/** A random variable in operations: a Gaussian takes about this long as an addition does. Empirical. */
const VARIABLE = 30;

/**
 * Which of several methods reaches a weak error with the least work a path, with intervals.
 *
 * Each candidate is measured by {@link weakOrder}; where its order p is confirmed, error = C h^p gives h at the tolerance and the work of the
 * path, T/h steps, at least one. Work is counted and not timed: arithmetic operations of the traced step and thirty for each random variable, or
 * what `workPerStep` says. The verdict is `decided` if one interval lies below all others, else `inconclusive` with the samples it would take.
 *
 * @throws SdeError `value` for fewer than two candidates, two of one name, or a tolerance that is not positive; `unsupported` for a chain that is
 * not traced without `workPerStep`; what {@link weakOrder} throws.
 * @see [talay1990]
 *
 * @example
 * ```ts
 * import { discretize, eulerMaruyama, geometricBrownianMotion, platen, problem, terminal, withDriver, workPrecision } from 'sde-core';
 * const on = problem({ model: geometricBrownianMotion({ mu: 1, sigma: 0.5 }), x0: [1], T: 1 });
 * const euler = withDriver(eulerMaruyama, 'two-point');
 * const study = await workPrecision({
 *   candidates: [
 *     { name: 'Euler', chain: (steps) => discretize(on, euler, steps), expected: 1 },
 *     { name: 'Platen', chain: (steps) => discretize(on, platen, steps), expected: 2 },
 *   ],
 *   steps: [4, 8, 16, 32],
 *   functional: terminal('x'),
 *   truth: Math.E,
 *   tolerance: 1e-3,
 *   method: { kind: 'exact' },
 * });
 * study.cheapest; // → Platen
 * ```
 */
export async function workPrecision(options: WorkPrecisionOptions): Promise<WorkPrecisionStudy> {
  requireKeys<WorkPrecisionOptions>(options, KNOWN, 'workPrecision(options)', {
    level: 'confidence',
    schemes: 'candidates',
  });
  const { candidates, steps, functional, truth, tolerance, method, confidence, onProgress, signal } = options ?? {};
  if (options?.confidence !== undefined) requireLevel(options.confidence, 'workPrecision({ confidence })');
  requireSteps(steps, 'workPrecision');
  requireMethod(method, 'workPrecision');
  requireCandidates(candidates, tolerance);
  const { workPerStep = operations } = options;
  requireFunction(workPerStep, 'workPrecision({ workPerStep })', 'give (chain) => …, or leave it out');
  requireRun({ onProgress, signal }, (field) => `workPrecision({ ${field} })`);
  const rows: WorkRow[] = [];
  for (const { name, chain, expected } of candidates) {
    const own = method.kind === 'sampled' ? { ...method, key: fold(method.key, name) } : method;
    const study = await weakOrder({ chain, steps, functional, truth, expected, method: own, confidence, signal });
    const one = chain(Math.max(...steps));
    const perStep = workPerStep(one);
    requirePositive(perStep, 'not the work of a step', 'workPrecision({ workPerStep })', 'return a number > 0');
    const row = { name, workPerStep: perStep, study, ...workAt(study, one, perStep, tolerance) };
    rows.push(row);
    onProgress?.({ done: rows.length, of: candidates.length, row });
  }
  const functionalRecord = rows[0].study.functional;
  return {
    kind: 'work-precision-study',
    functional: functionalRecord,
    truth,
    tolerance,
    rows,
    ...decide(rows, tolerance),
    warnings: rows.flatMap(({ name, study }) =>
      study.warnings.map((warning) => ({ ...warning, method: name, message: `${name}. ${warning.message}` })),
    ),
    version: VERSION,
  };
}

/** Arithmetic operations of a traced step, each node once, and those of its random variables. */
function operations(chain: Chain): number {
  if (!chain.traced) {
    throw new SdeError('unsupported', {
      what: `the work of ${chain.name} cannot be counted`,
      where: 'workPrecision({ candidates })',
      expected: 'a chain whose step is traced',
      got: 'one that is not',
      remedy: 'say what a step costs: workPerStep: (chain) => …',
    });
  }
  const nodes = operandsFirst(chain.traced.step.next);
  const count = nodes.filter(({ operation }) => operation !== 'constant' && operation !== 'symbol').length;
  return count + VARIABLE * chain.driver.size;
}

function workAt(
  { fit, verdict }: OrderStudy,
  { h, steps }: Chain,
  perStep: number,
  tolerance: number,
): Pick<WorkRow, 'work' | 'workInterval'> {
  if (verdict !== 'confirmed' || fit.constant.verdict !== 'settled') return {};
  const T = h * steps;
  const work = (constant: number): number =>
    perStep * Math.max(1, T * numbers.power(Math.abs(constant) / tolerance, 1 / fit.expected));
  const { low, high, level } = fit.constant.interval;
  const ends = [Math.abs(low), Math.abs(high)];
  const least = low < 0 && high > 0 ? 0 : Math.min(...ends);
  return { work: work(fit.constant.value), workInterval: { low: work(least), high: work(Math.max(...ends)), level } };
}

function decide(
  rows: readonly WorkRow[],
  tolerance: number,
): Pick<WorkPrecisionStudy, 'verdict' | 'cheapest' | 'reason' | 'samplesFactor'> {
  const open = rows.find(({ work }) => work === undefined);
  if (open) {
    const { samplesFactor, constant, reason } = open.study.fit;
    return {
      verdict: 'inconclusive',
      reason:
        open.study.verdict === 'confirmed'
          ? `${open.name} has no constant that settles: ${constant.reason}`
          : `${open.name} has no confirmed order: ${reason}`,
      ...(samplesFactor === undefined ? {} : { samplesFactor }),
    };
  }
  const known = rows
    .map(({ name, work = 0, workInterval }) => ({
      name,
      work,
      low: workInterval?.low ?? 0,
      high: workInterval?.high ?? 0,
    }))
    .sort((a, b) => a.work - b.work);
  const [best, ...others] = known;
  const rival = others.find(({ low }) => low <= best.high);
  if (!rival) {
    const second = others[0];
    const times = (second.work / best.work).toPrecision(2);
    return {
      verdict: 'decided',
      cheapest: best.name,
      reason: `${best.name} reaches ${tolerance} with the least work, ${second.name} with ${times} times as much`,
    };
  }
  const reason = `the works of ${best.name} and ${rival.name} are not apart`;
  // Widths shrink like 1/√samples: the two that overlap have to fit into their distance.
  const factor = square((best.high - best.work + rival.work - rival.low) / (rival.work - best.work));
  if (!(factor < 1e9)) return { verdict: 'inconclusive', reason: `${reason}, more samples would not part them` };
  const samplesFactor = Math.max(factor, 1.2);
  const samples = `about ${samplesFactor.toPrecision(2)} times the samples would decide`;
  return { verdict: 'inconclusive', reason: `${reason}; ${samples}`, samplesFactor };
}

function requireCandidates(candidates: readonly WorkCandidate[], tolerance: number): void {
  requireFinite(tolerance, 'workPrecision({ tolerance })', 'give the weak error that you accept');
  if (!Array.isArray(candidates)) throw notCandidates(candidates);
  for (const candidate of candidates) {
    requireKeys<WorkCandidate>(candidate, { name: true, chain: true, expected: true }, 'workPrecision({ candidates })');
    if (typeof candidate?.name !== 'string') throw notCandidates(candidate);
    requireOrder(candidate.expected, 'workPrecision({ candidates }): expected');
    requireFunction(
      candidate.chain,
      'workPrecision({ candidates })',
      'give chain: (steps) => discretize(problem, scheme, steps)',
    );
  }
  const names = new Set(candidates.map(({ name }) => name));
  const enough = candidates.length >= 2 && names.size === candidates.length;
  if (enough && tolerance > 0) return;
  throw new SdeError('value', {
    what: enough ? 'not a tolerance' : 'not two candidates of different names',
    where: `workPrecision({ ${enough ? 'tolerance' : 'candidates'} })`,
    expected: enough ? 'a number > 0' : 'at least two, each with a name of its own',
    got: enough ? describe(tolerance) : candidates.map(({ name }) => name).join(', ') || 'none',
    remedy: enough ? 'give the weak error that you accept' : 'give what is to be compared',
  });
}

const notCandidates = (candidates: unknown): SdeError =>
  new SdeError('value', {
    what: 'not a list of candidates',
    where: 'workPrecision({ candidates })',
    expected: 'at least two, each { name, chain, expected }',
    got: describe(candidates),
    remedy: 'give what is to be compared',
  });
