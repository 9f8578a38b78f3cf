/** Below this part of [0, 1] a root is located. */
const RESOLUTION = 2 ** -45;

/**
 * The first s in [0, 1) from which a polynomial p(s) = Σ_j a_j s^j, not negative at 0, is negative; undefined where it is not.
 *
 * By Bernstein coefficients on halved intervals: where none is negative the polynomial is not, so no root is missed. A p that only touches
 * zero, as far as rounding tells, has none.
 *
 * @see [farouki2012]
 */
export function firstRoot(coefficients: ArrayLike<number>): number | undefined {
  const n = coefficients.length - 1;
  if (n < 0) return undefined;
  let bound = 0;
  for (let j = 1; j <= n; j++) bound += Math.max(0, -coefficients[j]);
  if (coefficients[0] >= bound) return undefined;
  return search(bernstein(coefficients, n), 0, 1);
}

function search(b: Float64Array, low: number, high: number): number | undefined {
  if (b[0] < 0) return low;
  if (b.every((value) => value >= 0)) return undefined;
  if (high - low < RESOLUTION) return b[b.length - 1] < 0 ? low : undefined;
  const middle = (low + high) / 2;
  const row = Float64Array.from(b);
  const left = new Float64Array(b.length);
  const right = new Float64Array(b.length);
  for (let last = b.length - 1; last >= 0; last--) {
    left[b.length - 1 - last] = row[0];
    right[last] = row[last];
    for (let i = 0; i < last; i++) row[i] = (row[i] + row[i + 1]) / 2;
  }
  return search(left, low, middle) ?? search(right, middle, high);
}

/** b_i = Σ_{j ≤ i} C(i, j) / C(n, j) a_j. */
function bernstein(a: ArrayLike<number>, n: number): Float64Array {
  const b = new Float64Array(n + 1);
  for (let i = 0; i <= n; i++) {
    let factor = 1;
    for (let j = 0; j <= i; j++) {
      b[i] += factor * a[j];
      factor *= (i - j) / (n - j);
    }
  }
  return b;
}
