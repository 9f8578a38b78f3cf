/** x = n·π/2 + y, |y| ≤ π/4, with y = high + low. */
export interface Reduced {
  /** n modulo 4. */
  readonly quadrant: number;
  readonly high: number;
  readonly low: number;
}

const PER_QUARTER = 0.6366197723675814;
const ROUNDER = 1.5 * 2 ** 52;
/** π/2 in parts of 33 bits, each with what is left after it. */
const PARTS = [
  { part: 1.5707963267341256, rest: 6.077100506506192e-11 },
  { part: 6.077100506303966e-11, rest: 2.0222662487959506e-21 },
  { part: 2.0222662487111665e-21, rest: 8.4784276603689e-32 },
];
/** Up to here n has 20 bits, and n·part is exact. */
const MEDIUM = 2 ** 20 * 1.5;

/**
 * The argument of a trigonometric function, reduced to (−π/4, π/4) with about 85 bits.
 *
 * Below 1.5·2^20 by subtracting n times π/2 in up to three parts; above, exactly, from 1200 bits of 2/π.
 *
 * @see [fdlibm, e_rem_pio2.c] @see [paynehanek1983]
 */
export function reduced(x: number): Reduced {
  if (!(Math.abs(x) < MEDIUM)) return reducedLarge(x);
  const n = x * PER_QUARTER + ROUNDER - ROUNDER;
  let rest = x - n * PARTS[0].part;
  let tail = n * PARTS[0].rest;
  let high = rest - tail;
  // Each further part is taken where the one before it cancelled.
  if (Math.abs(high) < Math.abs(x) * 2 ** -16) {
    const before = rest;
    tail = n * PARTS[1].part;
    rest = before - tail;
    tail = n * PARTS[1].rest - (before - rest - tail);
    high = rest - tail;
    if (Math.abs(high) < Math.abs(x) * 2 ** -49) {
      const second = rest;
      tail = n * PARTS[2].part;
      rest = second - tail;
      tail = n * PARTS[2].rest - (second - rest - tail);
      high = rest - tail;
    }
  }
  return { quadrant: n & 3, high, low: rest - high - tail };
}

const BITS = 1200n;
const TWO_OVER_PI = BigInt(
  '0xa2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a424dd2e006492eea09d1921cfe1deb1cb129a73ee88235f52ebb4484e99c7026b45f7e413991d639835339f49c845f8bbdf9283b1ff897ffde05980fef2f118b5a0a6d1f6d367ecf27cb09b74f463f669e5fea2d7527bac7ebe5f17b3d0739f78a5292ea6bfb5fb11f8d5d0856033046fc7b',
);

/** Exact: |x| = m·2^e with whole m, so |x|·2/π is a whole number of 2^(e − 1200). */
function reducedLarge(x: number): Reduced {
  if (!Number.isFinite(x)) return { quadrant: 0, high: Number.NaN, low: Number.NaN };
  let size = Math.abs(x);
  let e = 0n;
  while (size >= 2 ** 53) {
    size /= 2;
    e += 1n;
  }
  while (!Number.isInteger(size)) {
    size *= 2;
    e -= 1n;
  }
  const shift = BITS - e;
  const product = BigInt(size) * TWO_OVER_PI;
  const half = 1n << (shift - 1n);
  const n = (product + half) >> shift;
  // The signed fraction, as 106 bits in two doubles.
  const fraction = product - (n << shift);
  const bits = shift > 200n ? fraction >> (shift - 200n) : fraction << (200n - shift);
  const upper = Number(bits);
  const lower = Number(bits - BigInt(upper));
  const scale = 2 ** -200;
  return quarterTurns(Number(n & 3n), upper * scale, lower * scale, x < 0);
}

/** (high + low)·π/2 in two parts. */
function quarterTurns(quadrant: number, high: number, low: number, negative: boolean): Reduced {
  // Veltkamp's splitting makes the product of the leading parts exact.
  const cut = high * 134217729;
  const upper = cut - (cut - high);
  const lower = high - upper;
  const product = high * 1.5707963267948966;
  const lost = upper * 1.5707963407039642 - product + lower * 1.5707963407039642 + high * -1.3909067675399456e-8;
  const tail = lost + high * 6.123233995736766e-17 + low * 1.5707963267948966;
  const sum = product + tail;
  const rest = product - sum + tail;
  return negative ? { quadrant: (4 - quadrant) & 3, high: -sum, low: -rest } : { quadrant, high: sum, low: rest };
}
