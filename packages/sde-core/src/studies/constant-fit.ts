import { chiSquareTail, normalQuantile } from '../numerics/distributions.js';
import type { ErrorPoint } from './error-point.js';
import { extrapolateConstant } from './order-extrapolation.js';
import { ADEQUATE, fitAtOrder, type Truncation, truncationOf } from './order-profile.js';
import { orderedPoints } from './ordered-points.js';

/** The constant in error ≈ constant · h^order as h → 0. */
export interface ConstantFit {
  readonly order: number;
  readonly constant: number;
  /** At `confidence`, with the uncertainty of the model. */
  readonly interval: readonly [number, number];
  readonly confidence: number;
  /** Of the coefficient b in error = h^order (constant + b h). */
  readonly next: number;
}

/**
 * The leading constant of an error whose order is known: error(h) = h^p (a + b h).
 *
 * Exact errors (standard error 0) are extrapolated and the interval is the last change. Measured ones are fitted by weighted least
 * squares with the neglected term c h² as a systematic error: of the size of a geometric series' next term, or as large as the points
 * themselves show it to be, whichever is more. No interval is closer than the change of error / h^p between the two finest steps.
 *
 * @throws SdeError `value` for fewer than two distinct steps or a point that is not finite.
 */
export function fitConstant(
  points: readonly ErrorPoint[],
  options: { readonly order: number; readonly confidence?: number },
): ConstantFit {
  const { order, confidence = 0.95 } = options;
  const { points: ladder, exact } = orderedPoints(points, confidence, 'fitConstant');
  const least = ladder[ladder.length - 1].h;
  if (exact) {
    const a = extrapolateConstant(ladder, order) ?? twoPointLimit(ladder, order);
    const coarse = ladder[ladder.length - 2];
    const fine = ladder[ladder.length - 1];
    const next = (coarse.error / coarse.h ** order - fine.error / fine.h ** order) / (coarse.h - fine.h);
    return {
      order,
      constant: a.value,
      interval: [a.value - a.halfWidth, a.value + a.halfWidth],
      confidence,
      next,
    };
  }
  const z = normalQuantile(0.5 + confidence / 2);
  const kept = adequateTail(ladder, order);
  const fit = fitAtOrder(kept, order, 2, kept.length > 2 ? neglected(kept, order) : undefined);
  const scale = least ** -order;
  const half = Math.max(z * Math.sqrt(fit.covariance[0]), lastChange(ladder, order) / scale);
  const constant = fit.coefficients[0] * scale;
  return {
    order,
    constant,
    interval: [constant - half * scale, constant + half * scale],
    confidence,
    next: (fit.coefficients[1] * scale) / least,
  };
}

function adequateTail(points: readonly ErrorPoint[], order: number): readonly ErrorPoint[] {
  let kept = points;
  while (
    kept.length > 3 &&
    chiSquareTail(fitAtOrder(kept, order, 2, neglected(kept, order)).chiSquare, kept.length - 2) < ADEQUATE
  ) {
    kept = kept.slice(1);
  }
  return kept;
}

/** What error / h^order still did between the two finest steps: no extrapolation is trusted more closely. */
function lastChange(points: readonly ErrorPoint[], order: number): number {
  const [coarse, fine] = points.slice(-2).map(({ error, h }) => error / h ** order);
  return Math.abs(fine - coarse);
}

/** Standard deviation of the neglected term at each point: where the correction b happens to be small, the next term is not. */
function neglected(points: readonly ErrorPoint[], order: number): Truncation {
  const geometric = truncationOf(points, order);
  if (points.length < 4) return geometric;
  const c = Math.abs(fitAtOrder(points, order, 3).coefficients[2]);
  const least = points[points.length - 1].h;
  return points.map(({ h }, i) => Math.max(geometric[i], c * (h / least) ** (order + 2)));
}

/** With two exact points the change is that from the finest quotient. */
function twoPointLimit(points: readonly ErrorPoint[], order: number): { value: number; halfWidth: number } {
  const [coarse, fine] = points.slice(-2);
  const rough = coarse.error / coarse.h ** order;
  const close = fine.error / fine.h ** order;
  const value = (coarse.h * close - fine.h * rough) / (coarse.h - fine.h);
  return { value, halfWidth: Math.abs(value - close) };
}
