import { describe, expect, test } from 'vitest';
import { quantileSketch } from '#sde-core/numerics/quantile-sketch';

describe('quantileSketch', () => {
  const values = Array.from({ length: 2001 }, (_, i) => Math.tan((i - 1000) / 650));
  const sorted = [...values].sort((a, b) => a - b);

  test.each([0.1, 0.01, 0.001])('quantiles within %d of their size, in whatever order', (accuracy) => {
    const [forward, backward] = [quantileSketch(accuracy), quantileSketch(accuracy)];
    for (const value of values) forward.add(value);
    for (const value of [...values].reverse()) backward.add(value);
    for (const p of [0, 0.01, 0.3, 0.5, 0.77, 0.99, 1]) {
      const exact = sorted[Math.floor(p * 2000)];
      // The accuracy, and the rounding of a logarithm at the edge of a bucket.
      expect(Math.abs(forward.quantile(p) - exact)).toBeLessThanOrEqual(accuracy * (1 + 1e-9) * Math.abs(exact));
      expect(backward.quantile(p)).toBe(forward.quantile(p));
    }
  });

  test('zero is a value, infinity and NaN are none, nothing has no quantile', () => {
    const sketch = quantileSketch(0.01);
    expect(sketch.quantile(0.5)).toBeNaN();
    for (const value of [0, -0, Number.NaN, Number.POSITIVE_INFINITY]) sketch.add(value);
    expect(sketch.count).toBe(2);
    expect(sketch.quantile(0.5)).toBe(0);
  });
});
