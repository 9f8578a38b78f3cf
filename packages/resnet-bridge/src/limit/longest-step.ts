import type { MeanField } from '../noise/mean-field.js';

/**
 * By how much the argument of a hidden unit may move in one step. An activation goes from one saturated side to the other, to rounding,
 * in about 30, so no step has its nodes on both sides and none between.
 */
const MOVE = 4;
/** By how many powers of e the flow's speed may grow in one step, to first order. */
const GROWTH = 4;

/** The longest step along x' = ±F̄ from a state that the integrator may try: z = U x + c moves by 4 at most, and F̄ changes by e⁴. */
export function longestStep(field: MeanField, d: number): (x: Float64Array, slope: Float64Array) => number {
  const F = new Float64Array(d);
  const along = new Float64Array(d);
  return (x, slope) => {
    for (let i = 0; i < d; i++) F[i] = slope[i];
    const speed = length(F);
    if (speed === 0) return Number.POSITIVE_INFINITY;
    let move = 0;
    for (const { U, c } of field.branches) {
      for (let k = 0; k < c.length; k++) {
        let rate = 0;
        for (let i = 0; i < d; i++) rate += U[k * d + i] * F[i];
        move = Math.max(move, Math.abs(rate));
      }
    }
    for (let i = 0; i < d; i++) F[i] /= speed;
    field.differentiateAt(x.subarray(0, d));
    field.times(F, along);
    return Math.min(MOVE / move, GROWTH / length(along));
  };
}

const length = (v: Float64Array): number => Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));
