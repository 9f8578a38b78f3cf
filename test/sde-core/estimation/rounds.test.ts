import {
  type Backend,
  type BlockSummary,
  discretize,
  type ExpectationOptions,
  eulerMaruyama,
  expectation,
  inline,
  key,
  problem,
  SdeError,
  symbolic,
  terminal,
} from 'sde-core';
import { describe, expect, test } from 'vitest';
import { momentsOf } from '#sde-core/numerics/moments';

const walk = problem({ model: symbolic({ state: ['x'], drift: ['0'], diffusion: [['1']] }), x0: [0], T: 1 });
const chain = discretize(walk, eulerMaruyama, 1);
const BLOCK = 4096;
/** A backend whose blocks have given values, and the blocks that it was asked for. */
const given = (valueAt: (block: number, i: number) => number) => {
  const asked: (readonly [number, number])[] = [];
  const backend: Backend = {
    ...inline(),
    async *run(_, { blocks }) {
      asked.push([blocks.first, blocks.count]);
      for (let block = blocks.first; block < blocks.first + blocks.count; block++) {
        const moments = momentsOf(Array.from({ length: BLOCK }, (_, i) => valueAt(block, i)));
        yield { block, ...moments } as BlockSummary;
      }
    },
  };
  return { backend, asked };
};
const run = async (valueAt: (block: number, i: number) => number, more: Partial<ExpectationOptions>) => {
  const { backend, asked } = given(valueAt);
  const options = { key: key(1), backend, ...more } as ExpectationOptions;
  const { converged, paths, mean } = await expectation(
    chain,
    terminal((x) => x[0]),
    options,
  );
  return { converged, blocks: paths / BLOCK, asked, mean };
};
/** −1, 0, 1, 0: the variance ½, the kurtosis 2. */
const wave = (_: number, i: number): number => [-1, 0, 1, 0][i % 4];
/** One in so many is ± 1. */
const seldom = (every: number) => (_: number, i: number) => (i % every === 0 ? (i % (2 * every) ? 1 : -1) : 0);

describe('rounds until a tolerance is met', () => {
  test('are at least four blocks, then as many as the variance foresees and five per cent more', async () => {
    // 1.96 √(½ / 16 384) = 0.01083.
    expect(await run(wave, { tolerance: 0.0109 })).toMatchObject({ converged: true, blocks: 4, asked: [[0, 4]] });
    const more = await run(wave, { tolerance: 0.0075 });
    // 4 (0.01083/0.0075)² 1.05 = 8.75.
    expect(more).toMatchObject({
      converged: true,
      blocks: 9,
      asked: [
        [0, 4],
        [4, 5],
      ],
    });
    // Just missed: one more is asked for, as it is foreseen.
    expect((await run(wave, { tolerance: 0.01075 })).asked[1]).toEqual([4, 1]);
  });

  test('grow by no more than eight, and no farther than they may', async () => {
    const far = await run(wave, { tolerance: 1e-5, maxPaths: 300 * BLOCK });
    expect(far).toMatchObject({
      converged: false,
      blocks: 300,
      asked: [
        [0, 4],
        [4, 28],
        [32, 224],
        [256, 44],
      ],
    });
    expect(await run(wave, { tolerance: 1e-5, maxPaths: 3 * BLOCK })).toMatchObject({ converged: false, blocks: 3 });
    expect(await run(wave, { tolerance: 1, maxPaths: 10 })).toMatchObject({ converged: true, blocks: 1 });
  });

  test('see a peaked variance again on twice the paths', async () => {
    expect(await run(seldom(29), { tolerance: 1 })).toMatchObject({ converged: true, blocks: 4 });
    expect(await run(seldom(32), { tolerance: 1 })).toMatchObject({
      converged: true,
      blocks: 8,
      asked: [
        [0, 4],
        [4, 4],
      ],
    });
    // One that is larger then is not believed: 4 blocks of ± 1, then of ± 2.
    const growing = (block: number, i: number): number => (block < 4 ? 1 : 2) * seldom(64)(block, i);
    expect(await run(growing, { tolerance: 1, maxPaths: 8 * BLOCK })).toMatchObject({ converged: false, blocks: 8 });
  });

  test('give up a variance of few values with 16 times the paths, unless more values carry it', async () => {
    const alone = (block: number, i: number): number => (block === 0 && i === 0 ? 1 : 0.001 * wave(block, i));
    const lost = await run(alone, { tolerance: 1 });
    expect(lost).toMatchObject({
      converged: false,
      blocks: 64,
      asked: [
        [0, 4],
        [4, 4],
        [8, 8],
        [16, 16],
        [32, 32],
      ],
    });
    // One a block: 4 of four, 50 with 64 blocks. Trusted from 50 on.
    const each = (_: number, i: number): number => (i === 0 ? 1 : i === 1 ? -1e-9 : 0);
    const trusted = await run(each, { tolerance: 1 });
    expect(trusted.converged).toBe(true);
    expect(trusted.blocks).toBeGreaterThanOrEqual(64);
    const unseen = await run(() => 3, { tolerance: 1 });
    expect(unseen).toMatchObject({ converged: false, blocks: 256, mean: 3 });
  });

  test('end where a path is lost', async () => {
    const lossy = await run((block, i) => (block === 2 && i === 5 ? Number.NaN : wave(block, i)), { tolerance: 1 });
    expect(lossy).toMatchObject({ converged: false, blocks: 4, mean: Number.NaN });
    const late = await run((block, i) => (block === 6 ? Number.NaN : wave(block, i)), {
      tolerance: 0.0075,
      lostPaths: 'exclude',
    });
    expect(late).toMatchObject({ converged: false, blocks: 9, mean: expect.closeTo(0, 12) as number });
  });

  test('are none for a number of paths', async () => {
    expect(await run(wave, { paths: 3 * BLOCK })).toEqual({
      converged: undefined,
      blocks: 3,
      asked: [[0, 3]],
      mean: expect.closeTo(0, 12) as number,
    });
  });
});

test('progress says what is done, of what is foreseen, and no mean of lost paths', async () => {
  const seen: object[] = [];
  const { backend } = given((block, i) => (block === 2 && i === 0 ? Number.NaN : block));
  const onProgress = (now: object): void => {
    seen.push(now);
  };
  await expectation(
    chain,
    terminal((x) => x[0]),
    { paths: 4 * BLOCK, key: key(1), backend, onProgress },
  );
  expect(seen).toMatchObject([
    { done: BLOCK, of: 4 * BLOCK, mean: 0, standardError: 0 },
    { done: 2 * BLOCK, mean: 0.5 },
    { done: 3 * BLOCK, mean: Number.NaN, standardError: Number.NaN },
    { done: 4 * BLOCK, mean: Number.NaN, standardError: Number.NaN },
  ]);
  const others: { mean: number }[] = [];
  await expectation(
    chain,
    terminal((x) => x[0]),
    {
      paths: 4 * BLOCK,
      key: key(1),
      backend,
      lostPaths: 'exclude',
      onProgress: (now) => others.push(now),
    },
  );
  expect(others.every(({ mean }) => Number.isFinite(mean))).toBe(true);
});

describe('what an expectation records', () => {
  const record = async (more: object) => {
    const { provenance } = await expectation(chain, terminal('x^2'), {
      paths: 8,
      key: key(1),
      backend: inline(),
      ...more,
    });
    return provenance as unknown as Record<string, unknown>;
  };
  test('is what was asked for, where it is not the default', async () => {
    const plain = await record({});
    for (const none of ['confidence', 'lostPaths', 'control']) expect(plain).not.toHaveProperty(none);
    expect(plain).toMatchObject({ kind: 'sampled', paths: 8, antithetic: false });
    expect(await record({ confidence: 0.95 })).not.toHaveProperty('confidence');
    expect(await record({ confidence: 0.5, lostPaths: 'exclude', antithetic: true })).toMatchObject({
      confidence: 0.5,
      lostPaths: 'exclude',
      antithetic: true,
    });
    expect(await record({ lostPaths: 'withhold' })).not.toHaveProperty('lostPaths');
    const { control } = await record({ control: { functional: terminal('x'), mean: 0 } });
    expect(control).toMatchObject({ mean: 0, functional: { text: 'x' } });
  });

  test.each([
    [{ paths: 8, tolerance: 1 }, 'exactly one of the two'],
    [{}, 'exactly one of the two'],
    [{ paths: 0 }, '{ paths }'],
    [{ paths: 2 ** 48 + 1 }, 'at most 2^48'],
    [{ tolerance: 0 }, '{ tolerance }'],
    [{ tolerance: 1, maxPaths: 0 }, '{ maxPaths }'],
    [{ paths: 8, confidence: 0 }, '{ confidence }'],
    [{ paths: 8, antithetic: 1 }, '{ antithetic }'],
    [{ paths: 8, lostPaths: 'x' }, '{ lostPaths }'],
    [{ paths: 8, key: 1 }, '{ key }'],
    [{ paths: 8, backend: {} }, '{ backend }'],
    [{ paths: 8, onProgress: {} }, '{ onProgress }'],
    [{ paths: 8, signal: {} }, '{ signal }'],
    [{ samples: 8 }, 'paths'],
  ])('refuses %j', async (more, what) => {
    const error: unknown = await expectation(chain, terminal('x'), {
      key: key(1),
      ...more,
    } as ExpectationOptions).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SdeError);
    expect((error as Error).message).toContain(what);
  });
});
