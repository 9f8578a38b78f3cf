import { fromWords, highWord, roundedTo23Bits, scaled, upperHalf, withHighWord } from './bits.js';

/**
 * x^y for real x and y, with the special values of Math.pow; error below 1 ulp.
 *
 * y·log₂|x| is kept in two parts of 21 and 53 bits, so that the error of the result does not grow with the exponent.
 *
 * @see [fdlibm, e_pow.c]
 */
export function power(x: number, y: number): number {
  if (y === 0) return 1;
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  const size = Math.abs(x);
  if (!Number.isFinite(y)) {
    if (size === 1) return Number.NaN;
    return size > 1 === y > 0 ? Number.POSITIVE_INFINITY : 0;
  }
  const whole = Number.isInteger(y);
  const odd = whole && Math.abs(y) < 2 ** 53 && y % 2 !== 0;
  const negative = x < 0 || Object.is(x, -0);
  if (size === 0 || size === Number.POSITIVE_INFINITY) {
    const value = (size === 0) === y < 0 ? Number.POSITIVE_INFINITY : 0;
    return negative && odd ? -value : value;
  }
  if (negative && !whole) return Number.NaN;
  const sign = negative && odd ? -1 : 1;
  if (size === 1) return sign;
  // |log₂ x| > 2^-53: beyond this exponent every power over- or underflows.
  if (Math.abs(y) > 2 ** 64) return size > 1 === y > 0 ? sign * Number.POSITIVE_INFINITY : sign * 0;
  return sign * positivePower(size, y);
}

/** log₂ of 1.5 in two parts, beside log₂ of 1: the interval that a fraction is reduced to. */
const LOG2_HIGH = [0, 0.5849624872207642];
const LOG2_LOW = [0, 1.350039202129749e-8];
const CENTER = [1, 1.5];

function positivePower(size: number, y: number): number {
  const subnormal = size < 2.2250738585072014e-308;
  const normal = subnormal ? size * 2 ** 54 : size;
  const bits = highWord(normal);
  const fraction = bits & 0x000fffff;
  let exponent = (bits >> 20) - 1023 - (subnormal ? 54 : 0);
  let high = fraction | 0x3ff00000;
  // 1 + fraction goes to [√3/2, √(3/2)) about 1, or to [√(3/2), √3) about 1.5.
  const interval = fraction > 0x3988e && fraction < 0xbb67a ? 1 : 0;
  if (fraction >= 0xbb67a) {
    exponent += 1;
    high -= 0x00100000;
  }
  const a = withHighWord(normal, high);
  const center = CENTER[interval];

  // s = (a − c)/(a + c) in two parts
  const u = a - center;
  const v = 1 / (a + center);
  const s = u * v;
  const sHigh = upperHalf(s);
  const sumHigh = fromWords(((high >> 1) | 0x20000000) + 0x00080000 + (interval << 18), 0);
  const sumLow = a - (sumHigh - center);
  const sLow = v * (u - sHigh * sumHigh - sHigh * sumLow);

  // log₂ a in two parts: 3 + s² + … times 2s/(3 ln 2)
  const z = s * s;
  const series =
    z *
      z *
      (0.5999999999999946 +
        z *
          (0.4285714285785502 +
            z *
              (0.33333332981837743 + z * (0.272728123808534 + z * (0.23066074577556175 + z * 0.20697501780033842))))) +
    sLow * (sHigh + s);
  const square = sHigh * sHigh;
  const tHigh = upperHalf(3 + square + series);
  const tLow = series - (tHigh - 3 - square);
  const pu = sHigh * tHigh;
  const pv = sLow * tHigh + tLow * s;
  const pHigh = upperHalf(pu + pv);
  const pLow = pv - (pHigh - pu);
  const zHigh = 0.9617967009544373 * pHigh;
  const zLow = -7.028461650952758e-9 * pHigh + pLow * 0.9617966939259756 + LOG2_LOW[interval];
  const logHigh = upperHalf(zHigh + zLow + LOG2_HIGH[interval] + exponent);
  const logLow = zLow - (logHigh - exponent - LOG2_HIGH[interval] - zHigh);

  const yHigh = upperHalf(y);
  return powerOfTwoParts(yHigh * logHigh, (y - yHigh) * logHigh + y * logLow);
}

/** 2^(high + low). */
function powerOfTwoParts(high: number, low: number): number {
  const sum = high + low;
  if (sum > 1100) return Number.POSITIVE_INFINITY;
  if (sum < -1100) return 0;
  const n = Math.floor(sum + 1 / 2);
  const rest = high - n;
  const t = upperHalf(low + rest);
  const u = t * 0.6931471824645996;
  const v = (low - (t - rest)) * Math.LN2 + t * -1.904654299957768e-9;
  const z = u + v;
  const w = v - (z - u);
  const square = z * z;
  const c =
    z -
    square *
      (0.16666666666666602 +
        square *
          (-0.0027777777777015593 +
            square * (0.00006613756321437934 + square * (-0.0000016533902205465252 + square * 4.1381367970572385e-8))));
  const r = (z * c) / (c - 2) - (w + z * w);
  return scaled(1 - (r - z), n);
}

/** x². */
export function square(x: number): number {
  return x * x;
}

/**
 * The real cube root; error below 0.7 ulp.
 *
 * A third of the exponent, a polynomial for r³/x, rounding to 23 bits so that t·t is exact, and one Newton step.
 *
 * @see [fdlibm, s_cbrt.c]
 */
export function cbrt(x: number): number {
  const size = Math.abs(x);
  if (!(size > 0 && size < Number.POSITIVE_INFINITY)) return x;
  const subnormal = size < 2.2250738585072014e-308;
  const normal = subnormal ? size * 2 ** 54 : size;
  const third = Math.floor(highWord(normal) / 3);
  const guess = fromWords(third + (subnormal ? 696219795 : 715094163), 0);
  const r = guess * guess * (guess / size);
  const refined =
    guess *
    (1.87595182427177 +
      r * (-1.8849797954337717 + r * 1.6214297201053545) +
      r * r * r * (-0.758397934778766 + r * 0.14599619288661245));
  const t = roundedTo23Bits(refined);
  const correction = (size / (t * t) - t) / (t + t + size / (t * t));
  const root = t + t * correction;
  return x < 0 ? -root : root;
}
