import { centralFirst } from '../grid/differences.js';
import type { Grid } from '../grid/grid.js';
import { type Lines, linesAlong, startOf } from '../grid/lines.js';
import { isReflecting, type Sides } from './boundary.js';
import { pairsOf } from './coefficient-layout.js';

/** Weights of a first derivative along an axis, row i on points i − 1, i, i + 1: shape (n) each. */
interface AxisDerivative {
  readonly lines: Lines;
  readonly lower: Float64Array;
  readonly own: Float64Array;
  readonly upper: Float64Array;
  /** On a periodic axis: what couples the first point with the last but one, and the last but one with the first. */
  readonly seam?: readonly [number, number];
}

/** Σ_(k<l) a_kl ∂_k ∂_l as products of the first derivatives along the axes: nine points a pair. */
export interface MixedTerm {
  /** out += factor · A v. */
  add(covariance: readonly Float64Array[], factor: number, v: Float64Array, out: Float64Array): void;
  /** out += factor · scale ∘ ∂_k ∂_l v for one pair of axes, by its number among the pairs. */
  addPair(pair: number, scale: Float64Array, factor: number, v: Float64Array, out: Float64Array): void;
  /** out += factor · Aᵀ v. */
  addTransposed(covariance: readonly Float64Array[], factor: number, v: Float64Array, out: Float64Array): void;
}

/** The mixed derivatives of a grid; `covariance` is 0 where a row is to be zero. */
export function mixedTerm(grid: Grid, sides: Sides): MixedTerm {
  const along = grid.axes.map((_, k) => axisDerivative(grid, k, sides[k]));
  const against = along.map(transposed);
  const pairs = pairsOf(grid.dimension);
  const one = new Float64Array(pairs.length > 0 ? grid.size : 0);
  const two = new Float64Array(one.length);
  // In two dimensions with open axes the nine points are added in one pass.
  const plane = along.length === 2 && along.every(({ seam }) => !seam);
  const ones = new Float64Array(plane ? grid.size : 0).fill(1);
  return {
    add: (covariance, factor, v, out) => {
      if (plane) {
        addOnPlane(along[0], along[1], covariance[0], factor, v, out);
        return;
      }
      pairs.forEach(([k, l], pair) => {
        differentiate(along[l], v, one);
        addDerivative(along[k], one, covariance[pair], factor, out);
      });
    },
    addPair: (pair, scale, factor, v, out) => {
      if (plane) {
        addOnPlane(along[0], along[1], scale, factor, v, out);
        return;
      }
      differentiate(along[pairs[pair][1]], v, one);
      addDerivative(along[pairs[pair][0]], one, scale, factor, out);
    },
    addTransposed: (covariance, factor, v, out) => {
      if (plane) {
        multiply(covariance[0], v, one);
        addOnPlane(against[0], against[1], ones, factor, one, out);
        return;
      }
      pairs.forEach(([k, l], pair) => {
        one.fill(0);
        addScaled(covariance[pair], factor, v, one);
        differentiate(against[k], one, two);
        differentiate(against[l], two, one);
        for (let p = 0; p < out.length; p++) out[p] += one[p];
      });
    },
  };
}

/** out ← scale ∘ v. */
function multiply(scale: Float64Array, v: Float64Array, out: Float64Array): void {
  for (let p = 0; p < out.length; p++) out[p] = scale[p] * v[p];
}

function addScaled(scale: Float64Array, factor: number, v: Float64Array, out: Float64Array): void {
  for (let p = 0; p < out.length; p++) out[p] += factor * scale[p] * v[p];
}

function axisDerivative(grid: Grid, k: number, sides: Sides[number]): AxisDerivative {
  const { points } = grid.axes[k];
  const last = points.length - 1;
  const [lower, own, upper] = [0, 1, 2].map(() => new Float64Array(points.length));
  for (let i = 1; i < last; i++) {
    [lower[i], own[i], upper[i]] = centralFirst(points[i] - points[i - 1], points[i + 1] - points[i]);
  }
  if (sides[0].kind === 'periodic') {
    const stencil = centralFirst(points[last] - points[last - 1], points[1] - points[0]);
    [, own[0], upper[0]] = stencil;
    const seam = [stencil[0], upper[last - 1]] as const;
    upper[last - 1] = 0;
    return { lines: linesAlong(grid, k), lower, own, upper, seam };
  }
  if (sides[0].kind === 'straight' || isReflecting(sides[0])) {
    upper[0] = 1 / (points[1] - points[0]);
    own[0] = -upper[0];
  } else if (sides[0].kind === 'slope') own[0] = sides[0].feedback;
  if (sides[1].kind === 'straight' || isReflecting(sides[1])) {
    own[last] = 1 / (points[last] - points[last - 1]);
    lower[last] = -own[last];
  } else if (sides[1].kind === 'slope') own[last] = sides[1].feedback;
  return { lines: linesAlong(grid, k), lower, own, upper };
}

function transposed(derivative: AxisDerivative): AxisDerivative {
  const last = derivative.own.length - 1;
  const { seam } = derivative;
  return {
    lines: derivative.lines,
    seam: seam && [seam[1], seam[0]],
    lower: derivative.own.map((_, i) => (i === 0 ? 0 : derivative.upper[i - 1])),
    own: derivative.own,
    upper: derivative.own.map((_, i) => (i === last ? 0 : derivative.lower[i + 1])),
  };
}

/** out ← D v. */
function differentiate(derivative: AxisDerivative, v: Float64Array, out: Float64Array): void {
  const { lower, own, upper } = derivative;
  const { points, stride, size } = derivative.lines;
  const last = points - 1;
  const block = points * stride;
  for (let start = 0; start < size; start += block) {
    if (stride === 1) {
      out[start] = own[0] * v[start] + upper[0] * v[start + 1];
      for (let i = 1; i < last; i++) {
        const p = start + i;
        out[p] = lower[i] * v[p - 1] + own[i] * v[p] + upper[i] * v[p + 1];
      }
      out[start + last] = lower[last] * v[start + last - 1] + own[last] * v[start + last];
      continue;
    }
    for (let i = 0; i <= last; i++) {
      const from = start + i * stride;
      const [below, middle, above] = [lower[i], own[i], upper[i]];
      const down = i === 0 ? 0 : stride;
      const up = i === last ? 0 : stride;
      for (let p = from; p < from + stride; p++) out[p] = below * v[p - down] + middle * v[p] + above * v[p + up];
    }
  }
  acrossSeam(derivative, (row, column, weight) => {
    out[row] += weight * v[column];
  });
}

/** out += factor · scale · D_0 D_1 v on a plane: D_0 v of a column is kept until its right neighbor is done. */
function addOnPlane(
  across: AxisDerivative,
  along: AxisDerivative,
  scale: Float64Array,
  factor: number,
  v: Float64Array,
  out: Float64Array,
): void {
  const { lower, own, upper } = along;
  const n = own.length;
  const size = v.length;
  for (let row = 0, i = 0; row < size; row += n, i++) {
    const below = factor * across.lower[i];
    const middle = factor * across.own[i];
    const above = factor * across.upper[i];
    const down = row === 0 ? 0 : n;
    const up = row + n === size ? 0 : n;
    let before = 0;
    let here = below * v[row - down] + middle * v[row] + above * v[row + up];
    const last = row + n - 1;
    for (let p = row, j = 0; p < last; p++, j++) {
      const q = p + 1;
      const after = below * v[q - down] + middle * v[q] + above * v[q + up];
      out[p] += scale[p] * (lower[j] * before + own[j] * here + upper[j] * after);
      before = here;
      here = after;
    }
    out[last] += scale[last] * (lower[n - 1] * before + own[n - 1] * here);
  }
}

/** out += factor · scale · D v. */
function addDerivative(
  derivative: AxisDerivative,
  v: Float64Array,
  scale: Float64Array,
  factor: number,
  out: Float64Array,
): void {
  const { lower, own, upper } = derivative;
  const { points, stride, size } = derivative.lines;
  const last = points - 1;
  const block = points * stride;
  for (let start = 0; start < size; start += block) {
    for (let i = 0; i <= last; i++) {
      const from = start + i * stride;
      const [below, middle, above] = [factor * lower[i], factor * own[i], factor * upper[i]];
      const down = i === 0 ? 0 : stride;
      const up = i === last ? 0 : stride;
      for (let p = from; p < from + stride; p++) {
        out[p] += scale[p] * (below * v[p - down] + middle * v[p] + above * v[p + up]);
      }
    }
  }
  acrossSeam(derivative, (row, column, weight) => {
    out[row] += factor * scale[row] * weight * v[column];
  });
}

function acrossSeam({ lines, seam }: AxisDerivative, see: (row: number, column: number, weight: number) => void): void {
  if (!seam) return;
  for (let q = 0; q < lines.count; q++) {
    const first = startOf(lines, q);
    const last = first + (lines.points - 2) * lines.stride;
    see(first, last, seam[0]);
    see(last, first, seam[1]);
  }
}
