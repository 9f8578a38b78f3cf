import { numbers } from '../expression/numbers.js';
import { normalQuantile } from '../numerics/distributions.js';
import { hypot } from '../numerics/elementary.js';
import type { ErrorPoint } from './error-point.js';

/** The quotients error / h^p, coarse to fine, and what they do on the three finest steps. */
export interface Quotients {
  readonly values: readonly number[];
  readonly standardErrors: readonly number[];
  /** Between the two finest. */
  readonly lastChange: number;
  /**
   * Between the lines through the last two pairs, at h = 0, less the standard error of that: what a line does not say. 0 with fewer than three
   * steps.
   */
  readonly bend: number;
}

/** error / h^p on a ladder. */
export function quotients(points: readonly ErrorPoint[], p: number): Quotients {
  const values = points.map(({ error, h }) => error / numbers.power(h, p));
  const standardErrors = points.map(({ standardError, h }) => standardError / numbers.power(h, p));
  const n = points.length;
  return {
    values,
    standardErrors,
    lastChange: Math.abs(values[n - 1] - values[n - 2]),
    bend: n < 3 ? 0 : bendOf(points.slice(-3), values.slice(-3), standardErrors.slice(-3)),
  };
}

function bendOf(points: readonly ErrorPoint[], values: readonly number[], standardErrors: readonly number[]): number {
  const [h0, h1, h2] = points.map(({ h }) => h);
  // The line through (h_a, q_a), (h_b, q_b) is (h_a q_b − h_b q_a)/(h_a − h_b) at 0.
  const weights = [h1 / (h0 - h1), -h0 / (h0 - h1) - h2 / (h1 - h2), h1 / (h1 - h2)];
  const change = weights.reduce((sum, weight, i) => sum + weight * values[i], 0);
  const noise = hypot(...weights.map((weight, i) => weight * standardErrors[i]));
  return Math.max(0, Math.abs(change) - noise);
}

/** Between what a straight line does from step to step and no decrease at all, the changes of quotients that settle. */
const MIDWAY = 0.5;

/**
 * Why error / h^p does not settle on the finest steps, in one clause; undefined where nothing speaks against it.
 *
 * For a + b h the changes of the quotient shrink like those of h, by ½ from halving to halving: they may be as large as midway between that and 1,
 * beyond their sampling errors.
 */
export function unsettled(points: readonly ErrorPoint[], p: number, confidence: number): string | undefined {
  if (points.length < 3) return 'two steps do not show whether error / h^p settles: a third is needed';
  const { values, standardErrors } = quotients(points.slice(-3), p);
  const [h0, h1, h2] = points.slice(-3).map(({ h }) => h);
  const share = (h1 - h2) / (h0 - h1);
  const most = MIDWAY * share + (1 - MIDWAY) * Math.max(share, 1);
  const before = Math.abs(values[1] - values[0]);
  const last = Math.abs(values[2] - values[1]);
  const z = normalQuantile(0.5 + confidence / 2);
  const noise = z * hypot(standardErrors[2], (1 + most) * standardErrors[1], most * standardErrors[0]);
  if (last <= most * before + noise) return undefined;
  const [from, to] = [before, last].map((change) => change.toPrecision(2));
  return `not yet asymptotic: error / h^${p} changes by ${to} between the two finest steps, and by ${from} before that; finer steps are needed`;
}

/** Less than this part of what a line would do: an error that falls off faster than powers of h, or one that turns. */
const FAST = 0.4;

/** Whether exact quotients changed much less on the finest steps than they would on a line: then what a polynomial makes of them is in doubt. */
export function turns(points: readonly ErrorPoint[], p: number): boolean {
  if (points.length < 3) return false;
  const { values } = quotients(points.slice(-3), p);
  const [h0, h1, h2] = points.slice(-3).map(({ h }) => h);
  const share = (h1 - h2) / (h0 - h1);
  return Math.abs(values[2] - values[1]) < FAST * share * Math.abs(values[1] - values[0]);
}
