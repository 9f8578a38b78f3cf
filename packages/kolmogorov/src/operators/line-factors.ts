import { startOf } from '../grid/lines.js';
import type { Bands } from './bands.js';

/** I − shift · A = (unit lower) · diag(1 / inverse) · (unit upper) along every line, without pivoting. */
export interface LineFactors {
  readonly matrix: Bands;
  readonly shift: number;
  /** Below the diagonal of the lower factor. */
  readonly multiplier: Float64Array;
  /** Reciprocal pivots. */
  readonly inverse: Float64Array;
  /** Above the diagonal of the upper factor. */
  readonly ratio: Float64Array;
  /** The extra entry of the upper factor's first row, a line. */
  readonly firstRatio: Float64Array;
  /** The extra entry of the lower factor's last row, a line. */
  readonly lastMultiplier: Float64Array;
  /** Some line has an extra entry. */
  readonly extra: boolean;
  /** Some pivot is what is left of larger numbers: too few digits for the order of the nodes. */
  readonly cancelled: boolean;
}

/** Of the numbers that a pivot is the difference of, the least part that it may be: beyond, twelve of its digits of 53 are lost. Empirical. */
const LEAST_PART = 2 ** -12;

/**
 * Factors I − shift · A for all lines. `spare` are factors of a matrix of this shape that are no longer needed: their arrays are used again.
 *
 * No pivoting: these matrices have a positive definite symmetric part up to boundary rows for every shift that a stepping uses. Where those rows leave too little of a
 * pivot, `cancelled` says so, and the factors are not to be used.
 */
export function factorLines(matrix: Bands, shift: number, spare?: LineFactors): LineFactors {
  const { lines, lower, diagonal, upper, first, last } = matrix;
  const { points, stride, count, size } = lines;
  const {
    multiplier = new Float64Array(size),
    inverse = new Float64Array(size),
    ratio = new Float64Array(size),
    firstRatio = new Float64Array(count),
    lastMultiplier = new Float64Array(count),
  } = spare ?? {};
  let extra = false;
  let cancelled = false;
  for (let q = 0; q < count; q++) {
    const start = startOf(lines, q);
    const end = start + (points - 1) * stride;
    const beyond = -shift * first[q];
    extra ||= first[q] !== 0 || last[q] !== 0;
    let own = shift * diagonal[start];
    let pivot = 1 / (1 - own);
    // Of NaN too.
    cancelled ||= !(Math.abs(1 - own) > LEAST_PART * (1 + Math.abs(own)));
    let after = -shift * upper[start] * pivot;
    inverse[start] = pivot;
    ratio[start] = after;
    firstRatio[q] = beyond * pivot;
    lastMultiplier[q] = 0;
    for (let p = start + stride; p <= end; p += stride) {
      let below = -shift * lower[p];
      let above = -shift * upper[p];
      if (p === end && last[q] !== 0) {
        lastMultiplier[q] = -shift * last[q] * inverse[p - 2 * stride];
        below -= (lastMultiplier[q] * ratio[p - 2 * stride]) / inverse[p - 2 * stride];
      }
      const factor = below * pivot;
      multiplier[p] = factor;
      if (p === start + stride) above -= factor * beyond;
      own = 1 - shift * diagonal[p];
      const taken = below * after;
      const left = own - taken;
      if (!(Math.abs(left) > LEAST_PART * Math.abs(taken))) cancelled = true;
      pivot = 1 / left;
      after = above * pivot;
      inverse[p] = pivot;
      ratio[p] = after;
    }
  }
  return { matrix, shift, multiplier, inverse, ratio, firstRatio, lastMultiplier, extra, cancelled };
}
