import { describe, expect, test } from 'vitest';
import { belowFloor, halfWidth } from '#sde-plots/results/noise-floor';

describe('noise floor', () => {
  test('half the width of an interval is a normal quantile of standard errors', () => {
    // The normal quantile at 0.975, from tables.
    expect(Math.abs(halfWidth(2, 0.95) / 2 - 1.959963984540054)).toBeLessThan(1e-12);
  });

  test('names the levels below it, and none where there is none', () => {
    const level = (steps: number, error: number, noiseFloor: number) => ({
      steps,
      h: 1 / steps,
      error,
      standardError: noiseFloor / 2,
      noiseFloor,
    });
    expect(belowFloor([level(4, 0.1, 0.01), level(8, -0.05, 0.01)])).toBeUndefined();
    expect(belowFloor([level(4, 0.1, 0.01), level(8, -0.005, 0.01)])).toBe(
      'Below the noise floor of 1.0e-2: the error at 8 steps.',
    );
    expect(belowFloor([level(4, 0, 0.01), level(8, -0.005, 0.02)])).toBe(
      'Below the noise floor of 2.0e-2: the errors at 4, 8 steps.',
    );
  });
});
