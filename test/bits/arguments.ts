import { philox4x32 } from 'sde-core';

/** Numbers at and beside every border that a function may have. */
const BORDERS: readonly number[] = [
  ...[0, 5e-324, 2.2250738585072014e-308, 1e-300, 1e-20, 2 ** -54, 2 ** -28, 2 ** -27, 1e-8, 1 / 3, 0.3465735902799727],
  ...[0.5, 0.5493061443340549, Math.SQRT1_2, Math.PI / 4, 1, Math.SQRT2, Math.PI / 2, 2, 3, Math.PI, 10, 22, 40, 100],
  ...[709.782712893384, 745.1332191019411, 1e5, 2 ** 28, 2 ** 53, 1e16, 1e22, 1e100, 1.7976931348623157e308],
];

/** Uniform doubles in [0, 1) from the counter-based generator. */
export function uniforms(seed: number, count: number): Float64Array {
  const out = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const [high, low] = philox4x32(Uint32Array.of(i, seed, 0, 0), Uint32Array.of(7, 11));
    out[i] = ((high >>> 0) * 2 ** 21 + ((low >>> 0) >>> 11)) * 2 ** -53;
  }
  return out;
}

/** A ladder of doubles of both signs and of sizes from 2^−30 to 2^30, after borders and the numbers that are not finite. */
export function ladder(seed: number, count = 2000): Float64Array {
  const shares = uniforms(seed, 2 * count);
  const random = Float64Array.from({ length: count }, (_, i) => {
    let size = 1 + shares[2 * i];
    for (let k = Math.floor(shares[2 * i + 1] * 61) - 30; k !== 0; k -= Math.sign(k)) size *= k > 0 ? 2 : 1 / 2;
    return i % 2 === 0 ? size : -size;
  });
  const ends = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return Float64Array.of(...BORDERS, ...BORDERS.map((x) => -x), ...ends, ...random);
}
