import { numbers } from '../expression/numbers.js';
import { leastSquares } from '../numerics/regression.js';
import type { ErrorPoint } from './error-point.js';

/** A limit with the size of the last changes on the way to it. */
export interface Extrapolant {
  readonly value: number;
  readonly halfWidth: number;
}

/** Errors that are differences of exact values lose digits: relative rounding assumed of each. Empirical. */
const ROUNDING = 1e-9;

/** The part of the way from the finest two points to the limit that is never trusted. Empirical. */
const DOUBT = 0.1;

/** Slopes of log |error| between neighboring steps, coarse to fine; NaN where the sign changes. */
export function localSlopes(points: readonly ErrorPoint[]): number[] {
  return points.slice(1).map((fine, i) => {
    const coarse = points[i];
    return numbers.log(fine.error / coarse.error) / numbers.log(fine.h / coarse.h);
  });
}

/** The finest points whose errors have one sign. */
export function sameSignTail(points: readonly ErrorPoint[]): readonly ErrorPoint[] {
  const sign = Math.sign(points[points.length - 1].error);
  let first = points.length;
  while (first > 0 && sign !== 0 && Math.sign(points[first - 1].error) === sign) first--;
  return points.slice(first);
}

/**
 * The order p of exact errors at h → 0: log |error| = log |a| + p log h + c₁ h + c₂ h² + … through the finest points.
 *
 * On a geometric ladder this is Richardson extrapolation of the local slopes. Depth k of the extrapolation is judged by
 * two changes, against depth k − 1 and of depth k − 1 when it moves one step finer; the depth with the smallest larger
 * change is taken, and that change is the half-width, or a tenth of the way from the finest slope if that is more. Needs three points of one sign; undefined otherwise.
 *
 * @see [joyce1971]
 */
export function extrapolateOrder(points: readonly ErrorPoint[]): Extrapolant | undefined {
  return deepest(sameSignTail(points), (run) => {
    const X = run.map((p) => [numbers.log(p.h), 1, ...powers(p.h, run.length - 2)]);
    const y = run.map((p) => numbers.log(Math.abs(p.error)));
    return leastSquares(
      X,
      y,
      run.map(() => 1),
    ).coefficients[0];
  });
}

/** a in error = h^p (a + b h + …) of exact errors with p known, judged as in {@link extrapolateOrder}. Needs three points. */
export function extrapolateConstant(points: readonly ErrorPoint[], p: number): Extrapolant | undefined {
  return deepest(points, (run) => {
    const X = run.map((point) => [1, ...powers(point.h, run.length - 1)]);
    const y = run.map((point) => point.error / numbers.power(point.h, p));
    return leastSquares(
      X,
      y,
      run.map(() => 1),
    ).coefficients[0];
  });
}

const powers = (h: number, count: number): number[] => Array.from({ length: count }, (_, j) => numbers.power(h, j + 1));

function deepest(
  points: readonly ErrorPoint[],
  limit: (run: readonly ErrorPoint[]) => number,
): Extrapolant | undefined {
  const n = points.length;
  if (n < 3) return undefined;
  const finest = limit(points.slice(n - 2));
  let best: Extrapolant | undefined;
  // Three points agree by accident too easily, where there are four.
  for (let k = Math.min(4, n); k <= n; k++) {
    const value = limit(points.slice(n - k));
    const shallower = limit(points.slice(n - k + 1));
    const coarser = limit(points.slice(n - k, n - 1));
    const change = Math.max(Math.abs(value - shallower), Math.abs(shallower - coarser));
    const doubt = Math.max(change, DOUBT * Math.abs(value - finest));
    const halfWidth = doubt + ROUNDING * numbers.power(2, k) * Math.max(1, Math.abs(value));
    if (!best || halfWidth < best.halfWidth) best = { value, halfWidth };
  }
  return best;
}
