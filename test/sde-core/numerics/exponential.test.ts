import { describe, expect, it } from 'vitest';
import { exp, expm1 } from '#sde-core/numerics/exponential';
import { largestError, reference } from './accuracy.js';

const { exp: exactExp, one } = reference;

describe('exp', () => {
  it.each<readonly [number, number]>([
    [-60, 60],
    [-1, 1],
    [200, 700],
  ])('is within 1 ulp on (%d, %d)', (a, b) => {
    expect(largestError(exp, exactExp, [a, b])).toBeLessThan(1);
  });

  it('rounds into the subnormal numbers once, to within 1 of their ulps', () => {
    for (let x = -745; x < -708; x += 0.37) expect(Math.abs(exp(x) - Math.exp(x))).toBeLessThanOrEqual(2 ** -1074);
  });

  it('has the limits of the exponential at the ends', () => {
    expect([exp(0), exp(-0), exp(-1000), exp(Number.NEGATIVE_INFINITY)]).toEqual([1, 1, 0, 0]);
    expect([exp(710), exp(Number.POSITIVE_INFINITY)]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
    expect(exp(709.782712893384)).toBeLessThan(Number.POSITIVE_INFINITY);
    expect(exp(Number.NaN)).toBeNaN();
  });
});

describe('expm1', () => {
  it.each<readonly [number, number]>([
    [-40, 40],
    [-1, 1],
    [-1e-5, 1e-5],
  ])('is within 1 ulp on (%d, %d)', (a, b) => {
    expect(largestError(expm1, (x) => exactExp(x) - one, [a, b])).toBeLessThan(1);
  });

  it('keeps small arguments and signed zero, and saturates', () => {
    expect(Object.is(expm1(-0), -0)).toBe(true);
    expect(expm1(1e-300)).toBe(1e-300);
    expect([expm1(-50), expm1(Number.NEGATIVE_INFINITY), expm1(800)]).toEqual([-1, -1, Number.POSITIVE_INFINITY]);
    expect(expm1(Number.NaN)).toBeNaN();
  });
});
