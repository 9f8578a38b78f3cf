import {
  type Chain,
  discretize,
  type Estimate,
  eulerMaruyama,
  exactChain,
  expectation,
  extrapolate,
  fold,
  geometricBrownianMotion,
  inline,
  key,
  milstein,
  multilevel,
  problem,
  symbolic,
  terminal,
  timeSummary,
  workers,
} from 'sde-core';
import { describe, expect, test } from 'vitest';
import { binomialInterval } from '#sde-core/numerics/binomial-interval';
import { normalProbability, normalQuantile } from '#sde-core/numerics/distributions';
import { mergeMoments, momentsOf } from '#sde-core/numerics/moments';

const backend = inline();
const walk = problem({ model: symbolic({ state: ['x'], drift: ['0'], diffusion: [['1']] }), x0: [0], T: 1 });
/** X(1) is N(0, 1): the law of every test is a function of one normal. */
const normal: Chain = discretize(walk, eulerMaruyama, 1);
const growth = (sigma: number, T: number): Chain =>
  exactChain(problem({ model: geometricBrownianMotion({ mu: 0, sigma }), x0: [1], T }), 1);
const kinds = ({ warnings }: { readonly warnings: readonly { readonly kind: string }[] }): readonly string[] =>
  warnings.map(({ kind }) => kind);
const holds = ({ interval: { low, high } }: Pick<Estimate, 'interval'>, truth: number): boolean =>
  low <= truth && truth <= high;

describe('rare events', () => {
  test('x > 4 of a Brownian motion to 1e-5: what is said to have converged has, on all keys', async () => {
    const truth = normalProbability(-4);
    for (let seed = 0; seed < 3; seed++) {
      const estimate = await expectation(normal, terminal('x > 4'), { tolerance: 1e-5, key: key(seed), backend });
      expect(estimate.converged).toBe(true);
      // The interval is at 0.95; the bound is twice its half-width, beyond 3.9 standard errors.
      expect(Math.abs(estimate.mean - truth)).toBeLessThan(2e-5);
      expect(estimate.mean).toBeGreaterThan(0);
    }
  });

  test('no hits: an interval up to 3.7/n from the bounds of the formula, none without bounds', async () => {
    const paths = 4096;
    const none = await expectation(normal, terminal('x > 7'), { paths, key: key(1), backend });
    // 1 − (0.025)^(1/n), and the rounding of its logarithm.
    expect(Math.abs(none.interval.high / (1 - 0.025 ** (1 / paths)) - 1)).toBeLessThan(1e-9);
    expect(none).toMatchObject({ mean: 0, interval: { low: 0 } });
    expect(kinds(none)).toEqual(['rare-event']);
    const call = await expectation(normal, terminal('max(x - 7, 0)'), { paths, key: key(1), backend });
    expect(call.interval).toMatchObject({ low: 0, high: Number.POSITIVE_INFINITY });
    const capped = await expectation(normal, terminal('min(max(x - 7, 0), 2)'), { paths, key: key(1), backend });
    expect(Math.abs(capped.interval.high / none.interval.high - 2)).toBeLessThan(1e-12);
    const closure = await expectation(
      normal,
      terminal((x) => (x[0] > 7 ? 1 : 0)),
      { tolerance: 0.1, key: key(1) },
    );
    expect(closure).toMatchObject({ converged: false, mean: 0 });
    expect(kinds(closure)).toEqual(['rare-event']);
  });

  test('a ladder of probabilities: every interval is Clopper and Pearson’s, and holds as often as it says', async () => {
    for (const p of [0.3, 0.01, 1e-3, 3e-4]) {
      const phi = terminal('x > c', { parameters: { c: -normalQuantile(p) } });
      let covered = 0;
      const seeds = 150;
      for (let seed = 0; seed < seeds; seed++) {
        const estimate = await expectation(normal, phi, { paths: 2000, key: fold(key('ladder'), p, seed), backend });
        const hits = Math.round(estimate.mean * 2000);
        const [low, high] = binomialInterval(hits, 2000, 0.95);
        expect(estimate.interval).toEqual({ low, high, level: 0.95 });
        if (holds(estimate, p)) covered++;
      }
      // Three standard deviations below 0.95.
      expect(covered / seeds).toBeGreaterThan(0.95 - 3 * Math.sqrt((0.95 * 0.05) / seeds));
    }
  });

  test('multilevel on a digital far out', async () => {
    const truth = normalProbability(-3.5);
    for (let seed = 0; seed < 2; seed++) {
      const options = { tolerance: 1e-4, key: key(seed), backend };
      const estimate = await multilevel(walk, eulerMaruyama, terminal('x > 3.5'), options);
      expect(estimate.kind).toBe('converged');
      expect(Math.abs(estimate.mean - truth)).toBeLessThan(2e-4);
      expect(estimate.mean).toBeGreaterThan(0);
    }
    const unseen = await multilevel(
      walk,
      eulerMaruyama,
      terminal(([x]) => (x > 6 ? 1 : 0)),
      { tolerance: 1e-3, key: key(1) },
    );
    expect(unseen).toMatchObject({ kind: 'stalled', reason: expect.stringMatching(/no variance was seen/) });
    expect(kinds(unseen)).toContain('rare-event');
  });

  test('an extrapolation of levels that saw nothing says so, and reaches as far as they do', async () => {
    const level = (seed: number): Promise<Estimate> =>
      expectation(normal, terminal('x > 7'), { paths: 4096, key: key(seed), backend });
    const both = extrapolate([await level(1), await level(2)], { h: [1, 1 / 2], order: 1 });
    expect(kinds(both)).toEqual(['rare-event', 'rare-event', 'assumed-order']);
    expect(both.interval.high).toBeGreaterThan((2 * 3.6) / 4096);
  });
});

describe('heavy tails', () => {
  test('geometric Brownian motion with log X of deviation 6: its mean 1 is not said to be 0.01', async () => {
    for (let seed = 0; seed < 3; seed++) {
      const estimate = await expectation(growth(3, 4), terminal('x'), { tolerance: 0.05, key: key(seed), backend });
      expect(estimate.converged).toBe(false);
      expect(kinds(estimate)).toEqual(['heavy-tail']);
    }
    const sampled = await expectation(growth(1, 100), terminal('x'), { paths: 100_000, key: key(1), backend });
    expect(kinds(sampled)).toEqual(['heavy-tail']);
    expect(sampled.warnings[0].largestShare).toBeGreaterThan(0.1);
  });

  // Exponents of a normal: e^(sZ − s²/2) has mean 1.
  test.each([0.25, 0.5, 1, 2, 3, 4])('what converged holds the mean: log-deviation %d', async (s) => {
    const phi = terminal('exp(s*x - s^2/2)', { parameters: { s } });
    let [converged, covered] = [0, 0];
    const seeds = 40;
    for (let seed = 0; seed < seeds; seed++) {
      const options = { tolerance: 0.3 * Math.min(1, s), key: fold(key('tails'), s, seed), backend, maxPaths: 65_536 };
      const estimate = await expectation(normal, phi, options);
      if (!estimate.converged) continue;
      converged++;
      if (holds(estimate, 1)) covered++;
    }
    if (s <= 1) expect(converged).toBe(seeds);
    // Where the variance is out of reach hardly any key says that it was seen: one in fifty of 40, and three deviations.
    if (s >= 3) expect(converged).toBeLessThanOrEqual(4);
    if (s <= 1) expect(covered / seeds).toBeGreaterThan(0.95 - 3 * Math.sqrt((0.95 * 0.05) / seeds));
  });

  test('light and skewed laws are not called heavy', async () => {
    for (const text of ['x', 'x^2', 'exp(x)', 'max(x, 0)', 'sin(x)', 'x > 0', '-log(normcdf(x))']) {
      const estimate = await expectation(normal, terminal(text), { paths: 16_384, key: key(text), backend });
      expect(kinds(estimate), text).toEqual([]);
    }
  });

  test('a summary over time says so of a state', async () => {
    const [, last] = await timeSummary(growth(1, 100), { paths: 2000, key: key(1) });
    expect(last.warnings.map(({ kind }) => kind)).toEqual(['heavy-tail']);
  });
});

describe('scale', () => {
  test('1.7e308 over three blocks is 1.7e308', async () => {
    const estimate = await expectation(normal, terminal('1.7e308'), { paths: 12_283, key: key(1), backend });
    expect(estimate).toMatchObject({ mean: 1.7e308, standardError: 0, nonFinite: 0, warnings: [] });
    const signs = terminal('x > 0 ? 1.7e308 : -1.7e308');
    const wild = await expectation(normal, signs, { paths: 12_283, key: key(1), backend });
    expect(Number.isFinite(wild.mean)).toBe(true);
    expect(kinds(wild)).toEqual(['out-of-scale']);
    expect(wild.standardError).toBe(Number.POSITIVE_INFINITY);
  });

  test('squares that underflow leave no standard error of 0', async () => {
    const tiny = await expectation(normal, terminal('1e-200*x'), { paths: 5000, key: key(1), backend });
    expect(tiny.standardError).toBe(Number.POSITIVE_INFINITY);
    expect(kinds(tiny)).toEqual(['out-of-scale']);
  });
});

describe('what is known beforehand', () => {
  test('a constant, and a chain without noise, are exact', async () => {
    const still = problem({ model: symbolic({ state: ['x'], drift: ['-x'], diffusion: [['0']] }), x0: [1], T: 1 });
    const chain = discretize(still, eulerMaruyama, 4);
    const estimate = await expectation(chain, terminal('x'), { tolerance: 1e-9, key: key(1), backend });
    const limit = await multilevel(still, eulerMaruyama, terminal('x'), { tolerance: 0.01, key: key(1), backend });
    expect(limit.kind).toBe('converged');
    expect(holds(limit, Math.exp(-1))).toBe(true);
    expect(estimate).toMatchObject({ mean: 0.75 ** 4, converged: true, warnings: [] });
  });

  test('shapes merge to those of the whole, and threads change no bit', async () => {
    const values = Array.from({ length: 300 }, (_, i) => Math.sin(i) ** 5 * 3 + (i % 7 === 0 ? 9 : 0));
    const whole = momentsOf(values).shape;
    const parts = [values.slice(0, 50), values.slice(50, 51), values.slice(51)].map(momentsOf);
    const merged = parts.reduce((a, b) => mergeMoments(a, b)).shape;
    expect(merged).toMatchObject({
      least: whole?.least,
      most: whole?.most,
      atLeast: whole?.atLeast,
      atMost: whole?.atMost,
    });
    // Rounding of a few hundred terms of size at most 1.
    expect(Math.abs((merged?.third ?? 0) - (whole?.third ?? 1))).toBeLessThan(1e-13);
    expect(Math.abs((merged?.fourth ?? 0) - (whole?.fourth ?? 1))).toBeLessThan(1e-13);
    const threads = workers({ threads: 2 });
    try {
      const options = { paths: 20_000, key: key(3) };
      const { provenance: _, ...once } = await expectation(normal, terminal('exp(x)'), { ...options, backend });
      const { provenance: __, ...other } = await expectation(normal, terminal('exp(x)'), {
        ...options,
        backend: threads,
      });
      expect(other).toEqual(once);
    } finally {
      await threads.close();
    }
  });

  test('a control with another mean is found out, one that does not vary is said', async () => {
    const options = { paths: 4096, key: key(1), backend };
    const shifted = { functional: terminal('x'), mean: 0.2 };
    const wrong = await expectation(normal, terminal('sin(x)'), { ...options, control: shifted });
    expect(kinds(wrong)).toEqual(['control-mean']);
    const idle = { functional: terminal('x > 9'), mean: 0 };
    const unused = await expectation(normal, terminal('sin(x)'), { ...options, control: idle });
    expect(kinds(unused)).toEqual(['control-unused']);
  });
});

test('multilevel withholds what lost paths would shift', async () => {
  const on = problem({ model: geometricBrownianMotion({ mu: 0, sigma: 0.2 }), x0: [1], T: 1 });
  const options = { tolerance: 0.05, key: key(1), backend };
  const withheld = await multilevel(on, milstein, terminal('log(x - 0.7)'), options);
  expect(withheld).toMatchObject({ kind: 'stalled', mean: Number.NaN, standardError: Number.NaN });
  const others = await multilevel(on, milstein, terminal('log(x - 0.7)'), { ...options, lostPaths: 'exclude' });
  expect(Number.isFinite(others.mean)).toBe(true);
  for (const estimate of [withheld, others]) expect(kinds(estimate)).toContain('lost-paths');
});

test('multilevel takes no squares that underflow for a variance of 0', async () => {
  const options = { tolerance: 1e-202, key: key(1), backend };
  const tiny = await multilevel(walk, eulerMaruyama, terminal('1e-200*x'), options);
  expect(tiny).toMatchObject({ kind: 'stalled', standardError: Number.POSITIVE_INFINITY });
  expect(new Set(kinds(tiny))).toEqual(new Set(['out-of-scale']));
});
