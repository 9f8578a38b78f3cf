import {
  type Backend,
  type BlockSummary,
  type Chain,
  discretize,
  fold,
  inline,
  key,
  problem,
  type Scheme,
  schemes,
  simulate,
  symbolic,
  type TerminalFunctional,
  workers,
} from 'sde-core';
import { BLOCK_SIZE, type BlockRange, program } from 'sde-core/execution';
import { afterAll, describe, expect, it } from 'vitest';

const square: TerminalFunctional = { name: 'x^2', value: ([x]) => x * x, trace: (g, [x]) => g.multiply(x, x) };
const PATHS = BLOCK_SIZE + 3;
const alone = inline();
const [oneWorker, twoWorkers] = [workers({ threads: 1 }), workers({ threads: 2 })];
afterAll(() => Promise.all([oneWorker.close(), twoWorkers.close()]));

/** Two steps of every scheme on a model in the plane with two columns that do not commute, where the scheme is for those. */
function chainOf(scheme: Scheme): Chain {
  const { calculus, noise } = scheme;
  const diffusion = noise.includes('general')
    ? [
        ['0.4 + 0.3 * y^2', '0.3 * x'],
        ['0.25 * x * y', '0.5 + 0.2 * x'],
      ]
    : [
        [noise.includes('scalar') ? '0.4 * x' : '0.4', '0'],
        ['0', '0.3'],
      ];
  const model = symbolic({ state: ['x', 'y'], drift: ['y - x^3', 'sin(t) - y'], diffusion, calculus });
  return discretize(problem({ model, x0: [0.7, -0.6], T: 0.5 }), scheme, 2);
}

async function summaries(backend: Backend, scheme: Scheme, blocks: BlockRange): Promise<BlockSummary[]> {
  const prepared = await backend.prepare(program(chainOf(scheme), square));
  const out: BlockSummary[] = [];
  for await (const summary of backend.run(prepared, { blocks, key: fold(key(31), scheme.name) })) out.push(summary);
  return out.sort((a, b) => a.block - b.block);
}

describe.each(schemes.map((scheme) => [scheme.name, scheme] as const))('%s', (_, scheme) => {
  const one = (path: number): number => {
    const { x } = simulate(chainOf(scheme), { key: fold(key(31), scheme.name), path });
    return x.get(2, 0) ** 2;
  };

  it('computes one path and a batch of paths to the same bits', async () => {
    // A block of one path has its value for a mean.
    const [first] = await summaries(alone, scheme, { first: 0, count: 1, paths: 1 });
    expect(first).toMatchObject({ count: 1, mean: one(0) });
    const [last] = await summaries(alone, scheme, { first: 1, count: 1, paths: BLOCK_SIZE + 1 });
    expect(last).toMatchObject({ block: 1, count: 1, mean: one(BLOCK_SIZE) });
    const [three] = await summaries(alone, scheme, { first: 0, count: 1, paths: 3 });
    const mean = (one(0) + one(1) + one(2)) / 3;
    // A mean is updated path by path: a rounding each.
    expect(Math.abs(three.mean - mean)).toBeLessThanOrEqual(4 * Number.EPSILON * Math.abs(mean));
  });

  it('computes the whole, its blocks one by one, and with one or two workers to the same bits', async () => {
    const whole = await summaries(alone, scheme, { first: 0, count: 2, paths: PATHS });
    expect(whole.map(({ count }) => count)).toEqual([BLOCK_SIZE, 3]);
    // The short block by itself, before any other.
    expect(await summaries(alone, scheme, { first: 1, count: 1, paths: PATHS })).toEqual(whole.slice(1));
    for (const backend of [oneWorker, twoWorkers]) {
      const there = summaries(backend, scheme, { first: 0, count: 2, paths: PATHS });
      // Steps that look at values are closures, which workers say they do not take.
      if (scheme.kind === 'native') await expect(there).rejects.toThrow(/cannot go to worker threads/);
      else expect(await there).toEqual(whole);
    }
  });
});
