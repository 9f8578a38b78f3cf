import { SdeError } from 'sde-core';
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
  readonly method: OneStep;
}

/** A mesh by itself, or one of two of which the coarse one has every second time of the fine one. */
export type Halved = 'no' | 'fine' | 'coarse';

/** Relative to the interval, times that differ by rounding alone: a sum of many layers' durations is off by so little. */
const SAME_TIME = 2 ** -40;

/** Relative to a step, how far before a jump its left limit is evaluated: far above the rounding of t, far below the step's own error. */
const JUST_BEFORE = 2 ** -26;

/**
 * The steps from T back to t0, in that order: equal steps between breakpoints, at least one a stretch, `stepping.steps` in
 * all where the stretches allow it.
 *
 * @throws SdeError `value` if T ≤ t0.
 */
export function timeMesh(
  stepping: Stepping,
  t0: number,
  T: number,
  breakpoints: readonly number[],
  where: string,
  halved: Halved = 'no',
): MeshStep[] {
  if (!(Number.isFinite(t0) && Number.isFinite(T) && T > t0)) {
    throw new SdeError('value', {
      what: 'the final time is not after the initial time',
      where,
      expected: `finite times with T > t0 = ${t0}`,
      got: String(T),
      remedy: 'give a T after t0; the equation is solved backward from T',
    });
  }
  const tiny = (T - t0) * SAME_TIME;
  const inner = [...breakpoints]
    .sort((a, b) => a - b)
    .filter((t, i, all) => t - t0 > tiny && T - t > tiny && !(i > 0 && t - all[i - 1] <= tiny));
  const jumpsAtEnd = breakpoints.some((t) => Math.abs(t - T) <= tiny);
  const ends = [t0, ...inner, T];
  const mesh: MeshStep[] = [];
  let index = 0;
  for (let piece = ends.length - 2; piece >= 0; piece--) {
    const [low, high] = [ends[piece], ends[piece + 1]];
    const share = (stepping.steps * (high - low)) / (T - t0);
    const half = Math.max(1, Math.round(share / 2));
    const count = halved === 'no' ? Math.max(1, Math.round(share)) : halved === 'fine' ? 2 * half : half;
    const length = (high - low) / count;
    for (let j = count; j > 0; j--) {
      const parts = stepping.parts(index++, j === count);
      parts.forEach((method, part) => {
        const at = (fraction: number): number =>
          fraction === 0 ? low : fraction === count ? high : low + ((high - low) * fraction) / count;
        const from = at(j - part / parts.length);
        const to = at(j - (part + 1) / parts.length);
        const jumps = from === high && (high < T || jumpsAtEnd);
        mesh.push({
          low: to,
          high: from,
          length: length / parts.length,
          piece,
          before: jumps ? from - (from - to) * JUST_BEFORE : from,
          method,
        });
      });
    }
  }
  return mesh;
}
