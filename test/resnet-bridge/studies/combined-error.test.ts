import { expect, it } from 'vitest';
import { combinedError } from '#resnet-bridge/studies/combined-error';

it('is √(a² + b²), and stays itself where squares would not', () => {
  expect(combinedError(3, 4)).toBe(5);
  expect(combinedError(-5, 12)).toBe(13);
  expect(combinedError(0, 0)).toBe(0);
  expect(combinedError(0, 2)).toBe(2);
  for (const scale of [1e-200, 1e200])
    expect(Math.abs(combinedError(3 * scale, 4 * scale) / (5 * scale) - 1)).toBeLessThan(2 ** -51);
  expect(combinedError(1, Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  expect(combinedError(Number.NaN, 1)).toBeNaN();
});
