import { describe, requireInteger } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';

/** Steps that a chain may have: past this an index of a step is no exact place in time any more, and no run ends. */
const MOST_STEPS = 2 ** 31;

/** Refuses anything but a number of steps. */
export function requireSteps(steps: unknown, where: string): void {
  requireInteger(steps, 1, where, 'take at least one step');
  if ((steps as number) <= MOST_STEPS) return;
  throw new SdeError('value', {
    what: 'more steps than any run can take',
    where,
    expected: `at most ${MOST_STEPS}`,
    got: describe(steps),
    remedy: 'take fewer steps of a scheme of higher order',
  });
}
