import { SdeError } from '../errors/sde-error.js';
import type { RepresentedGrid } from './representation.js';

/** The times t_0 … t_N of a chain. */
export interface TimeGrid {
  readonly t0: number;
  readonly h: number;
  readonly steps: number;
  /** Which t_n are breakpoints of the model, ascending; absent for a model without any inside (t0, T). */
  readonly breakpoints?: readonly { readonly n: number; readonly time: number }[];
  /** t_n for models with breakpoints, shape (steps + 1): a boundary on a breakpoint is the breakpoint itself. */
  readonly boundaries?: Float64Array;
  /** t_n: t0 + n h. */
  start(n: number): number;
  /** Just before t_(n+1). */
  before(n: number): number;
}

// A boundary counts as a breakpoint if it misses it by this part of a step: rounding of (τ − t0) / h, with room to spare.
const SNAP = 1e-9;

/**
 * The equidistant grid, with a boundary exactly on each breakpoint inside (t0, T).
 *
 * @throws SdeError `value` if a breakpoint falls inside a step.
 */
export function timeGrid(t0: number, T: number, steps: number, breakpoints: readonly number[] | undefined): TimeGrid {
  const h = (T - t0) / steps;
  const inside = (breakpoints ?? []).filter((tau) => tau > t0 && tau < T);
  if (inside.length === 0) return gridOf({ t0, h, steps });
  const placed = new Map<number, number>();
  for (const tau of inside) {
    const position = (tau - t0) / h;
    const nearest = Math.round(position);
    if (Math.abs(position - nearest) > SNAP * Math.max(1, nearest)) throw offGrid(tau, h);
    placed.set(nearest, tau);
  }
  const ascending = [...placed].map(([n, time]) => ({ n, time })).sort((a, b) => a.n - b.n);
  return gridOf({ t0, h, steps, breakpoints: ascending });
}

/** The grid that its numbers describe. */
export function gridOf({ t0, h, steps, breakpoints }: RepresentedGrid): TimeGrid {
  const uniform = (n: number): number => t0 + n * h;
  if (!breakpoints) return { t0, h, steps, start: uniform, before: (n) => justBefore(uniform(n + 1), h) };
  const boundaries = Float64Array.from({ length: steps + 1 }, (_, n) => uniform(n));
  for (const { n, time } of breakpoints) boundaries[n] = time;
  return {
    t0,
    h,
    steps,
    breakpoints,
    boundaries,
    start: (n) => boundaries[n],
    before: (n) => justBefore(boundaries[n + 1], h),
  };
}

/** Less than t by a few units in the last place, and by nothing that a coefficient could notice. */
const justBefore = (t: number, h: number): number => t - Number.EPSILON * Math.max(Math.abs(t), h);

const offGrid = (tau: number, h: number): SdeError =>
  new SdeError('value', {
    what: `the coefficients jump at t = ${tau}, inside a step`,
    where: 'discretize(problem, scheme, steps)',
    expected: 'a number of steps that puts a step boundary on each breakpoint of the model',
    got: `steps of ${h}`,
    remedy: 'for coefficients that are constant on K equal pieces, take a multiple of K steps',
  });
