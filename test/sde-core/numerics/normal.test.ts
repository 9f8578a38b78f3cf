import { describe, expect, it } from 'vitest';
import { erf, normalCdf, normalQuantile } from '#sde-core/numerics/normal';
import { largestError, reference } from './accuracy.js';

const { divide, erf: exactErf, exp, from, multiply, one, pi, sqrt, ulps } = reference;
const exactCdf = (x: bigint): bigint => (one + exactErf(divide(x, sqrt(2n * one)))) / 2n;

/** The tail of the normal distribution at −x by Laplace's continued fraction, 1/(x + 1/(x + 2/(x + …))); x ≥ 4. */
function exactTail(x: bigint): bigint {
  let fraction = x;
  for (let k = 400n; k > 0n; k--) fraction = x + divide(k * one, fraction);
  return divide(exp(-multiply(x, x) / 2n), multiply(fraction, sqrt(2n * pi)));
}

describe('erf', () => {
  it.each<readonly [number, number]>([
    [-0.46, 0.46],
    [-5, 5],
    [4, 6],
  ])('is within 3 ulp on (%d, %d)', (a, b) => {
    expect(largestError(erf, exactErf, [a, b])).toBeLessThan(3);
  });

  it('saturates and is odd', () => {
    expect([erf(7), erf(-7), erf(Number.POSITIVE_INFINITY)]).toEqual([1, -1, 1]);
    expect(Object.is(erf(-0), -0)).toBe(true);
    expect(erf(Number.NaN)).toBeNaN();
  });
});

describe('normalCdf', () => {
  it.each<readonly [number, number]>([
    [-0.6, 0.6],
    [-4, 6],
  ])('is within 10 ulp on (%d, %d)', (a, b) => {
    expect(largestError(normalCdf, exactCdf, [a, b])).toBeLessThan(10);
  });

  it('keeps its relative accuracy in the lower tail: 10 ulp to −15', () => {
    for (let x = 4; x < 15; x += 0.173) expect(ulps(normalCdf(-x), exactTail(from(x)))).toBeLessThan(10);
  });

  it('has its limits and its symmetry', () => {
    expect([normalCdf(0), normalCdf(-50), normalCdf(50)]).toEqual([0.5, 0, 1]);
    expect(normalCdf(-38)).toBeGreaterThan(0);
    expect(normalCdf(Number.NaN)).toBeNaN();
  });
});

describe('normalQuantile', () => {
  it('inverts the distribution function: a change of p of 4 ulp, times the slope, at most', () => {
    for (const p of [1e-300, 1e-100, 1e-20, 1e-8, 0.001, 0.02425, 0.1, 0.3, 0.5, 0.6, 0.9, 0.975, 0.999999]) {
      const x = normalQuantile(p);
      // dp/dx · x is at most about x² p in the tail: an ulp of x moves p by x² ulp.
      expect(Math.abs(normalCdf(x) / p - 1)).toBeLessThan((10 + 4 * x * x) * 2 ** -52);
    }
  });

  it('has published values and its ends', () => {
    // [wichura1988, table of checks]: z(0.25), z(0.001), z(1e-20)
    expect(normalQuantile(0.25)).toBeCloseTo(-0.6744897501960817, 15);
    expect(normalQuantile(0.001)).toBeCloseTo(-3.090232306167814, 14);
    expect(normalQuantile(1e-20)).toBeCloseTo(-9.26234008979841, 13);
    expect([normalQuantile(0), normalQuantile(1), normalQuantile(0.5)]).toEqual([-1 / 0, 1 / 0, 0]);
    for (const p of [-0.1, 1.1, Number.NaN]) expect(normalQuantile(p)).toBeNaN();
  });
});
