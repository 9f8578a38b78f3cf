import { describe, expect, it } from 'vitest';
import { acos, asin, atan, atan2 } from '#sde-core/numerics/inverse-trigonometric';
import { largestError, reference } from './accuracy.js';

const { atan: exactAtan, divide, multiply, one, pi, sqrt } = reference;
const exactAsin = (x: bigint): bigint => exactAtan(divide(x, sqrt(one - multiply(x, x))));

describe('asin, acos, atan', () => {
  it.each<readonly [string, (x: number) => number, (x: bigint) => bigint, readonly [number, number]]>([
    ['asin', asin, exactAsin, [-1, 1]],
    ['asin near 0', asin, exactAsin, [-1e-3, 1e-3]],
    ['acos', acos, (x) => pi / 2n - exactAsin(x), [-1, 1]],
    ['acos near 1', acos, (x) => exactAtan(divide(sqrt(one - multiply(x, x)), x)), [0.999, 1]],
    ['atan', atan, exactAtan, [-10, 10]],
    ['atan of large arguments', atan, exactAtan, [1e3, 1e9]],
  ])('%s is within 1 ulp', (_, f, exact, range) => {
    expect(largestError(f, exact, range)).toBeLessThan(1);
  });

  it('have their values at the ends, and none outside', () => {
    expect([asin(1), asin(-1), acos(1), acos(-1), acos(0)]).toEqual([
      Math.PI / 2,
      -Math.PI / 2,
      0,
      Math.PI,
      Math.PI / 2,
    ]);
    expect([atan(Number.POSITIVE_INFINITY), atan(Number.NEGATIVE_INFINITY)]).toEqual([Math.PI / 2, -Math.PI / 2]);
    for (const f of [asin, acos]) for (const x of [1.1, -2, Number.NaN]) expect(f(x)).toBeNaN();
    for (const f of [asin, atan]) expect(Object.is(f(-0), -0)).toBe(true);
  });
});

describe('atan2', () => {
  const special = [0, -0, 1, -1, 0.3, -7, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];
  it.each(special)('agrees with Math.atan2 for y = %d, to 2 ulp where it is not exact', (y) => {
    for (const x of special) {
      const [value, expected] = [atan2(y, x), Math.atan2(y, x)];
      if (Number.isNaN(expected) || expected === 0) expect(Object.is(value, expected), `atan2(${y}, ${x})`).toBe(true);
      else expect(Math.abs(value / expected - 1)).toBeLessThanOrEqual(2 * 2 ** -52);
    }
  });
});
