import type { SdeError, Warning } from 'sde-core';
import { numbers } from 'sde-core/numerics';
import { blownUp, shapeAtSides } from '../backward/growth-watch.js';
import type { StateInput } from '../backward/node-values.js';
import { type Grid, nodeAt } from '../grid/grid.js';
import type { Sides } from '../operators/boundary.js';
import type { ControlledEquation } from './controlled-equation.js';

/** Watches a value function, which lies between the least and the greatest of what is paid at the end, on the sides, and on the way. */
export interface ValueRange {
  /** Sees V after a step of that length under a policy with what it pays at the nodes, `forcing`. @throws SdeError `value` where it is beyond any sense. */
  see(t: number, u: Float64Array, length: number, forcing: Float64Array, policy: Float64Array): void;
  warnings(): Warning<'maximum-principle' | 'open-side'>[];
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
  {
    grid,
    sides,
    equation,
    end,
  }: {
    readonly grid: Grid;
    readonly sides: Sides;
    readonly equation: ControlledEquation;
    readonly end: number | undefined;
  },
  fixed: Uint8Array,
  terminal: Float64Array,
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
  let [low, high] = [start, start];
  const widen = (values: Float64Array, all: boolean): void => {
    for (let p = 0; p < values.length; p++) {
      if (!all && !fixed[p]) continue;
      if (values[p] < low) low = values[p];
      if (values[p] > high) high = values[p];
    }
  };
  widen(terminal, true);
  const open = sides.some((pair) => pair.some((side) => side.kind === 'straight' && !side.degenerate));
  const shape = shapeAtSides({ grid, sides }, terminal);
  // What is straight at such a side goes on as it does there, and the drift may bring it in.
  const bent = shape.sag > OVERSHOOT * (high - low);
  if (open && !bent && end === undefined) return undefined;
  const outward = open ? outwardRate(grid, sides, equation, fixed) : () => 0;
  let rate = 0;
  let paid = false;
  let worst: { overshoot: number; t: number; value: number; low: number; high: number } | undefined;
  return {
    see: (t, u, length, forcing, policy) => {
      widen(u, false);
      if (end !== undefined) {
        let [least, most] = [0, 0];
        for (let p = 0; p < forcing.length; p++) {
          if (fixed[p]) continue;
          least = Math.min(least, forcing[p]);
          most = Math.max(most, forcing[p]);
        }
        paid ||= least < most;
        low += length * least;
        high += length * most;
      }
      rate = Math.max(rate, outward(t, policy));
      const carried = end === undefined ? 0 : rate * (end - t);
      const gain = rate > 0 && !bent ? (1 + OVERSHOOT) * shape.rise * numbers.expm1(Math.min(carried, FAR)) : 0;
      const bound = Math.max(Math.abs(low), Math.abs(high), Number.MIN_VALUE);
      for (const value of u) {
        if (!(Math.abs(value) <= BLOWN_UP * bound * numbers.exp(Math.min(4 * carried, 100))))
          throw endless(value, bound, t);
        const overshoot = Math.max(value - high, low - value) - gain;
        if (overshoot > OVERSHOOT * (high - low) && overshoot > (worst?.overshoot ?? 0))
          worst = { overshoot, t, value, low, high };
      }
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
  };

  function endless(value: number, bound: number, t: number): SdeError {
    return blownUp(value, -bound, bound, t, where);
  }
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
  const found = new Float64Array(count);
  return (t, policy) => {
    let most = 0;
    for (const { p, k, outward } of nodes) {
      nodeAt(grid, p, point);
      for (let j = 0; j < q; j++) point[d + j] = policy[p * q + j];
      numbers(t, point, found);
      most = Math.max(most, outward * found[k]);
    }
    return most;
  };
}
