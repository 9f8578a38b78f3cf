import { powerOfTwo } from '../numerics/bits.js';

const UNIT = 2 ** -53;

/** The uniform on [0, 1) of 53 bits out of two words: k · 2⁻⁵³. */
export const uniform53 = (high: number, low: number): number => ((high >>> 5) * 67_108_864 + (low >>> 6)) * UNIT;

/**
 * Two independent N(0, 1) from the four words of a counter, by Box–Muller:
 * √(−2 ln u) · (cos 2πv, sin 2πv) with u in (0, 1] and v in [0, 1), 53 bits each. |z| ≤ 8.57.
 *
 * Written in + − × ÷ √ alone, so that the bits do not depend on the engine's Math. The quarter turn is split off exactly
 * and chosen by arithmetic: a branch on random bits would be mispredicted half of the time.
 *
 * @see [boxmuller1958]
 */
export function boxMullerInto(words: Int32Array, out: Float64Array, first: number, second: number): void {
  const radius = Math.sqrt(-2 * logOfUniform(uniform53(words[0], words[1]) + UNIT));
  const quarters = 4 * uniform53(words[2], words[3]);
  const q = (quarters + 0.5) | 0;
  const x = (quarters - q) * (Math.PI / 2);
  const z = x * x;
  const cosine = 1 - z * (0.5 - z * (C1 + z * (C2 + z * (C3 + z * (C4 + z * (C5 + z * C6))))));
  const sine = x + x * z * (S1 + z * (S2 + z * (S3 + z * (S4 + z * (S5 + z * S6)))));
  const swap = (q & 1) * (second - first);
  out[first + swap] = radius * (1 - (q & 2)) * cosine;
  out[second - swap] = radius * (1 - ((q + 1) & 2)) * sine;
}

/**
 * ln u for u = k · 2⁻⁵³ in (0, 1], to a unit in the last place: u = 2^e (1 + f) with 1 + f in [1/√2, √2), and with
 * s = f / (2 + f), ln(1 + f) = f − f²/2 + s (f²/2 + R(s²)).
 */
export function logOfUniform(u: number): number {
  DOUBLE[0] = u;
  const high = WORDS[1];
  // Adding the distance from √2 to 2 in the top 20 bits carries into the exponent exactly where 1 + f must be halved.
  const e = ((high + TO_TWO) >> 20) - 1023;
  const f = u * SCALE[-e] - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const R = w * (L2 + w * (L4 + w * L6)) + z * (L1 + w * (L3 + w * (L5 + w * L7)));
  const half = 0.5 * f * f;
  return e * LN2_HIGH - (half - (s * (half + R) + e * LN2_LOW) - f);
}

const DOUBLE = new Float64Array(1);
const WORDS = new Int32Array(DOUBLE.buffer);
const TO_TWO = 0x100000 - 0x6a09e;
/** 2^i, shape (54). */
const SCALE = Float64Array.from({ length: 54 }, (_, i) => powerOfTwo(i));

// Minimax coefficients for |x| ≤ π/4 and |s| ≤ (√2 − 1)/(√2 + 1), and ln 2 in two parts, from FreeBSD's msun (fdlibm).
const S1 = -0.16666666666666632;
const S2 = 0.00833333333332249;
const S3 = -0.0001984126982985795;
const S4 = 2.7557313707070068e-6;
const S5 = -2.5050760253406863e-8;
const S6 = 1.58969099521155e-10;
const C1 = 0.0416666666666666;
const C2 = -0.001388888888887411;
const C3 = 2.480158728947673e-5;
const C4 = -2.7557314351390663e-7;
const C5 = 2.087572321298175e-9;
const C6 = -1.1359647557788195e-11;
const L1 = 0.6666666666666735;
const L2 = 0.3999999999940942;
const L3 = 0.2857142874366239;
const L4 = 0.22222198432149784;
const L5 = 0.1818357216161805;
const L6 = 0.15313837699209373;
const L7 = 0.14798198605116586;
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
