import { reduce } from './argument-reduction.js';

/** The reduced argument in two parts: scratch, written and read within one call. */
const rest = new Float64Array(2);
const QUARTER_PI = 0.7853981633974483;

/** sin(x + y) for |x| ≤ π/4 and a correction y. */
function sineNear0(x: number, y: number): number {
  const z = x * x;
  const cube = z * x;
  const series =
    0.00833333333332249 +
    z *
      (-0.0001984126982985795 +
        z * (0.0000027557313707070068 + z * (-2.5050760253406863e-8 + z * 1.58969099521155e-10)));
  return x - (z * (y / 2 - cube * series) - y - cube * -0.16666666666666632);
}

/** cos(x + y) for |x| ≤ π/4 and a correction y. */
function cosineNear0(x: number, y: number): number {
  const z = x * x;
  const series =
    z *
    (0.0416666666666666 +
      z *
        (-0.001388888888887411 +
          z *
            (0.00002480158728947673 +
              z * (-2.7557314351390663e-7 + z * (2.087572321298175e-9 + z * -1.1359647557788195e-11)))));
  const half = z / 2;
  const most = 1 - half;
  return most + (1 - most - half + (z * series - x * y));
}

/**
 * sin x, error below 1 ulp for every finite x.
 *
 * @see [fdlibm, k_sin.c, e_rem_pio2.c]
 */
export function sin(x: number): number {
  if (Math.abs(x) <= QUARTER_PI) return Math.abs(x) < 2 ** -27 ? x : sineNear0(x, 0);
  const quadrant = reduce(x, rest);
  const value = quadrant % 2 === 0 ? sineNear0(rest[0], rest[1]) : cosineNear0(rest[0], rest[1]);
  return quadrant < 2 ? value : -value;
}

/**
 * cos x, error below 1 ulp for every finite x.
 *
 * @see [fdlibm, k_cos.c, e_rem_pio2.c]
 */
export function cos(x: number): number {
  if (Math.abs(x) <= QUARTER_PI) return cosineNear0(x, 0);
  const quadrant = reduce(x, rest);
  const value = quadrant % 2 === 0 ? cosineNear0(rest[0], rest[1]) : sineNear0(rest[0], rest[1]);
  return quadrant === 0 || quadrant === 3 ? value : -value;
}

/** tan x as the quotient of sine and cosine; error below 2 ulp for every finite x. */
export function tan(x: number): number {
  if (Math.abs(x) < 2 ** -27) return x;
  if (Math.abs(x) <= QUARTER_PI) return sineNear0(x, 0) / cosineNear0(x, 0);
  const quadrant = reduce(x, rest);
  const sine = sineNear0(rest[0], rest[1]);
  const cosine = cosineNear0(rest[0], rest[1]);
  return quadrant % 2 === 0 ? sine / cosine : -cosine / sine;
}
