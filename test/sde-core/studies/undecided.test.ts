import {
  discretize,
  eulerMaruyama,
  inline,
  json,
  key,
  type OrderStudy,
  type Problem,
  parseStudy,
  problem,
  type SymbolicModel,
  strongOrder,
  symbolic,
  terminal,
  weakOrder,
  withDriver,
  workPrecision,
} from 'sde-core';
import { markdown } from 'sde-plots';
import { describe, expect, test } from 'vitest';
import { undecided } from '#sde-core/studies/undecided';

const backend = inline();
const brownian = problem({ model: symbolic({ state: ['x'], drift: '0', diffusion: '1' }), x0: [0], T: 1 });
const geometric = (sigma: number, T: number): Problem<SymbolicModel> =>
  problem({ model: symbolic({ state: ['x'], drift: '0', diffusion: `${sigma}*x` }), x0: [1], T });

const sampled = (
  on: Problem<SymbolicModel>,
  formula: string,
  about: { readonly truth: number; readonly seed: number; readonly paths?: number },
): Promise<OrderStudy> =>
  weakOrder({
    chain: (steps) => discretize(on, eulerMaruyama, steps),
    steps: [4, 8, 16, 32],
    functional: terminal(formula),
    truth: about.truth,
    expected: 1,
    method: { kind: 'sampled', paths: about.paths ?? 512, key: key(about.seed), backend },
  });

describe('a standard error that was never seen is no evidence', () => {
  test('an event that no path meets: four equal errors with standard error 0 say nothing', async () => {
    // Φ(−6).
    const study = await sampled(brownian, 'x > 6', { truth: 9.8659e-10, seed: 1 });
    expect(study.levels.map(({ standardError }) => standardError)).toEqual([0, 0, 0, 0]);
    expect(study.verdict).toBe('inconclusive');
    expect(study.fit.verdict).toBe('inconclusive');
    expect(study.fit.reason).toMatch(
      /^at 4 steps the standard error is no evidence \(rare-event\): All 512 values are 0/,
    );
    expect(study.pathsNeeded).toBeUndefined();
    expect(study.warnings.map(({ kind, steps }) => [kind, steps])).toEqual(
      [4, 8, 16, 32].map((steps) => ['rare-event', steps]),
    );
  });

  test.each([1, 2, 3, 4])('GBM of σ = 3 to T = 4, key %d: a mean of 1 that paths near 0 never show', async (seed) => {
    const study = await sampled(geometric(3, 4), 'x', { truth: 1, seed });
    expect(study.verdict).toBe('inconclusive');
    expect(study.fit.reason).toMatch(/no evidence \((heavy-tail|rare-event|out-of-scale)\)/);
    expect(study.warnings.length).toBeGreaterThan(0);
  });

  test.each([3, 3.5, 4, 5])('no digital beyond %d decides, whatever the key', async (strike) => {
    for (let seed = 0; seed < 4; seed++) {
      const study = await sampled(brownian, `x > ${strike}`, { truth: 0, seed, paths: 256 });
      expect(study.verdict, `key ${seed}`).toBe('inconclusive');
    }
  });

  test('one level is enough, and the finest is named if it is the one', () => {
    const fit = { verdict: 'confirmed', reason: 'settled', samplesFactor: 2 } as unknown as Parameters<
      typeof undecided
    >[0];
    const heavy = { kind: 'heavy-tail', message: 'Few values carry the variance.' } as const;
    const said = undecided(fit, [
      { steps: 4, warnings: [] },
      { steps: 8, warnings: [heavy] },
    ]);
    expect(said).toEqual({
      verdict: 'inconclusive',
      reason: 'at 8 steps the standard error is no evidence (heavy-tail): Few values carry the variance',
    });
    const estimated = { kind: 'estimated-error', message: 'No bound.' } as const;
    expect(undecided(fit, [{ steps: 4, warnings: [estimated] }])).toBe(fit);
  });

  test('enumerated levels with standard error 0 are exact', async () => {
    const study = await weakOrder({
      chain: (steps) => discretize(geometric(0.5, 1), withDriver(eulerMaruyama, 'two-point'), steps),
      steps: [4, 8, 16, 32],
      functional: terminal('x^2'),
      truth: Math.exp(0.25),
      expected: 1,
      method: { kind: 'exact' },
    });
    expect(study.levels.every(({ standardError, warnings }) => standardError === 0 && warnings.length === 0)).toBe(
      true,
    );
    expect(study.verdict).toBe('confirmed');
    expect(study.warnings).toEqual([]);
    expect(markdown(study)).not.toContain('Warning');
  });

  test('a strong study says that its squares have a heavy tail, and decides by ratios of them', async () => {
    const about = { scheme: eulerMaruyama, steps: [8, 16, 32], key: key(1), backend };
    const study = await strongOrder({ problem: geometric(2, 1), ...about, paths: 512 });
    expect(study.verdict).not.toBe('refuted');
    expect(study.warnings.map(({ kind, steps }) => [kind, steps])).toEqual(
      [8, 16, 32].map((steps) => ['heavy-tail', steps]),
    );
    expect(markdown(study)).toContain('- **Warning**, heavy-tail: At 8 steps');
    // Paths differ only once they are beyond 3.
    const rare = symbolic({ state: ['x', 'y'], drift: ['0', '0'], diffusion: [['1'], ['max(x - 3, 0)']] });
    const unseen = await strongOrder({ problem: problem({ model: rare, x0: [0, 0], T: 1 }), ...about, paths: 2048 });
    expect(unseen.warnings.length).toBeGreaterThan(0);
    expect(unseen.verdict).toBe('inconclusive');
  });

  test('an exact level with lost outcomes names the study', async () => {
    const root = problem({ model: symbolic({ state: ['x'], drift: '0', diffusion: 'sqrt(x)' }), x0: [0.1], T: 1 });
    const study = weakOrder({
      chain: (steps) => discretize(root, withDriver(eulerMaruyama, 'two-point'), steps),
      steps: [2, 3],
      functional: terminal('x'),
      truth: 0.1,
      expected: 1,
      method: { kind: 'exact' },
    });
    await expect(study).rejects.toMatchObject({ details: { where: 'weakOrder({ method }), 2 steps' } });
  });
});

describe('what a study warns of', () => {
  test('is said by the comparison, printed, and survives its file', async () => {
    const candidate = (name: string) => ({
      name,
      chain: (steps: number) => discretize(brownian, eulerMaruyama, steps),
      expected: 1,
    });
    const study = await workPrecision({
      candidates: [candidate('a'), candidate('b')],
      steps: [4, 8],
      functional: terminal('x > 6'),
      truth: 9.8659e-10,
      tolerance: 1e-10,
      method: { kind: 'sampled', paths: 128, key: key(1), backend },
    });
    expect(study.verdict).toBe('inconclusive');
    expect(study.reason).toMatch(/^a has no confirmed order: at 4 steps the standard error is no evidence/);
    expect(study.warnings.map(({ method, steps }) => `${method} ${steps}`)).toEqual(['a 4', 'a 8', 'b 4', 'b 8']);
    for (const one of [study, study.rows[0].study]) {
      expect(parseStudy(json(one))).toEqual(one);
      expect(markdown(one).match(/^- \*\*Warning\*\*, rare-event: /gm)).toHaveLength(one.warnings.length);
    }
  });
});
