import { describe, expect, test } from 'vitest';
import { samplingFloor } from '#sde-core/studies/noise-floor';

describe('noise floor', () => {
  test('is half the width of the interval', () => {
    // The normal quantile at 0.975, from tables.
    expect(Math.abs(samplingFloor(2, 0.95) / 2 - 1.959963984540054)).toBeLessThan(1e-12);
  });
});
