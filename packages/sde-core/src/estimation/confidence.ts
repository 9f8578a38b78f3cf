import { describe } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import { studentHalfWidth } from '../numerics/distributions.js';

/** An interval at a level of confidence. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  readonly level: number;
}

/**
 * The two-sided interval mean ± t SE, t the Student quantile with `paths` − 1 degrees of freedom.
 *
 * One path has no interval: it is (−∞, ∞). Estimates of several samples carry `freedom`, their own count of degrees.
 *
 * @throws SdeError `value` if the level is not in (0, 1).
 * @see [student1908]
 */
export function confidence(
  estimate: {
    readonly mean: number;
    readonly standardError: number;
    readonly paths: number;
    readonly freedom?: number;
  },
  level: number,
): Interval {
  if (!(level > 0 && level < 1)) {
    throw new SdeError('value', {
      what: 'not a confidence level',
      where: 'confidence(estimate, level)',
      expected: 'a number in (0, 1)',
      got: describe(level),
      remedy: 'give for example 0.95',
    });
  }
  const freedom = estimate.freedom ?? estimate.paths - 1;
  if (freedom < 1) return { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, level };
  const half = studentHalfWidth(level, freedom) * estimate.standardError;
  return { low: estimate.mean - half, high: estimate.mean + half, level };
}
