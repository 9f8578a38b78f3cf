import type { Bounds, QuadraticForm } from './quadratic-form.js';

/** Relative to the terms, a pivot or a slope that is rounding. */
const ROUNDING = 2 ** -40;
/** Of more controls without end, only all together are looked at. */
const MOST = 8;

/**
 * A direction in which a box goes on without end, g·a + ½ aᵀ Q a does not bend, and falls: v with Q v = 0 among the coordinates that move, and (g + Q a)·v < 0 for some a of the box.
 *
 * Every choice of coordinates without end has the null space of its part of Q looked through: where Q is positive semidefinite, one of them has such a direction if
 * there is any.
 */
export function endlessDirection({ g, Q }: QuadraticForm, bounds: Bounds): Float64Array | undefined {
  const { lower, upper } = bounds;
  const q = g.length;
  const open = Array.from({ length: q }, (_, j) => j).filter((j) => !Number.isFinite(upper[j] - lower[j]));
  const count = open.length;
  const all = (1 << Math.min(count, MOST)) - 1;
  for (let choice = all; choice > 0; choice = count > MOST ? 0 : choice - 1) {
    const moved = count > MOST ? open : open.filter((_, i) => (choice >> i) & 1);
    for (const v of nullVectors(Q, q, moved)) {
      for (const sign of [1, -1]) {
        const way = v.map((value) => sign * value);
        if (goesOn(way, bounds) && falls({ g, Q }, bounds, moved, way)) return way;
      }
    }
  }
  return undefined;
}

/** A basis of the null space of Q among the coordinates that move, by elimination with the greatest pivot of the diagonal. */
function nullVectors(Q: Float64Array, q: number, moved: readonly number[]): Float64Array[] {
  const n = moved.length;
  const rows = moved.map((i) => Float64Array.from(moved, (j) => Q[i * q + j]));
  const pivots: number[] = [];
  const left = new Set(moved.keys());
  const relative = (k: number): number => rows[k][k] / Math.abs(Q[moved[k] * q + moved[k]]);
  for (;;) {
    let best = -1;
    for (const k of left) if (relative(k) > ROUNDING && (best < 0 || relative(k) > relative(best))) best = k;
    if (best < 0) break;
    left.delete(best);
    pivots.push(best);
    const pivot = rows[best][best];
    for (let j = 0; j < n; j++) rows[best][j] /= pivot;
    for (let i = 0; i < n; i++) {
      const factor = rows[i][best];
      if (i === best || factor === 0) continue;
      for (let j = 0; j < n; j++) rows[i][j] -= factor * rows[best][j];
    }
  }
  const found: Float64Array[] = [];
  for (const k of left) {
    const v = new Float64Array(q);
    v[moved[k]] = 1;
    for (const pivot of pivots) v[moved[pivot]] = -rows[pivot][k];
    // What is left may bend without a diagonal: then it is no null vector.
    if (moved.every((i) => isRounding(moved.map((j) => Q[i * q + j] * v[j])))) found.push(v);
  }
  return found;
}

function isRounding(terms: readonly number[]): boolean {
  const [sum, size] = terms.reduce(([s, a], term) => [s + term, a + Math.abs(term)], [0, 0]);
  return Math.abs(sum) <= ROUNDING * size;
}

function goesOn(v: Float64Array, { lower, upper }: Bounds): boolean {
  return v.every((value, j) => value === 0 || !Number.isFinite(value > 0 ? upper[j] : lower[j]));
}

/** Whether the slope along v is below 0, at the best of the coordinates that stay. */
function falls({ g, Q }: QuadraticForm, { lower, upper }: Bounds, moved: readonly number[], v: Float64Array): boolean {
  const q = g.length;
  let [slope, size] = [0, 0];
  for (const j of moved) {
    slope += g[j] * v[j];
    size += Math.abs(g[j] * v[j]);
  }
  for (let i = 0; i < q; i++) {
    if (moved.includes(i)) continue;
    const terms = moved.map((j) => Q[i * q + j] * v[j]);
    if (isRounding(terms)) continue;
    const weight = terms.reduce((sum, term) => sum + term, 0);
    const end = weight > 0 ? lower[i] : upper[i];
    // Where it has no end itself, that is bending of two.
    const part = weight * (Number.isFinite(end) ? end : 0);
    slope += part;
    size += Math.abs(part);
  }
  return slope < -ROUNDING * size;
}
