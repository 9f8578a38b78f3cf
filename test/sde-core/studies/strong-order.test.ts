import {
  coupled,
  defineScheme,
  eulerMaruyama,
  fold,
  geometricBrownianMotion,
  inline,
  key,
  milstein,
  platen,
  problem,
  rerun,
  type Scheme,
  SdeError,
  type StrongOrderStudy,
  sra1,
  strongOrder,
  symbolic,
  truncatedMilstein,
  withDriver,
  workers,
} from 'sde-core';
import { markdown, plot } from 'sde-plots';
import { describe, expect, test } from 'vitest';
import { strictXml } from '../../strict-xml.js';

const gbm = problem({ model: geometricBrownianMotion({ mu: 0.3, sigma: 0.4 }), x0: [1], T: 1 });
const additive = problem({
  model: symbolic({ state: ['x'], drift: ['sin(x) + t'], diffusion: [['1/2']] }),
  x0: [1],
  T: 1,
});
const clark = problem({
  model: symbolic({
    state: ['x', 'y'],
    drift: ['0', '0'],
    diffusion: [
      ['1', '0'],
      ['0', 'x'],
    ],
  }),
  x0: [0, 0],
  T: 1,
});
const common = { steps: [8, 16, 32, 64], paths: 8192, key: key(1), backend: inline() };
const euler = (more: object = {}): Promise<StrongOrderStudy> =>
  strongOrder({ problem: gbm, scheme: eulerMaruyama, ...common, ...more });

describe('strongOrder', () => {
  test('Euler ½ and Milstein 1 for multiplicative noise', async () => {
    // Squared differences of Milstein have heavy tails: five times the paths.
    const one = await strongOrder({ problem: gbm, scheme: milstein, ...common, paths: 40_960 });
    const half = await euler();
    expect(half.verdict).toBe('confirmed');
    expect(half.interval.low).toBeLessThan(1 / 2);
    expect(half.interval.high).toBeGreaterThan(1 / 2);
    expect(one.verdict).toBe('confirmed');
    expect(one.interval.low).toBeLessThan(1);
    expect(one.interval.high).toBeGreaterThan(1);
  });

  test('Euler 1 and SRA1 3/2 for additive noise, on one path with its time integrals', async () => {
    const one = await strongOrder({ problem: additive, scheme: eulerMaruyama, expected: 1, ...common });
    expect(one.verdict).toBe('confirmed');
    const study = await strongOrder({ problem: additive, scheme: sra1, ...common });
    expect(study.fit.expected).toBe(3);
    expect(study.verdict).toBe('confirmed');
  });

  test('Milstein without areas loses its order where columns do not commute: the declared ½ holds, 1 is refuted', async () => {
    const study = await strongOrder({ problem: clark, scheme: truncatedMilstein, ...common });
    expect(study.verdict).toBe('confirmed');
    const claimed = await strongOrder({ problem: clark, scheme: truncatedMilstein, expected: 1, ...common });
    expect(claimed.verdict).toBe('refuted');
  });

  test('the difference of two Euler grids for a linear equation, in closed form', async () => {
    const { levels } = await euler({ steps: [1, 2] });
    // With a_i = μ/2 + σ ξ_i/√2 the fine end is (1 + a₁)(1 + a₂) and the coarse one 1 + a₁ + a₂: the mean square is (E a²)².
    const exact = (0.15 ** 2 + 0.08) ** 2;
    // Three standard errors.
    expect(Math.abs(levels[0].error - exact)).toBeLessThan(3 * levels[0].standardError);
  });

  test('few paths are inconclusive, and say how many there should be', async () => {
    const { verdict, fit, pathsNeeded } = await euler({ steps: [8, 16, 32], paths: 40 });
    expect(pathsNeeded).toBe(Math.ceil(40 * (fit.samplesFactor ?? 0)));
    expect(verdict).toBe('inconclusive');
    expect(fit.reason).toMatch(/times the samples/);
    expect(fit.samplesFactor).toBeGreaterThan(1);
  });

  test('an exact scheme has no error to have an order', async () => {
    const brownian = problem({ model: symbolic({ state: ['x'], drift: ['0'], diffusion: [['1']] }), x0: [1], T: 1 });
    const study = await strongOrder({ problem: brownian, scheme: eulerMaruyama, ...common, paths: 256 });
    expect(study.levels.every(({ resolved }) => !resolved)).toBe(true);
    expect(study.verdict).toBe('inconclusive');
  });

  test('threads change no bit, JSON loses none, tables and pictures can be made', async () => {
    const once = await euler({ steps: [4, 8, 16], paths: 5000 });
    expect(JSON.parse(JSON.stringify(once))).toEqual(once);
    const threads = workers({ threads: 2 });
    try {
      const { levels } = await euler({ steps: [4, 8, 16], paths: 5000, backend: threads });
      expect(levels.map(({ error }) => error)).toEqual(once.levels.map(({ error }) => error));
    } finally {
      await threads.close();
    }
    expect(markdown(once)).toMatch(/Order at h → 0: \d\.\d\d in .*expected 1:/);
    const svg = await plot(once);
    strictXml(svg);
    expect(svg).toMatch(/^<svg.*Strong error of Euler/s);
    // Roots of the mean squares: the slopes drawn are strong orders.
    expect(svg).toContain('order 0.5');
    expect(svg).not.toContain('order 2');
  });

  test('progress and cancellation', async () => {
    const seen: number[] = [];
    await euler({
      steps: [2, 4],
      paths: 64,
      onProgress: ({ done, of }: { done: number; of: number }) => seen.push(done, of),
    });
    expect(seen).toEqual([1, 2, 2, 2]);
    await expect(euler({ signal: AbortSignal.abort() })).rejects.toThrowError(
      expect.objectContaining({ code: 'cancelled' }),
    );
  });

  test.each([
    [{ steps: [0, 2] }, /not a whole number/],
    [{ steps: [4] }, /distinct/],
    [{ scheme: platen as Scheme }, /no strong order|cannot be summed/],
    [{ scheme: withDriver(eulerMaruyama, 'two-point'), expected: 0.5 }, /cannot be summed/],
  ])('refuses %o', async (options, message) => {
    const error: unknown = await euler({ paths: 32, ...options }).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(SdeError);
    expect((error as SdeError).message).toMatch(message);
  });
});

describe('levels of a strong study', () => {
  // Without noise every path is the same, and Euler for x′ = x is (1 + h)^N x0: squares of differences are known, over all states.
  const still = (x0: readonly number[], drift = (name: string) => name) => {
    const state = ['x', 'y', 'z'].slice(0, x0.length);
    const model = symbolic({ state, drift: state.map(drift), diffusion: state.map(() => ['0']) });
    return problem({ model, x0, T: 1 });
  };
  const run = (more: object): Promise<StrongOrderStudy> =>
    strongOrder({
      problem: still([1, 2]),
      scheme: eulerMaruyama,
      paths: 64,
      key: key(1),
      backend: inline(),
      steps: [8, 2, 4],
      ...more,
    });

  test('are mean squares over all states, coarse to fine', async () => {
    const seen: unknown[] = [];
    const study = await run({
      onProgress: ({ done, of, level }: { done: number; of: number; level: { steps: number } }) =>
        seen.push([done, of, level.steps]),
    });
    expect(
      study.levels.map(({ steps, h, paths, nonFinite, resolved }) => [steps, h, paths, nonFinite, resolved]),
    ).toEqual([
      [2, 1 / 2, 64, 0, true],
      [4, 1 / 4, 64, 0, true],
      [8, 1 / 8, 64, 0, true],
    ]);
    for (const { steps, error } of study.levels) {
      const difference = (1 + 1 / steps) ** steps - (1 + 1 / 2 / steps) ** (2 * steps);
      expect(error).toBeCloseTo(5 * difference ** 2, 14);
    }
    expect(seen).toEqual([
      [1, 3, 2],
      [2, 3, 4],
      [3, 3, 8],
    ]);
    expect([study.kind, study.scheme]).toEqual(['strong-order-study', eulerMaruyama.name]);
    expect(study.fit.expected).toBe(1);
    expect(study.order).toBe(study.fit.value / 2);
    const { low, high, level } = study.fit.interval;
    expect(study.interval).toEqual({ low: low / 2, high: high / 2, level });
    expect((await run({ expected: 1 })).fit.expected).toBe(2);
    expect((await run({ confidence: 0.9 })).interval.level).toBe(0.9);
  });

  test('are no errors where the ends differ by rounding: four of a step, times the start', async () => {
    const { levels } = await run({ problem: still([-3, 1], () => '0') });
    for (const { steps, error, resolved, standardError, noiseFloor } of levels) {
      expect([error, resolved]).toEqual([0, false]);
      const floor = 1000 * (4 * steps * Number.EPSILON * 3) ** 2;
      expect(standardError / floor).toBeCloseTo(1, 12);
      expect(noiseFloor / floor).toBeCloseTo(1, 12);
    }
  });

  test('have their own keys and floors, and run again', async () => {
    const study = await euler({ steps: [2, 4], paths: 512, confidence: 0.99 });
    for (const { steps, noiseFloor, standardError, error, provenance } of study.levels) {
      expect(noiseFloor).toBeCloseTo(2.5758293035489004 * standardError, 12);
      const pair = coupled(gbm, eulerMaruyama, { steps });
      const again = provenance && (await rerun(provenance, pair, { backend: inline() }));
      expect([again?.mean, again?.standardError]).toEqual([error, standardError]);
      expect(provenance?.key.words).toEqual(fold(common.key, steps).words);
    }
    const usual = await euler({ steps: [2, 4], paths: 512 });
    expect(usual.levels[0].noiseFloor / usual.levels[0].standardError).toBeCloseTo(1.959963984540054, 12);
  });

  test.each([
    [{ scheme: {} }, /strongOrder\(\{ scheme \}\)/],
    [{ problem: {} }, /strongOrder\(\{ problem \}\)/],
    [{ key: 1 }, /strongOrder\(\{ key \}\)/],
    [{ confidence: 95 }, /strongOrder\(\{ confidence \}\)/],
    [{ backend: {} }, /strongOrder\(\{ backend \}\)/],
    [{ onProgress: 1 }, /strongOrder\(\{ onProgress \}\)/],
    [{ seed: 1 }, /write key/],
    [{ level: 1 }, /write confidence/],
    [{ order: 1 }, /write expected/],
    [
      { scheme: defineScheme({ ...eulerMaruyama, name: 'none', order: { weak: 1, strong: null, ode: 1 } }) },
      /none has no strong order/,
    ],
  ])('refuses %o', async (more, message) => {
    await expect(run(more)).rejects.toThrowError(SdeError);
    await expect(run(more)).rejects.toThrowError(message);
  });

  test('a level without a finite estimate is refused, with the steps that it had', async () => {
    const explosive = problem({ model: symbolic({ state: ['x'], drift: 'x^9', diffusion: '0' }), x0: [1e40], T: 1 });
    await expect(run({ problem: explosive })).rejects.toThrowError(/a level without a finite estimate[\s\S]*2 steps/);
  });
});
