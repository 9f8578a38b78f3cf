import { requireKeys } from '../errors/options.js';
import type { Interval } from '../estimation/confidence.js';
import { numbers } from '../expression/numbers.js';
import { normalQuantile } from '../numerics/distributions.js';
import { hypot } from '../numerics/elementary.js';
import { requireOrder } from './doors.js';
import type { ErrorPoint } from './error-point.js';
import { type Extrapolant, extrapolateConstant } from './order-extrapolation.js';
import { fitAtOrder } from './order-profile.js';
import { orderedPoints } from './ordered-points.js';
import { quotients, turns, unsettled } from './settled.js';

/** The constant in error ≈ value · h^order as h → 0. */
export interface ConstantFit {
  readonly order: number;
  readonly value: number;
  /** With the uncertainty of the model; (−∞, ∞) where the verdict is `inconclusive`: nothing is claimed. */
  readonly interval: Interval;
  /** `settled`: error / h^order tends to a limit on these steps. */
  readonly verdict: 'settled' | 'inconclusive';
  /** Why, in one sentence. */
  readonly reason: string;
  /** Of the coefficient b in error = h^order (value + b h). */
  readonly next: number;
}

/** What the extrapolation to h = 0 adds to the finest quotient may be this part of the limit, as in the fit of an order. */
const DOMINANCE = 0.5;

/** Fits from finer steps alone have to agree with one from more of them within so many standard errors. Empirical. */
const AGREEMENT = 1.5;

/**
 * The leading constant of an error whose order is known: error(h) = h^p (a + b h).
 *
 * Exact errors (standard error 0) are extrapolated and the interval is the last change. Measured ones are fitted by weighted least squares on the finest
 * steps: on one step less than all those fits agree on, so that what the model neglects stays below what is drawn at random. The interval holds its
 * quantile of the standard error, and, added in squares, the change of error / h^p between the two finest steps or what that change itself
 * does beyond its noise, whichever is more.
 *
 * `settled` asks that the changes of error / h^p shrink from step to step, as they do where the expansion holds, and that extrapolation adds at most half the
 * constant to the finest of them; else nothing is claimed: `inconclusive`, not yet asymptotic, with an interval of all numbers.
 *
 * @throws SdeError `value` for fewer than two distinct steps, a point that is not finite, an option that is not known.
 * @see [lepski1991]
 */
export function fitConstant(
  points: readonly ErrorPoint[],
  options: { readonly order: number; readonly confidence?: number },
): ConstantFit {
  requireKeys<{ order: number; confidence?: number }>(
    options,
    { order: true, confidence: true },
    'fitConstant(points, options)',
    {
      level: 'confidence',
      expected: 'order',
    },
  );
  const { order, confidence = 0.95 } = options ?? {};
  requireOrder(order, 'fitConstant({ order })');
  const { points: ladder, exact } = orderedPoints(points, confidence, 'fitConstant');
  const { value, halfWidth, next } = exact ? extrapolated(ladder, order) : fitted(ladder, order, confidence);
  const { values } = quotients(ladder, order);
  const finest = values[values.length - 1];
  const trouble =
    unsettled(ladder, order, confidence) ??
    (Math.abs(value - finest) > DOMINANCE * Math.abs(value)
      ? `not yet asymptotic: error / h^${order} is ${finest.toPrecision(3)} on the finest step and would tend to ${value.toPrecision(3)}; finer steps are needed`
      : undefined);
  if (trouble) {
    const interval = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, level: confidence };
    return { order, value, interval, verdict: 'inconclusive', reason: trouble, next };
  }
  return {
    order,
    value,
    interval: { low: value - halfWidth, high: value + halfWidth, level: confidence },
    verdict: 'settled',
    reason: `error / h^${order} settles: ${finest.toPrecision(3)} on the finest step`,
    next,
  };
}

interface Fitted {
  readonly value: number;
  readonly halfWidth: number;
  readonly next: number;
}

function extrapolated(ladder: readonly ErrorPoint[], order: number): Fitted {
  const limit = extrapolateConstant(ladder, order) ?? twoPointLimit(ladder, order);
  const { values, lastChange } = quotients(ladder, order);
  const [coarse, fine] = ladder.slice(-2);
  const [before, last] = values.slice(-2);
  // Three points agree by accident too easily.
  const few = ladder.length < 4 ? lastChange : 0;
  const doubt = turns(ladder, order) ? lastChange + Math.abs(limit.value - last) : few;
  return {
    value: limit.value,
    halfWidth: Math.max(limit.halfWidth, doubt),
    next: (before - last) / (coarse.h - fine.h),
  };
}

function fitted(ladder: readonly ErrorPoint[], order: number, confidence: number): Fitted {
  const { lastChange, bend } = quotients(ladder, order);
  const { value, standardError, next } = adaptedLine(ladder, order);
  const z = normalQuantile(0.5 + confidence / 2);
  return { value, halfWidth: hypot(z * standardError, lastChange, bend), next };
}

/** a and b of h^p (a + b h), fitted to one step less than the finest ones whose fits have a value in common. */
function adaptedLine(
  ladder: readonly ErrorPoint[],
  order: number,
): { readonly value: number; readonly standardError: number; readonly next: number } {
  const least = ladder[ladder.length - 1].h;
  const scale = numbers.power(least, -order);
  const fits = [];
  let [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let count = 2; count <= ladder.length; count++) {
    const { coefficients, covariance } = fitAtOrder(ladder.slice(-count), order);
    const [value, standardError] = [coefficients[0] * scale, Math.sqrt(covariance[0]) * scale];
    low = Math.max(low, value - AGREEMENT * standardError);
    high = Math.min(high, value + AGREEMENT * standardError);
    if (low > high) break;
    fits.push({ value, standardError, next: (coefficients[1] * scale) / least });
  }
  return fits[Math.max(0, fits.length - 2)];
}

/** The line through two exact quotients, at 0: a value of which nothing is claimed. */
function twoPointLimit(points: readonly ErrorPoint[], order: number): Extrapolant {
  const [coarse, fine] = points.slice(-2);
  const rough = coarse.error / numbers.power(coarse.h, order);
  const close = fine.error / numbers.power(fine.h, order);
  const value = (coarse.h * close - fine.h * rough) / (coarse.h - fine.h);
  return { value, halfWidth: Number.POSITIVE_INFINITY };
}
