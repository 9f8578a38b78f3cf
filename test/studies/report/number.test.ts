import { expect, it } from 'vitest';
import { withHalf } from '#studies/report/number';

it('gives two digits to a half width, at powers of ten too', () => {
  expect(withHalf(-0.003121, 0.00021)).toBe('−0.00312 ± 0.00021');
  expect(withHalf(1.5, 0.001)).toBe('1.5000 ± 0.0010');
  expect(withHalf(1.5, Number.POSITIVE_INFINITY)).toBe('2 ± Infinity');
});
