import {
  type Backend,
  type BlockSummary,
  discretize,
  eulerMaruyama,
  inline,
  key,
  platen,
  problem,
  SdeError,
  symbolic,
  type TerminalFunctional,
  workers,
} from 'sde-core';
import { BLOCK_SIZE, type BlockRange, program } from 'sde-core/execution';
import { afterAll, describe, expect, it } from 'vitest';

const equation = symbolic({
  state: ['x', 'y'],
  drift: ['sin(t)*y - x^3', 'x - y'],
  diffusion: [
    ['0.1*x', 'y/(1 + x^2)'],
    ['0', '0.3*x*y'],
  ],
});
const p = problem({ model: equation, x0: [1, 2], T: 1 });
const product: TerminalFunctional = { name: 'x y', value: ([x, y]) => x * y, trace: (g, [x, y]) => g.multiply(x, y) };
const made = program(discretize(p, platen, 6), product);
const key7 = key(7);
const SHORT = 2 * BLOCK_SIZE + 77;

const collect = async (backend: Backend, what: typeof made, blocks: BlockRange, signal?: AbortSignal) => {
  const prepared = await backend.prepare(what, signal);
  const summaries: BlockSummary[] = [];
  for await (const summary of backend.run(prepared, { blocks, key: key7 }, signal)) summaries.push(summary);
  return summaries.sort((a, b) => a.block - b.block);
};

const backends: readonly (readonly [string, Backend])[] = [
  ['inline()', inline()],
  ['workers({ threads: 1 })', workers({ threads: 1 })],
  ['workers({ threads: 2 })', workers({ threads: 2 })],
  ['workers({ threads: 3 })', workers({ threads: 3 })],
];
const reference = collect(inline(), made, { first: 0, count: 3, paths: SHORT });

describe.each(backends)('%s', (_, backend) => {
  afterAll(() => backend.close());

  it('gives the bits of every other backend, with a short last block', async () => {
    const summaries = await collect(backend, made, { first: 0, count: 3, paths: SHORT });
    expect(summaries).toEqual(await reference);
    expect(summaries.map(({ count }) => count)).toEqual([BLOCK_SIZE, BLOCK_SIZE, 77]);
    expect(backend.determinism).toEqual({ kind: 'bitwise' });
  });

  it('computes a block alone, again, and with others running, to the same bits', async () => {
    const runs = [1, 2, 1].map((first) => collect(backend, made, { first, count: 1, paths: SHORT }));
    const [one, two, again] = await Promise.all(runs);
    expect([one[0], two[0]]).toEqual((await reference).slice(1));
    expect(again).toEqual(one);
  });

  it('has no blocks past the last path', async () => {
    expect(await collect(backend, made, { first: 0, count: 100, paths: SHORT })).toHaveLength(3);
    expect(await collect(backend, made, { first: 3, count: 1, paths: SHORT })).toEqual([]);
    expect(await collect(backend, made, { first: 0, count: 1, paths: 0 })).toEqual([]);
  });

  it('counts paths that are not finite', async () => {
    const wild = problem({ model: symbolic({ state: ['x'], drift: '40*x^3', diffusion: '20*x' }), x0: [1], T: 1 });
    const exploding = program(discretize(wild, eulerMaruyama, 8), {
      name: 'x',
      value: ([x]) => x,
      trace: (_g, [x]) => x,
    });
    const [summary] = await collect(backend, exploding, { first: 0, count: 1, paths: BLOCK_SIZE });
    expect(summary.nonFinite).toBeGreaterThan(0);
    expect(summary.count + summary.nonFinite).toBe(BLOCK_SIZE);
    expect(summary.firstNonFinite).toBeGreaterThanOrEqual(0);
    expect([summary.mean, summary.m2].every((value) => !Number.isNaN(value))).toBe(true);
  });

  it('counts paths with states below 0 where a program names states that stay above', async () => {
    const line = symbolic({ state: ['x'], drift: '0', diffusion: 'x', nonNegative: ['x'] });
    const chain = discretize(problem({ model: line, x0: [1], T: 1 }), eulerMaruyama, 2);
    const value: TerminalFunctional = { name: 'x', value: ([x]) => x, trace: (_g, [x]) => x };
    const [summary] = await collect(backend, program(chain, value), { first: 0, count: 1, paths: BLOCK_SIZE });
    // A factor 1 + ξ/√2 is below 0 with probability Φ(−√2) = 0.0786 in each of two steps: six standard deviations of the count.
    const p = 1 - (1 - 0.0786) ** 2;
    const deviation = Math.sqrt(BLOCK_SIZE * p * (1 - p));
    expect(Math.abs((summary.negative ?? Number.NaN) - BLOCK_SIZE * p)).toBeLessThan(6 * deviation);
    expect(summary.firstNegative).toBeGreaterThanOrEqual(0);
    const { nonNegative: _n, ...plain } = chain;
    const [unwatched] = await collect(backend, program(plain, value), { first: 0, count: 1, paths: BLOCK_SIZE });
    expect(unwatched.negative).toBeUndefined();
    expect([unwatched.mean, unwatched.m2]).toEqual([summary.mean, summary.m2]);
  });

  it('stops soon when it is aborted, in the middle of a block too, and works on', async () => {
    // A block of 800 million steps: it would take half a minute.
    const long = program(discretize(p, eulerMaruyama, 200_000), product);
    const abort = new AbortController();
    const running = collect(backend, long, { first: 0, count: 4, paths: 4 * BLOCK_SIZE }, abort.signal);
    setTimeout(() => abort.abort(new Error('enough')), 50);
    const error = await running.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(SdeError);
    expect(error).toMatchObject({ code: 'cancelled' });
    expect(await collect(backend, made, { first: 2, count: 1, paths: SHORT })).toEqual((await reference).slice(2));
  });

  it('does nothing for a signal that is already aborted', async () => {
    const aborted = AbortSignal.abort(new Error('before'));
    await expect(collect(backend, made, { first: 0, count: 1, paths: 10 }, aborted)).rejects.toMatchObject({
      code: 'cancelled',
    });
    const prepared = await backend.prepare(made);
    const next = backend.run(prepared, { blocks: { first: 0, count: 1, paths: 10 }, key: key7 }, aborted);
    await expect(next[Symbol.asyncIterator]().next()).rejects.toThrow(/before/);
  });

  it('lets its caller walk away', async () => {
    const prepared = await backend.prepare(made);
    const blocks = { first: 0, count: 50, paths: 50 * BLOCK_SIZE };
    for await (const summary of backend.run(prepared, { blocks, key: key7 })) {
      expect(summary.count).toBe(BLOCK_SIZE);
      break;
    }
    expect(await collect(backend, made, { first: 1, count: 1, paths: SHORT })).toEqual((await reference).slice(1, 2));
  });

  it('refuses a program that it did not prepare', async () => {
    const stranger = await inline().prepare(made);
    const blocks = { first: 0, count: 1, paths: 10 };
    await expect(backend.run(stranger, { blocks, key: key7 })[Symbol.asyncIterator]().next()).rejects.toThrow(
      /does not hold/,
    );
  });
});
