/** Newton steps and halvings that any level takes; empirical: a smooth function takes five. */
const MOST_STEPS = 200;

/**
 * The points of [a, b] at which an increasing function has risen by equal parts: total(x_i) = total(a) + (total(b) − total(a)) i / (n − 1).
 *
 * `rate` is its derivative. Newton's method between brackets, to rounding; the ends are a and b themselves.
 */
export function evenLevels(
  a: number,
  b: number,
  n: number,
  total: (x: number) => number,
  rate: (x: number) => number,
): Float64Array {
  const [from, to] = [total(a), total(b)];
  const points = new Float64Array(n);
  points[0] = a;
  points[n - 1] = b;
  for (let i = 1; i < n - 1; i++) {
    const level = from + ((to - from) * i) / (n - 1);
    let [low, high] = [points[i - 1], b];
    let x = Math.min(low + (to - from) / (n - 1) / rate(low), (low + high) / 2);
    for (let step = 0; step < MOST_STEPS; step++) {
      const excess = total(x) - level;
      if (excess > 0) high = x;
      else low = x;
      const wanted = x - excess / rate(x);
      const next = wanted > low && wanted < high ? wanted : (low + high) / 2;
      const change = Math.abs(next - x);
      x = next;
      if (change <= 2 * Number.EPSILON * Math.max(Math.abs(x), b - a)) break;
    }
    points[i] = x;
  }
  return points;
}
