import { SdeError } from 'sde-core';
import { describe, requireFinite } from 'sde-core/errors';
import type { OneStep, Stepping } from './stepping.js';

/** One step of the mesh, from `high` back to `low`. */
export interface MeshStep {
  readonly low: number;
  readonly high: number;
  /** high − low but for rounding: the same number for all equal steps of a stretch, so that they share factors. */
  readonly length: number;
  /** Which stretch between breakpoints it is in. */
  readonly piece: number;
  /** Where coefficients at `high` are evaluated: just before it if the coefficients may jump there. */
  readonly before: number;
  /** Where coefficients at `low` are evaluated: just after it if a formula may jump there, of which it is not known what holds at the jump itself. */
  readonly after: number;
  readonly method: OneStep;
}

/** A mesh by itself, or one of two of which the coarse one has every second time of the fine one; the coarsest has about half as many as that. */
export type Halved = 'no' | 'fine' | 'coarse' | 'coarsest';

/** From t0 to T, with the times between at which what is given may jump. */
export interface Span {
  readonly t0: number;
  readonly T: number;
  readonly breakpoints: readonly number[];
}

/** What a mesh is to fit. */
export interface MeshOptions {
  /** Default `no`. */
  readonly halved?: Halved;
  /** Times, besides breakpoints, that steps end on; those outside the interval are passed over. */
  readonly stops?: readonly number[];
  /** The density that starts at t0 is rough. Default false. */
  readonly roughStart?: boolean;
  /** Times at which formulas may jump: breakpoints too. */
  readonly jumps?: readonly number[];
}

/** Relative to the interval, times that differ by rounding alone: a sum of many layers' durations is off by so little. */
const SAME_TIME = 2 ** -40;

/** Whether two times of an interval of that length differ by rounding alone. */
export const sameTime = (a: number, b: number, interval: number): boolean => Math.abs(a - b) <= interval * SAME_TIME;

/** Relative to a step, how far before a jump its left limit is evaluated: far above the rounding of t, far below the step's own error. */
const JUST_BEFORE = 2 ** -26;

/**
 * Refuses anything but finite times with T after t0.
 *
 * @throws SdeError `value`.
 */
export function requireSpan(t0: unknown, T: unknown, where: string): void {
  requireFinite(t0, where, 'give the initial time as a number, or leave t0 out for 0');
  if (typeof T === 'number' && Number.isFinite(T) && T > (t0 as number) && Number.isFinite(T - (t0 as number))) return;
  throw new SdeError('value', {
    what: 'the final time is not after the initial time',
    where,
    expected: `finite times with T > t0 = ${t0}`,
    got: describe(T),
    remedy: 'give a T after t0; the equation is solved backward from T',
  });
}

/**
 * The steps from T back to t0, in that order: equal steps between breakpoints, at least one a stretch, `stepping.steps` in
 * all where the stretches allow it; or the steps that the stepping names, cut at breakpoints.
 *
 * @throws SdeError `value` if T ≤ t0.
 */
export function timeMesh(
  stepping: Stepping,
  { t0, T, breakpoints }: Span,
  where: string,
  { halved = 'no', stops = [], roughStart = false, jumps: jumping = [] }: MeshOptions = {},
): MeshStep[] {
  requireSpan(t0, T, where);
  requireTimes(stepping, t0, T, where);
  const tiny = (T - t0) * SAME_TIME;
  const inner = [...breakpoints, ...jumping, ...stops]
    .sort((a, b) => a - b)
    .filter((t, i, all) => t - t0 > tiny && T - t > tiny && !(i > 0 && t - all[i - 1] <= tiny));
  const jumpsAtEnd = [...breakpoints, ...jumping].some((t) => Math.abs(t - T) <= tiny);
  const jumpsBelow = (t: number): boolean => jumping.some((jump) => Math.abs(jump - t) <= tiny);
  const ends = [t0, ...inner, T];
  const mesh: MeshStep[] = [];
  let index = 0;
  const stretches = ends.slice(1).map((high, piece) => edgesOf(stepping, [ends[piece], high], T - t0, halved));
  const all = stretches.reduce((sum, { count }) => sum + count, 0);
  for (let piece = ends.length - 2; piece >= 0; piece--) {
    const [low, high] = [ends[piece], ends[piece + 1]];
    const { count, at, length } = stretches[piece];
    for (let j = count; j > 0; j--) {
      const parts = stepping.parts(index, j === count, { steps: all - 1 - index, rough: roughStart });
      index++;
      parts.forEach((method, part) => {
        const from = at(j - part / parts.length);
        const to = at(j - (part + 1) / parts.length);
        const jumps = from === high && (high < T || jumpsAtEnd);
        mesh.push({
          low: to,
          high: from,
          length: length(j) / parts.length,
          piece,
          before: jumps ? from - (from - to) * JUST_BEFORE : from,
          after: to === low && jumpsBelow(low) ? to + (from - to) * JUST_BEFORE : to,
          method,
        });
      });
    }
  }
  return mesh;
}

/** The steps of one stretch: equal ones, or those that the stepping names. */
interface Edges {
  readonly count: number;
  /** The time of edge `place`, 0 at the lower end and `count` at the upper; linear between edges. */
  at(place: number): number;
  /** From edge `place` − 1 to edge `place`: of equal steps the same number, which the difference of their ends is not. */
  length(place: number): number;
}

function edgesOf(stepping: Stepping, [low, high]: readonly [number, number], whole: number, halved: Halved): Edges {
  if (stepping.times) {
    const tiny = whole * SAME_TIME;
    const named = [low, ...stepping.times.filter((t) => t - low > tiny && high - t > tiny), high];
    const kept = (j: number): boolean => j % 2 === 0 || j === named.length - 1;
    const some = halved === 'coarsest' ? named.filter((_, j) => kept(j)) : named;
    const edges = halved === 'fine' ? named.flatMap((t, j) => (j === 0 ? [t] : [(named[j - 1] + t) / 2, t])) : some;
    const at = (place: number): number => {
      const j = Math.floor(place);
      return place === j ? edges[j] : edges[j] + (edges[j + 1] - edges[j]) * (place - j);
    };
    return { count: edges.length - 1, at, length: (place) => edges[place] - edges[place - 1] };
  }
  const share = (stepping.steps * (high - low)) / whole;
  const half = Math.max(1, Math.round(share / 2));
  const count =
    halved === 'no'
      ? Math.max(1, Math.round(share))
      : halved === 'fine'
        ? 2 * half
        : halved === 'coarse'
          ? half
          : Math.max(1, Math.round(half / 2));
  const at = (place: number): number =>
    place === 0 ? low : place === count ? high : low + ((high - low) * place) / count;
  return { count, at, length: () => (high - low) / count };
}

/** Refuses uneven steps that were chosen for another interval. */
function requireTimes(stepping: Stepping, t0: number, T: number, where: string): void {
  const { times } = stepping;
  const tiny = (T - t0) * SAME_TIME;
  if (!times || (Math.abs(times[0] - t0) <= tiny && Math.abs(times[times.length - 1] - T) <= tiny)) return;
  throw new SdeError('value', {
    what: 'the steps were chosen for another interval',
    where,
    expected: `t0 = ${times[0]} and T = ${times[times.length - 1]}`,
    got: `t0 = ${t0} and T = ${T}`,
    remedy: 'choose the steps anew with adaptedSteps for this interval',
  });
}
