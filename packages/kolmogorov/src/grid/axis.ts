import { SdeError } from 'sde-core';
import { describe, requireFinite, requireInteger, requireNumbers } from 'sde-core/errors';
import { MOST_POINTS } from '../door/limits.js';

/** The points of one coordinate, strictly increasing. */
export interface Axis {
  readonly kind: 'axis';
  /** Shape (n). */
  readonly points: Float64Array;
}

const FEWEST_POINTS = 3;

/**
 * n equally spaced points on [a, b], both ends included.
 *
 * @throws SdeError `value` if n < 3, or b ≤ a, or an end is not finite.
 *
 * @example
 * import { uniform } from 'kolmogorov';
 * uniform(0, 1, 5).points; // → [ 0, 0.25, 0.5, 0.75, 1 ]
 */
export function uniform(a: number, b: number, n: number): Axis {
  requireInterval('uniform', a, b, n);
  return frozen(Float64Array.from({ length: n }, (_, i) => (i === n - 1 ? b : a + ((b - a) * i) / (n - 1))));
}

/**
 * An axis of the caller's own points.
 *
 * Differences are second order where neighboring spacings differ by O(spacing²), as under a smooth map.
 *
 * @throws SdeError `value` if there are fewer than 3 points, one is not finite, or they do not increase strictly.
 *
 * @example
 * import { pointsOf } from 'kolmogorov';
 * pointsOf([0, 0.1, 0.3, 1]).points.length; // → 4
 */
export function pointsOf(points: ArrayLike<number>): Axis {
  requireNumbers(points, 'pointsOf(points)', 'give finite points');
  requireInteger(
    points.length,
    FEWEST_POINTS,
    'pointsOf(points)',
    `${FEWEST_REMEDY}, and no more than fit`,
    MOST_POINTS,
  );
  const own = Float64Array.from(points);
  for (let i = 0; i < own.length; i++) {
    if (i > 0 && own[i] <= own[i - 1]) {
      throw new SdeError('value', {
        what: 'the points of an axis do not increase',
        where: `pointsOf(points)[${i}]`,
        expected: `a number > ${own[i - 1]}`,
        got: describe(own[i]),
        remedy: 'sort the points and drop repeated ones',
      });
    }
  }
  return frozen(own);
}

const FEWEST_REMEDY = 'a second difference needs three points; use at least 3, usually 50 or more';

/** Refuses what is no interval, or too few points for it. */
export function requireInterval(name: string, a: number, b: number, n: number): void {
  requireFinite(a, `${name}(a, …)`, 'give the lower end of the axis');
  requireFinite(b, `${name}(…, b, …)`, 'give the upper end of the axis');
  requireInteger(n, FEWEST_POINTS, `${name}(…, n)`, FEWEST_REMEDY);
  if (n > MOST_POINTS) {
    throw new SdeError('value', {
      what: 'more points than fit in memory',
      where: `${name}(…, n)`,
      expected: `at most ${MOST_POINTS} points`,
      got: describe(n),
      remedy: 'use fewer: some hundreds suffice for differences of second order',
    });
  }
  if (b <= a) {
    throw new SdeError('value', {
      what: 'the upper end is not above the lower end',
      where: `${name}(a, b, n)`,
      expected: `b > a = ${a}`,
      got: describe(b),
      remedy: 'give the ends in increasing order',
    });
  }
  if (!Number.isFinite((b - a) * n)) {
    throw new SdeError('value', {
      what: 'an axis whose length is not finite',
      where: `${name}(a, b, n)`,
      expected: 'ends whose distance, times the points, is a finite number',
      got: `${a} and ${b}`,
      remedy: 'give ends that the process reaches',
    });
  }
}

/** Refuses what is no axis. */
export function requireAxis(axis: unknown, where: string): void {
  const { kind, points } = (axis ?? {}) as Partial<Axis>;
  if (kind === 'axis' && points instanceof Float64Array && points.length >= FEWEST_POINTS) return;
  throw new SdeError('value', {
    what: 'not an axis',
    where,
    expected: 'an Axis from uniform, sinhSpaced, chebyshevSpaced, quantileSpaced or pointsOf',
    got: describe(axis),
    remedy: 'make the axis with uniform(a, b, n), sinhSpaced(a, b, n, { center, width }) or pointsOf(points)',
  });
}

/** The axis of points that are known to increase. */
export function frozen(points: Float64Array): Axis {
  return Object.freeze({ kind: 'axis' as const, points });
}
