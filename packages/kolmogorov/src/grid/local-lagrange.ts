import { cellOf } from './interpolation.js';

/** Writes the weights of the points nearest to x into `out`, and returns the index of the first of them. */
export type LocalLagrange = (x: number, out: Float64Array) => number;

/**
 * Lagrange interpolation through `count` neighboring points of an axis, prepared for many evaluations: order `count`.
 *
 * In barycentric form, with the weights of every window computed once.
 *
 * @see [berrut2004]
 */
export function localLagrange(points: Float64Array, count: number): LocalLagrange {
  const size = Math.min(count, points.length);
  const windows = points.length - size + 1;
  const weights = new Float64Array(windows * size);
  for (let first = 0; first < windows; first++) {
    for (let i = 0; i < size; i++) {
      let product = 1;
      for (let j = 0; j < size; j++) if (j !== i) product *= points[first + i] - points[first + j];
      weights[first * size + i] = 1 / product;
    }
  }
  return (x, out) => {
    const first = Math.min(Math.max(cellOf(points, x) - (size >> 1) + 1, 0), windows - 1);
    let sum = 0;
    for (let i = 0; i < size; i++) {
      const gap = x - points[first + i];
      if (gap === 0) {
        out.fill(0, 0, size);
        out[i] = 1;
        return first;
      }
      const weight = weights[first * size + i] / gap;
      out[i] = weight;
      sum += weight;
    }
    for (let i = 0; i < size; i++) out[i] /= sum;
    return first;
  };
}
