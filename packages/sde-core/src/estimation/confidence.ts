import { describe } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import { quasiInterval } from './quasi-interval.js';
import type { SampleFacts } from './sample-facts.js';
import { sampleInterval } from './sample-interval.js';

/** An interval at a level of confidence. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  readonly level: number;
}

/**
 * The two-sided interval of an estimate at a level: mean ± t SE, t the Student quantile with the estimate's degrees of freedom, or `paths` − 1; wider by `bias`
 * where the estimate has a bound on it.
 *
 * An estimate that carries its `sample` is given the interval that the sample allows: exact for values of 0 and 1, no narrower than the scatter of its
 * variance, and without end where no variance was seen and φ has no bounds. One path has no interval either: it is (−∞, ∞), as is that of a mean that is
 * withheld.
 *
 * @throws SdeError `value` if the level is not in (0, 1), or the estimate is none.
 * @see [student1908]
 * @see [clopper1934]
 */
export function confidence(
  estimate: {
    readonly mean: number;
    readonly standardError: number;
    readonly paths: number;
    readonly degreesOfFreedom?: number;
    readonly sample?: SampleFacts;
    /** Of a quasi-random estimate: facts of the means of its randomizations. */
    readonly means?: SampleFacts;
    readonly gain?: number;
    readonly bias?: number;
  },
  level: number,
): Interval {
  requireLevel(level, 'confidence(estimate, level)');
  requireEstimate(estimate);
  requireFacts(estimate);
  const { mean, standardError, paths, sample, bias = 0 } = estimate;
  const degreesOfFreedom = estimate.degreesOfFreedom ?? paths - 1;
  if (degreesOfFreedom < 1 && sample?.lowest === undefined && sample?.highest === undefined) {
    return { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, level };
  }
  const sampled = { mean, standardError, degreesOfFreedom, sample };
  const { low, high } =
    estimate.gain === undefined
      ? sampleInterval(sampled, level)
      : quasiInterval({ ...sampled, means: estimate.means }, level);
  return { low: low - bias, high: high + bias, level };
}

/** Refuses facts that are no numbers: an interval is made of them. */
function requireFacts(estimate: object): void {
  const fields = estimate as Readonly<Record<string, unknown>>;
  const wrong =
    ['gain', 'bias'].find((name) => fields[name] !== undefined && typeof fields[name] !== 'number') ??
    ['sample', 'means'].find((name) => fields[name] !== undefined && !isSample(fields[name]));
  if (wrong === undefined) return;
  throw new SdeError('value', {
    what: 'not an estimate',
    where: `confidence(estimate, level): estimate.${wrong}`,
    expected: wrong === 'sample' || wrong === 'means' ? 'the facts of a sample' : 'a number',
    got: describe(fields[wrong]),
    remedy: 'give what expectation(…) returned',
  });
}

const FACTS = ['count', 'least', 'most', 'atLeast', 'atMost', 'skewness', 'kurtosis', 'carriers', 'largestShare'];

/** Whether something is the facts of a sample. */
export function isSample(given: unknown): boolean {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return false;
  const facts = given as Readonly<Record<string, unknown>>;
  const whole = FACTS.every((name) => typeof facts[name] === 'number') && typeof facts.twoValued === 'boolean';
  return whole && ['lowest', 'highest'].every((name) => facts[name] === undefined || typeof facts[name] === 'number');
}

/** Refuses what is no level of confidence. */
export function requireLevel(level: unknown, where: string): void {
  if (typeof level === 'number' && level > 0 && level < 1) return;
  throw new SdeError('value', {
    what: 'not a confidence level',
    where,
    expected: 'a number in (0, 1)',
    got: describe(level),
    remedy: 'give for example 0.95',
  });
}

function requireEstimate(estimate: unknown): void {
  if (areFacts(estimate) && typeof (estimate as { readonly paths?: unknown }).paths === 'number') return;
  throw new SdeError('value', {
    what: 'not an estimate',
    where: 'confidence(estimate, level)',
    expected: 'an object with mean, standardError ≥ 0 and paths',
    got: describe(estimate),
    remedy: 'give what expectation(…) returned',
  });
}

/**
 * Whether the numbers that an interval rests on are numbers, and a count of paths or degrees of freedom, where there is one, a count. Means and
 * standard errors may be NaN or infinite: those of an estimate that lost paths are.
 */
export function areFacts(estimate: unknown): boolean {
  const { mean, standardError, paths, degreesOfFreedom } = (estimate ?? {}) as Readonly<Record<string, unknown>>;
  const isCount = (value: unknown): boolean => value === undefined || (typeof value === 'number' && value >= 0);
  return (
    typeof mean === 'number' &&
    typeof standardError === 'number' &&
    !(standardError < 0) &&
    isCount(paths) &&
    isCount(degreesOfFreedom)
  );
}
