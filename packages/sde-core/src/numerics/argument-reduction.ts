const PER_QUARTER = 0.6366197723675814;
const ROUNDER = 1.5 * 2 ** 52;
/** π/2 in parts of 33 bits, each with what is left after it. */
const PARTS = [
  { part: 1.5707963267341256, rest: 6.077100506506192e-11 },
  { part: 6.077100506303966e-11, rest: 2.0222662487959506e-21 },
  { part: 2.0222662487111665e-21, rest: 8.4784276603689e-32 },
];
/** Below this part of x, the difference needs the k-th part of π/2 too. */
const CANCELLED = [1, 2 ** -16, 2 ** -49];
/** Up to here n has 20 bits, and n·part is exact. */
const MEDIUM = 2 ** 20 * 1.5;

/**
 * x = n·π/2 + y with |y| ≤ π/4 to about 85 bits: returns n modulo 4 and writes y = rest[0] + rest[1].
 *
 * Below 1.5·2^20 by subtracting n times π/2 in up to three parts; above, exactly, from 1200 bits of 2/π.
 *
 * @see [fdlibm, e_rem_pio2.c] @see [paynehanek1983]
 */
export function reduce(x: number, rest: Float64Array): number {
  if (!(Math.abs(x) < MEDIUM)) return reduceLarge(x, rest);
  const n = x * PER_QUARTER + ROUNDER - ROUNDER;
  let part = x - n * PARTS[0].part;
  let tail = n * PARTS[0].rest;
  let high = part - tail;
  // Each further part is taken where the one before it cancelled.
  for (let k = 1; k < 3 && Math.abs(high) < Math.abs(x) * CANCELLED[k]; k++) {
    const before = part;
    tail = n * PARTS[k].part;
    part = before - tail;
    tail = n * PARTS[k].rest - (before - part - tail);
    high = part - tail;
  }
  rest[0] = high;
  rest[1] = part - high - tail;
  return n & 3;
}

const BITS = 1200n;
const TWO_OVER_PI = BigInt(
  '0xa2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a424dd2e006492eea09d1921cfe1deb1cb129a73ee88235f52ebb4484e99c7026b45f7e413991d639835339f49c845f8bbdf9283b1ff897ffde05980fef2f118b5a0a6d1f6d367ecf27cb09b74f463f669e5fea2d7527bac7ebe5f17b3d0739f78a5292ea6bfb5fb11f8d5d0856033046fc7b',
);

/** Exact: |x| = m·2^e with whole m, so |x|·2/π is a whole number of 2^(e − 1200). */
function reduceLarge(x: number, rest: Float64Array): number {
  if (!Number.isFinite(x)) {
    rest.fill(Number.NaN);
    return 0;
  }
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
  const scale = x < 0 ? -(2 ** -200) : 2 ** -200;
  quarterTurns(upper * scale, lower * scale, rest);
  const quadrant = Number(n & 3n);
  return x < 0 ? (4 - quadrant) & 3 : quadrant;
}

/** (high + low)·π/2 in two parts. */
function quarterTurns(high: number, low: number, rest: Float64Array): void {
  // Veltkamp's splitting makes the product of the leading parts exact.
  const cut = high * 134217729;
  const upper = cut - (cut - high);
  const lower = high - upper;
  const product = high * (Math.PI / 2);
  const lost = upper * 1.5707963407039642 - product + lower * 1.5707963407039642 + high * -1.3909067675399456e-8;
  const tail = lost + high * 6.123233995736766e-17 + low * (Math.PI / 2);
  rest[0] = product + tail;
  rest[1] = product - rest[0] + tail;
}
