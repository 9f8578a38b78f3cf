import { numbers, type Warning } from 'sde-core';
import { blownUp, shapeAtSides } from '../backward/growth-watch.js';
import type { StateInput } from '../backward/node-values.js';
import { type Grid, nodeAt } from '../grid/grid.js';
import type { Sides } from '../operators/boundary.js';
import { coefficientLayout } from '../operators/coefficient-layout.js';
import type { ControlledEquation } from './controlled-equation.js';
import type { DiscreteHjb } from './discrete-hjb.js';

/** Watches a value function, which lies between the least and the greatest of what is paid at the end, on the sides, and on the way. */
export interface ValueRange {
  /** The range after one more step. @throws SdeError `value` where V is beyond any sense. */
  after(step: ValueStep): ValueRange;
  warnings(): Warning<'maximum-principle' | 'open-side'>[];
}

/** A step of a value function. */
export interface ValueStep {
  /** The time at which it arrives. */
  readonly t: number;
  /** V there. */
  readonly u: Float64Array;
  readonly length: number;
  /** What the policy pays at the nodes. */
  readonly forcing: Float64Array;
  readonly policy: Float64Array;
}

/** What of a problem bounds its value. */
export interface Ranged {
  readonly running?: string | number;
  readonly killing?: string | number;
  readonly terminal?: StateInput;
}

/** Share of the range by which values may leave it: what iterations and extrapolation at sides leave. Empirical. */
const OVERSHOOT = 0.05;
/** Multiples of the bound, where a solve has blown up. */
const BLOWN_UP = 1e3;
/** The rate of leaving times the time, beyond which how far the drift carries is no bound. Empirical. */
const FAR = 7;

/**
 * Undefined where the equation has no such range: with killing that is no number ≥ 0, slopes that are given, or a running cost and no end.
 *
 * Where the drift under the policy leaves through a side of vanishing curvature, V goes on straight beyond it: it gains by as much as a linear drift carries in that time.
 */
export function valueRange(
  problem: Ranged,
  { grid, sides, equation, differences: { fixed } }: Pick<DiscreteHjb, 'grid' | 'sides' | 'equation' | 'differences'>,
  { end, values: terminal }: { readonly end: number | undefined; readonly values: Float64Array },
  where: string,
): ValueRange | undefined {
  const { running = 0, killing = 0 } = problem;
  if (!(Number(killing) >= 0) || (end === undefined && Number(running) !== 0)) return undefined;
  if (
    sides.some((pair) =>
      pair.some((side) => side.kind === 'slope' && (side.slope.constant !== 0 || side.feedback !== 0)),
    )
  )
    return undefined;
  const start = Number(killing) > 0 ? 0 : terminal[0];
  const widened = ({ low, high }: Bounds, values: Float64Array, all: boolean): Bounds => {
    let [least, most] = [low, high];
    for (let p = 0; p < values.length; p++) {
      if (!all && !fixed[p]) continue;
      if (values[p] < least) least = values[p];
      if (values[p] > most) most = values[p];
    }
    return { low: least, high: most };
  };
  const first = widened({ low: start, high: start }, terminal, true);
  const open = sides.some((pair) => pair.some((side) => side.kind === 'straight' && !side.degenerate));
  const shape = shapeAtSides({ grid, sides }, terminal);
  // What is straight at such a side goes on as it does there, and the drift may bring it in.
  const bent = shape.sag > OVERSHOOT * (first.high - first.low);
  if (open && !bent && end === undefined) return undefined;
  const outward = open ? outwardRate(grid, sides, equation, fixed) : () => 0;
  const rangeOf = ({ bounds, rate, paid, worst }: Watched): ValueRange => ({
    after: ({ t, u, length, forcing, policy }) => {
      let { low, high } = widened(bounds, u, false);
      let pays = paid;
      if (end !== undefined) {
        let [least, most] = [0, 0];
        for (let p = 0; p < forcing.length; p++) {
          if (fixed[p]) continue;
          least = Math.min(least, forcing[p]);
          most = Math.max(most, forcing[p]);
        }
        pays ||= least < most;
        low += length * least;
        high += length * most;
      }
      const fastest = Math.max(rate, outward(t, policy));
      const carried = end === undefined ? 0 : fastest * (end - t);
      const gain = fastest > 0 && !bent ? (1 + OVERSHOOT) * shape.rise * numbers.expm1(Math.min(carried, FAR)) : 0;
      const bound = Math.max(Math.abs(low), Math.abs(high), Number.MIN_VALUE);
      let found = worst;
      for (const value of u) {
        if (!(Math.abs(value) <= BLOWN_UP * bound * numbers.exp(Math.min(4 * carried, 100))))
          throw blownUp({ value, low: -bound, high: bound, t }, where);
        const overshoot = Math.max(value - high, low - value) - gain;
        if (overshoot > OVERSHOOT * (high - low) && overshoot > (found?.overshoot ?? 0))
          found = { overshoot, t, value, low, high };
      }
      return rangeOf({ bounds: { low, high }, rate: fastest, paid: pays, worst: found });
    },
    warnings: () => {
      if (!worst) return [];
      const { t, value, low: from, high: to } = worst;
      const kind = open ? 'open-side' : 'maximum-principle';
      const why = open
        ? 'the drift may leave through a side of vanishing curvature, where V bends or goes on as steeply as it does, and what comes from beyond is extrapolated. Widen the axis until the number no longer moves, or say what holds there.'
        : "the differences are not monotone; look at matrices, or take diffusion: 'wide'.";
      const what = paid ? 'by what is paid' : 'without running cost';
      const message = `V is ${value} at t = ${t}, and ${what} between ${from} and ${to}: ${why}`;
      return [{ kind, message, ...worst }];
    },
  });
  return rangeOf({ bounds: first, rate: 0, paid: false, worst: undefined });
}

interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** What is known of the values up to a step. */
interface Watched {
  readonly bounds: Bounds;
  /** The largest so far at which the drift leaves. */
  readonly rate: number;
  /** Something was paid on the way. */
  readonly paid: boolean;
  readonly worst: (Bounds & { readonly overshoot: number; readonly t: number; readonly value: number }) | undefined;
}

/** The largest drift out through a side of vanishing curvature under a policy, over half the length of its axis. */
function outwardRate(
  grid: Grid,
  sides: Sides,
  { dimension: d, controls: q, count, numbers }: ControlledEquation,
  fixed: Uint8Array,
): (t: number, policy: Float64Array) => number {
  const nodes: { readonly p: number; readonly k: number; readonly outward: number }[] = [];
  sides.forEach((pair, k) => {
    const { points } = grid.axes[k];
    const half = (points[points.length - 1] - points[0]) / 2;
    pair.forEach((side, upper) => {
      if (side.kind !== 'straight' || side.degenerate) return;
      const end = upper === 1 ? points.length - 1 : 0;
      for (let p = 0; p < grid.size; p++) {
        if (Math.floor(p / grid.strides[k]) % grid.shape[k] === end && !fixed[p])
          nodes.push({ p, k, outward: (upper === 1 ? 1 : -1) / half });
      }
    });
  });
  const point = new Float64Array(d + q);
  const { drift } = coefficientLayout(d);
  const found = new Float64Array(count);
  return (t, policy) => {
    let most = 0;
    for (const { p, k, outward } of nodes) {
      nodeAt(grid, p, point);
      for (let j = 0; j < q; j++) point[d + j] = policy[p * q + j];
      numbers(t, point, found);
      most = Math.max(most, outward * found[drift + k]);
    }
    return most;
  };
}
