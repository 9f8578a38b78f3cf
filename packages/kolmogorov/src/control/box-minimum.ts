/** Sweeps over the coordinates at most, and the relative change at which they end. */
const MOST_SWEEPS = 200;
const CHANGE = 2 ** -50;

/**
 * Writes the a in a box that minimizes g·a + ½ aᵀ Q a; says whether there is one.
 *
 * Exact for one control; for more by cyclic minimization along the coordinates, which converges for positive definite Q. Where Q_jj ≤ 0 the lower end of the
 * coordinate wins, which decides only that coordinate.
 *
 * @param Q - Shape (q, q), row-major, symmetric.
 * @param a - Shape (q); its values are where the sweeps start.
 */
export function boxMinimum(
  g: Float64Array,
  Q: Float64Array,
  lower: Float64Array,
  upper: Float64Array,
  a: Float64Array,
): boolean {
  const q = g.length;
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let moved = 0;
    let size = 0;
    for (let j = 0; j < q; j++) {
      let slope = g[j];
      for (let i = 0; i < q; i++) if (i !== j) slope += Q[j * q + i] * a[i];
      const next = lineMinimum(slope, Q[j * q + j], lower[j], upper[j]);
      if (!Number.isFinite(next)) return false;
      moved = Math.max(moved, Math.abs(next - a[j]));
      size = Math.max(size, Math.abs(next));
      a[j] = next;
    }
    if (q === 1 || moved <= CHANGE * size) return true;
  }
  return true;
}

/** The a in [lower, upper] that minimizes slope · a + ½ curvature · a²; infinite or NaN if there is none. */
function lineMinimum(slope: number, curvature: number, lower: number, upper: number): number {
  if (curvature > 0) return Math.min(Math.max(-slope / curvature, lower), upper);
  if (slope === 0 && curvature === 0) return Math.min(Math.max(0, lower), upper);
  if (curvature === 0) return slope > 0 ? lower : upper;
  const at = (a: number): number => slope * a + (curvature * a * a) / 2;
  return at(lower) <= at(upper) ? lower : upper;
}
