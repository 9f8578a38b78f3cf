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
}

/**
 * Factors I − shift · A for all lines.
 *
 * No pivoting: these matrices have a positive definite symmetric part up to boundary rows for every shift that a stepping uses.
 */
export function factorLines(matrix: Bands, shift: number): LineFactors {
  const { lines, lower, diagonal, upper, first, last } = matrix;
  const { points, stride, count, size } = lines;
  const multiplier = new Float64Array(size);
  const inverse = new Float64Array(size);
  const ratio = new Float64Array(size);
  const firstRatio = new Float64Array(count);
  const lastMultiplier = new Float64Array(count);
  let extra = false;
  for (let q = 0; q < count; q++) {
    const start = startOf(lines, q);
    const end = start + (points - 1) * stride;
    const beyond = -shift * first[q];
    extra ||= first[q] !== 0 || last[q] !== 0;
    inverse[start] = 1 / (1 - shift * diagonal[start]);
    ratio[start] = -shift * upper[start] * inverse[start];
    firstRatio[q] = beyond * inverse[start];
    for (let p = start + stride; p <= end; p += stride) {
      let below = -shift * lower[p];
      let above = -shift * upper[p];
      if (p === end && last[q] !== 0) {
        lastMultiplier[q] = -shift * last[q] * inverse[p - 2 * stride];
        below -= (lastMultiplier[q] * ratio[p - 2 * stride]) / inverse[p - 2 * stride];
      }
      multiplier[p] = below * inverse[p - stride];
      if (p === start + stride) above -= multiplier[p] * beyond;
      inverse[p] = 1 / (1 - shift * diagonal[p] - below * ratio[p - stride]);
      ratio[p] = above * inverse[p];
    }
  }
  return { matrix, shift, multiplier, inverse, ratio, firstRatio, lastMultiplier, extra };
}
