import { SdeError } from 'sde-core';
import { describe } from 'sde-core/errors';
import { cellOf } from './interpolation.js';

/** Arrays on a grid at increasing times. */
export interface Snapshots {
  /** Shape (k), increasing. */
  readonly times: Float64Array;
  /** One array of shape (size) a time. */
  readonly values: readonly Float64Array[];
  /** Not all times were kept: between these there is nothing to be read off. */
  readonly apart?: boolean;
}

/** Two neighboring snapshots and their weights: linear in time, exact at the times themselves. */
export interface Between {
  readonly early: Float64Array;
  readonly late: Float64Array;
  readonly earlyWeight: number;
  readonly lateWeight: number;
}

/**
 * Where a time lies among snapshots.
 *
 * @throws SdeError `value` if it is outside them, or between two that are apart.
 */
export function between({ times, values, apart }: Snapshots, t: number, where: string): Between {
  const last = times.length - 1;
  if (!(typeof t === 'number' && t >= times[0] && t <= times[last])) {
    throw new SdeError('value', {
      what: 'the time is outside what was solved and kept',
      where,
      expected: times.length === 1 ? `t = ${times[0]}` : `a number in [${times[0]}, ${times[last]}]`,
      got: describe(t),
      remedy: "solve over a longer interval, or keep all times ({ keep: 'all' })",
    });
  }
  const i = last === 0 ? 0 : cellOf(times, t);
  const next = Math.min(i + 1, last);
  const lateWeight = next === i ? 0 : (t - times[i]) / (times[next] - times[i]);
  if (apart && lateWeight !== 0 && lateWeight !== 1) {
    throw new SdeError('value', {
      what: 'the time was not kept',
      where,
      expected: `one of ${Array.from(times).join(', ')}`,
      got: String(t),
      remedy: "name the time when solving ({ keep: [t] }), or keep all times ({ keep: 'all' })",
    });
  }
  return { early: values[i], late: values[next], earlyWeight: 1 - lateWeight, lateWeight };
}

/** The values at one time, in an array of their own. */
export function blended(at: Between): Float64Array {
  if (at.lateWeight === 0) return at.early.slice();
  if (at.earlyWeight === 0) return at.late.slice();
  return at.early.map((value, p) => at.earlyWeight * value + at.lateWeight * at.late[p]);
}
