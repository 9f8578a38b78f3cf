import { scaled } from './bits.js';

/** ln 2 in two parts: k·LN2_HIGH is exact for |k| < 2^20. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const PER_LN2 = Math.LOG2E;
/** Adding and subtracting this rounds to the nearest whole number, for |x| < 2^51. */
const ROUNDER = 1.5 * 2 ** 52;
/** exp overflows above, and is 0 below. */
const MOST = 709.782712893384;
const LEAST = -745.1332191019411;

/**
 * e^x; error below 1 ulp.
 *
 * x = k ln 2 + r, |r| ≤ ½ ln 2, and e^r = 1 + 2r/(R(r²) − r) with a minimax R of degree 5.
 *
 * @see [fdlibm, e_exp.c]
 */
export function exp(x: number): number {
  if (!(x <= MOST)) return x > 0 ? Number.POSITIVE_INFINITY : x;
  if (x < LEAST) return 0;
  const k = x * PER_LN2 + ROUNDER - ROUNDER;
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const z = r * r;
  const c =
    r -
    z *
      (0.16666666666666602 +
        z *
          (-0.0027777777777015593 +
            z * (0.00006613756321437934 + z * (-0.0000016533902205465252 + z * 4.1381367970572385e-8))));
  return scaled(1 - (low - (r * c) / (2 - c) - high), k);
}

/**
 * e^x − 1 without cancellation near 0; error below 1 ulp.
 *
 * @see [fdlibm, s_expm1.c]
 */
export function expm1(x: number): number {
  if (!(Math.abs(x) < 40)) {
    if (x > 0) return x > MOST ? Number.POSITIVE_INFINITY : exp(x);
    return x < 0 ? -1 : x;
  }
  if (Math.abs(x) < 2 ** -54) return x;
  const k = Math.abs(x) > LN2_HIGH / 2 ? x * PER_LN2 + ROUNDER - ROUNDER : 0;
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const lost = high - r - low;
  const half = r / 2;
  const z = r * half;
  const series =
    1 +
    z *
      (-0.03333333333333313 +
        z *
          (0.0015873015872548146 +
            z * (-0.0000793650757867488 + z * (0.000004008217827329362 + z * -2.0109921818362437e-7))));
  const t = 3 - series * half;
  const quotient = z * ((series - t) / (6 - r * t));
  if (k === 0) return r - (r * quotient - z);
  const e = r * (quotient - lost) - lost - z;
  if (k === -1) return (r - e) / 2 - 1 / 2;
  if (k === 1) return r < -1 / 4 ? -2 * (e - (r + 1 / 2)) : 1 + 2 * (r - e);
  if (k <= -2 || k > 56) return scaled(1 - (e - r), k) - 1;
  const small = scaled(1, -k);
  return k < 20 ? scaled(1 - small - (e - r), k) : scaled(r - (e + small) + 1, k);
}
