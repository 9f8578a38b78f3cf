import {
  type Backend,
  discretize,
  eulerMaruyama,
  expectation,
  inline,
  key,
  problem,
  samples,
  simulate,
  symbolic,
  terminal,
  workers,
} from 'sde-core';
import { afterAll, describe, expect, it } from 'vitest';

const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['1 + x^2/10']] });
const chain = discretize(problem({ model, x0: [0.5], T: 1 }), eulerMaruyama, 4);
const threads = workers({ threads: 2 });
afterAll(() => threads.close());
const run = { paths: 9000, key: key('samples') };

describe('samples', () => {
  it('are the values of the paths, in their order', async () => {
    const { x, square } = await samples(
      chain,
      { x: terminal('x'), square: terminal('x^2') },
      { ...run, backend: inline() },
    );
    expect([x.shape, square.shape]).toEqual([[9000], [9000]]);
    for (const path of [0, 1, 4095, 4096, 8999]) {
      const end = simulate(chain, { key: run.key, path }).x.get(4, 0);
      expect([x.get(path), square.get(path)]).toEqual([end, end * end]);
    }
  });

  it('have the same bits on threads, whole and in one of many functionals', async () => {
    const here = await samples(chain, terminal('exp(x)'), { ...run, backend: inline() });
    const there = await samples(chain, terminal('exp(x)'), { ...run, backend: threads });
    const beside = await samples(chain, { y: terminal('sin(x)'), e: terminal('exp(x)') }, { ...run, backend: threads });
    const closure = await samples(chain, { y: terminal((x) => x[0]), e: terminal('exp(x)') }, run);
    for (const other of [there, beside.e, closure.e]) expect(other.data).toEqual(here.data);
  });

  it('do not change what the same program gives beside them on the same threads', async () => {
    const how = { ...run, backend: threads };
    const before = await expectation(chain, terminal('x'), how);
    await samples(chain, terminal('x'), how);
    expect((await expectation(chain, terminal('x'), how)).mean).toBe(before.mean);
  });

  it('say by NaN where a path has no value', async () => {
    const root = await samples(chain, terminal('sqrt(x)'), { ...run, backend: inline() });
    const { nonFinite } = await expectation(chain, terminal('sqrt(x)'), { ...run, backend: inline() });
    expect(root.data.filter(Number.isNaN)).toHaveLength(nonFinite);
    expect(nonFinite).toBeGreaterThan(0);
  });

  it('tell how far they have come, and end with their signal', async () => {
    const told: number[] = [];
    const onProgress = ({ done, of }: { done: number; of: number }): void => {
      told.push(done);
      expect(of).toBe(9000);
    };
    await samples(chain, terminal('x'), { ...run, backend: inline(), onProgress });
    expect(told).toEqual([4096, 8192, 9000]);
    const stop = new AbortController();
    const stopped = samples(chain, terminal('x'), {
      ...run,
      backend: inline(),
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('are refused above the memory that is set aside, before any is taken', async () => {
    const two = { a: terminal('x'), b: terminal('x^2') };
    const how = { key: key(1), backend: inline() };
    const [most, over] = [
      { ...how, paths: 100, maxBytes: 1600 },
      { ...how, paths: 2 ** 40 },
    ];
    expect((await samples(chain, two, most)).a.shape).toEqual([100]);
    await expect(samples(chain, two, { ...most, maxBytes: 1599 })).rejects.toMatchObject({
      code: 'value',
      details: { got: '100 values of 2 functionals, 1600 bytes' },
    });
    await expect(samples(chain, terminal('x'), over)).rejects.toMatchObject({ code: 'value' });
  });

  it('are refused by a backend that gives moments only', async () => {
    const backend = inline();
    const moments: Backend = {
      ...backend,
      async *run(prepared, work) {
        for await (const { values: _, ...summary } of backend.run(prepared, work)) yield summary;
      },
    };
    await expect(samples(chain, terminal('x'), { ...run, backend: moments })).rejects.toMatchObject({
      code: 'unsupported',
    });
  });
});
