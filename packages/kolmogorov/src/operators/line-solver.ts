import { type Lines, startOf } from '../grid/lines.js';
import type { Factors } from '../linear/factors.js';
import type { Bands } from './bands.js';
import { factorLines, type LineFactors } from './line-factors.js';

/** I − shift · A along open lines, factored. */
export function lineFactors(matrix: Bands, shift: number): Factors {
  const factors = factorLines(matrix, shift);
  return { solve: (v) => solveLines(factors, v), solveTransposed: (v) => solveLinesTransposed(factors, v) };
}

/** v ← (I − shift · A)⁻¹ v, all lines at once. */
function solveLines(factors: LineFactors, v: Float64Array): void {
  const { lines } = factors.matrix;
  const { stride, points, count } = lines;
  const reach = (points - 1) * stride;
  sweepUp(lines, factors.multiplier, 0, v);
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

/** v_i ← v_i − coefficient_(i + offset) v_(i − 1), from the second node of each line to the last. */
function sweepUp(lines: Lines, coefficient: Float64Array, offset: number, v: Float64Array): void {
  const { points, stride, size } = lines;
  if (stride > 1) {
    const block = points * stride;
    for (let start = 0; start < size; start += block) {
      for (let p = start + stride; p < start + block; p++) v[p] -= coefficient[p + offset] * v[p - stride];
    }
    return;
  }
  // Four lines at a time: each recurrence waits for itself alone.
  let start = 0;
  for (; start + 4 * points <= size; start += 4 * points) {
    let [a, b, c, d] = [v[start], v[start + points], v[start + 2 * points], v[start + 3 * points]];
    for (let i = start + 1; i < start + points; i++) {
      const j = i + points;
      const k = j + points;
      const l = k + points;
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
  for (; start < size; start += points) {
    let a = v[start];
    for (let i = start + 1; i < start + points; i++) {
      a = v[i] - coefficient[i + offset] * a;
      v[i] = a;
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
  if (stride > 1) {
    const block = points * stride;
    for (let start = 0; start < size; start += block) {
      const inner = start + block - stride;
      for (let p = start + block - 1; p >= inner; p--) v[p] *= inverse[p];
      for (let p = inner - 1; p >= start; p--) v[p] = v[p] * inverse[p] - coefficient[p + offset] * v[p + stride];
    }
    return;
  }
  let start = 0;
  for (; start + 4 * points <= size; start += 4 * points) {
    const end = start + points - 1;
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let i = end; i >= start; i--) {
      const j = i + points;
      const k = j + points;
      const l = k + points;
      const next = i === end ? 0 : offset;
      a = v[i] * inverse[i] - coefficient[i + next] * a;
      b = v[j] * inverse[j] - coefficient[j + next] * b;
      c = v[k] * inverse[k] - coefficient[k + next] * c;
      d = v[l] * inverse[l] - coefficient[l + next] * d;
      v[i] = a;
      v[j] = b;
      v[k] = c;
      v[l] = d;
    }
  }
  for (; start < size; start += points) {
    const end = start + points - 1;
    let a = v[end] * inverse[end];
    v[end] = a;
    for (let i = end - 1; i >= start; i--) {
      a = v[i] * inverse[i] - coefficient[i + offset] * a;
      v[i] = a;
    }
  }
}
