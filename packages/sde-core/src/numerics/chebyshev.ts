import { cos, sin } from './trigonometric.js';

/** A closed box: [low, high] a dimension. Two dimensions; one-dimensional functions have a second side of no width. */
export interface Box {
  readonly low: readonly [number, number];
  readonly high: readonly [number, number];
}

/** A polynomial on a box, Σ c_ij T_i(x) T_j(y) in coordinates scaled to [−1, 1]. */
export interface ChebyshevSurface {
  readonly box: Box;
  /** Degree plus one in each variable. */
  readonly size: readonly [number, number];
  /** Shape size, row-major. */
  readonly coefficients: Float64Array;
  /** Estimate of sup |f − polynomial| on the box: what was cut off, or is still there at the most nodes. */
  readonly error: number;
  /** Rounding of values of the largest size on the box, which is felt everywhere on it. */
  readonly rounding: number;
}

/** Intervals a variable to begin with. */
export const FEWEST = 8;

/** Coefficients below this, relative to the largest, are rounding. */
const NEGLIGIBLE = 1e-15;

/** The last coefficients of a function that is resolved are below this, relative to the largest. */
const RESOLVED = 1e-14;

/**
 * The Chebyshev interpolant of f on a box, with the nodes of each variable doubled until the coefficients have decayed.
 *
 * Nodes cos(π k/n), k = 0 … n, from `least` intervals a variable on. A function that is not resolved by `most` is returned with its `error`.
 *
 * @see [trefethen2013]
 */
export function chebyshevSurface(
  f: (x: number, y: number) => number,
  box: Box,
  most: number,
  least: number = FEWEST,
): ChebyshevSurface {
  const flat = [0, 1].map((axis) => box.high[axis] === box.low[axis]);
  let intervals: readonly [number, number] = [flat[0] ? 0 : Math.min(least, most), flat[1] ? 0 : Math.min(least, most)];
  for (;;) {
    const [n, m] = intervals;
    const full = interpolate(f, box, n, m);
    const largest = full.reduce((top, c) => Math.max(top, Math.abs(c)), 0);
    const rows = Array.from({ length: n + 1 }, (_, i) => peak(full, m + 1, i, undefined));
    const columns = Array.from({ length: m + 1 }, (_, j) => peak(full, m + 1, undefined, j));
    const tails = [tail(rows), tail(columns)];
    const open = tails.map((t, axis) => t > RESOLVED * largest && intervals[axis] < most && !flat[axis]);
    if ((open[0] || open[1]) && Number.isFinite(largest)) {
      intervals = [open[0] ? 2 * n : n, open[1] ? 2 * m : m];
      continue;
    }
    const size = [kept(rows, largest), kept(columns, largest)] as const;
    return {
      box,
      size,
      coefficients: crop(full, m + 1, size),
      error: cutOff(full, m + 1, size) + lost(tails, largest),
      rounding: 2 * Number.EPSILON * largest,
    };
  }
}

/** The value of the polynomial at (x, y), by Clenshaw's recurrence in both variables; O(size). */
export function evaluateSurface(surface: ChebyshevSurface, x: number, y: number, scratch: Float64Array): number {
  const { size, coefficients, box } = surface;
  const [rows, columns] = size;
  const s = scaled(x, box.low[0], box.high[0]);
  const r = scaled(y, box.low[1], box.high[1]);
  for (let i = 0; i < rows; i++) scratch[i] = clenshaw(coefficients, i * columns, columns, r);
  return clenshaw(scratch, 0, rows, s);
}

const scaled = (x: number, low: number, high: number): number => (high > low ? (2 * x - low - high) / (high - low) : 0);

function clenshaw(c: Float64Array, from: number, count: number, s: number): number {
  let b1 = 0;
  let b2 = 0;
  for (let k = count - 1; k > 0; k--) {
    const b = c[from + k] + 2 * s * b1 - b2;
    b2 = b1;
    b1 = b;
  }
  return c[from] + s * b1 - b2;
}

/** The node cos(π k/n) in [low, high]; the middle for n = 0. */
export function chebyshevNode(k: number, n: number, low: number, high: number): number {
  if (n === 0 || high === low) return low + 0.5 * (high - low);
  if (k === 0) return high;
  if (k === n) return low;
  return 0.5 * (low + high) + 0.5 * (high - low) * sin((Math.PI * (n - 2 * k)) / (2 * n));
}

/** Coefficients of the interpolant, shape (n + 1, m + 1), from values at the nodes. */
function interpolate(f: (x: number, y: number) => number, box: Box, n: number, m: number): Float64Array {
  const values = new Float64Array((n + 1) * (m + 1));
  for (let i = 0; i <= n; i++) {
    const x = chebyshevNode(i, n, box.low[0], box.high[0]);
    for (let j = 0; j <= m; j++) values[i * (m + 1) + j] = f(x, chebyshevNode(j, m, box.low[1], box.high[1]));
  }
  const transform = cosines(m);
  const half = new Float64Array(values.length);
  for (let i = 0; i <= n; i++) {
    for (let j = 0; j <= m; j++) {
      let sum = 0;
      for (let k = 0; k <= m; k++) sum += transform[j * (m + 1) + k] * values[i * (m + 1) + k];
      half[i * (m + 1) + j] = sum;
    }
  }
  const other = n === m ? transform : cosines(n);
  const out = new Float64Array(values.length);
  for (let i = 0; i <= n; i++) {
    for (let k = 0; k <= n; k++) {
      const weight = other[i * (n + 1) + k];
      for (let j = 0; j <= m; j++) out[i * (m + 1) + j] += weight * half[k * (m + 1) + j];
    }
  }
  return out;
}

/** From values at the n + 1 nodes to coefficients: (2/n) cos(π i k/n), halved at both ends of both indices. */
function cosines(n: number): Float64Array {
  if (n === 0) return Float64Array.of(1);
  const table = Float64Array.from({ length: 2 * n }, (_, q) => cos((Math.PI * q) / n));
  const out = new Float64Array((n + 1) * (n + 1));
  for (let i = 0; i <= n; i++) {
    for (let k = 0; k <= n; k++) {
      const ends = (i === 0 || i === n ? 0.5 : 1) * (k === 0 || k === n ? 0.5 : 1);
      out[i * (n + 1) + k] = (2 / n) * ends * table[(i * k) % (2 * n)];
    }
  }
  return out;
}

/** The largest coefficient of a row or a column. */
function peak(c: Float64Array, columns: number, row: number | undefined, column: number | undefined): number {
  let top = 0;
  const rows = c.length / columns;
  for (let i = row ?? 0; i < (row === undefined ? rows : row + 1); i++) {
    for (let j = column ?? 0; j < (column === undefined ? columns : column + 1); j++) {
      top = Math.max(top, Math.abs(c[i * columns + j]));
    }
  }
  return top;
}

/** The largest of the last two coefficients: one may vanish by symmetry. */
const tail = (peaks: readonly number[]): number => (peaks.length < 2 ? 0 : Math.max(...peaks.slice(-2)));

const kept = (peaks: readonly number[], largest: number): number => {
  let count = peaks.length;
  while (count > 1 && peaks[count - 1] <= NEGLIGIBLE * largest) count--;
  return count;
};

/** A variable whose coefficients have not decayed loses at least as much again beyond the last one. */
const lost = (tails: readonly number[], largest: number): number =>
  tails.reduce((sum, t) => sum + (t > RESOLVED * largest ? 8 * t : 0), 0);

function crop(c: Float64Array, columns: number, size: readonly [number, number]): Float64Array {
  return Float64Array.from({ length: size[0] * size[1] }, (_, at) => {
    const i = Math.floor(at / size[1]);
    return c[i * columns + (at - i * size[1])];
  });
}

function cutOff(c: Float64Array, columns: number, size: readonly [number, number]): number {
  let sum = 0;
  for (let at = 0; at < c.length; at++) {
    const i = Math.floor(at / columns);
    if (i >= size[0] || at - i * columns >= size[1]) sum += Math.abs(c[at]);
  }
  return sum;
}
