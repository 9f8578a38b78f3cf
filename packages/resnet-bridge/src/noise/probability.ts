import { SdeError } from 'sde-core';
import { describe } from 'sde-core/errors';

/** Refuses a probability of keeping that is outside (0, 1]; returns it. */
export function requireKeepProbability(value: unknown, where: string): number {
  if (typeof value === 'number' && value > 0 && value <= 1) return value;
  throw new SdeError('value', {
    what: 'not a probability of keeping',
    where,
    expected: 'a number in (0, 1]',
    got: describe(value),
    remedy: 'give the probability that the unit is kept, not that it is dropped; 1 is no noise',
  });
}

/** Refuses a noise amplitude that is not finite and ≥ 0; returns it. */
export function requireScale(value: unknown, where: string): number {
  if (typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY) return value;
  throw new SdeError('value', {
    what: 'not a noise amplitude',
    where,
    expected: 'a finite number ≥ 0',
    got: describe(value),
    remedy: 'give the standard deviation of the noise; 0 is no noise',
  });
}
