import { numbers } from 'sde-core/numerics';
import type { ClosedForm } from './closed-form.js';

/** One grid of a ladder. */
export interface Rung {
  readonly points: number;
  /** Signed, of u. */
  readonly error: number;
  /** The shortest of the repetitions. */
  readonly seconds: number;
}

/** A case on its three grids. */
export interface Ladder {
  readonly name: string;
  readonly exact: number;
  readonly rungs: readonly Rung[];
  /** log₂ of how far the error falls from each grid to the next. */
  readonly orders: readonly number[];
  /** Each grid, with every second of its points used to take off the error of second order. */
  readonly extrapolated: readonly Rung[];
}

/** Points of the first axis, coarsest grid first. */
export function ladderPoints({ points }: ClosedForm): readonly number[] {
  return [points, 2 * points - 1, 4 * points - 3];
}

/** The ladder of values and errors, each timed by `clock` (seconds). */
export function ladder(one: ClosedForm, clock: () => number): Ladder {
  const sizes = ladderPoints(one);
  const timed = (points: number, solve: (n: number) => number): Rung => {
    const start = clock();
    const value = solve(points);
    return { points, error: value - one.exact, seconds: clock() - start };
  };
  const rungs = sizes.map((n) => timed(n, one.solve));
  return {
    name: one.name,
    exact: one.exact,
    rungs,
    orders: rungs.slice(1).map((rung, i) => numbers.log(Math.abs(rungs[i].error / rung.error)) / Math.LN2),
    extrapolated: sizes.map((n) => timed(n, one.extrapolate)),
  };
}

/** The same with the shorter times of two runs; their errors are the same. */
export function faster(a: Ladder, b: Ladder): Ladder {
  return { ...a, rungs: fasterRungs(a.rungs, b.rungs), extrapolated: fasterRungs(a.extrapolated, b.extrapolated) };
}

/** Rung by rung. */
export function fasterRungs(a: readonly Rung[], b: readonly Rung[]): readonly Rung[] {
  return a.map((rung, i) => ({ ...rung, seconds: Math.min(rung.seconds, b[i].seconds) }));
}

/**
 * How long a ladder takes to an error: between two grids along a straight line, doubly logarithmic.
 *
 * The coarsest grid's time where that one is accurate enough; `undefined` where even the finest is not.
 */
export function secondsToError(rungs: readonly Rung[], error: number): number | undefined {
  const size = (rung: Rung): number => numbers.log(Math.abs(rung.error));
  const target = numbers.log(Math.abs(error));
  const i = rungs.findIndex((rung) => size(rung) <= target);
  if (i <= 0) return rungs[i]?.seconds;
  const [a, b] = [rungs[i - 1], rungs[i]];
  const share = (target - size(a)) / (size(b) - size(a));
  return a.seconds * numbers.power(b.seconds / a.seconds, share);
}
