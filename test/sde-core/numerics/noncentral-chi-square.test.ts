import { describe, expect, it } from 'vitest';
import { gammaQ, logGamma } from '#sde-core/numerics/distributions';
import { gammaQuantile, noncentralChiSquare, poissonQuantile } from '#sde-core/numerics/noncentral-chi-square';

describe('gammaQuantile', () => {
  it.each([0.05, 0.4, 1, 2.5, 40, 3000])('inverts the gamma law of shape %d', (a) => {
    for (const u of [1e-6, 0.01, 0.3, 0.5, 0.9, 0.9999]) {
      const x = gammaQuantile(a, u);
      // 1 − Q is good to some 1e-14 of 1, and logΓ to 1e-14 of itself, which is a factor of the whole law.
      const bound = 1e-13 * (1 + Math.abs(logGamma(a)));
      expect(Math.abs(1 - gammaQ(a, x) - u), `u = ${u}`).toBeLessThan(bound);
    }
    expect(gammaQuantile(a, 0)).toBe(0);
  });

  it('is −log(1 − u) for shape 1', () => {
    for (const u of [0.1, 0.5, 0.99]) expect(Math.abs(gammaQuantile(1, u) / -Math.log1p(-u) - 1)).toBeLessThan(1e-12);
  });
});

describe('poissonQuantile', () => {
  it.each([0.3, 4, 60, 2500])('is the least n whose distribution exceeds u, mean %d', (mean) => {
    for (const u of [0, 1e-5, 0.2, 0.5, 0.8, 0.99999]) {
      const n = poissonQuantile(mean, u);
      // P(N ≤ n) = Q(n + 1, mean).
      expect(gammaQ(n + 1, mean) + 1e-12).toBeGreaterThan(u);
      if (n > 0) expect(gammaQ(n, mean) - 1e-12).toBeLessThanOrEqual(u);
    }
    expect(poissonQuantile(0, 0.7)).toBe(0);
  });
});

describe('noncentralChiSquare', () => {
  it('is χ² where λ = 0: 1 − e^(−y/2) for two degrees', () => {
    for (const y of [0.1, 1, 7]) expect(noncentralChiSquare(2, 0).distribution(y)).toBeCloseTo(-Math.expm1(-y / 2), 13);
  });

  it('with one degree is the law of (√λ + ξ)²', () => {
    const lambda = 3.7;
    const { density } = noncentralChiSquare(1, lambda);
    const phi = (z: number): number => Math.exp(-(z * z) / 2) / Math.sqrt(2 * Math.PI);
    for (const y of [0.2, 2, 9]) {
      const root = Math.sqrt(y);
      const folded = (phi(root - Math.sqrt(lambda)) + phi(root + Math.sqrt(lambda))) / (2 * root);
      expect(Math.abs(density(y) / folded - 1)).toBeLessThan(1e-12);
    }
  });

  it.each([
    [0.7, 0.4],
    [3.2, 90],
  ])('has the mean k + λ, and a density that is the slope of its distribution: k = %d, λ = %d', (k, lambda) => {
    const { density, distribution } = noncentralChiSquare(k, lambda);
    for (const part of [0.5, 1, 1.5]) {
      const y = part * (k + lambda);
      const step = 2 ** -10 * y;
      const slope =
        (8 * (distribution(y + step) - distribution(y - step)) -
          distribution(y + 2 * step) +
          distribution(y - 2 * step)) /
        (12 * step);
      // Truncation step⁴ and rounding 1e-13 / step.
      expect(Math.abs(slope / density(y) - 1)).toBeLessThan(1e-8);
    }
    expect(distribution(0)).toBe(0);
    expect(distribution(40 * (k + lambda + 1))).toBeCloseTo(1, 12);
  });
});
