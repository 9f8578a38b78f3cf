const TWO_PI = 2 * Math.PI;
const UNIT = 2 ** -53;

/** The uniform on [0, 1) of 53 bits out of two words: k · 2⁻⁵³. */
export const uniform53 = (high: number, low: number): number => ((high >>> 5) * 67_108_864 + (low >>> 6)) * UNIT;

/**
 * Two independent N(0, 1) from the four words of a counter, by Box–Muller:
 * √(−2 ln u) · (cos 2πv, sin 2πv) with u in (0, 1] and v in [0, 1), 53 bits each. |z| ≤ 8.57.
 *
 * @see [boxmuller1958]
 */
export function boxMullerInto(words: Int32Array, out: Float64Array, first: number, second: number): void {
  const radius = Math.sqrt(-2 * Math.log(uniform53(words[0], words[1]) + UNIT));
  const angle = TWO_PI * uniform53(words[2], words[3]);
  out[first] = radius * Math.cos(angle);
  out[second] = radius * Math.sin(angle);
}
