import { type ErrorPoint, fitConstant, fitOrder } from 'sde-core';
import { describe, expect, test } from 'vitest';

/** A small generator for the tests alone. */
function random(seed: number): { uniform: () => number; normal: () => number } {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x45d9f3b) >>> 0;
    return ((z ^ (z >>> 16)) >>> 0) / 2 ** 32 + 2 ** -33;
  };
  return { uniform, normal: () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()) };
}

/** error / h on a torch-trained network with branch dropout; refinements 4 … 64 tend to 0.01057. */
const STEPS = [1, 1 / 2, 1 / 4, 1 / 8];
const ERRORS = [-0.01288, -0.00535, -0.00144, -0.00012];
const STANDARD_ERRORS = [6.1e-4, 4.6e-4, 2e-4, 7.4e-5];
const CONSTANT = 0.01057;
const ladder = (noise: () => number): ErrorPoint[] =>
  STEPS.map((h, i) => ({
    h,
    error: ERRORS[i] + STANDARD_ERRORS[i] * noise(),
    standardError: STANDARD_ERRORS[i],
  }));

/** error / h^p with a limit c at 0, and how fast it gets there: R h is the size of the correction. */
const FAMILIES: Readonly<Record<string, (c: number, R: number, draw: () => number) => (h: number) => number>> = {
  polynomial: (c, R, draw) => {
    const [b1, b2, b3] = [draw() * R, draw() * R ** 2, draw() * R ** 3];
    return (h) => c + b1 * h + b2 * h ** 2 + b3 * h ** 3;
  },
  'exponential decay in 1/h': (c, R, draw) => {
    const [A, k] = [3 * draw(), R / 4];
    return (h) => c + (A * Math.exp(-k / h)) / h;
  },
  saturation: (c, R) => (h) => c * (1 - Math.exp(-R / (2 * h))),
  quotient: (c, R) => (h) => c / (1 + R * h),
  oscillation: (c, R) => (h) => c * (Math.cos(R * h) + 0.3 * Math.sin(1.3 * R * h)),
  growth: (c, R) => (h) => (c * Math.expm1(R * h)) / (R * h),
};

interface Sample {
  readonly points: readonly ErrorPoint[];
  readonly p: number;
  readonly c: number;
  /** Fine steps and little noise: a verdict is due. */
  readonly good: boolean;
}

/** Ladders from h = 1 or finer, of three to six halvings, with standard errors that fall with h or do not. */
function* samples(name: string, count: number, exact: boolean): Generator<Sample> {
  const { uniform, normal } = random(7919 * (Object.keys(FAMILIES).indexOf(name) + 1));
  const pick = (list: readonly number[]): number => list[Math.floor(uniform() * list.length)];
  for (let made = 0; made < count; ) {
    const [R, c] = [pick([0.3, 1, 2, 4, 8]), pick([-1, 1]) * (0.2 + uniform())];
    const q = FAMILIES[name](c, R, normal);
    const [coarsest, n, p] = [pick([1, 0.5, 0.25, 0.125]), pick([3, 4, 4, 5, 6]), pick([1, 1, 2])];
    const finest = coarsest / 2 ** (n - 1);
    const [noise, falls] = [exact ? 0 : pick([0.002, 0.01, 0.05, 0.2]), pick([0, 0.5, 1])];
    // A ladder of which no step is fine says nothing; nor does one on which the exponential has not yet begun to decay.
    if (R * finest > 0.7 || (name.includes('1/h') && R / 4 < 3 * finest)) continue;
    if (name === 'saturation' && exact && R < 16 * finest) continue;
    made += 1;
    yield {
      p,
      c,
      good: R * finest <= 0.13 && noise <= 0.01,
      points: Array.from({ length: n }, (_, i) => {
        const h = coarsest / 2 ** i;
        const standardError = noise * Math.abs(c) * h ** falls * finest ** (p - falls);
        return { h, error: q(h) * h ** p + standardError * normal(), standardError };
      }),
    };
  }
}

/** Three standard deviations of a binomial share above or below the nominal one. */
const spread = (share: number, count: number): number => 3 * Math.sqrt((share * (1 - share)) / count);

describe('a ladder that is not yet asymptotic', () => {
  test('claims no constant', () => {
    const fit = fitConstant(
      ladder(() => 0),
      { order: 1 },
    );
    expect(fit.verdict).toBe('inconclusive');
    expect(fit.reason).toContain('not yet asymptotic');
    expect(fit.interval).toEqual({ low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, level: 0.95 });
  });

  test('nor under any noise of its size, and refutes no order of what the constant leaves', () => {
    const { normal } = random(11);
    let [settled, refuted] = [0, 0];
    for (let i = 0; i < 400; i++) {
      const points = ladder(normal);
      if (fitConstant(points, { order: 1 }).verdict === 'settled') settled += 1;
      if (i >= 30) continue;
      const remainder = points.map((point) => ({ ...point, error: point.error - CONSTANT * point.h }));
      if (fitOrder(remainder, { expected: 2 }).verdict === 'refuted') refuted += 1;
    }
    expect(settled).toBe(0);
    // Half of them were; the slopes of this remainder, 1.1, 1.4, 1.5, are those of order 3/2 within the noise.
    expect(refuted).toBeLessThanOrEqual(3);
  });
});

describe.each(Object.keys(FAMILIES))('constants of the family: %s', (name) => {
  test.each([false, true])('hold as often as they say, exact: %s', (exact) => {
    let [settled, held, good, goodSettled] = [0, 0, 0, 0];
    for (const { points, p, c, good: due } of samples(name, 1000, exact)) {
      const { verdict, interval } = fitConstant(points, { order: p });
      if (due) good += 1;
      if (verdict !== 'settled') continue;
      settled += 1;
      if (due) goodSettled += 1;
      if (interval.low <= c && c <= interval.high) held += 1;
    }
    expect(held / settled).toBeGreaterThan(0.95 - spread(0.95, settled));
    // Where steps are fine and noise is low, most ladders get a verdict.
    expect(goodSettled / good).toBeGreaterThan(0.5);
  });
});

describe.each(Object.keys(FAMILIES))('orders of the family: %s', (name) => {
  test('are almost never refuted, nor confirmed where they are too high', () => {
    const count = 40;
    let wrong = 0;
    for (const { points, p } of samples(name, count, false)) {
      if (fitOrder(points, { expected: p }).verdict === 'refuted') wrong += 1;
      if (fitOrder(points, { expected: p + 1 }).verdict === 'confirmed') wrong += 1;
    }
    expect(wrong / (2 * count)).toBeLessThanOrEqual(0.01 + spread(0.01, 2 * count));
  });
});
