import {
  type Backend,
  coupled,
  discretize,
  eulerMaruyama,
  fold,
  inline,
  key,
  milstein,
  multilevel,
  problem,
  SdeError,
  symbolic,
  terminal,
} from 'sde-core';
import { describe, expect, test } from 'vitest';
import { checkUncorrected, isUncorrected } from '#sde-core/estimation/level-check';
import { weighted } from '#sde-core/estimation/level-functional';
import { type LevelSampler, levelSampler } from '#sde-core/estimation/level-sampler';
import { startingSteps } from '#sde-core/estimation/level-start';
import { momentsOf } from '#sde-core/numerics/moments';
import type { Chain } from '#sde-core/paths/chain';
import type { TerminalFunctional } from '#sde-core/paths/program';
import { evenly, levelOf } from './levels-of-values.js';

describe('levels that are not corrected', () => {
  const first = levelOf(evenly(100, 3, 5), { kind: 'single' });
  const zeros = levelOf(evenly(100, 0, 0));
  test('differ by no more than rounding, beside the largest value of the first', () => {
    expect(isUncorrected([first, zeros, zeros])).toBe(true);
    expect(isUncorrected([first])).toBe(true);
    // Of values from −2 to 8.
    const by = (size: number) => levelOf(evenly(100, 0, size));
    expect(isUncorrected([first, zeros, by(7.9 * 2 ** -44)])).toBe(true);
    expect(isUncorrected([first, zeros, by(8.1 * 2 ** -44)])).toBe(false);
    expect(isUncorrected([first, by(8.1 * 2 ** -44), zeros])).toBe(false);
    const down = levelOf(evenly(100, -3, 5), { kind: 'single' });
    expect(isUncorrected([down, by(7.9 * 2 ** -44)])).toBe(true);
    expect(isUncorrected([down, by(8.1 * 2 ** -44)])).toBe(false);
    // Either end counts.
    for (const end of [1e-9, -1e-9]) expect(isUncorrected([first, levelOf([0, 0, end])])).toBe(false);
  });

  test('are nothing to a first level without a variance or values', () => {
    expect(isUncorrected([levelOf([2, 2]), zeros])).toBe(false);
    expect(isUncorrected([levelOf([]), zeros])).toBe(false);
    expect(isUncorrected([first, levelOf([])])).toBe(false);
  });
});

describe('the check of the first level', () => {
  const coarse = (count: number, mean = 1) => levelOf(evenly(count, mean, 2), { kind: 'single', steps: 3 });
  /** The check with a fine mean; what it asked for. */
  const check = async (coarsest: LevelSampler, mean: number) => {
    const asked: number[] = [];
    const fineOf = (steps: number): LevelSampler => {
      let moments = momentsOf([]);
      return {
        ...levelOf([]),
        steps,
        get moments() {
          return moments;
        },
        grow: async (paths) => {
          asked.push(steps, paths);
          moments = momentsOf(evenly(paths, mean, 2));
        },
      };
    };
    return { found: await checkUncorrected(coarsest, fineOf), asked };
  };

  test('takes 101 times its steps, and four times its paths but no more than 2^16', async () => {
    expect((await check(coarse(100), 1)).asked).toEqual([303, 400]);
    expect((await check(coarse(20_000), 1)).asked).toEqual([303, 65_536]);
  });

  test('finds means that are more than four standard errors apart, and how far they may be', async () => {
    // Variances 4 n/(n − 1) of 100 and 400.
    const error = Math.sqrt(4 / 99 + 4 / 399);
    for (const sign of [1, -1]) {
      expect((await check(coarse(100), 1 + sign * 3.99 * error)).found).toBeUndefined();
      const { found } = await check(coarse(100), 1 + sign * 4.01 * error);
      expect(found?.bias).toBeCloseTo(8.01 * error, 9);
      expect(found?.reason).toContain('with 303 steps');
    }
  });
});

describe('steps of the coarsest level', () => {
  const chainOf =
    (more: Partial<Chain>) =>
    (steps: number): Chain => ({
      ...discretize(
        problem({
          model: symbolic({ state: ['x', 'y'], drift: ['0', '0'], diffusion: [['1'], ['0']] }),
          x0: [0, 0],
          T: 1,
        }),
        eulerMaruyama,
        steps,
      ),
      ...more,
    });
  /** Noise reaches y after so many steps. */
  const late = (by: number) => (steps: number) =>
    chainOf({
      step: (n, x, [w], out) => {
        out[0] = x[0] + w;
        out[1] = n + 1 >= by ? x[1] + x[0] : 0;
      },
    })(steps);

  test('are the first power of two, up to 8, with which φ depends on the noise', () => {
    const phi = terminal((x) => x[1]);
    for (const [by, steps] of [
      [2, 2],
      [3, 4],
      [4, 4],
      [5, 8],
      [8, 8],
      [9, 1],
    ] as const) {
      expect(startingSteps(late(by), phi)).toBe(steps);
    }
    expect(
      startingSteps(
        late(9),
        terminal((x) => x[0]),
      ),
    ).toBe(1);
  });

  test('are told by noise of any sign and size', () => {
    const seen = (phi: (w: number) => number): boolean => {
      const of = (steps: number) =>
        chainOf({
          step: (n, x, [w], out) => {
            out[0] = n === 1 ? phi(w) : 5;
            out[1] = x[1];
          },
        })(steps);
      return (
        startingSteps(
          of,
          terminal((x) => x[0]),
        ) === 2
      );
    };
    expect(seen((w) => w)).toBe(true);
    expect(seen((w) => Math.min(w, 0))).toBe(true);
    expect(seen((w) => Math.max(w, 100))).toBe(true);
    expect(seen((w) => Math.min(w, -20))).toBe(true);
    expect(seen((w) => Math.max(w, 5))).toBe(true);
    expect(seen(() => 5)).toBe(false);
    expect(seen((w) => 5 + 1e-15 * w)).toBe(false);
    expect(seen((w) => (w > 0 ? 5 : Number.NaN))).toBe(true);
  });
});

describe('a level', () => {
  const model = symbolic({ state: ['x'], drift: '0.1*x', diffusion: '0.2*x' });
  const on = problem({ model, x0: [1], T: 1 });
  const recorded = () => {
    const work: { readonly label: string; readonly paths: number }[] = [];
    const inner = inline();
    const backend: Backend = {
      ...inner,
      run(prepared, asked, signal) {
        work.push({ label: asked.key.words.join(), paths: asked.blocks.paths });
        return inner.run(prepared, asked, signal);
      },
    };
    return { work, backend };
  };
  const own = key('levels');
  const roundKey = (index: number, round: number): string => fold(own, 'level', index, 'round', round).words.join();

  test('of one chain takes its paths under a key a round, and counts its steps', async () => {
    const { work, backend } = recorded();
    const level = levelSampler({ kind: 'single', chain: discretize(on, milstein, 3) }, terminal('x'), {
      key: own,
      index: 0,
      backend,
    });
    expect(level).toMatchObject({ kind: 'single', steps: 3, costPerPath: 3, cost: 0, closed: false, rounds: [] });
    expect(level.diagnostics).toBeUndefined();
    await level.grow(100);
    const diagnostics = level.diagnostics;
    expect(diagnostics?.fine).toEqual(level.moments);
    expect(diagnostics?.coarse).toBeUndefined();
    await level.grow(50);
    expect(level).toMatchObject({ rounds: [100, 50], cost: 450 });
    expect(level.diagnostics).toBe(diagnostics);
    expect(level.moments.count).toBe(150);
    expect(work).toEqual([
      { label: roundKey(0, 0), paths: 100 },
      { label: roundKey(0, 1), paths: 50 },
    ]);
  });

  test('of a pair looks at its copies on the paths of the first round', async () => {
    for (const [coupling, perCoarse] of [
      ['plain', 3],
      ['antithetic', 5],
    ] as const) {
      const { work, backend } = recorded();
      const pair = coupled(on, milstein, { steps: 2, coupling });
      const level = levelSampler({ kind: 'pair', chain: pair }, terminal('max(x, 0)'), { key: own, index: 1, backend });
      expect(level).toMatchObject({ kind: 'pair', steps: 4, costPerPath: 2 * perCoarse, closed: false });
      expect(level.known).toMatchObject({ lowest: 0 });
      await level.grow(64);
      await level.grow(10);
      expect(work.map(({ paths }) => paths)).toEqual([64, 64, 64, 10]);
      expect(work.map(({ label }) => label)).toEqual([0, 0, 0, 1].map((round) => roundKey(1, round)));
      expect(level.cost).toBe((3 * 64 + 10) * 2 * perCoarse);
      const { fine, coarse } = level.diagnostics ?? {};
      expect(fine?.count).toBe(64);
      if (coupling === 'plain' && fine && coarse) {
        const first = levelSampler({ kind: 'pair', chain: pair }, terminal('max(x, 0)'), {
          key: own,
          index: 1,
          backend,
        });
        await first.grow(64);
        expect(fine.mean - coarse.mean).toBeCloseTo(first.moments.mean, 12);
      }
    }
    const closure = levelSampler(
      { kind: 'pair', chain: coupled(on, milstein, { steps: 2 }) },
      terminal((x) => x[0]),
      { key: own, index: 1, backend: inline() },
    );
    expect(closure.closed).toBe(true);
  });
});

test('a weighted sum of one part is that part, weighted', () => {
  const part: TerminalFunctional = { name: 'part', value: (x) => x[0] };
  expect(weighted('one', [part], [3]).value(Float64Array.of(7))).toBe(21);
  expect(weighted('none', [], []).value(Float64Array.of(7))).toBe(0);
});

describe('the door of multilevel', () => {
  const on = problem({ model: symbolic({ state: ['x'], drift: '0', diffusion: '1' }), x0: [0], T: 1 });
  const run = (more: object = {}, parts: readonly unknown[] = [on, eulerMaruyama, terminal('x')]) =>
    (multilevel as (...all: unknown[]) => Promise<unknown>)(...parts, {
      tolerance: 1,
      key: key(1),
      backend: inline(),
      ...more,
    });

  test.each([
    [{ tolerance: 0 }, '{ tolerance }'],
    [{ tolerance: Number.POSITIVE_INFINITY }, '{ tolerance }'],
    [{ confidence: 1 }, '{ confidence }'],
    [{ coupling: 'plane' }, '{ coupling }'],
    [{ key: 1 }, '{ key }'],
    [{ steps: 0 }, '{ steps }'],
    [{ firstPaths: 63 }, '{ firstPaths }'],
    [{ maxLevels: 1 }, '{ maxLevels }'],
    [{ maxCost: 0 }, '{ maxCost }'],
    [{ lostPaths: 'drop' }, '{ lostPaths }'],
    [{ observe: [] }, '{ observe }'],
    [{ observe: { a: 3 } }, '{ observe }'],
    [{ observe: { a: {} } }, '{ observe }'],
    [{ observe: null }, '{ observe }'],
    [{ onProgress: 1 }, '{ onProgress }'],
    [{ mostLevels: 3 }, 'maxLevels'],
    [{ seed: 3 }, 'key: key(seed)'],
  ])('refuses %j', async (more, where) => {
    const error: unknown = await run(more).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SdeError);
    expect((error as Error).message).toContain(where);
  });

  test.each([
    [[discretize(on, eulerMaruyama, 2), eulerMaruyama, terminal('x')], 'not a problem'],
    [[null, eulerMaruyama, terminal('x')], 'not a problem'],
    [[on, 'milstein', terminal('x')], 'not a scheme'],
    [[on, { name: 'x' }, terminal('x')], 'not a scheme'],
    [[on, () => eulerMaruyama, terminal('x')], 'call it: a factory'],
    [[on, eulerMaruyama, 'x'], 'not a functional'],
  ])('refuses parts that are none (%#)', async (parts, what) => {
    await expect(run({}, parts)).rejects.toThrow(what);
  });

  test('takes the ends of its ranges', async () => {
    const estimate = await run({ firstPaths: 64, maxLevels: 2, steps: 1, maxCost: 1e6 });
    expect(estimate).toMatchObject({ kind: 'converged', levels: [{ steps: 1 }, { steps: 2 }, { steps: 4 }] });
  });
});

describe('what multilevel adds up', () => {
  const model = symbolic({ state: ['x'], drift: '0.5*x', diffusion: '0.4*x' });
  const on = problem({ model, x0: [1], T: 1 });
  const options = { tolerance: 0.1, key: key(5), backend: inline(), firstPaths: 128, confidence: 0.9, maxLevels: 6 };

  test('is reported as it grows, with what is foreseen', async () => {
    const seen: { level: number; levels: number; done: number; of: number; mean: number; standardError: number }[] = [];
    const estimate = await multilevel(on, milstein, terminal('x'), { ...options, onProgress: (now) => seen.push(now) });
    const { levels, cost } = estimate;
    expect(seen.slice(0, 5).map(({ level, levels: count }) => [level, count])).toEqual(
      [0, 1, 2, 3, 4].map((l) => [l, l + 1]),
    );
    // 128 paths of a step; then three times as many of a pair.
    expect(seen.slice(0, 3).map(({ done, of }) => [done, of])).toEqual(
      [128, 128 + 9 * 128, 128 + 27 * 128].map((n) => [n, n]),
    );
    const last = seen[seen.length - 1];
    expect(last).toMatchObject({
      levels: levels.length,
      done: cost,
      mean: estimate.mean,
      standardError: estimate.standardError,
    });
    for (const { done, of } of seen) expect(of).toBeGreaterThanOrEqual(done);
    expect(estimate.interval.level).toBe(0.9);
    expect(estimate.provenance.options).toEqual({
      confidence: 0.9,
      steps: 1,
      firstPaths: 128,
      maxLevels: 6,
      maxCost: 2 ** 40,
    });
    expect(estimate.nonFinite).toBe(0);
  });

  test('is cut at the bounds of φ, and has none while paths are lost', async () => {
    const close = await multilevel(on, milstein, terminal('min(x, 0)^2'), { ...options, tolerance: 1e-3 });
    expect(close.interval.low).toBe(0);
    const means: number[] = [];
    const progress = ({ mean }: { readonly mean: number }): void => {
      means.push(mean);
    };
    const lossy = await multilevel(on, milstein, terminal('log(x - 1)'), { ...options, onProgress: progress });
    expect(lossy).toMatchObject({
      kind: 'stalled',
      bias: Number.NaN,
      interval: { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, level: 0.9 },
    });
    expect(lossy.nonFinite).toBe(lossy.levels.reduce((sum, { nonFinite }) => sum + nonFinite, 0));
    expect(lossy.nonFinite).toBeGreaterThan(0);
    expect(means.every(Number.isNaN)).toBe(true);
    const others: number[] = [];
    const how = {
      ...options,
      lostPaths: 'exclude' as const,
      onProgress: ({ mean }: { readonly mean: number }) => others.push(mean),
    };
    const excluded = await multilevel(on, milstein, terminal('log(x - 1)'), how);
    expect(excluded.provenance.options.lostPaths).toBe('exclude');
    expect(others.every(Number.isFinite)).toBe(true);
    expect(Number.isFinite(excluded.bias)).toBe(true);
  });

  test('has no bounds from what its own steps alone make of it', async () => {
    const still = problem({ model: symbolic({ state: ['x'], drift: '-x', diffusion: '0' }), x0: [1], T: 1 });
    const estimate = await multilevel(still, eulerMaruyama, terminal('x'), { ...options, tolerance: 0.2 });
    expect(estimate.kind).toBe('converged');
    // The mean of equal numbers, to rounding.
    expect(estimate.standardError).toBeLessThan(Number.EPSILON);
    expect(estimate.interval.high - estimate.mean).toBeCloseTo(estimate.bias, 12);
    expect(estimate.bias).toBeGreaterThan(0);
  });
});
