import { SdeError } from 'sde-core';
import { startOf } from '../grid/lines.js';
import { LEAST_PIVOT } from '../linear/factors.js';
import type { Bands } from './bands.js';
import type { LineSolver } from './line-solves.js';

/** Entries of a row of the upper factor, and rows that a column may be taken from. */
const WIDTH = 5;
const ROWS = 3;

/**
 * Factors I − shift · A along open lines with row exchanges.
 *
 * For the lines on which elimination in the order of the nodes loses digits: where the drift leaves through a side and crosses about 1/shift of a cell in a unit of time,
 * the first pivot 1 − shift b/Δx is about 0, though the matrix is not singular. The rows are compared relative to their largest entries. Cost: some three
 * times that of elimination without exchanges.
 *
 * @throws SdeError `value` where the matrix is singular to rounding.
 * @see [golub2013, §4.3]
 */
export function pivotedLines(matrix: Bands, shift: number): LineSolver {
  const { lines } = matrix;
  const { points, stride, count, size } = lines;
  const upper = new Float64Array(WIDTH * size);
  const below = new Float64Array(2 * size);
  const exchanged = new Uint8Array(size);
  for (let q = 0; q < count; q++) factorLine(matrix, shift, q, { upper, below, exchanged });
  const v = new Float64Array(points);
  const eachLine = (out: Float64Array, work: (first: number) => void): void => {
    for (let q = 0; q < count; q++) {
      const start = startOf(lines, q);
      for (let i = 0; i < points; i++) v[i] = out[start + i * stride];
      work(q * points);
      for (let i = 0; i < points; i++) out[start + i * stride] = v[i];
    }
  };
  const exchange = (i: number, at: number): void => {
    const with_ = i + exchanged[at];
    [v[i], v[with_]] = [v[with_], v[i]];
  };
  const solveLine = (first: number): void => {
    for (let i = 0; i < points; i++) {
      const at = first + i;
      exchange(i, at);
      for (let r = 1; r < ROWS && i + r < points; r++) v[i + r] -= below[2 * at + r - 1] * v[i];
    }
    for (let i = points - 1; i >= 0; i--) {
      const row = WIDTH * (first + i);
      let sum = v[i];
      for (let c = 1; c < WIDTH && i + c < points; c++) sum -= upper[row + c] * v[i + c];
      v[i] = sum / upper[row];
    }
  };
  const solveLineTransposed = (first: number): void => {
    for (let i = 0; i < points; i++) {
      const row = WIDTH * (first + i);
      v[i] /= upper[row];
      for (let c = 1; c < WIDTH && i + c < points; c++) v[i + c] -= upper[row + c] * v[i];
    }
    for (let i = points - 1; i >= 0; i--) {
      const at = first + i;
      for (let r = 1; r < ROWS && i + r < points; r++) v[i] -= below[2 * at + r - 1] * v[i + r];
      exchange(i, at);
    }
  };
  const solve = (out: Float64Array): void => eachLine(out, solveLine);
  const solveTransposed = (out: Float64Array): void => eachLine(out, solveLineTransposed);
  return {
    solve,
    solveAfter: (factor, slope, out) => {
      for (let p = 0; p < size; p++) out[p] -= factor * slope[p];
      solve(out);
    },
    solveTransposed,
    solveTransposedInto: (given, out) => {
      if (out !== given) out.set(given);
      solveTransposed(out);
    },
  };
}

/** Row i of the line's matrix from column i − 2 on: below, diagonal, above. */
function rowOf({ lines, lower, diagonal, upper, first, last }: Bands, shift: number, q: number, i: number): number[] {
  const p = startOf(lines, q) + i * lines.stride;
  const end = lines.points - 1;
  return [
    i === end ? -shift * last[q] : 0,
    i === 0 ? 0 : -shift * lower[p],
    1 - shift * diagonal[p],
    i === end ? 0 : -shift * upper[p],
    i === 0 ? -shift * first[q] : 0,
  ];
}

function factorLine(
  matrix: Bands,
  shift: number,
  q: number,
  {
    upper,
    below,
    exchanged,
  }: { readonly upper: Float64Array; readonly below: Float64Array; readonly exchanged: Uint8Array },
): void {
  const { points } = matrix.lines;
  // The rows that column i can be taken from, each from column i on, and the largest entry that each began with.
  const window: { entries: number[]; scale: number }[] = [];
  const load = (i: number, from: number): void => {
    const row = rowOf(matrix, shift, q, i);
    const scale = Math.max(...row.map(Math.abs));
    const entries = Array.from({ length: WIDTH }, (_, c) => row[from + c - i + 2] ?? 0);
    window.push({ entries, scale });
  };
  for (let i = 0; i < Math.min(ROWS, points); i++) load(i, 0);
  for (let i = 0; i < points; i++) {
    const at = q * points + i;
    let best = 0;
    for (let r = 1; r < window.length; r++) {
      if (Math.abs(window[r].entries[0]) * window[best].scale > Math.abs(window[best].entries[0]) * window[r].scale)
        best = r;
    }
    exchanged[at] = best;
    [window[0], window[best]] = [window[best], window[0]];
    const { entries, scale } = window[0];
    if (!(Math.abs(entries[0]) > LEAST_PIVOT * scale)) throw singular(shift);
    upper.set(entries, WIDTH * at);
    window.shift();
    window.forEach((row, r) => {
      const multiplier = row.entries[0] / entries[0];
      below[2 * at + r] = multiplier;
      row.entries = row.entries.map((entry, c) => entry - multiplier * entries[c]).slice(1);
      row.entries.push(0);
    });
    if (i + ROWS < points) load(i + ROWS, i + 1);
  }
}

const singular = (shift: number): SdeError =>
  new SdeError('value', {
    what: 'a step whose equations along an axis have no unique solution',
    where: '(…, { stepping })',
    expected: 'a matrix that is not singular on any line',
    got: `one that is to rounding, in a step that is implicit by ${shift.toPrecision(3)}`,
    remedy: 'take more steps, or say with { boundary } what holds on a side that the drift leaves through',
  });
