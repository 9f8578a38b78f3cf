import { exp, expm1 } from './exponential.js';
import { log, log1p } from './logarithm.js';

/** exp overflows here, half of it does not up to ln 2 later. */
const EXP_MOST = 709.782712893384;

/** ½ e^x, also where e^x overflows; x > 22. */
function halfExp(x: number): number {
  if (x <= EXP_MOST) return exp(x) / 2;
  const root = exp(x / 2);
  return (root / 2) * root;
}

/** sinh x; error below 2 ulp. @see [fdlibm, e_sinh.c] */
export function sinh(x: number): number {
  const size = Math.abs(x);
  if (!(size < 22)) return x > 0 ? halfExp(size) : x < 0 ? -halfExp(size) : x;
  if (size < 2 ** -28) return x;
  const t = expm1(size);
  const value = (size < 1 ? 2 * t - (t * t) / (t + 1) : t + t / (t + 1)) / 2;
  return x < 0 ? -value : value;
}

/** cosh x; error below 2 ulp. @see [fdlibm, e_cosh.c] */
export function cosh(x: number): number {
  const size = Math.abs(x);
  if (!(size < 22)) return size > 0 ? halfExp(size) : x;
  if (size < Math.LN2 / 2) {
    const t = expm1(size);
    return 1 + (t * t) / (2 * (1 + t));
  }
  const t = exp(size);
  return t / 2 + 1 / (2 * t);
}

/**
 * tanh x; error below 2 ulp. Below ½ ln 3 a rational function, above 1 − 2/(e^(2x) + 1).
 *
 * @see [cody1980, ch. 13]
 */
export function tanh(x: number): number {
  const size = Math.abs(x);
  if (size < 2 ** -28) return x;
  if (size < 0.5493061443340549) {
    const z = x * x;
    const top = z * (-0.9643749277722548 * z - 99.22592967223608) - 1613.4119023996227;
    const bottom = ((z + 112.74474380534949) * z + 2233.7720718962314) * z + 4840.235707198869;
    return x + x * ((z * top) / bottom);
  }
  if (!(size < 22)) return x > 0 ? 1 : x < 0 ? -1 : x;
  const value = 1 - 2 / (exp(2 * size) + 1);
  return x < 0 ? -value : value;
}

/** The x whose sinh is given; error below 2 ulp. @see [fdlibm, s_asinh.c] */
export function asinh(x: number): number {
  const size = Math.abs(x);
  if (!(size < Number.POSITIVE_INFINITY) || size < 2 ** -28) return x;
  let value: number;
  if (size > 2 ** 28) value = log(size) + Math.LN2;
  else if (size > 2) value = log(2 * size + 1 / (Math.sqrt(x * x + 1) + size));
  else value = log1p(size + (x * x) / (1 + Math.sqrt(1 + x * x)));
  return x < 0 ? -value : value;
}

/** The x ≥ 0 whose cosh is given; error below 2 ulp. NaN below 1. @see [fdlibm, e_acosh.c] */
export function acosh(x: number): number {
  if (!(x >= 1)) return Number.NaN;
  if (x > 2 ** 28) return log(x) + Math.LN2;
  if (x > 2) return log(2 * x - 1 / (x + Math.sqrt(x * x - 1)));
  const t = x - 1;
  return log1p(t + Math.sqrt(2 * t + t * t));
}

/** The x whose tanh is given; error below 2 ulp. NaN beyond ±1. @see [fdlibm, e_atanh.c] */
export function atanh(x: number): number {
  const size = Math.abs(x);
  if (!(size <= 1)) return Number.NaN;
  if (size < 2 ** -28) return x;
  const twice = 2 * size;
  const value = log1p(size < 1 / 2 ? twice + (twice * size) / (1 - size) : twice / (1 - size)) / 2;
  return x < 0 ? -value : value;
}
