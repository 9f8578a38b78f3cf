import { requireKeys } from '../errors/options.js';
import type { Interval } from '../estimation/confidence.js';
import { numbers } from '../expression/numbers.js';
import { chiSquareTail, normalQuantile } from '../numerics/distributions.js';
import { hypot, square } from '../numerics/elementary.js';
import { type ConstantFit, fitConstant } from './constant-fit.js';
import { requireOrder } from './doors.js';
import type { ErrorPoint } from './error-point.js';
import { extrapolateOrder, localSlopes } from './order-extrapolation.js';
import { ADEQUATE, fitAtOrder, ORDER_RANGE, profileOrder } from './order-profile.js';
import { orderedPoints } from './ordered-points.js';
import { quotients, unsettled } from './settled.js';

export type { ErrorPoint } from './error-point.js';

/** What a set of measured errors says about an order. */
export interface OrderFit {
  readonly expected: number;
  /** The order extrapolated to h → 0. */
  readonly value: number;
  /** Of the order. */
  readonly interval: Interval;
  /** Error ≈ constant · h^expected as h → 0. */
  readonly constant: ConstantFit;
  /** Slopes between neighboring steps, coarse to fine; NaN where the error changes sign. */
  readonly localSlopes: readonly number[];
  readonly verdict: 'confirmed' | 'refuted' | 'inconclusive';
  /** Why, in one sentence; for `inconclusive` also the sampling it would take. */
  readonly reason: string;
  /** `inconclusive`: by what factor the samples would have to grow, if that can help. */
  readonly samplesFactor?: number;
}

/** An interval confirms an order only if it leaves out both neighbors at this distance: orders come in halves. */
const RESOLUTION = 0.5;

/**
 * What errors at several steps say about the order at h → 0: confirmed, refuted, or not decided by these data.
 *
 * The model is error(h) = h^p (a + b h + …) with p free, never one straight line through coarse steps. Exact errors (standard error 0) are
 * extrapolated, and the interval is the last change; measured ones give a profile-likelihood interval widened by what the estimate moves by
 * when the coarsest step is left out. Assumed of sampled errors: on the finest step the correction is at most half the leading term, |b| h ≤ |a| / 2.
 *
 * An order is a bound: error = O(h^expected). `confirmed`: the interval holds `expected` and leaves out `expected` ± ½, so that the bound is sharp.
 * `refuted`: the interval lies below `expected` (of sampled errors also at a tenth of its error probability, and without the coarsest step), the
 * order is nearer to another half, the errors differ from zero, keep their sign and the model fits. An interval above `expected` contradicts no
 * bound and is `inconclusive`: the leading constant is zero, or too small to be seen on these steps. So is all else, with the reason and the
 * sampling it would take; above all where error / h^p does not settle for the order p that was found: not yet asymptotic.
 *
 * @throws SdeError `value` for fewer than two distinct steps, a point that is not finite or an option that is not known.
 * @see [bates1988]
 */
export function fitOrder(
  points: readonly ErrorPoint[],
  options: { readonly expected: number; readonly confidence?: number },
): OrderFit {
  requireKeys<{ expected: number; confidence?: number }>(
    options,
    { expected: true, confidence: true },
    'fitOrder(points, options)',
    { level: 'confidence', order: 'expected' },
  );
  const { expected, confidence = 0.95 } = options ?? {};
  requireOrder(expected, 'fitOrder({ expected })');
  const ladder = orderedPoints(points, confidence, 'fitOrder');
  const fitted = ladder.exact ? exactOrder(ladder.points, expected) : sampledOrder(ladder.points, confidence, expected);
  const constant = fitConstant(points, { order: expected, confidence });
  const { order, interval, trouble, samplesFactor } = fitted;
  const decided = asymptotic(decide(expected, order, interval, trouble), ladder.points, {
    order,
    expected,
    confidence,
  });
  return {
    expected,
    value: order,
    interval: { low: interval[0], high: interval[1], level: confidence },
    constant,
    localSlopes: localSlopes(ladder.points),
    ...decided,
    ...(decided.verdict === 'inconclusive' && samplesFactor !== undefined ? { samplesFactor } : {}),
  };
}

/** A verdict is one only where error / h^p settles for the order that it names, the multiple of ½ next to what was measured. */
function asymptotic(
  decided: Pick<OrderFit, 'verdict' | 'reason'>,
  points: readonly ErrorPoint[],
  { order, expected, confidence }: { readonly order: number; readonly expected: number; readonly confidence: number },
): Pick<OrderFit, 'verdict' | 'reason'> {
  if (decided.verdict === 'inconclusive') return decided;
  const p = Math.round(order / RESOLUTION) * RESOLUTION;
  const reason = isFlat(points, p) ? undefined : unsettled(points, p, confidence);
  if (reason) return { verdict: 'inconclusive', reason };
  if (decided.verdict === 'refuted' && stillRising(points, expected)) {
    return {
      verdict: 'inconclusive',
      reason: `not yet asymptotic: the slopes still rise towards ${expected}; finer steps are needed`,
    };
  }
  return decided;
}

/** What error / h^p may change by on each of the two finest steps, relative to itself, to be the order for certain: a slope off by 0.07, where the next order is ½ away. */
const FLAT = 0.05;

/** Whether error / h^p is so nearly constant that p is the order, however its small changes go on: these matter to its constant alone. */
function isFlat(points: readonly ErrorPoint[], p: number): boolean {
  const { values, standardErrors } = quotients(points, p);
  const n = values.length;
  return (
    n >= 3 &&
    [n - 1, n - 2].every((i) => {
      const noise = 2 * hypot(standardErrors[i], standardErrors[i - 1]);
      return Math.abs(values[i] - values[i - 1]) + noise <= FLAT * Math.abs(values[i]);
    })
  );
}

/** So many times the rise of the slopes has to be below what is missing: slopes whose rise shrinks by a tenth a step go so far. Empirical. */
const RISE = 10;

/** Whether the slopes on the finest steps rise so that they may yet reach the expected order. */
function stillRising(points: readonly ErrorPoint[], expected: number): boolean {
  const [last, before, first = before] = localSlopes(points).slice(-3).reverse();
  // Where the expansion holds a rise is half the one before it: the mean of both is surer than either.
  const rise = (last - before + (before - first) / 2) / 2;
  const [s3, s2, s1, s0 = 0] = points.map(({ error, standardError }) => standardError / Math.abs(error)).reverse();
  const octave = numbers.log(points[points.length - 2].h / points[points.length - 1].h);
  const noise = hypot(s3, 1.5 * s2, s1 / 4, s0 / 4) / octave;
  return Math.max(RISE * rise, (RISE / 2) * (rise + noise)) > expected - last;
}

/** The paths that would decide, from those that did not. */
export const pathsNeeded = (
  { samplesFactor }: Pick<OrderFit, 'samplesFactor'>,
  paths: number,
): { readonly pathsNeeded?: number } =>
  samplesFactor === undefined ? {} : { pathsNeeded: Math.ceil(samplesFactor * paths) };

/** Errors are called significant if noise alone would be as large with at most this probability. */
const NOISE = 1e-3;

/** Exact errors refute an order that is this many half-widths away: the half-width is an estimate. */
const SAFETY = 3;

interface Fitted {
  readonly order: number;
  readonly interval: readonly [number, number];
  /** Why these data decide nothing, if so. */
  readonly trouble?: string;
  readonly samplesFactor?: number;
}

function exactOrder(points: readonly ErrorPoint[], expected: number): Fitted {
  if (points.every((point) => point.error === 0)) {
    return {
      order: ORDER_RANGE[1],
      interval: ORDER_RANGE,
      trouble: 'every error is exactly 0: there is no error to have an order',
    };
  }
  const limit = extrapolateOrder(points);
  if (!limit) {
    const [slope = Number.NaN] = localSlopes(points).slice(-1);
    return {
      order: Number.isFinite(slope) ? slope : 0,
      interval: ORDER_RANGE,
      trouble: 'fewer than three errors of one sign on the fine side: more and finer steps are needed',
    };
  }
  const { value: order, halfWidth } = limit;
  const interval = [order - halfWidth, order + halfWidth] as const;
  const distance = expected - order;
  if (distance > halfWidth && distance <= SAFETY * halfWidth) {
    return { order, interval, trouble: `${expected} is left out, but not with certainty: finer steps are needed` };
  }
  return { order, interval };
}

function sampledOrder(points: readonly ErrorPoint[], confidence: number, expected: number): Fitted {
  const significance = chiSquareTail(
    points.reduce((sum, point) => sum + square(point.error / point.standardError), 0),
    points.length,
  );
  if (points.length < 3) {
    const [slope] = localSlopes(points);
    const trouble = 'two steps cannot tell an order from its correction: a third is needed';
    return { order: Number.isFinite(slope) ? slope : 0, interval: ORDER_RANGE, trouble };
  }
  const profile = profileOrder(points, confidence);
  const samplesFactor = moreSamples(profile.points, expected, confidence);
  const common = { order: profile.order, interval: profile.interval, samplesFactor };
  if (significance > NOISE) {
    return { ...common, interval: ORDER_RANGE, trouble: sampling('the errors do not differ from zero', samplesFactor) };
  }
  if (profile.adequacy < ADEQUATE) {
    return { ...common, trouble: 'h^p (a + b h) does not fit even the three finest steps: finer steps are needed' };
  }
  const wide = inside(expected, profile.interval);
  if (!wide && changesSign(points)) {
    return {
      ...common,
      trouble: 'the errors change sign on these steps, which are not yet asymptotic: finer steps are needed',
    };
  }
  // More samples would make an order above the bound surer, and still contradict nothing.
  if (profile.interval[0] > expected) return { order: profile.order, interval: profile.interval };
  if (wide && !resolves(expected, profile.interval)) {
    const span = profile.interval.map((end) => end.toFixed(2)).join(', ');
    const also = neighborsIn(expected, profile.interval);
    return { ...common, trouble: sampling(`the interval [${span}] also holds ${also}`, samplesFactor) };
  }
  const outside = !wide && margin(expected, profile) < stretch(confidence);
  if (outside || inside(expected, profile.withoutCoarsest)) {
    return wide
      ? common
      : { ...common, trouble: sampling(`${expected} is left out, but not with certainty`, samplesFactor) };
  }
  return common;
}

const inside = (value: number, [low, high]: readonly [number, number]): boolean => low <= value && value <= high;

/** Standard errors from which on the sign of an error counts as seen. */
const SEEN = 2;

function changesSign(points: readonly ErrorPoint[]): boolean {
  const seen = points.filter((point) => Math.abs(point.error) > SEEN * point.standardError);
  return new Set(seen.map((point) => Math.sign(point.error))).size > 1;
}

/** How far the expected order is above the fitted one, in half-widths of the interval on that side. */
const margin = (expected: number, { order, interval }: Pick<Fitted, 'order' | 'interval'>): number =>
  (expected - order) / (interval[1] - order);

/** A refutation is an alarm: it is held to a tenth of the error probability of the interval. */
const stretch = (confidence: number): number =>
  normalQuantile(1 - (1 - confidence) / 20) / normalQuantile(0.5 + confidence / 2);

const sampling = (why: string, factor: number | undefined): string =>
  factor === undefined
    ? `${why}; finer steps are needed, more samples alone would not do`
    : `${why}; about ${Number(factor.toPrecision(2))} times the samples would decide`;

/**
 * By what factor samples must grow for the interval to leave out expected ± ½: with F times the samples the best curve of the expected order has
 * χ² F times as large at those two orders, and z² is needed. Undefined where that curve fits as well at a neighboring order.
 */
function moreSamples(points: readonly ErrorPoint[], expected: number, confidence: number): number | undefined {
  const best = fitAtOrder(points, expected);
  const least = points[points.length - 1].h;
  const [a, b] = best.coefficients;
  const curve = points.map((point) => ({
    ...point,
    error: numbers.power(point.h / least, expected) * (a + (b * point.h) / least),
  }));
  const needed = square(normalQuantile(0.5 + confidence / 2));
  const seen = Math.min(...[expected - RESOLUTION, expected + RESOLUTION].map((p) => fitAtOrder(curve, p).chiSquare));
  const factor = needed / seen;
  return factor < 1e9 ? Math.max(factor, 1.2) : undefined;
}

const resolves = (expected: number, [low, high]: readonly [number, number]): boolean =>
  low > expected - RESOLUTION && high < expected + RESOLUTION;

/** Of the orders beside an expected one, those that an interval holds. */
const neighborsIn = (expected: number, [low, high]: readonly [number, number]): string =>
  [expected - RESOLUTION, expected + RESOLUTION].filter((order) => low <= order && order <= high).join(' and ');

function decide(
  expected: number,
  order: number,
  interval: readonly [number, number],
  trouble: string | undefined,
): Pick<OrderFit, 'verdict' | 'reason'> {
  const span = `[${interval[0].toFixed(2)}, ${interval[1].toFixed(2)}]`;
  if (trouble) return { verdict: 'inconclusive', reason: trouble };
  if (interval[0] > expected || interval[1] < expected) {
    // Orders come in halves: another one is named, or the order is beside every half and the ladder not yet asymptotic.
    if (Math.abs(order - expected) < RESOLUTION / 2) {
      return {
        verdict: 'inconclusive',
        reason: `the interval ${span} leaves out ${expected} and every other order: these steps are not yet asymptotic, finer ones are needed`,
      };
    }
    return interval[0] > expected
      ? {
          verdict: 'inconclusive',
          reason: `the order lies in ${span}, above ${expected}, which is a bound: the leading constant is zero, or too small to be seen on these steps`,
        }
      : { verdict: 'refuted', reason: `the order lies in ${span}, which leaves out ${expected}` };
  }
  if (resolves(expected, interval)) {
    return { verdict: 'confirmed', reason: `the order lies in ${span}, which holds ${expected} and no neighbor at ±½` };
  }
  return {
    verdict: 'inconclusive',
    reason: `the interval ${span} also holds ${neighborsIn(expected, interval)}: more and finer steps are needed`,
  };
}
