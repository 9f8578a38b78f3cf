import type { Grid } from '../grid/grid.js';
import { linesAlong, startOf } from '../grid/lines.js';
import { assembleDirection, assembleEnds, choosesInside, type DriftDifference } from '../operators/assembly.js';
import { type Bands, bands, corners } from '../operators/bands.js';
import type { Sides } from '../operators/boundary.js';
import { type Coefficients, pairsOf } from '../operators/coefficients.js';
import { type MixedTerm, mixedTerm } from '../operators/mixed.js';

/** ∂J/∂(coefficient at a node), summed over what steps do with the coefficients of one time, or of one stretch if they rest there. */
export interface CoefficientSensitivity {
  /** For b_k, ½ a_kk, a_kl, c and the forcing, in that order: arrays of shape (size). */
  readonly arrays: readonly Float64Array[];
  /** Adds factor · leftᵀ (∂A_k) right. */
  direction(k: number, factor: number, left: Float64Array, right: Float64Array): void;
  /** Adds factor · leftᵀ (∂A_mixed) right. */
  mixed(factor: number, left: Float64Array, right: Float64Array): void;
  /** Adds factor · leftᵀ ∂g. */
  forcing(factor: number, left: Float64Array): void;
  /** Starts again from zero for other coefficients, which decide where differences are one-sided. */
  restart(base: Coefficients): void;
  /** Takes out what was added at nodes whose row is empty. */
  finish(): void;
}

/** Which of the coefficients the controls enter, in the order of `arrays`: the rest is not collected. */
export type Wanted = readonly boolean[];

/** Accumulators on a grid; each is for one set of coefficients at a time. */
export function coefficientSensitivity(
  grid: Grid,
  sides: Sides,
  rule: DriftDifference,
  fixed: Uint8Array,
  wanted: Wanted,
): CoefficientSensitivity {
  const { dimension: d, size } = grid;
  const pairs = pairsOf(d);
  const arrays = Array.from({ length: 2 * d + pairs.length + 2 }, () => new Float64Array(size));
  const [killingAt, sourceAt] = [2 * d + pairs.length, 2 * d + pairs.length + 1];
  const axes = grid.axes.map((_, k) => differencesAlong(grid, k, sides, rule, fixed));
  const term: MixedTerm = mixedTerm(grid, sides);
  const scaled = new Float64Array(size);
  return {
    arrays,
    direction: (k, factor, left, right) => {
      const drift = wanted[k] ? arrays[k] : undefined;
      const halfVariance = wanted[d + k] ? arrays[d + k] : undefined;
      if (drift || halfVariance) collect(axes[k], factor, left, right, drift, halfVariance);
      if (!wanted[killingAt]) return;
      const killing = arrays[killingAt];
      for (let p = 0; p < size; p++) killing[p] -= (factor / d) * left[p] * right[p];
    },
    mixed: (factor, left, right) => {
      let by = left;
      if (factor !== 1) {
        by = scaled;
        for (let p = 0; p < size; p++) by[p] = factor * left[p];
      }
      for (let pair = 0; pair < pairs.length; pair++) {
        if (wanted[2 * d + pair]) term.addPair(pair, by, right, arrays[2 * d + pair]);
      }
    },
    forcing: (factor, left) => {
      if (!wanted[sourceAt]) return;
      const source = arrays[sourceAt];
      for (let p = 0; p < size; p++) source[p] += factor * left[p];
    },
    restart: (base) => {
      for (const array of arrays) array.fill(0);
      axes.forEach((axis, k) => {
        axis.choose(base.drift[k], base.halfVariance[k]);
      });
    },
    finish: () => {
      for (let p = 0; p < size; p++) if (fixed[p]) for (const array of arrays) array[p] = 0;
    },
  };
}

/** The matrices of ∂_k and of ∂_k² on the grid: A_k is their sum weighted by b_k and ½ a_kk, less c / d. */
interface Differences {
  readonly first: Bands;
  readonly second: Bands;
  /** The inner rows where they are the same on every line, shape (points): below, own, above of ∂_k, then of ∂_k². */
  readonly shared: readonly Float64Array[] | undefined;
  /** Differences are one-sided where these coefficients want it. */
  choose(drift: Float64Array, halfVariance: Float64Array): void;
}

function differencesAlong(grid: Grid, k: number, sides: Sides, rule: DriftDifference, fixed: Uint8Array): Differences {
  const ones = new Float64Array(grid.size).fill(1);
  const zeros = new Float64Array(grid.size);
  const none = new Uint8Array(grid.size);
  const cyclic = sides[k][0].kind === 'periodic';
  const [first, second] = [0, 1].map(() => bands(linesAlong(grid, k), cyclic));
  const inside = choosesInside(rule);
  const assemble = (way: typeof assembleEnds, drift: Float64Array, halfVariance: Float64Array, empty = fixed): void => {
    const given = { killing: zeros, killingShare: 0, fixed: empty, pattern: { drift, halfVariance } };
    way(grid, k, sides[k], rule, { ...given, drift: ones, halfVariance: zeros }, first);
    way(grid, k, sides[k], rule, { ...given, drift: zeros, halfVariance: ones }, second);
  };
  assemble(assembleDirection, zeros, zeros, none);
  const { points, stride } = first.lines;
  const rows = [first.lower, first.diagonal, first.upper, second.lower, second.diagonal, second.upper];
  const shared = rows.map((row) => Float64Array.from({ length: points }, (_, i) => row[i * stride]));
  assemble(assembleDirection, zeros, zeros);
  return {
    first,
    second,
    shared: inside ? undefined : shared,
    choose: (drift, halfVariance) => assemble(inside ? assembleDirection : assembleEnds, drift, halfVariance),
  };
}

/** drift += factor · left ∘ (∂_k right), halfVariance += factor · left ∘ (∂_k² right), in one pass. */
function collect(
  { first, second, shared }: Differences,
  factor: number,
  left: Float64Array,
  right: Float64Array,
  drift: Float64Array | undefined,
  halfVariance: Float64Array | undefined,
): void {
  if (shared && drift && halfVariance) collectBoth(first, shared, factor, left, right, drift, halfVariance);
  else if (shared && drift) collectOne(first, shared.slice(0, 3), factor, left, right, drift);
  else if (shared && halfVariance) collectOne(first, shared.slice(3), factor, left, right, halfVariance);
  else {
    if (drift) collectByNode(first, factor, left, right, drift);
    if (halfVariance) collectByNode(second, factor, left, right, halfVariance);
  }
  if (drift) collectEnds(first, factor, left, right, drift);
  if (halfVariance) collectEnds(second, factor, left, right, halfVariance);
}

function collectBoth(
  { lines: { points, stride, size } }: Bands,
  [lower1, own1, upper1, lower2, own2, upper2]: readonly Float64Array[],
  factor: number,
  left: Float64Array,
  right: Float64Array,
  drift: Float64Array,
  halfVariance: Float64Array,
): void {
  const block = points * stride;
  for (let start = 0; start < size; start += block) {
    if (stride === 1) {
      for (let i = 1, p = start + 1; i < points - 1; i++, p++) {
        const weight = factor * left[p];
        const down = right[p - 1];
        const own = right[p];
        const up = right[p + 1];
        drift[p] += weight * (lower1[i] * down + own1[i] * own + upper1[i] * up);
        halfVariance[p] += weight * (lower2[i] * down + own2[i] * own + upper2[i] * up);
      }
      continue;
    }
    for (let i = 1; i < points - 1; i++) {
      const [a, b, c] = [factor * lower1[i], factor * own1[i], factor * upper1[i]];
      const [e, f, g] = [factor * lower2[i], factor * own2[i], factor * upper2[i]];
      const from = start + i * stride;
      for (let p = from; p < from + stride; p++) {
        const weight = left[p];
        const down = right[p - stride];
        const own = right[p];
        const up = right[p + stride];
        drift[p] += weight * (a * down + b * own + c * up);
        halfVariance[p] += weight * (e * down + f * own + g * up);
      }
    }
  }
}

function collectOne(
  { lines: { points, stride, size } }: Bands,
  [lower, own, upper]: readonly Float64Array[],
  factor: number,
  left: Float64Array,
  right: Float64Array,
  out: Float64Array,
): void {
  const block = points * stride;
  for (let start = 0; start < size; start += block) {
    if (stride === 1) {
      for (let i = 1, p = start + 1; i < points - 1; i++, p++) {
        out[p] += factor * left[p] * (lower[i] * right[p - 1] + own[i] * right[p] + upper[i] * right[p + 1]);
      }
      continue;
    }
    for (let i = 1; i < points - 1; i++) {
      const [a, b, c] = [factor * lower[i], factor * own[i], factor * upper[i]];
      const from = start + i * stride;
      for (let p = from; p < from + stride; p++) {
        out[p] += left[p] * (a * right[p - stride] + b * right[p] + c * right[p + stride]);
      }
    }
  }
}

/** The same for inner rows that differ from line to line. */
function collectByNode(
  { lower, diagonal, upper, lines: { points, stride, size } }: Bands,
  factor: number,
  left: Float64Array,
  right: Float64Array,
  out: Float64Array,
): void {
  const block = points * stride;
  for (let start = 0; start < size; start += block) {
    for (let p = start + stride; p < start + block - stride; p++) {
      out[p] += factor * left[p] * (lower[p] * right[p - stride] + diagonal[p] * right[p] + upper[p] * right[p + stride]);
    }
  }
}

/** The first and last row of every line, and the entries in the corners. */
function collectEnds(
  matrix: Bands,
  factor: number,
  left: Float64Array,
  right: Float64Array,
  out: Float64Array,
): void {
  const { lower, diagonal, upper, first, last, lines } = matrix;
  const { stride, points, count } = lines;
  const { firstRow, firstColumn, lastRow, lastColumn } = corners(matrix);
  for (let q = 0; q < count; q++) {
    const start = startOf(lines, q);
    const end = start + (points - 1) * stride;
    out[start] += factor * left[start] * (diagonal[start] * right[start] + upper[start] * right[start + stride]);
    out[end] += factor * left[end] * (lower[end] * right[end - stride] + diagonal[end] * right[end]);
    const [top, bottom] = [start + firstRow * stride, start + lastRow * stride];
    out[top] += factor * left[top] * first[q] * right[start + firstColumn * stride];
    out[bottom] += factor * left[bottom] * last[q] * right[start + lastColumn * stride];
  }
}
