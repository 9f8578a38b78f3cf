import type { Lines } from '../grid/lines.js';
import type { Bands } from './bands.js';
import type { LineSolver } from './line-solves.js';

/**
 * Factors I − shift · A along closed lines, whose last node is a copy of the first and has an empty row.
 *
 * With m = points − 1 nodes a line, the lower factor has a full last row and the upper a full last column:
 * the corners fill nothing else. No pivoting, as for open lines.
 *
 * @see [golub2013]
 */
export function cyclicFactors(matrix: Bands, shift: number): LineSolver {
  const { lines, lower, diagonal, upper, first, last } = matrix;
  const { size, count } = lines;
  const m = lines.points - 1;
  const [multiplier, inverse, above, column, row] = Array.from({ length: 5 }, () => new Float64Array(size));
  const sums = new Float64Array(count);
  alongLines(lines, 0, m - 1, (p, q, i, s) => {
    const below = i === 0 ? 0 : -shift * lower[p];
    const before = p - s;
    multiplier[p] = i === 0 ? 0 : below * inverse[before];
    inverse[p] = 1 / (1 - shift * diagonal[p] - (i === 0 ? 0 : multiplier[p] * above[before]));
    above[p] = i === m - 2 ? 0 : -shift * upper[p];
    column[p] = (i === 0 ? -shift * first[q] : -multiplier[p] * column[before]) - (i === m - 2 ? shift * upper[p] : 0);
    const entry =
      (i === 0 ? -shift * last[q] : -row[before] * above[before]) - (i === m - 2 ? shift * lower[p + s] : 0);
    row[p] = entry * inverse[p];
    sums[q] += row[p] * column[p];
  });
  alongLines(lines, m - 1, m, (p, q) => {
    inverse[p] = 1 / (1 - shift * diagonal[p] - sums[q]);
  });
  const solve = (v: Float64Array): void => {
    sums.fill(0);
    alongLines(lines, 0, m - 1, (p, q, i, s) => {
      if (i > 0) v[p] -= multiplier[p] * v[p - s];
      sums[q] += row[p] * v[p];
    });
    alongLines(lines, m - 1, m, (p, q) => {
      v[p] = (v[p] - sums[q]) * inverse[p];
      sums[q] = v[p];
    });
    alongLinesBack(lines, m - 2, (p, q, s) => {
      v[p] = (v[p] - above[p] * v[p + s] - column[p] * sums[q]) * inverse[p];
    });
  };
  const solveTransposed = (v: Float64Array): void => {
    sums.fill(0);
    alongLines(lines, 0, m - 1, (p, q, i, s) => {
      v[p] = (v[p] - (i > 0 ? above[p - s] * v[p - s] : 0)) * inverse[p];
      sums[q] += column[p] * v[p];
    });
    alongLines(lines, m - 1, m, (p, q) => {
      v[p] = (v[p] - sums[q]) * inverse[p];
      sums[q] = v[p];
    });
    alongLinesBack(lines, m - 2, (p, q, s, i) => {
      v[p] -= (i < m - 2 ? multiplier[p + s] * v[p + s] : 0) + row[p] * sums[q];
    });
  };
  return {
    solve,
    solveAfter: (factor, slope, v) => {
      for (let p = 0; p < v.length; p++) v[p] -= factor * slope[p];
      solve(v);
    },
    solveTransposed,
    solveTransposedInto: (v, out) => {
      if (out !== v) out.set(v);
      solveTransposed(out);
    },
  };
}

/** Node i of every line, for i from `from` up to but not including `to`; q is the line, s the stride. */
function alongLines(
  { points, stride, size }: Lines,
  from: number,
  to: number,
  see: (p: number, q: number, i: number, s: number) => void,
): void {
  for (let i = from; i < to; i++) {
    for (let start = 0, q = 0; start < size; start += points * stride) {
      const base = start + i * stride;
      for (let p = base; p < base + stride; p++, q++) see(p, q, i, stride);
    }
  }
}

/** The same from i = `from` down to 0. */
function alongLinesBack(
  { points, stride, size }: Lines,
  from: number,
  see: (p: number, q: number, s: number, i: number) => void,
): void {
  for (let i = from; i >= 0; i--) {
    for (let start = 0, q = 0; start < size; start += points * stride) {
      const base = start + i * stride;
      for (let p = base; p < base + stride; p++, q++) see(p, q, stride, i);
    }
  }
}
