import { describe, expect, test } from 'vitest';
import { leastSquares } from '#sde-core/numerics/regression';

describe('leastSquares', () => {
  const x = [0, 1, 2, 3, 4];
  const X = x.map((v) => [1, v]);

  test('an exact line is found', () => {
    const fit = leastSquares(
      X,
      x.map((v) => 2 - 3 * v),
      [1, 2, 1, 2, 1],
    );
    expect(Math.abs(fit.coefficients[0] - 2)).toBeLessThan(1e-13);
    expect(Math.abs(fit.coefficients[1] + 3)).toBeLessThan(1e-13);
    expect(fit.chiSquare).toBeLessThan(1e-24);
    expect(fit.freedom).toBe(3);
  });

  test('the covariance is σ² (XᵀX)⁻¹', () => {
    const fit = leastSquares(
      X,
      [1, 0, 2, 1, 5],
      x.map(() => 0.5),
    );
    // n = 5, Σx = 10, Σx² = 30, determinant 50.
    const expected = [30 / 50, -10 / 50, -10 / 50, 5 / 50].map((v) => 0.25 * v);
    fit.covariance.forEach((v, i) => {
      expect(Math.abs(v - expected[i])).toBeLessThan(1e-14);
    });
  });

  test('residuals are orthogonal to the columns, weighted', () => {
    const y = [1, 0, 2, 1, 5];
    const s = [1, 0.5, 2, 1, 3];
    const [a, b] = leastSquares(X, y, s).coefficients;
    for (const j of [0, 1]) {
      const sum = x.reduce((total, v, i) => total + (X[i][j] * (y[i] - a - b * v)) / s[i] ** 2, 0);
      expect(Math.abs(sum)).toBeLessThan(1e-12);
    }
  });

  test('a dependent column gets coefficient 0 and no claim', () => {
    const fit = leastSquares(
      x.map((v) => [1, v, 2 * v - 1]),
      x,
      x.map(() => 1),
    );
    expect(fit.coefficients[2]).toBe(0);
    expect(fit.covariance[8]).toBe(Number.POSITIVE_INFINITY);
    expect(Math.abs(fit.coefficients[1] - 1)).toBeLessThan(1e-13);
  });
});
