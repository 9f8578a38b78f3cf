import { describe, expect, it } from 'vitest';
import { log } from '#sde-core/numerics/elementary';
import { boxMullerInto, logOfUniform, uniform53 } from '#sde-core/randomness/box-muller';
import { philoxInto } from '#sde-core/randomness/philox';

const UNIT = 2 ** -53;

describe('uniform53', () => {
  it('takes 27 bits of one word and 26 of the other', () => {
    expect(uniform53(0, 0)).toBe(0);
    expect(uniform53(-1, -1)).toBe(1 - UNIT);
    expect(uniform53(1 << 31, 0)).toBe(1 / 2);
    expect(uniform53(0, 1 << 6)).toBe(UNIT);
    expect(uniform53(31, 63)).toBe(0);
  });
});

describe('logOfUniform', () => {
  it('has the bits of the logarithm of numerics on (0, 1]', () => {
    const words = new Int32Array(4);
    for (let i = 0; i < 20_000; i++) {
      philoxInto(i, 0, 0, 0, 1, 2, words);
      // Scaled by powers of 2, to reach small u; floored to multiples of 2⁻⁵³.
      const u = (Math.floor(uniform53(words[0], words[1]) * 2 ** (53 - (i % 50))) + 1) * UNIT;
      expect(logOfUniform(u)).toBe(log(u));
    }
    for (const u of [1, 1 - UNIT, 1 / 2, Math.SQRT1_2, UNIT, 2 * UNIT, 3 * UNIT]) expect(logOfUniform(u)).toBe(log(u));
  });
});

describe('boxMullerInto', () => {
  const pair = (...words: number[]): Float64Array => {
    const out = new Float64Array(2);
    boxMullerInto(Int32Array.from(words), out, 0, 1);
    return out;
  };

  it('is √(−2 ln u) (cos 2πv, sin 2πv)', () => {
    const words = new Int32Array(4);
    for (let i = 0; i < 2000; i++) {
      philoxInto(i, 1, 2, 3, 4, 5, words);
      const radius = Math.sqrt(-2 * Math.log(uniform53(words[0], words[1]) + UNIT));
      const angle = 2 * Math.PI * uniform53(words[2], words[3]);
      const [first, second] = pair(...words);
      // Rounding: the angle, up to 2π, is rounded to 2⁻⁵¹, and the products to a few units in the last place.
      const bound = 16 * Number.EPSILON * radius;
      expect(Math.abs(first - radius * Math.cos(angle))).toBeLessThanOrEqual(bound);
      expect(Math.abs(second - radius * Math.sin(angle))).toBeLessThanOrEqual(bound);
    }
  });

  it('is exact on the quarter turns, and 0 at u = 1', () => {
    const quarter = (k: number): number => (k << 30) | 0;
    const radius = Math.sqrt(-2 * log(1 / 2 + UNIT));
    const half = 1 << 31;
    expect(pair(half, 0, quarter(0), 0)).toEqual(Float64Array.of(radius, 0));
    expect(Array.from(pair(half, 0, quarter(1), 0), (z) => z + 0)).toEqual([0, radius]);
    expect(Array.from(pair(half, 0, quarter(2), 0), (z) => z + 0)).toEqual([-radius, 0]);
    expect(Array.from(pair(half, 0, quarter(3), 0), (z) => z + 0)).toEqual([0, -radius]);
    expect(Array.from(pair(-1, -1, 5, 7), Math.abs)).toEqual([0, 0]);
  });

  it('reaches 8.57 and no further', () => {
    const [largest] = pair(0, 0, 0, 0);
    expect(largest).toBe(Math.sqrt(-2 * log(UNIT)));
    expect(largest).toBeLessThan(8.58);
  });
});
