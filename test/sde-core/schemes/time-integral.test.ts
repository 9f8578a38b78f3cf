import { numbers } from 'sde-core/numerics';
import { describe, expect, it } from 'vitest';
import { timeIntegrals } from '#sde-core/schemes/time-integral';

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
});
