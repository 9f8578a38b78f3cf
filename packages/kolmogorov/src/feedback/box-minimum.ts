import { endlessDirection } from './endless-direction.js';
import type { Bounds, QuadraticForm } from './quadratic-form.js';

/** Sweeps over the coordinates at most, and the relative change at which they end. */
const MOST_SWEEPS = 200;
const CHANGE = 2 ** -50;
/** Relative to the terms, a gain or a pivot that is rounding. */
const ROUNDING = 2 ** -40;
/** Beyond this many controls that go together not all faces of the box are looked at: sweeps begin at its corners, at so many of them. */
const MOST_FACED = 6;

/**
 * Writes the a in a box that minimizes g·a + ½ aᵀ Q a; says whether there is one.
 *
 * Exact for one control; for more by cyclic minimization along the coordinates, which converges for positive definite Q. Where controls go together and Q is not
 * positive definite, or so nearly that the sweeps do not come to rest, the stationary points of all faces of the box, its corners included, are compared: the
 * least is one of them.
 *
 * @param a - Shape (q); its values are where the sweeps start.
 * @param way - Shape (q): where there is none, a direction without bend in which it falls without end, or 0 if none is known.
 */
export function boxMinimum(form: QuadraticForm, bounds: Bounds, a: Float64Array, way?: Float64Array): boolean {
  const { Q } = form;
  const { lower, upper } = bounds;
  const q = a.length;
  const from = a.slice();
  way?.fill(0);
  const swept = sweep(form, bounds, a);
  if (swept === 'endless') return false;
  if (!coupled(Q, q) || (swept === 'settled' && positiveDefinite(Q, q))) return true;
  if (bendsWithoutEnd(Q, bounds)) return false;
  const endless = endlessDirection(form, bounds);
  if (endless) {
    way?.set(endless);
    return false;
  }
  const trial = new Float64Array(q);
  let [least, scale] = formAt(form, a);
  const consider = (): void => {
    const [value, size] = formAt(form, trial);
    if (!(value < least - ROUNDING * Math.max(size, scale))) return;
    [least, scale] = [value, size];
    a.set(trial);
  };
  if (q <= MOST_FACED) eachFace(form, bounds, trial, consider);
  else {
    for (let corner = 0; corner < 1 << MOST_FACED; corner++) {
      for (let j = 0; j < q; j++) trial[j] = (corner >> (j % MOST_FACED)) & 1 ? upper[j] : lower[j];
      for (let j = 0; j < q; j++) if (!Number.isFinite(trial[j])) trial[j] = from[j];
      if (sweep(form, bounds, trial) !== 'endless') consider();
    }
  }
  return true;
}

/** Cyclic minimization along the coordinates, from a: `endless` where a coordinate has no least, `moving` where it has not come to rest. */
function sweep({ g, Q }: QuadraticForm, { lower, upper }: Bounds, a: Float64Array): 'settled' | 'moving' | 'endless' {
  const q = g.length;
  for (let round = 0; round < MOST_SWEEPS; round++) {
    let moved = 0;
    let size = 0;
    for (let j = 0; j < q; j++) {
      let slope = g[j];
      for (let i = 0; i < q; i++) if (i !== j) slope += Q[j * q + i] * a[i];
      const next = lineMinimum(slope, Q[j * q + j], lower[j], upper[j]);
      if (!Number.isFinite(next)) return 'endless';
      moved = Math.max(moved, Math.abs(next - a[j]));
      size = Math.max(size, Math.abs(next));
      a[j] = next;
    }
    if (moved <= CHANGE * size) return 'settled';
  }
  return 'moving';
}

function coupled(Q: Float64Array, q: number): boolean {
  for (let i = 0; i < q; i++) for (let j = 0; j < i; j++) if (Q[i * q + j] !== 0) return true;
  return false;
}

/** Whether all pivots are positive, beyond rounding. */
function positiveDefinite(Q: Float64Array, q: number): boolean {
  const rest = Q.slice();
  for (let k = 0; k < q; k++) {
    const pivot = rest[k * q + k];
    if (!(pivot > ROUNDING * Math.abs(Q[k * q + k]))) return false;
    for (let i = k + 1; i < q; i++) {
      const factor = rest[i * q + k] / pivot;
      for (let j = k + 1; j < q; j++) rest[i * q + j] -= factor * rest[k * q + j];
    }
  }
  return true;
}

/** Whether two controls without end lead down without end together: a form of two with directions of its own. */
function bendsWithoutEnd(Q: Float64Array, { lower, upper }: Bounds): boolean {
  const q = lower.length;
  for (let i = 0; i < q; i++) {
    for (let j = 0; j < i; j++) {
      const cross = Q[i * q + j];
      if (cross === 0) continue;
      // Down is where aᵢ aⱼ has the sign that the product does not have.
      const ends = (upperEnd: boolean, k: number): boolean => !Number.isFinite(upperEnd ? upper[k] : lower[k]);
      const open = [true, false].some((up) => ends(up, i) && ends(cross > 0 ? !up : up, j));
      const [one, other] = [Q[i * q + i], Q[j * q + j]];
      const size = Math.sqrt(Math.max(one, 0) * Math.max(other, 0));
      if (open && Math.abs(cross) > size * (1 + ROUNDING)) return true;
    }
  }
  return false;
}

/** g·a + ½ aᵀ Q a, and the sum of the sizes of its terms. */
function formAt({ g, Q }: QuadraticForm, a: Float64Array): [number, number] {
  const q = g.length;
  let [sum, size] = [0, 0];
  for (let i = 0; i < q; i++) {
    sum += g[i] * a[i];
    size += Math.abs(g[i] * a[i]);
    for (let j = 0; j < q; j++) {
      const part = (a[i] * Q[i * q + j] * a[j]) / 2;
      sum += part;
      size += Math.abs(part);
    }
  }
  return [sum, size];
}

/** Visits the stationary point of every face that has one inside, in `out`; corners are faces. */
function eachFace(form: QuadraticForm, bounds: Bounds, out: Float64Array, visit: () => void): void {
  const { lower, upper } = bounds;
  const q = out.length;
  const free: number[] = [];
  const go = (j: number): void => {
    if (j === q) {
      if (free.length === 0 || stationary(form, bounds, free, out)) visit();
      return;
    }
    for (const end of [lower[j], upper[j]]) {
      if (!Number.isFinite(end)) continue;
      out[j] = end;
      go(j + 1);
    }
    free.push(j);
    go(j + 1);
    free.pop();
  };
  go(0);
}

/** Solves for the free coordinates, the others as they are in `out`; false where they are not in the box or not determined. */
function stationary(
  { g, Q }: QuadraticForm,
  { lower, upper }: Bounds,
  free: readonly number[],
  out: Float64Array,
): boolean {
  const q = g.length;
  const rows = free.map((j) => {
    let right = -g[j];
    for (let i = 0; i < q; i++) if (!free.includes(i)) right -= Q[j * q + i] * out[i];
    return [...free.map((i) => Q[j * q + i]), right];
  });
  const n = free.length;
  for (let k = 0; k < n; k++) {
    // Where the least lies inside a face, the form on it does not bend down, and pivots are positive.
    if (!(rows[k][k] > ROUNDING * Math.abs(Q[free[k] * q + free[k]]))) return false;
    for (let i = k + 1; i < n; i++) {
      const factor = rows[i][k] / rows[k][k];
      for (let c = k; c <= n; c++) rows[i][c] -= factor * rows[k][c];
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    let sum = rows[k][n];
    for (let c = k + 1; c < n; c++) sum -= rows[k][c] * out[free[c]];
    const value = sum / rows[k][k];
    if (!(value >= lower[free[k]] && value <= upper[free[k]])) return false;
    out[free[k]] = value;
  }
  return true;
}

/** The a in [lower, upper] that minimizes slope · a + ½ curvature · a²; infinite or NaN if there is none. */
function lineMinimum(slope: number, curvature: number, lower: number, upper: number): number {
  if (curvature > 0) return Math.min(Math.max(-slope / curvature, lower), upper);
  if (slope === 0 && curvature === 0) return Math.min(Math.max(0, lower), upper);
  if (curvature === 0) return slope > 0 ? lower : upper;
  for (const end of [lower, upper]) if (!Number.isFinite(end)) return end;
  const at = (a: number): number => slope * a + (curvature * a * a) / 2;
  return at(lower) <= at(upper) ? lower : upper;
}
