import { type ErrorPoint, fitConstant, fitOrder, SdeError } from 'sde-core';
import { describe, expect, test } from 'vitest';

const steps = [1 / 8, 1 / 16, 1 / 32, 1 / 64];
const exact = (error: (h: number) => number, ladder = steps): ErrorPoint[] =>
  ladder.map((h) => ({ h, error: error(h), standardError: 0 }));

/** A small generator for the tests alone. */
function normals(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x45d9f3b) >>> 0;
    return ((z ^ (z >>> 16)) >>> 0) / 2 ** 32 + 2 ** -33;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

const noisy = (error: (h: number) => number, relative: number, absolute: number, seed: number): ErrorPoint[] => {
  const normal = normals(seed);
  return steps.map((h) => {
    const standardError = relative * Math.abs(error(h)) + absolute;
    return { h, error: error(h) + standardError * normal(), standardError };
  });
};

/** The prototype's error of the digits network against its flow: local slopes 1.58, 1.41, 1.26, order 1. */
const coarse = (h: number): number => 0.0385 * h + 0.61 * h * h;

describe('fitOrder, exact errors', () => {
  test('slopes that still fall are extrapolated, not averaged', () => {
    const fit = fitOrder(exact(coarse), { expected: 1 });
    expect(fit.localSlopes.map((s) => Number(s.toFixed(2)))).toEqual([1.58, 1.41, 1.26]);
    expect(fit.verdict).toBe('confirmed');
    expect(fitOrder(exact(coarse), { expected: 2 }).verdict).toBe('refuted');
    // The model h (a + b h) is exact here.
    expect(Math.abs(fit.constant.value - 0.0385)).toBeLessThan(1e-12);
    expect(fit.constant.interval.low).toBeLessThanOrEqual(0.0385);
    expect(fit.constant.interval.high).toBeGreaterThanOrEqual(0.0385);
  });

  test('a pure power is itself', () => {
    const fit = fitOrder(
      exact((h) => -3 * h * h),
      { expected: 2 },
    );
    expect(Math.abs(fit.value - 2)).toBeLessThan(1e-9);
    expect(fit.verdict).toBe('confirmed');
    expect(Math.abs(fit.constant.value + 3)).toBeLessThan(1e-9);
    expect(
      fitOrder(
        exact((h) => -3 * h * h),
        { expected: 3 },
      ).verdict,
    ).toBe('refuted');
    expect(fitOrder(exact(Math.sqrt), { expected: 1 }).verdict).toBe('refuted');
  });

  test('an order is a bound: errors that fall faster contradict none', () => {
    const faster = [
      // Order 2; order 3/2; a leading constant far below the next one; an error on its way to zero at h = 1/80.
      (h: number) => -3 * h * h,
      (h: number) => h ** 1.5,
      (h: number) => 1e-9 * h + h * h,
      (h: number) => h * (h - 1 / 80),
    ];
    for (const error of faster) {
      const fit = fitOrder(exact(error), { expected: 1 });
      expect(fit.verdict).toBe('inconclusive');
      expect(fit.samplesFactor).toBeUndefined();
    }
    const { reason, interval } = fitOrder(exact(faster[0]), { expected: 1 });
    expect(interval.low).toBeGreaterThan(1);
    expect(reason).toContain('the leading constant is zero, or too small to be seen on these steps');
  });

  test('a ladder that is not geometric', () => {
    const ladder = [1 / 3, 1 / 5, 1 / 8, 1 / 13, 1 / 20];
    const fit = fitOrder(
      exact((h) => h ** 2 * (1 + 2 * h - h * h), ladder),
      { expected: 2 },
    );
    expect(fit.verdict).toBe('confirmed');
    expect(Math.abs(fit.constant.value - 1)).toBeLessThan(1e-6);
  });

  test('a sign change between coarse and fine is never read as an order', () => {
    for (const a of [0.01, 0.02, 0.03, 0.05, 0.07]) {
      const points = exact((h) => a * h - 0.61 * h * h);
      expect(fitOrder(points, { expected: 2 }).verdict).not.toBe('confirmed');
      expect(fitOrder(points, { expected: 1 }).verdict).not.toBe('refuted');
    }
  });

  test('two points, or no error at all, decide nothing', () => {
    expect(
      fitOrder(
        exact((h) => h, [0.5, 0.25]),
        { expected: 1 },
      ).verdict,
    ).toBe('inconclusive');
    const none = fitOrder(
      exact(() => 0),
      { expected: 1 },
    );
    expect(none.verdict).toBe('inconclusive');
    expect(none.reason).toContain('exactly 0');
  });

  test('the intervals of smooth errors hold the order', () => {
    let held = 0;
    const families = [0.2, 1, 5].flatMap((b) =>
      [-1, 1].flatMap((sign) => [
        (h: number) => h * Math.exp(sign * b * h),
        (h: number) => h * (1 + sign * b * h * h),
        (h: number) => h / (1 + b * h),
        (h: number) => Math.expm1(b * h) - 0.3 * b * h,
      ]),
    );
    for (const family of families) {
      const { low, high } = fitOrder(exact(family), { expected: 1 }).interval;
      if (low <= 1 && 1 <= high) held++;
    }
    expect(held).toBe(families.length);
  });
});

describe('fitOrder, measured errors', () => {
  const SEEDS = 200;
  // Three standard deviations of a binomial proportion below the stated level: coverage may exceed it, since the interval also
  // holds an uncertainty of the model.
  const least = 0.95 - 3 * Math.sqrt((0.95 * 0.05) / SEEDS);

  const tally = (error: (h: number) => number, relative: number, absolute: number, expected: number, truth: number) => {
    const count = { confirmed: 0, refuted: 0, inconclusive: 0, covered: 0, constant: 0 };
    for (let seed = 1; seed <= SEEDS; seed++) {
      const fit = fitOrder(noisy(error, relative, absolute, 7919 * seed), { expected });
      count[fit.verdict]++;
      if (fit.interval.low <= truth && truth <= fit.interval.high) count.covered += 1 / SEEDS;
      if (fit.constant.interval.low <= 0.0385 && 0.0385 <= fit.constant.interval.high) count.constant += 1 / SEEDS;
    }
    return count;
  };

  test.each([0.01, 0.05])('the network error with %d relative noise: covered, and right', (relative) => {
    const one = tally(coarse, relative, 0, 1, 1);
    expect(one.covered).toBeGreaterThan(least);
    expect(one.constant).toBeGreaterThan(least);
    expect(one.confirmed).toBeGreaterThan(0.7 * SEEDS);
    // A refutation errs with at most a tenth of 5 %: one or two in 200.
    expect(one.refuted).toBeLessThanOrEqual(3);
    const two = tally(coarse, relative, 0, 2, 1);
    expect(two.refuted).toBeGreaterThan(0.9 * SEEDS);
    expect(two.confirmed).toBe(0);
  });

  test('an error that looks like a clean power on these steps is not refuted', () => {
    const one = tally((h) => 0.0385 * h * (1 + 16 * h - 39 * h * h), 0.01, 0, 1, 1);
    expect(one.refuted).toBeLessThanOrEqual(3);
    expect(one.confirmed).toBeGreaterThan(0.7 * SEEDS);
  });

  test('a pure second order with 5 % noise', () => {
    const two = tally((h) => h * h, 0.05, 0, 2, 2);
    expect(two.covered).toBeGreaterThan(least);
    expect(two.refuted).toBeLessThanOrEqual(3);
    const one = tally((h) => h * h, 0.05, 0, 1, 2);
    expect(one.confirmed + one.refuted).toBe(0);
    const three = tally((h) => h * h, 0.05, 0, 3, 2);
    expect(three.confirmed).toBe(0);
    expect(three.refuted).toBeGreaterThan(0.5 * SEEDS);
  });

  test('measured errors that fall faster than a bound say so, and ask for no samples', () => {
    const points = noisy((h) => h * h, 0.01, 0, 3);
    const { verdict, reason, samplesFactor } = fitOrder(points, { expected: 1 });
    expect(verdict).toBe('inconclusive');
    expect(reason).toContain('the leading constant is zero, or too small to be seen on these steps');
    expect(samplesFactor).toBeUndefined();
  });

  test('noise alone is inconclusive and says what it would take', () => {
    const none = tally(() => 0, 0, 1e-3, 1, 1);
    expect(none.confirmed + none.refuted).toBe(0);
    const fit = fitOrder(
      noisy((h) => 1e-3 * h, 0, 1e-3, 5),
      { expected: 1 },
    );
    expect(fit.verdict).toBe('inconclusive');
    expect(fit.samplesFactor).toBeGreaterThan(10);
    expect(fit.reason).toContain('samples');
  });

  test('an interval that is too wide names the orders beside the expected one that it holds', () => {
    const wide = (share: number): string =>
      fitOrder(
        [4, 8, 16, 32].map((n) => ({ h: 1 / n, error: n ** -2, standardError: share * n ** -2 })),
        { expected: 2 },
      ).reason;
    expect(wide(0.15)).toMatch(/\] also holds 2\.5; about [\d.]+ times the samples would decide$/);
    expect(wide(0.4)).toMatch(/\] also holds 1\.5 and 2\.5; /);
  });

  test('a sign change is not a refutation', () => {
    // Branch dropout on the digits, measured − h C₁ at 1/8 … 1/128: order 2, beside a coarse part of the other sign.
    const errors = [-9.4e-4, -1.5e-4, -2e-5, 1.49e-5, 5.5e-6];
    const standardErrors = [1.5e-4, 6e-5, 1.7e-5, 5e-6, 1.3e-6];
    const points = errors.map((error, i) => ({ h: 1 / 8 / 2 ** i, error, standardError: standardErrors[i] }));
    expect(fitOrder(points, { expected: 2 }).verdict).toBe('inconclusive');
  });

  test('a sign change is not confirmed as another order', () => {
    expect(tally((h) => 0.02 * h - 0.61 * h * h, 0.02, 0, 2, 1).confirmed).toBe(0);
  });
});

describe('fitConstant', () => {
  test('a correction that nearly cancels does not hide the next term', () => {
    // Output dropout on the digits: measured / h = 0.2006, 0.2186, 0.2243, 0.2275, predicted 0.2292.
    const error = (h: number): number => h * (0.23 - 0.03 * h - 1.7 * h * h);
    let covered = 0;
    const SEEDS = 200;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { low, high } = fitConstant(noisy(error, 0.006, 0, 104729 * seed), { order: 1 }).interval;
      if (low <= 0.23 && 0.23 <= high) covered++;
    }
    expect(covered / SEEDS).toBeGreaterThan(0.95 - 3 * Math.sqrt((0.95 * 0.05) / SEEDS));
  });

  test('with a known order and exact errors', () => {
    const fit = fitConstant(
      exact((h) => h * (2 + h - h * h)),
      { order: 1 },
    );
    expect(Math.abs(fit.value - 2)).toBeLessThan(1e-9);
  });

  test('two exact points: a value, and no claim', () => {
    const fit = fitConstant(exact(coarse, [1 / 32, 1 / 64]), { order: 1 });
    expect(Math.abs(fit.value - 0.0385)).toBeLessThan(1e-12);
    expect(Math.abs(fit.next - 0.61)).toBeLessThan(1e-9);
    // Whether the quotient settles is not seen on two steps.
    expect(fit.verdict).toBe('inconclusive');
  });
});

describe('bad input', () => {
  test.each([
    ['one step', [{ h: 0.1, error: 1, standardError: 0 }], 'distinct'],
    ['a step twice', [0, 1].map(() => ({ h: 0.1, error: 1, standardError: 0 })), 'distinct'],
    ['NaN', [0.1, 0.2].map((h) => ({ h, error: Number.NaN, standardError: 0 })), 'finite'],
    ['a negative step', [-0.1, 0.2].map((h) => ({ h, error: 1, standardError: 0 })), 'step size'],
  ])('%s', (_, points, message) => {
    expect(() => fitOrder(points, { expected: 1 })).toThrow(SdeError);
    expect(() => fitOrder(points, { expected: 1 })).toThrow(message);
  });

  test('a confidence that is none', () => {
    expect(() => fitOrder(exact(coarse), { expected: 1, confidence: 95 })).toThrow('confidence');
  });
});
