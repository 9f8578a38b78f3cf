import { describe, requireFinite } from '../errors/at-the-door.js';
import { isNamed, requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import { numbers } from '../expression/numbers.js';
import { square } from '../numerics/elementary.js';
import { areFacts, confidence, type Interval, requireLevel } from './confidence.js';
import type { CombinedProvenance, Estimate } from './estimate.js';
import { extrapolationWarnings } from './extrapolation-warnings.js';
import { freedomOf, reachOf, sampleInterval } from './sample-interval.js';
import type { EstimateWarning } from './sample-warnings.js';
import { VERSION } from './version.js';

/** What extrapolation takes of a level: an estimate, or a number with its error (0 for an exact one). */
export type Level = Estimate | { readonly mean: number; readonly standardError: number };

interface ExtrapolateOptions {
  /** Of each level. */
  readonly h: readonly number[];
  /** The weak order of the scheme. */
  readonly order: number;
  /** Of the interval. Default 0.95. */
  readonly confidence?: number;
}

/**
 * Σ_l w_l E_l with Σ w = 1 and Σ w h^(order + j) = 0 for j = 0 … L − 2: the error of order `order` becomes one of order + L − 1.
 *
 * For h, h/2 and order 1 it is 2 E_(h/2) − E_h. Any ladder of distinct steps. The levels must be independent: SE² = Σ w² SE_l², with Welch's
 * degrees of freedom. The error expansion in whole powers of h is assumed: smooth coefficients and φ. `warnings` holds those of the levels, with the number of
 * their level, and says where the levels do not show the order, or show another; a mean that a level withholds is withheld here too.
 *
 * @throws SdeError `value` for steps that are not distinct and positive, for an order that is not positive, for what is no level, or for two levels
 * under one key, which are not independent; `shape` if there is not one step a level.
 * @see [talay1990]
 */
export function extrapolate(estimates: readonly Level[], options: ExtrapolateOptions): Estimate {
  requireKeys<ExtrapolateOptions>(
    options ?? null,
    { h: true, order: true, confidence: true },
    'extrapolate(estimates, { h, order })',
    { steps: 'h', level: 'confidence' },
  );
  const { h, order, confidence: level = 0.95 } = options;
  requireLadder(estimates, h, order);
  requireLevel(level, 'extrapolate(estimates, { confidence })');
  const weights = extrapolationWeights(h, order);
  const parts = estimates.map(({ standardError }, l) => square(weights[l] * standardError));
  const variance = parts.reduce((sum, part) => sum + part, 0);
  const paths = estimates.reduce((sum, level) => sum + ('paths' in level ? level.paths : 0), 0);
  const welch = (freedoms: (of: Estimate) => number): number => {
    const sum = parts.reduce((total, part, l) => {
      const of = estimates[l];
      return total + ('degreesOfFreedom' in of && part > 0 ? (part * part) / freedoms(of) : 0);
    }, 0);
    return sum > 0 ? Math.max(1, Math.floor((variance * variance) / sum) || 1) : Number.MAX_SAFE_INTEGER;
  };
  const levels: CombinedProvenance['levels'] = estimates.map((level) =>
    'provenance' in level ? level.provenance : { kind: 'given', mean: level.mean, standardError: level.standardError },
  );
  const combination = {
    mean: estimates.reduce((sum, level, l) => sum + weights[l] * level.mean, 0),
    standardError: Math.sqrt(variance),
    paths,
    degreesOfFreedom: welch((of) => of.degreesOfFreedom),
  };
  return {
    ...combination,
    variance: variance * paths,
    interval: intervalOf(estimates, weights, { ...combination, degreesOfFreedom: welch(freedomOf) }, level),
    warnings: [
      ...estimates.flatMap((level, l) => ('warnings' in level ? level.warnings.map((one) => ofLevel(one, l)) : [])),
      ...extrapolationWarnings(estimates, { h, order }),
    ],
    nonFinite: estimates.reduce((sum, level) => sum + ('nonFinite' in level ? level.nonFinite : 0), 0),
    provenance: { kind: 'extrapolated', h: [...h], order, weights, levels, version: VERSION },
  };
}

/** Student's, or, where the variance of a level is not what its own interval rests on, as far as the intervals of all reach: they are independent. */
function intervalOf(
  estimates: readonly Level[],
  weights: readonly number[],
  combination: Pick<Estimate, 'mean' | 'standardError' | 'paths' | 'degreesOfFreedom'>,
  level: number,
): Interval {
  const usual = confidence(combination, level);
  const { mean } = combination;
  if (estimates.every((one) => !('sample' in one) || (one.sample && rests(one, level)))) return usual;
  const squares = estimates.map((one, l) => {
    const own = { paths: Number.MAX_SAFE_INTEGER, ...one };
    return square(weights[l] * reachOf(one.mean, confidence(own, level)));
  });
  const half = Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
  return Number.isNaN(mean) ? usual : { low: mean - half, high: mean + half, level };
}

const rests = (estimate: Estimate, level: number): boolean =>
  ['student', 'exact'].includes(sampleInterval(estimate, level).basis);

const ofLevel = (warning: EstimateWarning, level: number): EstimateWarning => ({
  ...warning,
  level,
  message: `Level ${level}: ${warning.message}`,
});

/**
 * The weights of {@link extrapolate}, by elimination with the largest pivot.
 *
 * @throws SdeError `value` for steps that are not distinct and positive, fewer than two, or an order that is not positive.
 */
export function extrapolationWeights(h: readonly number[], order: number): number[] {
  requireSteps(h, order, 'extrapolationWeights(h, order)');
  const n = h.length;
  const scale = Math.max(...h);
  const rows = Array.from({ length: n }, (_, j) => [
    ...h.map((step) => (j === 0 ? 1 : numbers.power(step / scale, order + j - 1))),
    j === 0 ? 1 : 0,
  ]);
  for (let c = 0; c < n; c++) {
    let pivot = c;
    for (let r = c + 1; r < n; r++) if (Math.abs(rows[r][c]) > Math.abs(rows[pivot][c])) pivot = r;
    [rows[c], rows[pivot]] = [rows[pivot], rows[c]];
    for (let r = 0; r < n; r++) {
      if (r === c) continue;
      const factor = rows[r][c] / rows[c][c];
      for (let k = c; k <= n; k++) rows[r][k] -= factor * rows[c][k];
    }
  }
  return rows.map((row, i) => row[n] / row[i]);
}

function requireLadder(estimates: readonly Level[], h: readonly number[], order: number): void {
  const where = 'extrapolate(estimates, { h, order })';
  const refuse = (code: 'shape' | 'value', what: string, expected: string, got: string, remedy: string): never => {
    throw new SdeError(code, { what, where, expected, got, remedy });
  };
  if (!Array.isArray(estimates)) {
    refuse('value', 'not a list of estimates', 'an array', describe(estimates), 'give the estimates of the levels');
  }
  requireSteps(h, order, where);
  if (h.length !== estimates.length) {
    const got = `${estimates.length} estimates, ${h.length} steps`;
    refuse('shape', 'not one step an estimate', 'as many steps as estimates', got, 'give h of every estimate');
  }
  for (const level of estimates) {
    if (areFacts(level)) continue;
    const remedy = 'give an estimate, or { mean, standardError } with 0 for an exact one';
    refuse('value', 'not a level', 'an object with mean and standardError ≥ 0', describe(level), remedy);
  }
  const keys = estimates.flatMap((level) => ('provenance' in level ? [...keysOf(level.provenance)] : []));
  if (new Set(keys).size < keys.length) {
    const remedy = 'estimate each level under its own key: fold(key, level)';
    refuse('value', 'levels that are not independent', 'one key a level', 'two levels under one key', remedy);
  }
}

/** The keys that an estimate was sampled under, each once: its own, or those of the estimates that it was made of. */
function keysOf(provenance: unknown): ReadonlySet<string> {
  if (!isNamed(provenance)) return new Set();
  const { key, from, levels } = provenance;
  const own = isNamed(key) && Array.isArray(key.words) ? [key.words.join()] : [];
  const parts = [from, ...(Array.isArray(levels) ? levels : [])];
  return new Set([...own, ...parts.flatMap((part) => [...keysOf(part)])]);
}

function requireSteps(h: readonly number[], order: number, where: string): void {
  const refuse = (code: 'shape' | 'value', what: string, expected: string, got: string, remedy: string): never => {
    throw new SdeError(code, { what, where, expected, got, remedy });
  };
  if (!Array.isArray(h) || h.length < 2) {
    refuse(
      'shape',
      'not one step an estimate',
      'an array of at least two steps',
      describe(h),
      'give h of every estimate',
    );
  }
  for (const step of h) requireFinite(step, where, 'give the step of each level');
  requireFinite(order, where, 'give the weak order of the scheme');
  if (h.some((step) => step <= 0) || new Set(h).size < h.length) {
    refuse(
      'value',
      'steps that cannot be extrapolated',
      'distinct positive h',
      h.join(', '),
      'give each level another step',
    );
  }
  if (order <= 0) refuse('value', 'not an order', 'a number > 0', String(order), 'give the weak order of the scheme');
}
