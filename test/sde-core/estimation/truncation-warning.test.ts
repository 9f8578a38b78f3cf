import {
  type Chain,
  coupled,
  discretize,
  eulerMaruyama,
  exactExpectationDetailed,
  expectation,
  geometricBrownianMotion,
  inline,
  key,
  multilevel,
  observe,
  problem,
  runningIntegral,
  symbolic,
  terminal,
  timeSummary,
  truncatedEuler,
  withDriver,
} from 'sde-core';
import { describe, expect, test } from 'vitest';

const from = (x0: number) => problem({ model: geometricBrownianMotion({ mu: 0.05, sigma: 0.2 }), x0: [x0], T: 1 });
const run = (chain: Chain) => expectation(chain, terminal('x'), { paths: 4096, key: key(1), backend: inline() });
const kinds = (result: { readonly warnings: readonly { readonly kind: string }[] }): string[] =>
  result.warnings.map(({ kind }) => kind);

describe('a truncation that was reached', () => {
  test('is said with the share of paths, and raising the scale by the factor it names is right', async () => {
    const cut = await run(discretize(from(100), truncatedEuler(), 50));
    // Right: 100 e^0.05 = 105.127. It is far from it, with a small error.
    expect(cut.mean + 20 * cut.standardError).toBeLessThan(105.127);
    expect(kinds(cut)).toEqual(['truncation-reached']);
    const [{ reached, walked, share, radius, largest }] = cut.warnings;
    expect({ reached, share }).toEqual({ reached: walked, share: 1 });
    const factor = (largest as number) / (radius as number);
    // The largest of 1024 paths is not that of all: twice as far is.
    const whole = await run(discretize(from(100), truncatedEuler({ scale: 10 * 2 * factor }), 50));
    expect(Math.abs(whole.mean - 100 * (1 + 0.05 / 50) ** 50)).toBeLessThan(4 * whole.standardError);
    expect(whole.warnings).toEqual([]);
  });

  test('is said of every start and scale whose exact radius is passed, and of no other', async () => {
    for (const x0 of [0.1, 1, 10, 100]) {
      for (const scale of [1, 10, 100, 1000]) {
        const chain = discretize(from(x0), truncatedEuler({ scale }), 8);
        const radius = scale * 8 ** (1 / 12);
        expect(chain.truncation?.radius).toBeCloseTo(radius, 9);
        const said = kinds(await run(chain)).includes('truncation-reached');
        // The start itself is beyond it, or none of the paths comes near: log X is normal with a spread of 0.2.
        if (x0 > radius) expect(said).toBe(true);
        if (x0 * Math.exp(6 * 0.2 + 0.05) < radius) expect(said).toBe(false);
      }
    }
  });

  test('is counted on the states of the equation alone, whatever is observed', async () => {
    const chain = observe(discretize(from(1), truncatedEuler(), 8), { area: runningIntegral('1000*x') });
    expect(kinds(await run(chain))).toEqual([]);
  });

  test('is said by levels, by exact expectations and by summaries over time', async () => {
    const problemAt = from(100);
    const levels = await multilevel(problemAt, truncatedEuler(), terminal('x'), {
      tolerance: 1,
      key: key(1),
      backend: inline(),
    });
    expect(kinds(levels)).toContain('truncation-reached');
    const coins = discretize(problemAt, withDriver(truncatedEuler(), 'two-point'), 6);
    expect(kinds(exactExpectationDetailed(coins, terminal('x')))).toEqual(['truncation-reached']);
    const summaries = await timeSummary(discretize(problemAt, truncatedEuler(), 6), { paths: 64, key: key(1) });
    expect(summaries.map(kinds)).toEqual([[], ...Array.from({ length: 6 }, () => ['truncation-reached'])]);
    expect(coupled(problemAt, truncatedEuler(), { steps: 4 }).truncation?.radius).toBeCloseTo(10 * 8 ** (1 / 12), 9);
  });

  test('is what a growing drift needs, and still said', async () => {
    const model = symbolic({ state: ['x'], drift: ['x - x^3'], diffusion: [['0.5']] });
    const far = discretize(problem({ model, x0: [20], T: 1 }), truncatedEuler(), 64);
    expect(kinds(await run(far))).toEqual(['truncation-reached']);
    expect(kinds(await run(discretize(problem({ model, x0: [1], T: 1 }), truncatedEuler(), 64)))).toEqual([]);
    expect(discretize(problem({ model, x0: [1], T: 1 }), eulerMaruyama, 64).truncation).toBeUndefined();
  });
});
