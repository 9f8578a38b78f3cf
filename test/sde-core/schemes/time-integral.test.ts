import { numbers } from 'sde-core';
import { describe, expect, it } from 'vitest';
import { timeIntegralOf, timeIntegrals } from '#sde-core/schemes/time-integral';

describe('time integrals', () => {
  it('have variance h³/3 and covariance h²/2 with the increment', () => {
    const h = 0.3;
    const sqrtH = Math.sqrt(h);
    const [a] = timeIntegrals(numbers, { h, sqrtH, dW: [1] }, [0]);
    const [b] = timeIntegrals(numbers, { h, sqrtH, dW: [0] }, [1]);
    // I = a ΔW + b ζ.
    expect(a * h).toBeCloseTo(h ** 2 / 2, 15);
    expect(a ** 2 * h + b ** 2).toBeCloseTo(h ** 3 / 3, 15);
  });

  it('of a step are had from those of its halves', () => {
    const h = 0.3;
    const integral = (step: number, xi: number, zeta: number): number =>
      timeIntegrals(numbers, { h: step, sqrtH: Math.sqrt(step), dW: [Math.sqrt(step) * xi] }, [zeta])[0];
    const [first, second] = [
      [0.7, -1.1],
      [-0.4, 0.9],
    ] as const;
    const zeta = timeIntegralOf([first[0], first[1]], [second[0], second[1]]);
    const half = h / 2;
    const whole = integral(half, ...first) + integral(half, ...second) + Math.sqrt(half) * first[0] * half;
    expect(integral(h, (first[0] + second[0]) / Math.SQRT2, zeta)).toBeCloseTo(whole, 15);
  });
});
