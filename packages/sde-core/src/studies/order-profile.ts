import { numbers } from '../expression/numbers.js';
import { bisect, chiSquareTail, normalQuantile } from '../numerics/distributions.js';
import { square } from '../numerics/elementary.js';
import { type LinearFit, leastSquares } from '../numerics/regression.js';
import type { ErrorPoint } from './error-point.js';

/** Orders that a profile is searched over. */
export const ORDER_RANGE: readonly [number, number] = [-1, 8];

const GRID = 181;

/** Below this tail probability of its χ² a fit is called inadequate. */
export const ADEQUATE = 1e-3;

/** The model's claim on its finest step: the correction is at most this part of the leading term. */
const DOMINANCE = 0.5;

/** What a profile says about the order. */
export interface OrderProfile {
  readonly order: number;
  readonly interval: readonly [number, number];
  /** The interval of the fit without the coarsest point. */
  readonly withoutCoarsest: readonly [number, number];
  /** Tail probability of the best fit's χ². */
  readonly adequacy: number;
  /** Points the fit kept: the finest ones. */
  readonly points: readonly ErrorPoint[];
}

/** error = h^p (a + b h + …) fitted at one p, with h in units of the finest step, so that columns are of one size. */
export function fitAtOrder(points: readonly ErrorPoint[], p: number, terms = 2, truncation?: Truncation): LinearFit {
  const least = points[points.length - 1].h;
  const X = points.map(({ h }, i) => [
    ...Array.from({ length: terms }, (_, j) => numbers.power(h / least, p + j)),
    ...(truncation ? [truncation[i]] : []),
  ]);
  const y = points.map((point) => point.error);
  const sigma = points.map((point) => point.standardError);
  if (!truncation) return leastSquares(X, y, sigma);
  // The truncation's coefficient is a standard normal variable: one more observation, of value 0 ± 1.
  return leastSquares([...X, [...new Array<number>(terms).fill(0), 1]], [...y, 0], [...sigma, 1]);
}

/** Standard deviation that the first neglected term has at each point. */
export type Truncation = readonly number[];

/**
 * The neglected term of h^p (a + b h + c h² + …), taken to be c ~ N(0, (b²/a)²/16): corrections that fall off like a geometric series, to
 * within a factor. Without it a coarse step on which the expansion has not set in would weigh as much as its sampling error allows.
 */
export function truncationOf(points: readonly ErrorPoint[], p: number): Truncation {
  const [a, b] = fitAtOrder(points, p).coefficients;
  const least = points[points.length - 1].h;
  const ratio = Math.min(DOMINANCE, Math.abs(b / a)) || 0;
  return points.map(({ h }) => NEGLECTED * (ratio * ratio) * Math.abs(a) * numbers.power(h / least, p + 2));
}

/** Of a geometric series' third term. Empirical. */
const NEGLECTED = 0.25;

/**
 * The order p in error(h) = h^p (a + b h), with a and b fitted at every p: all p whose χ² is within z² of the least.
 *
 * Only p with |b| h_min ≤ |a| / 2 are admitted: without such a bound order p + 1 is order p with a = 0. The term that the model neglects
 * is a systematic error of the size that {@link truncationOf} gives at that p. Where the best fit is inadequate the coarsest point is dropped, down to three.
 * The interval reaches at least to that of the fit without the coarsest point, and as far to either side as the extrapolation from the
 * finest slope went, up to 0.1.
 *
 * @see [bates1988]
 */
export function profileOrder(points: readonly ErrorPoint[], confidence: number): OrderProfile {
  let kept = points;
  let here = scan(kept, confidence);
  while (here.adequacy < ADEQUATE && kept.length > 3) {
    kept = kept.slice(1);
    here = scan(kept, confidence);
  }
  const { order, adequacy } = here;
  const doubt = Math.min(MOST_DOUBT, lastCorrection(kept, order));
  const [low, high] = [Math.min(here.interval[0], order - doubt), Math.max(here.interval[1], order + doubt)];
  if (kept.length < 4) return { order, interval: [low, high], withoutCoarsest: here.interval, adequacy, points: kept };
  const fewer = scan(kept.slice(1), confidence);
  return {
    order,
    interval: [Math.min(low, fewer.interval[1]), Math.max(high, fewer.interval[0])],
    withoutCoarsest: fewer.interval,
    adequacy,
    points: kept,
  };
}

/** A small correction may be two that nearly cancel, and says nothing of the next term: up to this size it is itself in doubt. Empirical. */
const MOST_DOUBT = 0.1;

/** From the order to the fitted curve's slope between the two finest points: what extrapolation to h → 0 has changed. */
function lastCorrection(points: readonly ErrorPoint[], order: number): number {
  const [coarse, fine] = points.slice(-2);
  const [a, b] = fitAtOrder(points, order, 2, truncationOf(points, order)).coefficients;
  return Math.abs(numbers.log((a + (b * coarse.h) / fine.h) / (a + b)) / numbers.log(coarse.h / fine.h)) || 0;
}

interface OrderScan {
  readonly order: number;
  readonly interval: readonly [number, number];
  readonly adequacy: number;
}

function scan(points: readonly ErrorPoint[], confidence: number): OrderScan {
  const misfit = (p: number): number => {
    // Every order is judged with the neglected term that it would have itself.
    const fit = fitAtOrder(points, p, 2, truncationOf(points, p));
    const [a, b] = fit.coefficients;
    return Math.abs(b) <= DOMINANCE * Math.abs(a) ? fit.chiSquare : Number.POSITIVE_INFINITY;
  };
  const [low, high] = ORDER_RANGE;
  const step = (high - low) / (GRID - 1);
  const grid = Array.from({ length: GRID }, (_, i) => low + i * step);
  const values = grid.map(misfit);
  let best = 0;
  for (let i = 1; i < GRID; i++) if (values[i] < values[best]) best = i;
  const order = minimize(misfit, Math.max(low, grid[best] - step), Math.min(high, grid[best] + step));
  const least = Math.min(misfit(order), values[best]);
  const limit = least + square(normalQuantile(0.5 + confidence / 2));
  const inside = values.map((value) => value <= limit);
  inside[best] = true;
  const first = inside.indexOf(true);
  const last = inside.lastIndexOf(true);
  const excess = (p: number): number => misfit(p) - limit;
  return {
    order,
    interval: [
      first === 0
        ? low
        : Math.min(
            order,
            bisect((p) => -excess(p), grid[first - 1], first === best ? order : grid[first]),
          ),
      last === GRID - 1 ? high : Math.max(order, bisect(excess, last === best ? order : grid[last], grid[last + 1])),
    ],
    // The bound on b leaves one degree of freedom to three points where it binds; where it does not, they are met and χ² is 0.
    adequacy: chiSquareTail(least, Math.max(1, points.length - 3)),
  };
}

/** Golden-section search. */
function minimize(f: (x: number) => number, low: number, high: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let a = low;
  let b = high;
  for (let i = 0; i < 60; i++) {
    const c = b - ratio * (b - a);
    const d = a + ratio * (b - a);
    if (f(c) <= f(d)) b = d;
    else a = c;
  }
  return 0.5 * (a + b);
}
