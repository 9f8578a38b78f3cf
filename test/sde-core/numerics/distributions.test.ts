import { describe, expect, test } from 'vitest';
import {
  betaI,
  chiSquareTail,
  gammaQ,
  logGamma,
  normalProbability,
  normalQuantile,
  studentHalfWidth,
} from '#sde-core/numerics/distributions';

// What the Lanczos series and the continued fractions are good to.
const RELATIVE = 1e-12;

describe('distributions', () => {
  test('ln Γ at integers and halves', () => {
    let factorial = 1;
    for (let n = 1; n < 20; n++) {
      expect(Math.abs(logGamma(n) - Math.log(factorial))).toBeLessThan(RELATIVE * Math.max(1, Math.log(factorial)));
      factorial *= n;
    }
    expect(Math.abs(logGamma(0.5) - Math.log(Math.sqrt(Math.PI)))).toBeLessThan(RELATIVE);
  });

  test('Q(1, x) = e^-x on both sides of the switch', () => {
    for (const x of [0, 0.1, 1, 1.9, 2.1, 5, 30]) {
      expect(Math.abs(gammaQ(1, x) - Math.exp(-x))).toBeLessThan(RELATIVE);
    }
    expect(Math.abs(chiSquareTail(4, 2) - Math.exp(-2))).toBeLessThan(RELATIVE);
    expect(chiSquareTail(3, 0)).toBe(1);
  });

  test('I_x(2, 3) is its polynomial', () => {
    for (const x of [0, 0.05, 0.3, 0.5, 0.9, 1]) {
      expect(Math.abs(betaI(2, 3, x) - (6 * x ** 2 - 8 * x ** 3 + 3 * x ** 4))).toBeLessThan(RELATIVE);
    }
  });

  test('normal quantiles, tabulated and inverse', () => {
    expect(Math.abs(normalQuantile(0.975) - 1.959963984540054)).toBeLessThan(1e-12);
    expect(normalQuantile(0.5)).toBe(0);
    for (const p of [1e-8, 0.01, 0.3, 0.999]) {
      expect(Math.abs(normalProbability(normalQuantile(p)) - p)).toBeLessThan(RELATIVE);
    }
  });

  test('Student half-widths: closed forms for 1 and 2 degrees, the normal limit, nothing for none', () => {
    expect(Math.abs(studentHalfWidth(0.95, 1) - Math.tan(0.475 * Math.PI))).toBeLessThan(1e-10);
    expect(Math.abs(studentHalfWidth(0.95, 2) - 0.95 * Math.sqrt(2 / (1 - 0.95 ** 2)))).toBeLessThan(1e-10);
    expect(Math.abs(studentHalfWidth(0.95, 1e8) - 1.959963984540054)).toBeLessThan(1e-10);
    expect(studentHalfWidth(0.95, 0)).toBe(Number.POSITIVE_INFINITY);
  });

  test.each([4, 30, 32, 60, 400])(
    'Student half-widths against the finite sum for an even number of degrees: %d',
    (freedom) => {
      for (const level of [0.5, 0.95, 0.999]) {
        // P(|T| ≤ √ν tan θ) = sin θ (1 + ½ cos² θ + (1·3)/(2·4) cos⁴ θ + … up to cos^(ν−2) θ).
        const angle = Math.atan(studentHalfWidth(level, freedom) / Math.sqrt(freedom));
        let [term, sum] = [1, 0];
        for (let j = 0; j < freedom / 2; j++) {
          sum += term;
          term *= ((2 * j + 1) / (2 * j + 2)) * Math.cos(angle) ** 2;
        }
        expect(Math.abs(Math.sin(angle) * sum - level)).toBeLessThan(1e-11);
      }
    },
  );

  test('nothing is beyond infinity', () => {
    expect(gammaQ(0.5, Number.POSITIVE_INFINITY)).toBe(0);
    expect(chiSquareTail(Number.POSITIVE_INFINITY, 3)).toBe(0);
    expect([normalProbability(Number.POSITIVE_INFINITY), normalProbability(Number.NEGATIVE_INFINITY)]).toEqual([1, 0]);
  });
});
