/** The largest exponent that is multiplied out. */
const MOST = 8;

/** The operations that {@link multipliedOut} needs. */
interface Products<V> {
  constant(value: number): V;
  multiply(x: V, y: V): V;
  divide(x: V, y: V): V;
  sqrt(x: V): V;
}

/**
 * x^n as products, for n an integer or half an integer, |n| ≤ 8; undefined for every other exponent.
 *
 * x^(2k) = x^k·x^k, x^(2k+1) = x·x^(2k), x^(k+½) = x^k·√x, x^(−n) = 1/x^n. Numbers and graphs both go through here, so that
 * the reference and a compiled graph do the same arithmetic.
 */
export function multipliedOut<V>(algebra: Products<V>, x: V, exponent: number): V | undefined {
  const size = Math.abs(exponent);
  if (!(size <= MOST) || !Number.isInteger(2 * size)) return undefined;
  const whole = Math.floor(size);
  let value = whole === 0 ? undefined : wholePower(algebra, x, whole);
  if (whole !== size) {
    const root = algebra.sqrt(x);
    value = value === undefined ? root : algebra.multiply(value, root);
  }
  const one = algebra.constant(1);
  if (value === undefined) return one;
  return exponent < 0 ? algebra.divide(one, value) : value;
}

function wholePower<V>(algebra: Products<V>, x: V, n: number): V {
  if (n === 1) return x;
  if (n % 2 === 1) return algebra.multiply(x, wholePower(algebra, x, n - 1));
  const half = wholePower(algebra, x, n / 2);
  return algebra.multiply(half, half);
}
