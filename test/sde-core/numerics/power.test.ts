import { describe, expect, it } from 'vitest';
import { cbrt, power } from '#sde-core/numerics/power';
import { largestError, reference, spread } from './accuracy.js';

const { exp, log, multiply, from, ulps } = reference;

describe('power', () => {
  it('is within 1 ulp for bases in (0.05, 20) and exponents in (−30, 30)', () => {
    let most = 0;
    for (let i = 0; i < 500; i++) {
      const [x, y] = [spread(0.05, 20, i), spread(-30, 30, 7 * i)];
      most = Math.max(most, ulps(power(x, y), exp(multiply(from(y), log(from(x))))));
    }
    expect(most).toBeLessThan(1);
  });

  const special = [0, -0, 1, -1, 2, -2, 0.5, -0.5, 3, -3, 1e300, -1e300, 1e-310, 1 / 0, -1 / 0, Number.NaN];
  it.each(special)('agrees with Math.pow at the special points of base %d, to 1 ulp where it is not exact', (x) => {
    for (const y of special) {
      const [value, expected] = [power(x, y), x ** y];
      if (Number.isFinite(expected) && expected !== 0) {
        expect(Math.abs(value / expected - 1)).toBeLessThanOrEqual(2 ** -52);
      } else expect(Object.is(value, expected), `${x}^${y}`).toBe(true);
    }
  });
});

describe('cbrt', () => {
  it('is within 0.7 ulp', () => {
    expect(largestError(cbrt, (x) => exp(log(x) / 3n), [0.001, 100])).toBeLessThan(0.7);
  });

  it('is exact on small cubes, odd, and reaches the subnormal numbers', () => {
    for (let k = -20; k <= 20; k++) expect(cbrt(k ** 3)).toBe(k);
    expect(Object.is(cbrt(-0), -0)).toBe(true);
    expect(Math.abs(cbrt(2 ** -1074) / 2 ** -358 - 1)).toBeLessThan(2 ** -51);
    expect([cbrt(Number.POSITIVE_INFINITY), cbrt(Number.NEGATIVE_INFINITY)]).toEqual([1 / 0, -1 / 0]);
    expect(cbrt(Number.NaN)).toBeNaN();
  });
});
