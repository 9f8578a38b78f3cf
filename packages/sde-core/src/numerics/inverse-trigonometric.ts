import { upperHalf } from './bits.js';

/** π/2 in two parts. */
const HALF_PI = 1.5707963267948966;
const HALF_PI_LOW = 6.123233995736766e-17;

/** R with asin x = x + x R(x²) for |x| ≤ ½; minimax. */
function arcsineSeries(z: number): number {
  const top =
    z *
    (0.16666666666666666 +
      z *
        (-0.3255658186224009 +
          z *
            (0.20121253213486293 +
              z * (-0.04005553450067941 + z * (0.0007915349942898145 + z * 0.00003479331075960212)))));
  const bottom =
    1 + z * (-2.403394911734414 + z * (2.0209457602335057 + z * (-0.6882839716054533 + z * 0.07703815055590194)));
  return top / bottom;
}

/**
 * The angle in [−π/2, π/2] whose sine is x; error below 1 ulp. NaN for |x| > 1.
 *
 * Beyond ½ by asin x = π/2 − 2 asin √((1 − x)/2).
 *
 * @see [fdlibm, e_asin.c]
 */
export function asin(x: number): number {
  const size = Math.abs(x);
  if (size <= 1 / 2) return size < 2 ** -27 ? x : x + x * arcsineSeries(x * x);
  if (!(size < 1)) return size === 1 ? x * HALF_PI + x * HALF_PI_LOW : Number.NaN;
  const z = (1 - size) / 2;
  const root = Math.sqrt(z);
  const r = arcsineSeries(z);
  const upper = upperHalf(root);
  const lower = (z - upper * upper) / (root + upper);
  const angle = HALF_PI / 2 - (2 * root * r - (HALF_PI_LOW - 2 * lower) - (HALF_PI / 2 - 2 * upper));
  return x > 0 ? angle : -angle;
}

/**
 * The angle in [0, π] whose cosine is x; error below 1 ulp. NaN for |x| > 1.
 *
 * @see [fdlibm, e_acos.c]
 */
export function acos(x: number): number {
  const size = Math.abs(x);
  if (size <= 1 / 2) return HALF_PI - (x - (HALF_PI_LOW - x * arcsineSeries(x * x)));
  if (!(size < 1)) return size === 1 ? (x > 0 ? 0 : 2 * HALF_PI) : Number.NaN;
  const z = (1 - size) / 2;
  const root = Math.sqrt(z);
  const r = arcsineSeries(z);
  if (x < 0) return 2 * (HALF_PI - (root + (r * root - HALF_PI_LOW)));
  const upper = upperHalf(root);
  const lower = (z - upper * upper) / (root + upper);
  return 2 * (upper + (r * root + lower));
}

/** atan of ½, 1, 3/2 and ∞, each in two parts. */
const ANGLES = [0.4636476090008061, 0.7853981633974483, 0.982793723247329, HALF_PI];
const ANGLES_LOW = [2.2698777452961687e-17, 3.061616997868383e-17, 1.3903311031230998e-17, HALF_PI_LOW];

/**
 * The angle in [−π/2, π/2] whose tangent is x; error below 1 ulp.
 *
 * |x| is turned by atan of 0, ½, 1, 3/2 or ∞ into |r| ≤ 7/16.
 *
 * @see [fdlibm, s_atan.c]
 */
export function atan(x: number): number {
  const size = Math.abs(x);
  if (!(size < 2 ** 66)) return x > 0 ? HALF_PI : x < 0 ? -HALF_PI : x;
  if (size < 7 / 16) return size < 2 ** -27 ? x : x - x * arctangentSeries(x * x);
  let turn = 3;
  let r = -1 / size;
  if (size < 11 / 16) {
    turn = 0;
    r = (2 * size - 1) / (2 + size);
  } else if (size < 19 / 16) {
    turn = 1;
    r = (size - 1) / (size + 1);
  } else if (size < 39 / 16) {
    turn = 2;
    r = (size - 3 / 2) / (1 + (3 / 2) * size);
  }
  const angle = ANGLES[turn] - (r * arctangentSeries(r * r) - ANGLES_LOW[turn] - r);
  return x < 0 ? -angle : angle;
}

/** S with atan r = r − r S(r²), |r| ≤ 7/16; minimax. */
function arctangentSeries(z: number): number {
  const w = z * z;
  const odd =
    z *
    (0.3333333333333293 +
      w *
        (0.14285714272503466 +
          w *
            (0.09090887133436507 + w * (0.06661073137387531 + w * (0.049768779946159324 + w * 0.016285820115365782)))));
  const even =
    w *
    (-0.19999999999876483 +
      w * (-0.11111110405462356 + w * (-0.0769187620504483 + w * (-0.058335701337905735 + w * -0.036531572744216916))));
  return odd + even;
}

/**
 * The angle in [−π, π] of the point (x, y); error below 2 ulp; signed zeros as in IEEE 754.
 *
 * @see [fdlibm, e_atan2.c]
 */
export function atan2(y: number, x: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  const above = y > 0 || Object.is(y, 0);
  const right = x > 0 || Object.is(x, 0);
  const angle = anglePositive(Math.abs(y), Math.abs(x));
  // π − angle, with the part of π that does not fit a double.
  const turned = right ? angle : 2 * HALF_PI - (angle - 2 * HALF_PI_LOW);
  return above ? turned : -turned;
}

function anglePositive(y: number, x: number): number {
  if (y === 0) return 0;
  if (x === 0) return HALF_PI;
  if (x === Number.POSITIVE_INFINITY) return y === x ? HALF_PI / 2 : 0;
  return y === Number.POSITIVE_INFINITY ? HALF_PI : atan(y / x);
}
