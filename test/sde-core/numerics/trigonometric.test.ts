import { describe, expect, it } from 'vitest';
import { cos, sin, tan } from '#sde-core/numerics/trigonometric';
import { largestError, reference } from './accuracy.js';
import { highPrecision } from './high-precision.js';

const exactTan = (x: bigint): bigint => reference.divide(reference.sin(x), reference.cos(x));

describe.each<readonly [string, (x: number) => number, (x: bigint) => bigint, number]>([
  ['sin', sin, reference.sin, 1],
  ['cos', cos, reference.cos, 1],
  ['tan', tan, exactTan, 2],
])('%s', (_, f, exact, bound) => {
  it.each<readonly [number, number]>([
    [-0.8, 0.8],
    [-4, 4],
    [-1000, 1000],
    [1e5, 1.5e6],
    [1e7, 1e12],
  ])(`is within ${bound} ulp on (%d, %d)`, (a, b) => {
    expect(largestError(f, exact, [a, b])).toBeLessThan(bound);
  });

  it('is NaN at the infinities', () => {
    for (const x of [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]) expect(f(x)).toBeNaN();
  });
});

describe('large arguments', () => {
  // 2^1000 needs its thousand bits, and π as many more.
  const wide = highPrecision(1400);
  it.each([1e22, 1e100, 1e300, 2 ** 1023, 6381956970095103 * 2 ** 797])('sin and cos of %d are within 1 ulp', (x) => {
    expect(wide.ulps(sin(x), wide.sin(wide.from(x)))).toBeLessThan(1);
    expect(wide.ulps(cos(-x), wide.cos(wide.from(x)))).toBeLessThan(1);
  });

  it('keep their relative accuracy next to multiples of π/2', () => {
    for (const n of [1, 2, 3, 11, 344, 51819]) {
      const x = (n * Math.PI) / 2;
      const f = n % 2 === 0 ? sin : cos;
      const exact = n % 2 === 0 ? reference.sin : reference.cos;
      expect(reference.ulps(f(x), exact(reference.from(x)))).toBeLessThan(1);
    }
  });
});

describe('small arguments', () => {
  it('are kept, with the sign of zero', () => {
    for (const f of [sin, tan]) {
      expect(Object.is(f(-0), -0)).toBe(true);
      expect(f(1e-300)).toBe(1e-300);
    }
    expect([cos(0), cos(-0), cos(1e-300)]).toEqual([1, 1, 1]);
  });
});
