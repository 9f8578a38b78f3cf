import { describe, expect, it } from 'vitest';
import { acosh, asinh, atanh, cosh, sinh, tanh } from '#sde-core/numerics/hyperbolic';
import { largestError, reference } from './accuracy.js';

const { divide, exp, log, multiply, one, sqrt } = reference;
const exactSinh = (x: bigint): bigint => (exp(x) - exp(-x)) / 2n;
const exactCosh = (x: bigint): bigint => (exp(x) + exp(-x)) / 2n;
const exactAsinh = (x: bigint): bigint => {
  const size = x < 0n ? -x : x;
  const value = log(size + sqrt(multiply(x, x) + one));
  return x < 0n ? -value : value;
};
const exactAcosh = (x: bigint): bigint => log(x + sqrt(multiply(x, x) - one));
const exactAtanh = (x: bigint): bigint => (log(one + x) - log(one - x)) / 2n;

describe('hyperbolic functions and their inverses', () => {
  it.each<readonly [string, (x: number) => number, (x: bigint) => bigint, readonly [number, number]]>([
    ['sinh', sinh, exactSinh, [-25, 25]],
    ['sinh near 0', sinh, exactSinh, [-1, 1]],
    ['cosh', cosh, exactCosh, [-25, 25]],
    ['cosh near 0', cosh, exactCosh, [-1, 1]],
    ['tanh', tanh, (x) => divide(exactSinh(x), exactCosh(x)), [-4, 4]],
    ['tanh near 0', tanh, (x) => divide(exactSinh(x), exactCosh(x)), [-1e-3, 1e-3]],
    ['asinh', asinh, exactAsinh, [-10, 10]],
    ['asinh near 0', asinh, exactAsinh, [-1e-2, 1e-2]],
    ['acosh', acosh, exactAcosh, [1, 10]],
    ['acosh near 1', acosh, exactAcosh, [1, 1.01]],
    ['atanh', atanh, exactAtanh, [-1, 1]],
    ['atanh near 0', atanh, exactAtanh, [-1e-2, 1e-2]],
  ])('%s is within 2 ulp', (_, f, exact, range) => {
    expect(largestError(f, exact, range)).toBeLessThan(2);
  });

  it('overflow where the function does, not where e^x does', () => {
    expect(sinh(710)).toBeLessThan(Number.POSITIVE_INFINITY);
    expect(Math.abs(cosh(710) / Math.cosh(710) - 1)).toBeLessThan(2 ** -50);
    expect([sinh(720), sinh(-720), cosh(-720)]).toEqual([1 / 0, -1 / 0, 1 / 0]);
  });

  it('have their limits, and no value outside their domain', () => {
    expect([tanh(30), tanh(-30), tanh(Number.NEGATIVE_INFINITY)]).toEqual([1, -1, -1]);
    expect([atanh(1), atanh(-1), acosh(1)]).toEqual([1 / 0, -1 / 0, 0]);
    expect(acosh(1e300) / Math.acosh(1e300)).toBeCloseTo(1, 14);
    expect(asinh(-1e300) / Math.asinh(-1e300)).toBeCloseTo(1, 14);
    for (const f of [sinh, tanh, asinh, atanh]) expect(Object.is(f(-0), -0)).toBe(true);
    for (const f of [sinh, cosh, tanh, asinh, acosh, atanh]) expect(f(Number.NaN)).toBeNaN();
    expect([acosh(0.9), atanh(1.1), atanh(-2)]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });
});
