import {
  type Backend,
  confidence,
  discretize,
  eulerMaruyama,
  fold,
  inline,
  key,
  problem,
  type QuasiEstimate,
  quasiExpectation,
  rerun,
  SdeError,
  symbolic,
  terminal,
  withDriver,
  workers,
} from 'sde-core';
import { describe, expect, test } from 'vitest';

const ou = problem({ model: symbolic({ state: ['x'], drift: ['1 - x'], diffusion: [['0.4']] }), x0: [2], T: 1 });
const chain = discretize(ou, eulerMaruyama, 8);
/** Euler on this equation is Gaussian: mean and variance by their recursions. */
const exactSquare = ((): number => {
  let [mean, variance] = [2, 0];
  for (let n = 0; n < 8; n++) {
    mean += (1 - mean) / 8;
    variance = variance * (7 / 8) ** 2 + 0.16 / 8;
  }
  return mean ** 2 + variance;
})();
const run = (more: object = {}): Promise<QuasiEstimate> =>
  quasiExpectation(chain, terminal('x^2'), { points: 256, key: key(1), ...more });

describe('quasiExpectation', () => {
  test('the error falls much faster than that of independent paths', async () => {
    const estimates = await Promise.all([64, 512, 4096].map((points) => run({ points })));
    for (const { mean, standardError } of estimates) {
      // Student's quantile of 15 degrees of freedom at 1e-4, about 5.2.
      expect(Math.abs(mean - exactSquare)).toBeLessThan(5.2 * standardError);
    }
    const [coarse, , fine] = estimates.map(({ standardError }) => standardError);
    // Independent paths gain 8 over a factor of 64; half a power more is 64, and a standard error of 16 is known to about a fifth.
    expect(coarse / fine).toBeGreaterThan(32);
    expect(estimates[2].gain).toBeGreaterThan(100);
  });

  test('the interval covers at its level: 300 keys', async () => {
    let covered = 0;
    for (let seed = 0; seed < 300; seed++) {
      const estimate = await run({ points: 32, randomizations: 8, key: fold(key('coverage'), seed) });
      const { low, high } = confidence(estimate, 0.9);
      if (low <= exactSquare && exactSquare <= high) covered++;
    }
    // Binomial with p = 0.9: 270 ± 5.2; 4 standard deviations.
    expect(Math.abs(covered - 270)).toBeLessThan(4 * Math.sqrt(300 * 0.9 * 0.1));
  });

  test('its variance is that of one path', async () => {
    const { variance, paths, degreesOfFreedom } = await run({ points: 1024 });
    const plain = 1 - (7 / 8) ** 16;
    const spread = (0.16 / 8 / (1 - (7 / 8) ** 2)) * plain;
    const mean = 1 + (7 / 8) ** 8;
    const exact = 4 * mean ** 2 * spread + 2 * spread ** 2;
    // √(2/paths) for Gaussian values, which these nearly are; a net is better. Four of them.
    expect(Math.abs(variance / exact - 1)).toBeLessThan(4 * Math.sqrt(2 / paths));
    expect(degreesOfFreedom).toBe(15);
  });

  test('the standard error is that of R means, with R − 1: three randomizations', async () => {
    const inner = inline();
    const means: number[] = [];
    const backend: Backend = {
      ...inner,
      async *run(prepared, work, signal) {
        for await (const summary of inner.run(prepared, work, signal)) {
          means.push(summary.mean);
          yield summary;
        }
      },
    };
    const { mean, standardError, degreesOfFreedom } = await run({ points: 64, randomizations: 3, backend });
    expect(means).toHaveLength(3);
    const average = (means[0] + means[1] + means[2]) / 3;
    const squares = means.reduce((sum, value) => sum + (value - average) ** 2, 0);
    expect(Math.abs(mean / average - 1)).toBeLessThan(4 * Number.EPSILON);
    expect(Math.abs(standardError / Math.sqrt(squares / 2 / 3) - 1)).toBeLessThan(1e-12);
    expect(degreesOfFreedom).toBe(2);
  });

  test('plain data from its key, with progress', async () => {
    const seen: { done: number; of: number }[] = [];
    const once = await run({ onProgress: (progress: { done: number; of: number }) => seen.push(progress) });
    expect(await run()).toEqual(once);
    expect(JSON.parse(JSON.stringify(once))).toEqual(once);
    expect(seen).toEqual(Array.from({ length: 16 }, (_, r) => ({ done: 256 * (r + 1), of: 4096 })));
    expect((await run({ key: key(2) })).mean).not.toBe(once.mean);
  });

  test('counts what is not finite', async () => {
    const options = { points: 64, key: key(1) };
    const withheld = await quasiExpectation(chain, terminal('log(x - 1.4)'), options);
    expect(withheld.nonFinite).toBeGreaterThan(0);
    expect(withheld.nonFinite).toBeLessThan(withheld.paths);
    expect(withheld).toMatchObject({ mean: Number.NaN, standardError: Number.NaN, variance: Number.NaN });
    const others = await quasiExpectation(chain, terminal('log(x - 1.4)'), { ...options, lostPaths: 'exclude' });
    expect(Number.isFinite(others.mean)).toBe(true);
    for (const { warnings } of [withheld, others]) expect(warnings.map(({ kind }) => kind)).toEqual(['lost-paths']);
    expect((await rerun(others.provenance, chain)).mean).toBe(others.mean);
  });

  test.each([
    [{ points: 100 }, 'value'],
    [{ points: 1 }, 'value'],
    [{ randomizations: 1 }, 'value'],
    [{ key: undefined }, 'value'],
    [{ signal: AbortSignal.abort() }, 'cancelled'],
  ])('refuses %o', async (options, code) => {
    const error: unknown = await run(options).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(SdeError);
    expect((error as SdeError).code).toBe(code);
  });

  test('threads change no bit, whatever the size of a randomization', async () => {
    const backend = workers({ threads: 2 });
    for (const points of [64, 4096, 8192]) {
      const options = { points, randomizations: 4, key: key(3) };
      const alone = await quasiExpectation(chain, terminal('x^2'), { ...options, backend: inline() });
      const threads = await quasiExpectation(chain, terminal('x^2'), { ...options, backend });
      expect(threads).toEqual(alone);
      expect((await rerun(threads.provenance, chain, { backend })).mean).toBe(alone.mean);
    }
    await backend.close();
  });

  test.each([129, 1500])('a path of %i variables: mean and honest error', async (steps) => {
    const long = discretize(ou, eulerMaruyama, steps);
    const { mean, standardError } = await quasiExpectation(long, terminal('x'), { points: 64, key: key(4) });
    expect(Math.abs(mean - (1 + (1 - 1 / steps) ** steps))).toBeLessThan(5.2 * standardError + 1e-12);
  });

  test.each([inline, workers])('an abort is heard inside a randomization', async (make) => {
    const backend = make();
    const stop = new AbortController();
    let blocks = 0;
    const asked = { points: 2 ** 22, key: key(5), backend, signal: stop.signal };
    const onProgress = (): void => {
      if (++blocks === 2) stop.abort();
    };
    await expect(quasiExpectation(chain, terminal('x'), { ...asked, onProgress })).rejects.toThrowError(
      expect.objectContaining({ code: 'cancelled' }),
    );
    expect(blocks).toBeLessThan(1024);
    await backend.close();
  });

  test('a backend that knows no such points is refused', async () => {
    const { pointSets, ...plain } = inline();
    expect(pointSets).toEqual(['sobol']);
    await expect(run({ backend: plain })).rejects.toThrow(/independent paths only/);
  });

  test('refuses discrete noise and paths of too many variables', async () => {
    for (const other of [
      discretize(ou, withDriver(eulerMaruyama, 'two-point'), 8),
      discretize(ou, eulerMaruyama, 21_202),
    ]) {
      await expect(quasiExpectation(other, terminal('x'), { points: 8, key: key(1) })).rejects.toThrowError(
        expect.objectContaining({ code: 'unsupported' }),
      );
    }
  });
});
