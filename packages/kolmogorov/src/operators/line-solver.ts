import { type Lines, startOf } from '../grid/lines.js';
import type { Bands } from './bands.js';
import { factorLines, type LineFactors } from './line-factors.js';
import type { LineSolver } from './line-solves.js';
import { pivotedLines } from './pivoted-lines.js';

/** A line solver of open lines. */
export interface OpenLineSolver extends LineSolver {
  readonly factors: LineFactors;
}

/** I − shift · A along open lines, factored, in the arrays of `spare` if there is one; with exchanges of rows where that is not safe without. */
export function lineFactors(matrix: Bands, shift: number, spare?: OpenLineSolver): OpenLineSolver {
  const factors = factorLines(matrix, shift, spare?.factors);
  if (factors.cancelled) return { factors, ...pivotedLines(matrix, shift) };
  return {
    factors,
    solve: (v) => {
      sweepUp(factors.matrix.lines, factors.multiplier, 0, v);
      finish(factors, v);
    },
    solveAfter: (factor, slope, v) => {
      sweepUpAfter(factors.matrix.lines, factors.multiplier, factor, slope, v);
      finish(factors, v);
    },
    solveTransposed: (v) => solveLinesTransposed(factors, v),
    solveTransposedInto: (v, out) => {
      // A copy costs less than sweeps that read one array and write another.
      if (out !== v) out.set(v);
      solveLinesTransposed(factors, out);
    },
  };
}

/** What follows the elimination of the entries below the diagonal. */
function finish(factors: LineFactors, v: Float64Array): void {
  const { lines } = factors.matrix;
  const { stride, points, count } = lines;
  const reach = (points - 1) * stride;
  if (factors.extra) {
    for (let q = 0; q < count; q++) {
      const end = startOf(lines, q) + reach;
      v[end] -= factors.lastMultiplier[q] * v[end - 2 * stride];
    }
  }
  sweepDown(lines, factors.inverse, factors.ratio, 0, v);
  if (factors.extra) {
    for (let q = 0; q < count; q++) {
      const start = startOf(lines, q);
      v[start] -= factors.firstRatio[q] * v[start + 2 * stride];
    }
  }
}

/** v ← (I − shift · A)⁻ᵀ v: the same factors, transposed, in the opposite order. */
function solveLinesTransposed(factors: LineFactors, v: Float64Array): void {
  const { lines } = factors.matrix;
  const { stride, points, count } = lines;
  const reach = (points - 1) * stride;
  if (factors.extra) {
    for (let q = 0; q < count; q++) {
      const start = startOf(lines, q);
      v[start + 2 * stride] -= factors.firstRatio[q] * v[start];
    }
  }
  sweepUp(lines, factors.ratio, -stride, v);
  if (factors.extra) {
    const { inverse, lastMultiplier } = factors;
    for (let q = 0; q < count; q++) {
      const end = startOf(lines, q) + reach;
      const third = end - 2 * stride;
      v[third] -= (lastMultiplier[q] * inverse[end] * v[end]) / inverse[third];
    }
  }
  sweepDown(lines, factors.inverse, factors.multiplier, stride, v);
}

/** Lines that are swept side by side: each recurrence waits for itself alone, and keeps its last value in a register. */
const ABREAST = 4;

/** How many lines lie side by side, and how far each is from the next. */
function bundles({ points, stride, size }: Lines): { bundle: number; apart: number; width: number } {
  return stride === 1
    ? { bundle: size, apart: points, width: size / points }
    : { bundle: points * stride, apart: 1, width: stride };
}

/** v_i ← v_i − coefficient_(i + offset) v_(i − 1), from the second node of each line to the last. */
function sweepUp(lines: Lines, coefficient: Float64Array, offset: number, v: Float64Array): void {
  const { points, stride, size } = lines;
  const { bundle, apart, width } = bundles(lines);
  const reach = points * stride;
  for (let first = 0; first < size; first += bundle) {
    let q = 0;
    for (; q + ABREAST <= width; q += ABREAST) {
      const start = first + q * apart;
      let a = v[start];
      let b = v[start + apart];
      let c = v[start + 2 * apart];
      let d = v[start + 3 * apart];
      for (let i = start + stride; i < start + reach; i += stride) {
        const j = i + apart;
        const k = j + apart;
        const l = k + apart;
        a = v[i] - coefficient[i + offset] * a;
        b = v[j] - coefficient[j + offset] * b;
        c = v[k] - coefficient[k + offset] * c;
        d = v[l] - coefficient[l + offset] * d;
        v[i] = a;
        v[j] = b;
        v[k] = c;
        v[l] = d;
      }
    }
    for (; q < width; q++) {
      const start = first + q * apart;
      if (stride === 1) sweepOneUp(start, start + reach, coefficient, offset, v);
      else {
        let a = v[start];
        for (let i = start + stride; i < start + reach; i += stride) {
          a = v[i] - coefficient[i + offset] * a;
          v[i] = a;
        }
      }
    }
  }
}

/** The same with v_i − factor · slope_i in place of v_i. */
function sweepUpAfter(
  lines: Lines,
  coefficient: Float64Array,
  factor: number,
  slope: Float64Array,
  v: Float64Array,
): void {
  const { points, stride, size } = lines;
  const { bundle, apart, width } = bundles(lines);
  const reach = points * stride;
  for (let first = 0; first < size; first += bundle) {
    let q = 0;
    for (; q + ABREAST <= width; q += ABREAST) {
      const start = first + q * apart;
      let [a, b, c, d] = [0, 0, 0, 0];
      // The coefficient of the first node is 0.
      for (let i = start; i < start + reach; i += stride) {
        const j = i + apart;
        const k = j + apart;
        const l = k + apart;
        a = v[i] - factor * slope[i] - coefficient[i] * a;
        b = v[j] - factor * slope[j] - coefficient[j] * b;
        c = v[k] - factor * slope[k] - coefficient[k] * c;
        d = v[l] - factor * slope[l] - coefficient[l] * d;
        v[i] = a;
        v[j] = b;
        v[k] = c;
        v[l] = d;
      }
    }
    for (; q < width; q++) {
      const start = first + q * apart;
      let a = 0;
      for (let i = start; i < start + reach; i += stride) {
        a = v[i] - factor * slope[i] - coefficient[i] * a;
        v[i] = a;
      }
    }
  }
}

/** v_i ← v_i · inverse_i − coefficient_(i + offset) v_(i + 1), from the last node of each line to the first. */
function sweepDown(
  lines: Lines,
  inverse: Float64Array,
  coefficient: Float64Array,
  offset: number,
  v: Float64Array,
): void {
  const { points, stride, size } = lines;
  const { bundle, apart, width } = bundles(lines);
  const reach = (points - 1) * stride;
  for (let first = 0; first < size; first += bundle) {
    let q = 0;
    for (; q + ABREAST <= width; q += ABREAST) {
      const start = first + q * apart;
      const end = start + reach;
      let a = v[end] * inverse[end];
      let b = v[end + apart] * inverse[end + apart];
      let c = v[end + 2 * apart] * inverse[end + 2 * apart];
      let d = v[end + 3 * apart] * inverse[end + 3 * apart];
      v[end] = a;
      v[end + apart] = b;
      v[end + 2 * apart] = c;
      v[end + 3 * apart] = d;
      for (let i = end - stride; i >= start; i -= stride) {
        const j = i + apart;
        const k = j + apart;
        const l = k + apart;
        a = v[i] * inverse[i] - coefficient[i + offset] * a;
        b = v[j] * inverse[j] - coefficient[j + offset] * b;
        c = v[k] * inverse[k] - coefficient[k + offset] * c;
        d = v[l] * inverse[l] - coefficient[l + offset] * d;
        v[i] = a;
        v[j] = b;
        v[k] = c;
        v[l] = d;
      }
    }
    for (; q < width; q++) {
      const start = first + q * apart;
      const end = start + reach;
      if (stride === 1) sweepOneDown([start, end], inverse, coefficient, offset, v);
      else {
        let a = v[end] * inverse[end];
        v[end] = a;
        for (let i = end - stride; i >= start; i -= stride) {
          a = v[i] * inverse[i] - coefficient[i + offset] * a;
          v[i] = a;
        }
      }
    }
  }
}

/** One line in memory order, from `start` to before `end`: the only one in one dimension, where steps of 1 are worth a loop. */
function sweepOneUp(start: number, end: number, coefficient: Float64Array, offset: number, v: Float64Array): void {
  let a = v[start];
  for (let i = start + 1; i < end; i++) {
    a = v[i] - coefficient[i + offset] * a;
    v[i] = a;
  }
}

/** The same back from `end` to `start`. */
function sweepOneDown(
  [start, end]: readonly [number, number],
  inverse: Float64Array,
  coefficient: Float64Array,
  offset: number,
  v: Float64Array,
): void {
  let a = v[end] * inverse[end];
  v[end] = a;
  for (let i = end - 1; i >= start; i--) {
    a = v[i] * inverse[i] - coefficient[i + offset] * a;
    v[i] = a;
  }
}
