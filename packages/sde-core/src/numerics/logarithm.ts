import { highWord, powerOfTwo } from './bits.js';

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
/** The high words of 1 and of √2, less their exponents. */
const ONE = 0x3ff00000;
const ABOVE_ROOT_HALF = ONE - 0x3fe6a09e;

/** R with log((1 + s)/(1 − s)) = 2s + s R, |s| < 0.1716; minimax. */
function remainder(z: number): number {
  const w = z * z;
  const even = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const odd = z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  return even + odd;
}

/**
 * The natural logarithm; error below 1 ulp. NaN for x < 0.
 *
 * x = 2^k (1 + f) with √½ < 1 + f < √2, and log(1 + f) = f − ½f² + s(½f² + R(s²)), s = f/(2 + f).
 *
 * @see [fdlibm, e_log.c]
 */
export function log(x: number): number {
  if (!(x > 0 && x < Number.POSITIVE_INFINITY)) {
    if (x === 0) return Number.NEGATIVE_INFINITY;
    return x > 0 ? x : Number.NaN;
  }
  const subnormal = x < 2.2250738585072014e-308;
  const normal = subnormal ? x * 2 ** 54 : x;
  const shifted = highWord(normal) + ABOVE_ROOT_HALF;
  const exponent = (shifted >> 20) - 1023;
  const k = exponent - (subnormal ? 54 : 0);
  const f = (exponent < 1023 ? normal * powerOfTwo(-exponent) : (normal / 2) * powerOfTwo(1 - exponent)) - 1;
  const half = (f * f) / 2;
  const s = f / (2 + f);
  const r = s * (half + remainder(s * s));
  if (k === 0) return f - (half - r);
  return k * LN2_HIGH - (half - (r + k * LN2_LOW) - f);
}

/**
 * log(1 + x) without cancellation near 0; error below 1 ulp. NaN for x < −1.
 *
 * @see [fdlibm, s_log1p.c]
 */
export function log1p(x: number): number {
  if (!(x > -1 && x < Number.POSITIVE_INFINITY)) {
    if (x === -1) return Number.NEGATIVE_INFINITY;
    return x > 0 ? x : Number.NaN;
  }
  if (Math.abs(x) < 2 ** -54) return x;
  let k = 0;
  let f = x;
  let lost = 0;
  if (!(x > -0.2928932188134524 && x < 0.41421356237309515)) {
    const u = 1 + x;
    const shifted = highWord(u) + ABOVE_ROOT_HALF;
    k = (shifted >> 20) - 1023;
    // What the rounding of 1 + x lost, in units of u; past 2^54 it is x itself that absorbs the 1.
    lost = k < 54 ? (k > 0 ? 1 - (u - x) : x - (u - 1)) / u : 0;
    f = (k < 1023 ? u * powerOfTwo(-k) : (u / 2) * powerOfTwo(1 - k)) - 1;
  }
  const half = (f * f) / 2;
  const s = f / (2 + f);
  const r = s * (half + remainder(s * s));
  if (k === 0) return f - (half - (r + lost));
  return k * LN2_HIGH - (half - (r + (k * LN2_LOW + lost)) - f);
}

/**
 * The logarithm to base 2, exact for powers of two; error below 2 ulp. NaN for x < 0.
 *
 * x = 2^k (1 + f) with √½ < 1 + f < √2, and log₂ x = k + log(1 + f)/ln 2.
 */
export function log2(x: number): number {
  if (!(x > 0 && x < Number.POSITIVE_INFINITY)) return log(x);
  const subnormal = x < 2.2250738585072014e-308;
  const normal = subnormal ? x * 2 ** 54 : x;
  const exponent = ((highWord(normal) + ABOVE_ROOT_HALF) >> 20) - 1023;
  const fraction = exponent < 1023 ? normal * powerOfTwo(-exponent) : (normal / 2) * powerOfTwo(1 - exponent);
  return exponent - (subnormal ? 54 : 0) + log(fraction) * Math.LOG2E;
}
