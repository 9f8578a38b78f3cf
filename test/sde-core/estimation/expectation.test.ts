import { readFileSync } from 'node:fs';
import {
  type Backend,
  type BlockSummary,
  type Chain,
  confidence,
  discretize,
  type Estimate,
  eulerMaruyama,
  exactExpectation,
  expectation,
  inline,
  key,
  problem,
  rerun,
  type SamplingProvenance,
  SdeError,
  symbolic,
  terminal,
  withDriver,
} from 'sde-core';
import { bernoulli, driver } from 'sde-core/randomness';
import { describe, expect, test } from 'vitest';

const ou = symbolic({ state: ['x'], drift: ['1 - x'], diffusion: [['0.4']] });
const chain = discretize(problem({ model: ou, x0: [2], T: 1 }), eulerMaruyama, 8);
const square = terminal('x^2');

/** Euler on this OU process is Gaussian: mean and variance by their recursions. */
const exactSquare = ((): number => {
  let [mean, variance] = [2, 0];
  for (let n = 0; n < 8; n++) {
    mean += (1 - mean) / 8;
    variance = variance * (7 / 8) ** 2 + 0.16 / 8;
  }
  return mean ** 2 + variance;
})();

const sampled = (estimate: Estimate): SamplingProvenance => {
  if (estimate.provenance.kind !== 'sampled') throw new Error('not sampled');
  return estimate.provenance;
};

/** A backend that hands the blocks of another in reverse, every one twice. */
function scrambled(backend: Backend): Backend {
  return {
    ...backend,
    async *run(prepared, work, signal) {
      const all: BlockSummary[] = [];
      for await (const summary of backend.run(prepared, work, signal)) all.push(summary);
      for (const summary of all.reverse()) {
        yield summary;
        yield summary;
      }
    },
  };
}

describe('expectation, fixed paths', () => {
  test('within its interval of the exact value', async () => {
    const estimate = await expectation(chain, square, { paths: 20_000, key: key(1), backend: inline() });
    // Seeded; 4 standard errors.
    expect(Math.abs(estimate.mean - exactSquare)).toBeLessThan(4 * estimate.standardError);
    expect(estimate).toMatchObject({ paths: 20_000, nonFinite: 0, degreesOfFreedom: 19_999 });
    expect(Math.abs(estimate.standardError - Math.sqrt(estimate.variance / 20_000))).toBeLessThan(1e-15);
  });

  test('order of arrival and repetition change no bit', async () => {
    const options = { paths: 30_000, key: key(2) };
    const once = await expectation(chain, square, { ...options, backend: inline() });
    const other = await expectation(chain, square, { ...options, backend: scrambled(inline()) });
    expect(other).toEqual(once);
  });

  test('an estimate survives JSON, and runs again from it with the same bits', async () => {
    const control = { functional: terminal('x'), mean: 1 + (7 / 8) ** 8 };
    const phi = terminal('max(x - K, 0)', { parameters: { K: 1.2 } });
    const options = { paths: 9000, key: key('again'), antithetic: true, control, backend: inline() };
    const estimate = await expectation(chain, phi, options);
    const read = JSON.parse(JSON.stringify(estimate)) as Estimate;
    expect(read).toEqual(estimate);
    expect(await rerun(sampled(read), chain, { backend: inline() })).toEqual(estimate);
    const longer = discretize(problem({ model: ou, x0: [2], T: 1 }), eulerMaruyama, 9);
    await expect(rerun(sampled(read), longer, { backend: inline() })).rejects.toThrow('another program');
  });

  test('a closure must be given again', async () => {
    const phi = terminal((x) => Math.cos(x[0]), { name: 'cosine' });
    const estimate = await expectation(chain, phi, { paths: 100, key: key(3) });
    expect(sampled(estimate).backend).toBe('inline');
    await expect(rerun(sampled(estimate), chain)).rejects.toThrow('closure');
    expect((await rerun(sampled(estimate), chain, { functional: phi })).mean).toBe(estimate.mean);
  });

  test('values that are not finite are counted, located and not averaged; the mean of the others is given to who asks', async () => {
    const phi = terminal((x) => (x[0] > 1.5 ? Number.NaN : 1));
    const withheld = await expectation(chain, phi, { paths: 5000, key: key(4) });
    const nothing = { mean: Number.NaN, standardError: Number.NaN, variance: Number.NaN };
    expect(withheld).toMatchObject({
      ...nothing,
      interval: { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY },
    });
    const estimate = await expectation(chain, phi, { paths: 5000, key: key(4), lostPaths: 'exclude' });
    expect(estimate.mean).toBe(1);
    for (const { warnings, nonFinite } of [withheld, estimate]) {
      expect(warnings[0]).toMatchObject({ kind: 'lost-paths', lost: nonFinite, paths: 5000 });
      expect(warnings[0].message).toContain('write a functional that is finite there');
    }
    expect(estimate.nonFinite).toBeGreaterThan(1000);
    expect(estimate.degreesOfFreedom).toBe(4999 - estimate.nonFinite);
    expect(estimate.firstNonFinite).toBeGreaterThanOrEqual(0);
    const none = await expectation(
      chain,
      terminal(() => Number.POSITIVE_INFINITY),
      { paths: 10, key: key(4), lostPaths: 'exclude' },
    );
    expect(none).toMatchObject({ mean: Number.NaN, standardError: Number.POSITIVE_INFINITY, nonFinite: 10 });
    const bound = confidence(none, 0.95);
    expect([bound.low, bound.high]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });

  test('one path has a mean and claims no error', async () => {
    const one = await expectation(chain, square, { paths: 1, key: key(5), backend: inline() });
    expect(one).toMatchObject({ paths: 1, degreesOfFreedom: 0, standardError: Number.POSITIVE_INFINITY });
  });

  test('provenance names the version of the package', async () => {
    const estimate = await expectation(chain, square, { paths: 1, key: key(5), backend: inline() });
    const file = new URL('../../../packages/sde-core/package.json', import.meta.url);
    expect(sampled(estimate).version).toBe(JSON.parse(readFileSync(file, 'utf8')).version);
  });
});

describe('expectation, to a tolerance', () => {
  test('stops in whole blocks when the half-width is met', async () => {
    const tolerance = 0.006;
    const estimate = await expectation(chain, square, { tolerance, key: key(6), backend: inline() });
    expect(estimate.converged).toBe(true);
    const { low, high } = confidence(estimate, 0.95);
    expect((high - low) / 2).toBeLessThanOrEqual(tolerance);
    expect(estimate.paths % 4096).toBe(0);
    // Not many more paths than the variance asks for: one round's margin and a block.
    const needed = (1.96 / tolerance) ** 2 * estimate.variance;
    expect(estimate.paths).toBeLessThan(1.2 * needed + 4096);
    // The same paths at a fixed number are the same estimate.
    const fixed = await expectation(chain, square, { paths: estimate.paths, key: key(6), backend: inline() });
    expect(fixed.mean).toBe(estimate.mean);
  });

  test('says when it gave up', async () => {
    const options = { tolerance: 1e-6, maxPaths: 20_000, key: key(7), backend: inline() };
    expect(await expectation(chain, square, options)).toMatchObject({ converged: false, paths: 16_384 });
  });
});

describe('variance reduction', () => {
  test('antithetic paths: a linear functional of Gaussian noise has no variance left', async () => {
    const plain = await expectation(chain, terminal('x'), { paths: 5000, key: key(8), backend: inline() });
    const paired = await expectation(chain, terminal('x'), {
      paths: 5000,
      key: key(8),
      antithetic: true,
      backend: inline(),
    });
    expect(paired.variance).toBeLessThan(1e-28);
    expect(Math.abs(paired.mean - (1 + (7 / 8) ** 8))).toBeLessThan(8 * 4 * Number.EPSILON);
    expect(plain.variance).toBeGreaterThan(0.01);
  });

  test('antithetic paths of a coin are refused', async () => {
    const coin: Chain = { ...chain, name: 'coin', traced: undefined, driver: driver([bernoulli(0.3)]) };
    await expect(expectation(coin, square, { paths: 10, key: key(1), antithetic: true })).rejects.toThrow('symmetric');
  });

  test('a control keeps the mean and cuts the variance by 1 − ρ²', async () => {
    const control = { functional: terminal('x'), mean: 1 + (7 / 8) ** 8 };
    const options = { paths: 20_000, key: key(9), backend: inline() };
    const plain = await expectation(chain, square, options);
    const controlled = await expectation(chain, square, { ...options, control });
    expect(Math.abs(controlled.mean - exactSquare)).toBeLessThan(4 * controlled.standardError);
    // X_N = m + s ξ: Cov(X², X)² / (Var X² Var X) = 4m² / (4m² + 2s²).
    const [m, s2] = [control.mean, exactSquare - control.mean ** 2];
    const left = (2 * s2) / (4 * m * m + 2 * s2);
    // Sampling error of a variance ratio with 4096 and 20 000 paths: a few per cent.
    expect(controlled.variance / plain.variance).toBeGreaterThan(0.9 * left);
    expect(controlled.variance / plain.variance).toBeLessThan(1.1 * left);
    const coefficient = sampled(controlled).control?.coefficient ?? 0;
    // Cov/Var = 2m; standard error of a slope with 4096 points √(residual/explained/n) ≈ 0.2 %.
    expect(Math.abs(coefficient / (2 * m) - 1)).toBeLessThan(0.01);
  });

  test('a control that does not vary changes nothing', async () => {
    const options = { paths: 1000, key: key(10), backend: inline() };
    const control = { functional: terminal('1'), mean: 1 };
    expect((await expectation(chain, square, { ...options, control })).mean).toBe(
      (await expectation(chain, square, options)).mean,
    );
  });
});

describe('progress and cancelling', () => {
  test('progress goes up to the whole', async () => {
    const seen: number[] = [];
    await expectation(chain, square, {
      paths: 10_000,
      key: key(1),
      backend: inline(),
      onProgress: ({ done, of, standardError }) => {
        expect(of).toBe(10_000);
        expect(standardError).toBeGreaterThan(0);
        seen.push(done);
      },
    });
    expect(seen).toEqual([4096, 8192, 10_000]);
  });

  test('an aborted signal is one error, code cancelled', async () => {
    const controller = new AbortController();
    const running = expectation(chain, square, {
      tolerance: 1e-9,
      key: key(1),
      backend: inline(),
      signal: controller.signal,
      onProgress: ({ done }) => done >= 8192 && controller.abort(),
    });
    await expect(running).rejects.toMatchObject({ name: 'SdeError', code: 'cancelled' });
  });

  test('a backend made by default is closed, one that was given stays open', async () => {
    let closed = 0;
    const own = inline();
    const counting: Backend = { ...own, close: async () => void closed++ };
    await expectation(chain, square, { paths: 10, key: key(1), backend: counting });
    expect(closed).toBe(0);
  });
});

describe('bad input', () => {
  const call = (options: Record<string, unknown>): Promise<Estimate> =>
    expectation(chain, square, { key: key(1), ...options } as Parameters<typeof expectation>[2]);

  test.each([
    [{}, 'exactly one'],
    [{ paths: 10, tolerance: 0.1 }, 'exactly one'],
    [{ paths: 0 }, 'paths'],
    [{ paths: 1.5 }, 'paths'],
    [{ tolerance: -1 }, 'tolerance'],
    [{ tolerance: 0.1, confidence: 95 }, 'confidence level'],
    [{ paths: 10, key: undefined }, 'no key'],
    [{ paths: 10, control: { functional: square, mean: Number.NaN } }, 'control'],
  ])('%j', async (options, message) => {
    await expect(call(options)).rejects.toThrow(SdeError);
    await expect(call(options)).rejects.toThrow(message);
  });
});

describe('confidence', () => {
  const estimate = { mean: 1, standardError: 0.5, paths: 3 };
  test('Student for few paths: t = 4.303 with 2 degrees of freedom', () => {
    const { low, high } = confidence(estimate, 0.95);
    expect((low + high) / 2).toBe(1);
    // Closed form for 2 degrees: t = a √(2/(1 − a²)).
    expect(Math.abs((high - low) / 2 - 0.5 * 0.95 * Math.sqrt(2 / (1 - 0.95 ** 2)))).toBeLessThan(1e-10);
  });
  test('a level outside (0, 1) is refused', () => {
    expect(() => confidence(estimate, 1)).toThrow(SdeError);
  });
});

test('exact and sampled agree on a two-point chain', async () => {
  const two = discretize(problem({ model: ou, x0: [2], T: 1 }), withDriver(eulerMaruyama, 'two-point'), 8);
  const estimate = await expectation(two, square, { paths: 20_000, key: key(12), backend: inline() });
  expect(Math.abs(estimate.mean - exactExpectation(two, square))).toBeLessThan(4 * estimate.standardError);
});
