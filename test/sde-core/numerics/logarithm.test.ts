import { describe, expect, it } from 'vitest';
import { log, log1p, log2 } from '#sde-core/numerics/logarithm';
import { largestError, reference } from './accuracy.js';

const { log: exactLog, one } = reference;
const exactLog2 = (x: bigint): bigint => (exactLog(x) * one) / exactLog(2n * one);

describe('log', () => {
  it.each<readonly [number, number]>([
    [0.01, 10],
    [0.9, 1.1],
    [1, 1e9],
  ])('is within 1 ulp on (%d, %d)', (a, b) => {
    expect(largestError(log, exactLog, [a, b])).toBeLessThan(1);
  });

  it('reaches the subnormal and the largest numbers', () => {
    for (const x of [2 ** -1074, 3e-310, 1e308]) expect(Math.abs(log(x) / Math.log(x) - 1)).toBeLessThan(2 ** -51);
  });

  it('has the limits of the logarithm, and is NaN below 0', () => {
    expect([log(1), log(0), log(-0)]).toEqual([0, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    expect(log(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    for (const x of [-1, Number.NEGATIVE_INFINITY, Number.NaN]) expect(log(x)).toBeNaN();
  });
});

describe('log1p', () => {
  it.each<readonly [number, number]>([
    [-0.99, 3],
    [-1e-6, 1e-6],
    [1, 1e6],
  ])('is within 1 ulp on (%d, %d)', (a, b) => {
    expect(largestError(log1p, (x) => exactLog(one + x), [a, b])).toBeLessThan(1);
  });

  it('keeps small arguments and signed zero, and knows where it ends', () => {
    expect(Object.is(log1p(-0), -0)).toBe(true);
    expect(log1p(1e-300)).toBe(1e-300);
    expect([log1p(-1), log1p(Number.POSITIVE_INFINITY)]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
    expect(Math.abs(log1p(1e300) / Math.log1p(1e300) - 1)).toBeLessThan(2 ** -51);
    for (const x of [-1.1, Number.NaN]) expect(log1p(x)).toBeNaN();
  });
});

describe('log2', () => {
  it.each<readonly [number, number]>([
    [0.01, 10],
    [0.9, 1.1],
    [0.5, 0.8],
    [1, 1e9],
  ])('is within 2 ulp on (%d, %d)', (a, b) => {
    expect(largestError(log2, exactLog2, [a, b])).toBeLessThan(2);
  });

  it('is exact for every power of two, subnormal ones too', () => {
    let power = 2 ** -1022 * 2 ** -52;
    for (let k = -1074; k <= 1023; k++, power *= 2) expect(log2(power)).toBe(k);
  });

  it('has the limits of the logarithm, and is NaN below 0', () => {
    expect([log2(0), log2(Number.POSITIVE_INFINITY)]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
    for (const x of [-1, Number.NEGATIVE_INFINITY, Number.NaN]) expect(log2(x)).toBeNaN();
  });
});
