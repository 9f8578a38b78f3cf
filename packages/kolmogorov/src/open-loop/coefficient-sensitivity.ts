import type { Grid } from '../grid/grid.js';
import { linesAlong, startOf } from '../grid/lines.js';
import { assembleDirection, assembleEnds, choosesInside, type DriftDifference } from '../operators/assembly.js';
import { type Bands, bands, corners } from '../operators/bands.js';
import type { Sides } from '../operators/boundary.js';
import { coefficientLayout } from '../operators/coefficient-layout.js';
import type { Coefficients } from '../operators/coefficients.js';
import type { DiffusionRule, MixedDerivative } from '../operators/diffusion.js';

/** ∂J/∂(coefficient at a node), summed over what steps do with the coefficients of one time, or of one stretch if they rest there. */
export interface CoefficientSensitivity {
  /** In the order of {@link coefficientLayout}, the forcing for r: arrays of shape (size), 0 where it is not wanted. */
  readonly arrays: readonly Float64Array[];
  /** Adds factor · leftᵀ (∂A_k) right, and the same with `other` if there is one: in one pass. */
  direction(k: number, one: Paired, other?: Paired): void;
  /** Adds factor · leftᵀ (∂A_mixed) right. */
  mixed(factor: number, left: Float64Array, right: Float64Array): void;
  /** Adds factor · leftᵀ ∂g. */
  forcing(factor: number, left: Float64Array): void;
  /** Starts again from zero for other coefficients, which decide where differences are one-sided. */
  restart(base: Coefficients): void;
  /** Takes out what was added at nodes whose row is empty. */
  finish(): void;
}

/** Vectors between which A stands. */
export interface Paired {
  readonly factor: number;
  readonly left: Float64Array;
  readonly right: Float64Array;
}

/** Which of the coefficients the controls enter, in the order of `arrays`: the rest is not collected. */
export type Wanted = readonly boolean[];

/** How the equation is differenced, linearly in its coefficients. */
export interface LinearDifferences {
  readonly drift: DriftDifference;
  readonly diffusion: DiffusionRule & { readonly derivative: NonNullable<DiffusionRule['derivative']> };
}

/** Accumulators on a grid; each is for one set of coefficients at a time. */
export function coefficientSensitivity(
  grid: Grid,
  sides: Sides,
  { drift: rule, diffusion }: LinearDifferences,
  fixed: Uint8Array,
  wanted: Wanted,
): CoefficientSensitivity {
  const { dimension: d, size } = grid;
  const at = coefficientLayout(d);
  const { pairs } = at;
  const arrays = Array.from({ length: at.count }, () => new Float64Array(size));
  const axes = grid.axes.map((_, k) => {
    const [drift, halfVariance] = [at.drift + k, at.halfVariance + k].map((i) => (wanted[i] ? arrays[i] : undefined));
    if (!drift && !halfVariance) return undefined;
    return axisSensitivity(differencesAlong(grid, k, sides, rule, fixed), drift, halfVariance);
  });
  const crosses = pairs.some((_, pair) => wanted[at.covariance + pair]);
  let mixedDerivative: MixedDerivative | undefined;
  // What is left of ½ a_kk decides where differences are one-sided, where it is not all of it.
  const spare = diffusion.spare && grid.axes.map(() => new Float64Array(size));
  return {
    arrays,
    direction: (k, one, other) => {
      axes[k]?.add(one, other);
      if (!wanted[at.killing]) return;
      const killing = arrays[at.killing];
      for (const { factor, left, right } of other ? [one, other] : [one]) {
        for (let p = 0; p < size; p++) killing[p] -= (factor / d) * left[p] * right[p];
      }
    },
    mixed: (factor, left, right) => {
      for (let pair = 0; pair < pairs.length; pair++) {
        const place = at.covariance + pair;
        if (wanted[place]) mixedDerivative?.(pair, left, factor, right, arrays[place]);
      }
    },
    forcing: (factor, left) => {
      if (!wanted[at.source]) return;
      const source = arrays[at.source];
      for (let p = 0; p < size; p++) source[p] += factor * left[p];
    },
    restart: (base) => {
      arrays.forEach((array, i) => {
        if (wanted[i]) array.fill(0);
      });
      if (spare) diffusion.spare?.(grid, sides, base, spare);
      axes.forEach((axis, k) => {
        axis?.restart(base.drift[k], (spare ?? base.halfVariance)[k]);
      });
      if (crosses) mixedDerivative = diffusion.derivative(grid, sides, fixed, base);
    },
    finish: () => {
      for (const axis of axes) axis?.finish();
      for (let p = 0; p < size; p++) if (fixed[p]) for (const array of arrays) array[p] = 0;
    },
  };
}

/** The matrices of ∂_k and of ∂_k² on the grid: A_k is their sum weighted by b_k and ½ a_kk, less c / d. */
interface Differences {
  readonly first: Bands;
  readonly second: Bands;
  /** Makes differences one-sided where these coefficients want it. */
  choose(drift: Float64Array, halfVariance: Float64Array): void;
}

function differencesAlong(grid: Grid, k: number, sides: Sides, rule: DriftDifference, fixed: Uint8Array): Differences {
  const ones = new Float64Array(grid.size).fill(1);
  const zeros = new Float64Array(grid.size);
  const [first, second] = [0, 1].map(() => bands(linesAlong(grid, k), sides[k][0].kind === 'periodic'));
  const assemble = (way: typeof assembleEnds, drift: Float64Array, halfVariance: Float64Array): void => {
    const given = { killing: zeros, killingShare: 0, fixed, pattern: { drift, halfVariance } };
    way(grid, k, sides[k], rule, { ...given, drift: ones, halfVariance: zeros }, first);
    way(grid, k, sides[k], rule, { ...given, drift: zeros, halfVariance: ones }, second);
  };
  assemble(assembleDirection, zeros, zeros);
  const again = choosesInside(rule) ? assembleDirection : assembleEnds;
  return { first, second, choose: (drift, halfVariance) => assemble(again, drift, halfVariance) };
}

/** What is collected along one axis. */
interface AxisSensitivity {
  /** Adds factor · left ∘ (∂_k right) for b_k, and factor · left ∘ (∂_k² right) for ½ a_kk. */
  add(one: Paired, other: Paired | undefined): void;
  restart(drift: Float64Array, halfVariance: Float64Array): void;
  finish(): void;
}

/**
 * A derivative inside a line is a sum of two differences, to the next node and to the last, whose weights rest while coefficients do. So the products
 * of left with the two differences are summed, and weighted once at the end; so are those with the values that enter at the ends of lines.
 */
function axisSensitivity(
  { first, second, choose }: Differences,
  drift: Float64Array | undefined,
  halfVariance: Float64Array | undefined,
): AxisSensitivity {
  const { stride, size, count } = first.lines;
  const ends = new Float64Array(2 * ENTRIES * count);
  const up = new Float64Array(size);
  const down = new Float64Array(size);
  return {
    add: (one, other) => {
      if (other) addDifferencesOfTwo(stride, one, other, up, down);
      else addDifferences(stride, one, up, down);
      collectEnds(first, one, ends);
      if (other) collectEnds(first, other, ends);
    },
    restart: (b, a) => {
      ends.fill(0);
      up.fill(0);
      down.fill(0);
      choose(b, a);
    },
    finish: () => {
      if (drift) weigh(first, up, down, ends, drift);
      if (halfVariance) weigh(second, up, down, ends, halfVariance);
    },
  };
}

/**
 * up += factor · left ∘ (right of the next node − right), and down the same with the last node. The ends of lines get what means nothing, and is not used.
 *
 * A function of its arguments alone: loops over what a closure holds are compiled to half the speed.
 */
function addDifferences(stride: number, { factor, left, right }: Paired, up: Float64Array, down: Float64Array): void {
  const beyond = left.length - stride;
  if (stride === 1) {
    // Neighbors in memory: each value is read once.
    let before = right[0];
    let own = right[1];
    for (let p = 1; p < beyond; p++) {
      const after = right[p + 1];
      const weight = factor * left[p];
      up[p] += weight * (after - own);
      down[p] += weight * (before - own);
      before = own;
      own = after;
    }
    return;
  }
  for (let p = stride; p < beyond; p++) {
    const weight = factor * left[p];
    const own = right[p];
    up[p] += weight * (right[p + stride] - own);
    down[p] += weight * (right[p - stride] - own);
  }
}

/** The same for two pairs. */
function addDifferencesOfTwo(
  stride: number,
  { factor: f, left: v, right: u }: Paired,
  { factor: g, left: w, right: y }: Paired,
  up: Float64Array,
  down: Float64Array,
): void {
  const beyond = v.length - stride;
  if (stride === 1) {
    let [before, own, past, also] = [u[0], u[1], y[0], y[1]];
    for (let p = 1; p < beyond; p++) {
      const after = u[p + 1];
      const next = y[p + 1];
      const one = f * v[p];
      const other = g * w[p];
      up[p] += one * (after - own) + other * (next - also);
      down[p] += one * (before - own) + other * (past - also);
      before = own;
      own = after;
      past = also;
      also = next;
    }
    return;
  }
  for (let p = stride; p < beyond; p++) {
    const one = f * v[p];
    const other = g * w[p];
    const from = u[p];
    const also = y[p];
    up[p] += one * (u[p + stride] - from) + other * (y[p + stride] - also);
    down[p] += one * (u[p - stride] - from) + other * (y[p - stride] - also);
  }
}

/** Entries of a row at the end of a line: of its own node, of the neighbor, and of the one beyond, or across the seam. */
const ENTRIES = 3;

/** The first row of a line, and the last: on a closed line the last but one, since the last node is a copy and has an empty row. */
function collectEnds(matrix: Bands, { factor, left, right }: Paired, ends: Float64Array): void {
  const { stride, points, size } = matrix.lines;
  const { firstColumn, lastRow, lastColumn } = corners(matrix);
  let place = 0;
  for (let block = 0; block < size; block += points * stride) {
    for (let start = block; start < block + stride; start++) {
      const end = start + lastRow * stride;
      const [top, bottom] = [factor * left[start], factor * left[end]];
      ends[place] += top * right[start];
      ends[place + 1] += top * right[start + stride];
      ends[place + 2] += top * right[start + firstColumn * stride];
      ends[place + 3] += bottom * right[end];
      ends[place + 4] += bottom * right[end - stride];
      ends[place + 5] += bottom * right[start + lastColumn * stride];
      place += 2 * ENTRIES;
    }
  }
}

/** out += the row sums of `matrix` with what was collected. */
function weigh(matrix: Bands, up: Float64Array, down: Float64Array, ends: Float64Array, out: Float64Array): void {
  const { lower, diagonal, upper, first, last, lines } = matrix;
  const { points, stride, size, count } = lines;
  const { lastRow } = corners(matrix);
  for (let block = 0; block < size; block += points * stride) {
    const beyond = block + lastRow * stride;
    for (let p = block + stride; p < beyond; p++) out[p] += lower[p] * down[p] + upper[p] * up[p];
  }
  for (let q = 0; q < count; q++) {
    const start = startOf(lines, q);
    const end = start + lastRow * stride;
    const place = 2 * ENTRIES * q;
    out[start] += diagonal[start] * ends[place] + upper[start] * ends[place + 1] + first[q] * ends[place + 2];
    out[end] += diagonal[end] * ends[place + 3] + lower[end] * ends[place + 4] + last[q] * ends[place + 5];
  }
}
