import { describe, requireFinite } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import { requireLevel } from '../estimation/confidence.js';
import type { ErrorPoint } from './error-point.js';

/** Points of a study, coarse to fine, checked; `exact` when none has a sampling error. */
export function orderedPoints(
  points: readonly ErrorPoint[],
  confidence: number,
  where: string,
): { readonly points: readonly ErrorPoint[]; readonly exact: boolean } {
  if (!Array.isArray(points)) throw noPoints(points, where);
  for (const [i, point] of points.entries()) {
    if (typeof point !== 'object' || point === null) throw noPoints(point, where);
    requireFinite(point.h, `${where}(points[${i}].h)`, 'give the step size');
    requireFinite(point.error, `${where}(points[${i}].error)`, 'leave out levels whose estimate is not finite');
    requireFinite(point.standardError, `${where}(points[${i}].standardError)`, 'give 0 for an exact error');
    if (point.h <= 0 || point.standardError < 0) {
      throw new SdeError('value', {
        what: 'a step size or a standard error out of range',
        where: `${where}(points[${i}])`,
        expected: 'h > 0 and standardError ≥ 0',
        got: `h = ${point.h}, standardError = ${point.standardError}`,
        remedy: 'give the step size, and 0 for an exact error',
      });
    }
  }
  const sorted = [...points].sort((a, b) => b.h - a.h);
  if (sorted.length < 2 || sorted.some((point, i) => i > 0 && point.h === sorted[i - 1].h)) {
    throw new SdeError('value', {
      what: 'too few distinct step sizes',
      where: `${where}(points)`,
      expected: 'at least two distinct h',
      got: `h = ${sorted.map((point) => point.h).join(', ')}`,
      remedy: 'measure at three or more different step sizes',
    });
  }
  requireLevel(confidence, `${where}({ confidence })`);
  const exact = sorted.every((point) => point.standardError === 0);
  if (exact) return { points: sorted, exact };
  // An exact level among sampled ones keeps a rounding error, so that its weight is finite.
  const floor = 1e-9;
  const weighted = sorted.map((point) => ({
    ...point,
    standardError: Math.max(point.standardError, floor * Math.abs(point.error), Number.MIN_VALUE),
  }));
  return { points: weighted, exact };
}

const noPoints = (got: unknown, where: string): SdeError =>
  new SdeError('value', {
    what: 'not a list of errors',
    where: `${where}(points)`,
    expected: 'points { h, error, standardError }',
    got: describe(got),
    remedy: 'give the error at each step size',
  });
