import { type Chain, discretize, eulerMaruyama, inline, key, problem, symbolic, terminal } from 'sde-core';
import { driver } from 'sde-core/randomness';
import { describe, expect, test } from 'vitest';
import { decayRate, optimalAllocation } from '#sde-core/estimation/allocation';
import { lossWarnings, troubles } from '#sde-core/estimation/divergence';
import { branchCensus } from '#sde-core/estimation/untaken-branches';
import { momentsOf } from '#sde-core/numerics/moments';
import { walk } from '#sde-core/paths/walk';
import { gaussian } from '#sde-core/randomness/law';

describe('the census of branches', () => {
  const model = symbolic({ state: ['x'], drift: '0', diffusion: '1' });
  const of = discretize(problem({ model, x0: [0], T: 1 }), eulerMaruyama, 1);
  const census = (phi: string, mean: number, paths = 512) =>
    branchCensus(of, terminal(phi).on(of), { key: key(1), antithetic: false, backend: inline() })(paths, mean);

  test('finds the branch that no path took, with the bounds of φ on it', async () => {
    expect(await census('x > 9 ? 7 : 1', 1)).toEqual({ branch: '9 < x', lowest: 1, highest: 7 });
    expect(await census('x > 9 ? -7 : 1', 1)).toEqual({ branch: '9 < x', lowest: -7, highest: 1 });
    expect(await census('x > -9 ? 1 : 5', 1)).toMatchObject({ lowest: 1, highest: 5 });
    expect(await census('x > 0 ? 7 : 1', 4)).toBeUndefined();
    expect(await census('x', 0)).toBeUndefined();
  });

  test('names the one that may add most, and reaches as far as all', async () => {
    const both = await census('(x > 9 ? 7 : 1) + (x < -9 ? -100 : 0)', 1);
    expect(both).toEqual({ branch: 'x < -9', lowest: -99, highest: 7 });
    const other = await census('(x > 9 ? 700 : 1) + (x < -9 ? -100 : 0)', 1);
    expect(other).toEqual({ branch: '9 < x', lowest: -99, highest: 700 });
    // As seen from the mean, in either order.
    for (const phi of ['(x < -9 ? -20 : 0) + (x > 9 ? 107 : 101)', '(x > 9 ? 107 : 101) + (x < -9 ? -20 : 0)'])
      expect(await census(phi, 101)).toEqual({ branch: 'x < -9', lowest: 81, highest: 107 });
    const nested = await census('x > 0 ? (x > 9 ? 50 : 1) : 0', 0.5);
    expect(nested).toMatchObject({ highest: 50 });
    expect(nested?.branch).toMatch(/0 < x.* and .*9 < x/);
  });

  test('takes what has no bounds from the paths that did not take it', async () => {
    // x + 1000 on paths within ± 4.
    const found = await census('x > 9 ? x + 1000 : x', 0);
    expect(found?.highest).toBeGreaterThan(1001);
    expect(found?.highest).toBeLessThan(1005);
    expect(found?.lowest).toBeCloseTo(-(found?.highest ?? 0), 9);
    // As far from a mean of 500 as 1000 + x with x below 0.
    const away = await census('x > 9 ? x + 1000 : x', 500);
    expect((found?.highest ?? 0) - (away?.highest ?? 0)).toBeCloseTo(0, 9);
    expect((away?.lowest ?? 0) + (away?.highest ?? 0)).toBeCloseTo(1000, 9);
  });

  test('sees no branch in what does not jump, in signs and conditions that were taken, or in a closure', async () => {
    expect(await census('x > 9 ? 9 : x', 0)).toBeUndefined();
    expect(await census('sign(x)', 0)).toBeUndefined();
    expect(await census('x > 0 and x < 1', 0.3)).toBeUndefined();
    const closure = terminal((x) => (x[0] > 9 ? 7 : 1)).on(of);
    expect(
      await branchCensus(of, closure, { key: key(1), antithetic: false, backend: inline() })(512, 1),
    ).toBeUndefined();
    expect(await census('3*sign(x - 9)', -3)).toMatchObject({ highest: 3 });
    expect(await census('5*(x > 9)', 0)).toMatchObject({ branch: '9 < x', highest: 5 });
  });

  test('forgets a branch that more paths take', async () => {
    const again = branchCensus(of, terminal('x > 3 ? 7 : 1').on(of), {
      key: key(1),
      antithetic: false,
      backend: inline(),
    });
    expect(await again(64, 1)).toMatchObject({ branch: '3 < x' });
    expect(await again(64, 1)).toMatchObject({ branch: '3 < x' });
    expect(await again(40_960, 1)).toBeUndefined();
  });
});

describe('what went wrong on a path', () => {
  const chain = (step: Chain['step'], more: Partial<Chain> = {}): Chain => ({
    name: 'by hand',
    dimension: 2,
    steps: 4,
    h: 0.25,
    t0: 1,
    x0: Float64Array.of(0, 5),
    driver: driver([gaussian]),
    step,
    ...more,
  });
  /** Leaves once the noise is above 1, on the second state. */
  const leaves: Chain['step'] = (_, x, [w], out) => {
    out[0] = x[0] + w;
    out[1] = w > 1 ? Number.POSITIVE_INFINITY : x[1];
  };
  const phi = { name: 'φ', value: (x: Float64Array) => x[0] };
  const own = key(4);
  const noises = (path: number, sign: 1 | -1 = 1): number[] => {
    let before = 0;
    return [
      ...walk(
        chain((_, x, [w], out) => out.set([x[0] + w, 0])),
        own,
        path,
        sign,
      ),
    ].map(() => before++);
  };
  /** The first step on which a path leaves, with the state before. */
  const first = (path: number, sign: 1 | -1) => {
    for (const { step, before, after } of walk(chain(leaves), own, path, sign))
      if (!Number.isFinite(after[1])) return { step, state: [before[0], before[1]] };
    return undefined;
  };

  test('is its first step that left, or its mirror image’s', async () => {
    expect(noises(0)).toHaveLength(4);
    const path = Array.from({ length: 50 }, (_, p) => p).find((p) => first(p, 1)) ?? -1;
    const mirrored = Array.from({ length: 50 }, (_, p) => p).find((p) => !first(p, 1) && first(p, -1)) ?? -1;
    const at = (which: number, antithetic: boolean) =>
      troubles(
        { ...momentsOf([1, 2, Number.NaN]), firstNonFinite: which },
        { chain: chain(leaves), functional: phi, key: own, antithetic },
      );
    const found = first(path, 1);
    const { divergence } = await at(path, false);
    expect(divergence).toMatchObject({
      paths: 1,
      first: { path, kind: 'state', ...found, t: 1 + 0.25 * (found?.step ?? 0) },
    });
    expect(divergence?.first).not.toHaveProperty('mirrored');
    expect(divergence?.message).toMatch(new RegExp(`^1 of 3 paths are not finite: the first is path ${path} in step`));
    const image = await at(mirrored, true);
    expect(image.divergence?.first).toMatchObject({ path: mirrored, mirrored: true, ...first(mirrored, -1) });
    expect(image.divergence?.message).toContain(`path ${mirrored}, mirrored, in step`);
    // Without a mirror image there is nothing to be found: the precision of the backend alone lost it.
    expect((await at(mirrored, false)).divergence).not.toHaveProperty('first');
  });

  test('is φ where all states are finite', async () => {
    const still = chain((_, x, __, out) => out.set(x));
    const log = { name: 'log', value: (x: Float64Array) => Math.log(-x[1]) };
    const { divergence } = await troubles(
      { ...momentsOf([Number.NaN]), firstNonFinite: 0 },
      { chain: still, functional: log, key: own, antithetic: false },
    );
    expect(divergence?.first).toEqual({ path: 0, step: 4, t: 2, kind: 'functional', state: [0, 5] });
    expect(divergence?.message).toMatch(/whose functional is not finite at \(0, 5\)\. Its states are finite/);
  });

  test('is a state below 0 that is kept above, by its name', async () => {
    const falling = chain((n, x, __, out) => out.set([x[0] - 1, 2.5 - n]), {
      nonNegative: [1],
      stateNames: ['a', 'v'],
    });
    const moments = { ...momentsOf([1, 2]), negative: 2, firstNegative: 7 };
    const { negative, divergence } = await troubles(moments, {
      chain: falling,
      functional: phi,
      key: own,
      antithetic: false,
    });
    expect(divergence).toBeUndefined();
    expect(negative).toEqual({ paths: 2, first: { path: 7, step: 4, t: 2, state: 'v', value: -0.5 } });
    const none = { ...momentsOf([1, 2]), negative: 0 };
    expect(await troubles(none, { chain: falling, functional: phi, key: own, antithetic: false })).toEqual({
      negative: { paths: 0 },
    });
    expect(await troubles(momentsOf([1]), { chain: falling, functional: phi, key: own, antithetic: false })).toEqual(
      {},
    );
  });

  test('becomes warnings, each with the first of its kind', () => {
    const place = { path: 7, step: 4, t: 2, state: 'v', value: -0.5 };
    const all = lossWarnings(
      {
        divergence: { paths: 3, message: 'Lost.', first: { path: 1, step: 2, t: 1, kind: 'state', state: [1] } },
        negative: { paths: 2, first: place },
      },
      { paths: 10, lostPaths: 'withhold' },
    );
    expect(all).toMatchObject([
      { kind: 'lost-paths', lost: 3, paths: 10, first: { path: 1, step: 2 } },
      { kind: 'negative-states', negative: 2, paths: 10, first: place },
    ]);
    expect(all[0].message).toMatch(/^Lost\. The mean is withheld/);
    expect(all[1].message).toContain('the first is path 7 in step 4, where v is -0.5');
    const bare = lossWarnings(
      { divergence: { paths: 3, message: 'Lost.' }, negative: { paths: 0 } },
      { paths: 10, lostPaths: 'exclude' },
    );
    expect(bare).toHaveLength(1);
    expect(bare[0]).not.toHaveProperty('first');
    expect(bare[0].message).toMatch(/^Lost\. The mean is that of the other paths/);
    expect(lossWarnings({}, { paths: 10, lostPaths: 'exclude' })).toEqual([]);
    expect(lossWarnings({ negative: { paths: 1 } }, { paths: 10, lostPaths: 'exclude' })[0]).not.toHaveProperty(
      'first',
    );
  });
});

describe('allocation', () => {
  test('is least for its cost, rounded up, and two at least', () => {
    // √(V/C) Σ √(V C) / s: √(4/1) (2 + 2) and √(1/4) (2 + 2) over 1/2.
    expect(optimalAllocation([4, 1], [1, 4], 0.5)).toEqual([16, 4]);
    expect(optimalAllocation([4, 1], [1, 4], 0.51)).toEqual([16, 4]);
    expect(optimalAllocation([4, 0], [1, 4], 100)).toEqual([2, 2]);
    expect(optimalAllocation([0, 0], [1, 4], 1)).toEqual([2, 2]);
  });

  test('measures the rate of values that are seen, by level', () => {
    expect(decayRate([1, 1 / 2, 1 / 4], [0, 0, 0])?.rate).toBeCloseTo(1, 12);
    expect(decayRate([-8, 2], [0, 0])?.rate).toBeCloseTo(2, 12);
    // One that is within two errors of 0 is not seen: the rest keep their levels.
    expect(decayRate([1, 1e-9, 1 / 16], [0, 1, 0])?.rate).toBeCloseTo(2, 12);
    expect(decayRate([1, 0.1, 1 / 16], [0, 0.051, 0])?.rate).toBeCloseTo(2, 12);
    expect(decayRate([1, 0.1, 1 / 16], [0, 0.05, 0])?.rate).toBeCloseTo(2, 12);
    expect(decayRate([1, 0.1, 1 / 16], [1e-3, 0.049, 1e-3])?.rate).not.toBeCloseTo(2, 12);
    expect(decayRate([1], [0])).toBeUndefined();
    expect(decayRate([1, 0], [0, 1])).toBeUndefined();
    // Of two: √(e₁² + e₂²)/log 2 of relative errors.
    const two = decayRate([1, 1 / 2], [0.03, 0.02]);
    expect(two?.standardError).toBeCloseTo(Math.hypot(0.03, 0.04) / Math.LN2, 12);
  });
});
