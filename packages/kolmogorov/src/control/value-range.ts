import type { Warning } from 'sde-core';
import { shapeAtSides } from '../backward/growth-watch.js';
import type { StateInput } from '../backward/node-values.js';
import type { Grid } from '../grid/grid.js';
import type { Sides } from '../operators/boundary.js';

/** Watches a value function without running cost, which lies between the least and the greatest of what is paid at the end and on the sides. */
export interface ValueRange {
  see(t: number, u: Float64Array): void;
  warnings(): Warning<'maximum-principle' | 'open-side'>[];
}

/** Share of the range by which values may leave it: what iterations and extrapolation at sides leave. Empirical. */
const OVERSHOOT = 0.05;

/** Undefined where the equation has no such range: with a running cost, killing that is no number ≥ 0, or slopes that are given. */
export function valueRange(
  problem: { readonly running?: string | number; readonly killing?: string | number; readonly terminal?: StateInput },
  grid: Grid,
  sides: Sides,
  fixed: Uint8Array,
  terminal: Float64Array,
): ValueRange | undefined {
  const { running = 0, killing = 0 } = problem;
  if (Number(running) !== 0 || !(Number(killing) >= 0)) return undefined;
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
  // What is straight at such a side goes on as it does there, and the drift may bring it in.
  if (open && !(shapeAtSides({ grid, sides }, terminal).sag > OVERSHOOT * (high - low))) return undefined;
  let worst: { overshoot: number; t: number; value: number; low: number; high: number } | undefined;
  return {
    see: (t, u) => {
      widen(u, false);
      for (const value of u) {
        const overshoot = Math.max(value - high, low - value);
        if (overshoot > OVERSHOOT * (high - low) && overshoot > (worst?.overshoot ?? 0))
          worst = { overshoot, t, value, low, high };
      }
    },
    warnings: () => {
      if (!worst) return [];
      const { t, value, low: from, high: to } = worst;
      const kind = open ? 'open-side' : 'maximum-principle';
      const why = open
        ? 'V bends at a side of vanishing curvature that the drift may leave through, and what comes from beyond is extrapolated. Widen the axis until the number no longer moves, or say what holds there.'
        : "the differences are not monotone; look at matrices, or take diffusion: 'wide'.";
      const message = `V is ${value} at t = ${t}, and without running cost between ${from} and ${to}: ${why}`;
      return [{ kind, message, ...worst }];
    },
  };
}
