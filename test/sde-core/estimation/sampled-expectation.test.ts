import fc from 'fast-check';
import {
  type Backend,
  covariance,
  discretize,
  type Estimate,
  type ExpectationOptions,
  eulerMaruyama,
  exactExpectation,
  expectation,
  type Functional,
  inline,
  type JointEstimate,
  key,
  problem,
  rerun,
  SdeError,
  samples,
  symbolic,
  terminal,
  withDriver,
  workers,
} from 'sde-core';
import { afterAll, describe, expect, it } from 'vitest';

const model = symbolic({
  state: ['x', 'y'],
  drift: ['-x', 'sin(x) - y'],
  diffusion: [
    ['1', '0'],
    ['y/4', '1/2'],
  ],
});
const on = problem({ model, x0: [0.5, 1], T: 1 });
const chain = discretize(on, eulerMaruyama, 6);
const coins = discretize(on, withDriver(eulerMaruyama, 'two-point'), 3);
const backend = inline();
const threads = workers({ threads: 2 });
afterAll(() => threads.close());

const POOL: readonly Functional[] = [
  terminal('x'),
  terminal('x*y - t'),
  terminal('exp(y)'),
  terminal('x > 1.2 ? 1 : 0'),
  terminal('x > 3 ? y^4 : 0'),
  terminal('max(x - a, 0)', { parameters: { a: 0.25 } }),
  terminal('log(y)'),
  terminal('2'),
];
const CLOSURES: readonly Functional[] = [
  terminal((x) => x[0] * x[1]),
  terminal((x) => Math.abs(x[0]), { name: 'size' }),
];

/** All but what says that it was made with others. */
const alone = ({ joint: _, provenance: __, ...rest }: Estimate): object => rest;

describe('a record of functionals', () => {
  it('is each functional alone, bit for bit, whatever stands beside it', async () => {
    const functionals = fc.uniqueArray(fc.nat(POOL.length + CLOSURES.length - 1), { minLength: 1, maxLength: 5 });
    const options = fc.record({
      paths: fc.integer({ min: 1, max: 6000 }),
      antithetic: fc.boolean(),
      lostPaths: fc.constantFrom('withhold' as const, 'exclude' as const),
      seed: fc.nat(1000),
      control: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(functionals, options, async (chosen, { seed, control, ...rest }) => {
        const all = [...POOL, ...CLOSURES];
        const run: Omit<ExpectationOptions, 'onProgress'> = {
          ...rest,
          key: key(seed),
          backend,
          ...(control && { control: { functional: terminal('x'), mean: 0.5 * (5 / 6) ** 6 } }),
        };
        const named = Object.fromEntries(chosen.map((at) => [`f${at}`, all[at]]));
        const together = await expectation(chain, named, run);
        for (const at of chosen) {
          const single = await expectation(chain, all[at], run);
          expect(alone(together[`f${at}`])).toEqual(alone(single));
        }
      }),
      { numRuns: 8, seed: 11 },
    );
  });

  it('has the same bits on threads, pairs among them, and again from its provenance', async () => {
    const named = { a: POOL[0], b: POOL[1], c: POOL[4] };
    const run = { paths: 20_000, key: key('threads') };
    const here = await expectation(chain, named, { ...run, backend });
    const there = await expectation(chain, named, { ...run, backend: threads });
    const bits = (of: Readonly<Record<string, JointEstimate>>): object =>
      Object.entries(of).map(([name, estimate]) => [name, alone(estimate), estimate.joint]);
    expect(bits(there)).toEqual(bits(here));
    const provenance = JSON.parse(JSON.stringify(here.b.provenance)) as typeof here.b.provenance;
    const again = await rerun(provenance, chain, { backend: threads });
    expect(bits(again)).toEqual(bits(here));
  });

  it('takes closures again by name, and refuses others', async () => {
    const named = { a: POOL[0], b: CLOSURES[0] };
    const made = await expectation(chain, named, { paths: 100, key: key(1), backend });
    const again = await rerun(made.a.provenance, chain, { functionals: { b: CLOSURES[0] }, backend });
    expect(again.b.mean).toBe(made.b.mean);
    await expect(rerun(made.a.provenance, chain, { backend })).rejects.toMatchObject({ code: 'data' });
    const more = { b: CLOSURES[0], z: CLOSURES[0] };
    await expect(rerun(made.a.provenance, chain, { functionals: more, backend })).rejects.toMatchObject({
      code: 'value',
      details: { got: 'z' },
    });
    await expect(rerun(made.a.provenance, chain, { functionals: { b: CLOSURES[1] }, backend })).rejects.toMatchObject({
      code: 'data',
      details: { what: 'the provenance is of another program' },
    });
    const renamed = { ...made.a.provenance, name: 'c' };
    await expect(rerun(renamed, chain, { backend })).rejects.toMatchObject({ code: 'data' });
  });

  it('meets a tolerance for the worst of them, with as many paths as that takes alone', async () => {
    const run = { tolerance: 0.01, key: key('tolerance'), backend };
    const { narrow, wide } = await expectation(chain, { narrow: terminal('x/10'), wide: terminal('2*x') }, run);
    const single = await expectation(chain, terminal('2*x'), run);
    expect(alone(wide)).toEqual(alone(single));
    expect([narrow.converged, wide.converged, narrow.paths]).toEqual([true, true, single.paths]);
  });

  it('gives one up that no paths make trusted, and goes on for the others', async () => {
    const run = { tolerance: 0.02, key: key('given up'), backend, maxPaths: 2 ** 21 };
    const out = await expectation(chain, { never: terminal('x > 50 ? y : 0'), x: terminal('x') }, run);
    const single = await expectation(chain, terminal('x'), run);
    expect([out.never.converged, out.x.converged, single.converged]).toEqual([false, true, true]);
    expect(out.x.paths).toBeGreaterThanOrEqual(single.paths);
  });

  it('tells of each how far it has come, and hears a signal', async () => {
    const seen: number[] = [];
    const stop = new AbortController();
    const running = expectation(
      chain,
      { a: POOL[0], b: POOL[1] },
      {
        paths: 50_000,
        key: key(1),
        backend,
        signal: stop.signal,
        onProgress: ({ done, of, estimates }) => {
          seen.push(done);
          expect(of).toBe(50_000);
          expect(Object.keys(estimates)).toEqual(['a', 'b']);
          expect(estimates.b.standardError).toBeGreaterThan(0);
          if (done > 10_000) stop.abort();
        },
      },
    );
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(seen.length).toBe(3);
  });

  it('withholds what is lost, and what it has in common with others', async () => {
    const named = { x: POOL[0], root: terminal('sqrt(x)'), y: terminal('y') };
    const run = { paths: 5000, key: key('lost'), backend };
    const held = await expectation(chain, named, run);
    expect(held.root.mean).toBeNaN();
    expect(held.root.warnings.map(({ kind }) => kind)).toContain('lost-paths');
    expect(held.x.warnings).toEqual([]);
    const matrix = covariance(held);
    expect([matrix.get(0, 1), matrix.get(1, 1), matrix.get(1, 2)]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(matrix.get(0, 2)).not.toBeNaN();
    const rest = await expectation(chain, named, { ...run, lostPaths: 'exclude' });
    const both = rest.x.joint.root;
    // Cov of two means over n and m paths of which m are the same: C m / (n m).
    const values = await samples(chain, named, { paths: 5000, key: key('lost'), backend });
    const kept = [...values.root.data.keys()].filter((i) => Number.isFinite(values.root.data[i]));
    const mean = (of: Float64Array): number => kept.reduce((sum, i) => sum + of[i], 0) / kept.length;
    const [a, b] = [mean(values.x.data), mean(values.root.data)];
    const sum = kept.reduce((all, i) => all + (values.x.data[i] - a) * (values.root.data[i] - b), 0);
    expect(both.covariance).toBeCloseTo(sum / (kept.length - 1) / 5000, 12);
  });

  it('has covariances within four standard errors of those of the enumerated law', async () => {
    const parts = { x: 'x', square: 'x^2', product: 'x*y', sign: '(x > 0 ? 1 : 0)' };
    const named = Object.fromEntries(Object.entries(parts).map(([name, text]) => [name, terminal(text)]));
    const paths = 30_000;
    const matrix = covariance(await expectation(coins, named, { paths, key: key('coins'), backend }));
    const texts = Object.values(parts);
    const means = texts.map((text) => exactExpectation(coins, terminal(text)));
    texts.forEach((first, i) => {
      texts.forEach((second, j) => {
        const product = `(${first} - (${means[i]}))*(${second} - (${means[j]}))`;
        const exact = exactExpectation(coins, terminal(product));
        const spread = exactExpectation(coins, terminal(`(${product})^2`)) - exact ** 2;
        expect(Math.abs(paths * matrix.get(i, j) - exact)).toBeLessThanOrEqual(4 * Math.sqrt(spread / paths));
      });
    });
  });

  it('is refused by a backend that knows of one functional only', async () => {
    const single: Backend = {
      ...backend,
      name: 'single',
      async *run(prepared, work, signal) {
        for await (const { joint: _, ...summary } of backend.run(prepared, work, signal)) yield summary;
      },
    };
    const run = { paths: 10, key: key(1), backend: single };
    await expect(expectation(chain, { a: POOL[0], b: POOL[1] }, run)).rejects.toMatchObject({ code: 'unsupported' });
    expect((await expectation(chain, { a: POOL[0] }, run)).a.paths).toBe(10);
  });

  it.each([
    [{}],
    [{ a: 'x' }],
    [{ a: POOL[0], b: undefined }],
    [[POOL[0]]],
    [Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`f${i}`, POOL[0]]))],
  ])('refuses what is no record of functionals', async (given) => {
    const call = expectation as (...of: readonly unknown[]) => Promise<unknown>;
    await expect(call(chain, given, { paths: 10, key: key(1), backend })).rejects.toThrow(SdeError);
  });
});
