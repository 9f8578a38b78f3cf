import { type ErrorPoint, fitConstant } from 'sde-core';
import { describe, expect, test } from 'vitest';
import { normals, plainFit, uniforms, Z95 } from './plain-fits.js';

const exact = (steps: readonly number[], quotient: (h: number) => number, p = 1): ErrorPoint[] =>
  steps.map((h) => ({ h, error: h ** p * quotient(h), standardError: 0 }));
const EIGHTHS = [1, 1 / 2, 1 / 4, 1 / 8];
const half = ({ interval }: { readonly interval: { readonly low: number; readonly high: number } }): number =>
  (interval.high - interval.low) / 2;

describe('the constant of exact errors', () => {
  test('two points: the line through the quotients, and no claim', () => {
    const fit = fitConstant(
      exact([0.3, 0.1], (h) => 5 - 4 * h, 1.5),
      { order: 1.5, confidence: 0.9 },
    );
    expect(fit.value).toBeCloseTo(5, 12);
    expect(fit.next).toBeCloseTo(-4, 11);
    expect(fit).toMatchObject({
      order: 1.5,
      verdict: 'inconclusive',
      reason: 'two steps do not show whether error / h^p settles: a third is needed',
      interval: { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, level: 0.9 },
    });
  });

  test('three points agree by accident: the half-width is at least the last change', () => {
    const fit = fitConstant(
      exact([1, 1 / 2, 1 / 4], (h) => 2 + h),
      { order: 1 },
    );
    expect(fit.value).toBeCloseTo(2, 12);
    expect(half(fit)).toBeCloseTo(1 / 4, 12);
    expect((fit.interval.high + fit.interval.low) / 2).toBeCloseTo(2, 12);
    expect(fit.interval.level).toBe(0.95);
    expect(fit.next).toBeCloseTo(1, 12);
    expect(fit.reason).toBe('error / h^1 settles: 2.25 on the finest step');
    // More where the extrapolation changes by more: the limit is 2, and lines through both pairs tend to 1.5 and 1.875.
    const bent = fitConstant(
      exact([1, 1 / 2, 1 / 4], (h) => 2 + h * h),
      { order: 1 },
    );
    // And what rounding adds: 1e-9 · 2³ of the value.
    expect(half(bent)).toBeCloseTo(3 / 8 + 1.6e-8, 12);
  });

  test('four points: what extrapolation does, and no more', () => {
    const fit = fitConstant(
      exact(EIGHTHS, (h) => 2 + h),
      { order: 1 },
    );
    // A tenth of the way from the line through the finest two is nothing here: what is left is rounding, 1e-9 · 2⁴ of the value.
    expect(half(fit)).toBeCloseTo(3.2e-8, 12);
  });

  test('quotients that turn: the last change and the way from the finest one are added', () => {
    // A parabola that turns just beyond the finest step: 1.0225 at 0, 1.000625 there, and 1.01 before.
    const fit = fitConstant(
      exact(EIGHTHS, (h) => 1 + (h - 0.15) ** 2),
      { order: 1 },
    );
    expect(fit.verdict).toBe('settled');
    expect(fit.value).toBeCloseTo(1.0225, 10);
    expect(half(fit)).toBeCloseTo(0.009375 + 0.021875, 10);
  });

  test.each([
    [3.98, 'settled'],
    [4.02, 'inconclusive'],
    [-3.98, 'settled'],
    [-4.02, 'inconclusive'],
  ])('extrapolation adds at most half the constant: 1 %+f h', (b, verdict) => {
    for (const sign of [1, -1]) {
      const fit = fitConstant(
        exact(EIGHTHS, (h) => sign * (1 + b * h), 2),
        { order: 2 },
      );
      expect(fit.verdict).toBe(verdict);
      expect(fit.value).toBeCloseTo(sign, 10);
      if (verdict === 'inconclusive') {
        const finest = (sign * (1 + b / 8)).toPrecision(3);
        expect(fit.reason).toBe(
          `not yet asymptotic: error / h^2 is ${finest} on the finest step and would tend to ${sign.toPrecision(3)}; finer steps are needed`,
        );
        expect(half(fit)).toBe(Number.POSITIVE_INFINITY);
      }
    }
  });
});

/** The docstring in other words: fits of the two, three, … finest points have a value in common up to one; the fit before that counts. */
function plainConstant(
  points: readonly ErrorPoint[],
  p: number,
): { value: number; next: number; halfWidth: number; used: number } {
  const sorted = [...points].sort((a, b) => b.h - a.h);
  const least = sorted[sorted.length - 1].h;
  const fits: { value: number; next: number; error: number }[] = [];
  let agree = 0;
  for (let count = 2; count <= sorted.length; count++) {
    const { a, b, variance } = plainFit(sorted.slice(-count), p);
    fits.push({ value: a / least ** p, next: b / least ** (p + 1), error: Math.sqrt(variance) / least ** p });
    const pairs = fits.flatMap((one) =>
      fits.map((other) => Math.abs(one.value - other.value) - 1.5 * (one.error + other.error)),
    );
    if (Math.max(...pairs) > 0) break;
    agree = fits.length;
  }
  const { value, next, error } = fits[Math.max(0, agree - 2)];
  const [h0, h1, h2] = sorted.slice(-3).map(({ h }) => h);
  const q = sorted.slice(-3).map((point) => point.error / point.h ** p);
  const s = sorted.slice(-3).map((point) => point.standardError / point.h ** p);
  const line = (u: number, v: number, hu: number, hv: number): number => (hu * v - hv * u) / (hu - hv);
  const bend = line(q[1], q[2], h1, h2) - line(q[0], q[1], h0, h1);
  const parts = [
    s.map((v, i) => (i === 0 ? v : 0)),
    s.map((v, i) => (i === 1 ? v : 0)),
    s.map((v, i) => (i === 2 ? v : 0)),
  ];
  const noise = Math.hypot(...parts.map((e) => line(e[1], e[2], h1, h2) - line(e[0], e[1], h0, h1)));
  const doubt = Math.max(0, Math.abs(bend) - noise);
  return { value, next, halfWidth: Math.hypot(Z95 * error, q[2] - q[1], doubt), used: Math.max(0, agree - 2) + 2 };
}

describe('the constant of measured errors', () => {
  test('is that of the finest steps whose fits agree, less one, on random ladders', () => {
    const [uniform, normal] = [uniforms(3), normals(4)];
    const used = new Map<number, number>();
    let settled = 0;
    for (let run = 0; run < 300; run++) {
      const n = 3 + Math.floor(3 * uniform());
      const [p, ratio, noise, b, c] = [
        1 + uniform(),
        0.3 + 0.3 * uniform(),
        0.02 * uniform(),
        uniform() - 0.5,
        2 * uniform(),
      ];
      const points = Array.from({ length: n }, (_, i) => {
        const h = 0.8 * ratio ** i;
        const standardError = noise * h ** p * (1 + i / 4);
        return { h, error: h ** p * (1 + b * h + c * h * h) + standardError * normal(), standardError };
      });
      const fit = fitConstant([...points].reverse(), { order: p });
      const plain = plainConstant(points, p);
      expect(fit.value).toBeCloseTo(plain.value, 8);
      expect(Math.abs(fit.next - plain.next)).toBeLessThan(1e-7 * Math.max(1, Math.abs(plain.next)));
      used.set(plain.used, (used.get(plain.used) ?? 0) + 1);
      if (fit.verdict !== 'settled') continue;
      settled += 1;
      expect(half(fit)).toBeCloseTo(plain.halfWidth, 8);
      expect(fit.interval.low + fit.interval.high).toBeCloseTo(2 * plain.value, 8);
    }
    // Every case has been seen.
    expect(settled).toBeGreaterThan(150);
    expect([...used.keys()].sort()).toEqual([2, 3, 4]);
  });

  test('takes the confidence that is asked for', () => {
    const points = [1, 1 / 2, 1 / 4, 1 / 8].map((h) => ({ h, error: 3 * h, standardError: 0.01 * h }));
    const { variance } = plainFit(points.slice(1), 1);
    for (const [confidence, z] of [
      [0.95, Z95],
      [0.99, 2.5758293035489004],
    ]) {
      const fit = fitConstant(points, { order: 1, confidence });
      expect(half(fit)).toBeCloseTo(8 * z * Math.sqrt(variance), 10);
      expect(fit.interval.level).toBe(confidence);
    }
  });

  test('two measured points are fitted and claim nothing', () => {
    const fit = fitConstant(
      [0.2, 0.1].map((h) => ({ h, error: h * (4 + 2 * h), standardError: 0.01 })),
      { order: 1 },
    );
    expect(fit.value).toBeCloseTo(4, 10);
    expect(fit.next).toBeCloseTo(2, 9);
    expect(fit.verdict).toBe('inconclusive');
  });
});
