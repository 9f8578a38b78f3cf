import { describe, expect, it } from 'vitest';
import {
  fromWords,
  highWord,
  powerOfTwo,
  roundedTo23Bits,
  scaled,
  upperHalf,
  withHighWord,
} from '#sde-core/numerics/bits';

describe('the words of a double', () => {
  it('are read and written', () => {
    expect(highWord(1)).toBe(0x3ff00000);
    expect(highWord(-2)).toBe(0xc0000000 | 0);
    expect(fromWords(0x3ff80000, 0)).toBe(1.5);
    expect(withHighWord(1 + 2 ** -52, 0x40000000)).toBe(2 + 2 ** -51);
  });

  it('leave an upper half whose square is exact', () => {
    for (const x of [Math.PI, 1 / 3, -Math.E, 1e-200]) {
      const upper = upperHalf(x);
      expect(Math.abs(upper / x - 1)).toBeLessThan(2 ** -20);
      expect(BigInt(Math.abs(upper) * 2 ** (20 - Math.floor(Math.log2(Math.abs(upper))))) < 2n ** 21n).toBe(true);
    }
  });

  it('round to 23 bits, moving by less than 2^-20', () => {
    for (const x of [1.1, Math.PI, 7 / 3, 1.9999999999]) {
      expect(Math.abs(roundedTo23Bits(x) / x - 1)).toBeLessThan(2 ** -20);
    }
  });
});

describe('powers of two', () => {
  it('are exact over the normal range', () => {
    for (const k of [-1022, -1, 0, 1, 52, 1023]) expect(powerOfTwo(k)).toBe(2 ** k);
  });

  it('scale with gradual underflow and overflow', () => {
    for (const k of [-1074, -1060, -1022, 0, 1023]) expect(scaled(1, k)).toBe(2 ** k);
    expect(scaled(1.5, 1024)).toBe(Number.POSITIVE_INFINITY);
    expect([scaled(1, 5000), scaled(1, -5000), scaled(1.9, -1075)]).toEqual([1 / 0, 0, 2 ** -1074]);
  });
});
