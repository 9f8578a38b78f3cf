import {
  eulerMaruyama,
  geometricBrownianMotion,
  inline,
  key,
  milstein,
  platen,
  problem,
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
