import { expect, it } from 'vitest';
import { decimalExponent, powerOfTen, withHalf } from '#studies/report/number';

it('reads the exponent of a number from its digits, exactly at and beside every power of ten', () => {
  for (let k = -300; k <= 300; k++) {
    expect(powerOfTen(k)).toBe(Number.parseFloat(`1e${k}`));
    expect(decimalExponent(powerOfTen(k))).toBe(k);
    expect(decimalExponent(powerOfTen(k) * 9.5)).toBe(k);
    expect(decimalExponent(powerOfTen(k) * (1 - 2 ** -40))).toBe(k - 1);
  }
});

it('gives two digits to a half width, at powers of ten too', () => {
  expect(withHalf(-0.003121, 0.00021)).toBe('−0.00312 ± 0.00021');
  expect(withHalf(1.5, 0.001)).toBe('1.5000 ± 0.0010');
  expect(withHalf(1.5, Number.POSITIVE_INFINITY)).toBe('2 ± Infinity');
});
