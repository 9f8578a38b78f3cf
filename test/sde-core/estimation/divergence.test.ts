import {
  coxIngersollRoss,
  discretize,
  type Estimate,
  eulerMaruyama,
  expectation,
  geometricBrownianMotion,
  heston,
  inline,
  key,
  lotkaVolterra,
  multilevel,
  model as numericModel,
  problem,
  SdeError,
  schemes,
  simulate,
  strongOrder,
  symbolic,
  tamedEuler,
  terminal,
  weakOrder,
  workers,
} from 'sde-core';
import { describe, expect, test } from 'vitest';

const cubic = symbolic({ state: ['x', 'y'], drift: ['x - x^3', '-y'], diffusion: [['3'], ['1']] });
const on = problem({ model: cubic, x0: [2, 0], T: 2 });
const steps = 8;
const sqrt = coxIngersollRoss({ kappa: 1, mu: 0.1, sigma: 0.6 });
const wild = discretize(on, eulerMaruyama, steps);
const run = (more: object = {}): Promise<Estimate> =>
  expectation(wild, terminal('x^2'), { paths: 3 * 4096 + 5, key: key('wild'), backend: inline(), ...more });

describe('an ensemble that diverges', () => {
  test('is counted, with the first path, its step and its last finite state', async () => {
    const { nonFinite, firstNonFinite, divergence, paths } = await run();
    expect(nonFinite).toBeGreaterThan(0);
    expect(nonFinite).toBeLessThan(paths);
    expect(divergence?.paths).toBe(nonFinite);
    const first = divergence?.first;
    expect(first).toMatchObject({ path: firstNonFinite, kind: 'state' });
    // The path itself, looked at.
    const { x, t } = simulate(wild, { key: key('wild'), path: firstNonFinite });
    const finite = (n: number): boolean => [0, 1].every((i) => Number.isFinite(x.get(n, i)));
    const step = Array.from({ length: steps }, (_, n) => n + 1).find((n) => !finite(n)) ?? 0;
    expect(step).toBeGreaterThan(0);
    expect(first).toMatchObject({ step, t: t[step], state: [x.get(step - 1, 0), x.get(step - 1, 1)] });
    for (let path = 0; path < (firstNonFinite ?? 0); path++)
      expect(Number.isFinite(simulate(wild, { key: key('wild'), path }).x.get(steps, 0))).toBe(true);
  });

  test('names every restrained scheme of its calculus and no other', async () => {
    const { divergence } = await run();
    for (const { name, restraint, calculus } of schemes) {
      const named = divergence?.message.includes(`${name} (`) ?? false;
      expect(named, name).toBe(restraint !== undefined && calculus === 'ito');
    }
    expect(divergence?.message).toMatch(
      /^\d+ of 12293 paths are not finite: the first is path \d+ in step \d, from \(/,
    );
    // What it names holds.
    const tamed = await expectation(discretize(on, tamedEuler, steps), terminal('x^2'), {
      paths: 4096,
      key: key('wild'),
      backend: inline(),
    });
    expect(tamed).toMatchObject({ nonFinite: 0 });
    expect(tamed.divergence).toBeUndefined();
  });

  test('says the same for any number of threads, and survives JSON', async () => {
    const once = await run();
    for (const threads of [1, 2]) {
      const backend = workers({ threads });
      try {
        expect((await run({ backend })).divergence).toEqual(once.divergence);
      } finally {
        await backend.close();
      }
    }
    expect(JSON.parse(JSON.stringify(once.divergence))).toEqual(once.divergence);
  });

  test('also on the mirrored path, and in the functional alone', async () => {
    // Only one of a path and its image is thrown out: b and σ vanish on one side.
    const oneSided = symbolic({ state: ['x'], drift: ['x > 1 ? x^5 : 0'], diffusion: [['1']] });
    const chain = discretize(problem({ model: oneSided, x0: [0], T: 6 }), eulerMaruyama, 6);
    const options = { paths: 200, key: key(3), backend: inline() };
    const plain = await expectation(chain, terminal('x'), options);
    const paired = await expectation(chain, terminal('x'), { ...options, antithetic: true });
    expect(paired.nonFinite).toBeGreaterThan(plain.nonFinite);
    expect(paired.divergence?.first?.path).toBe(paired.firstNonFinite);
    const signs = new Set<boolean>();
    for (let seed = 0; seed < 8; seed++) {
      const { divergence } = await expectation(chain, terminal('x'), { ...options, key: key(seed), antithetic: true });
      signs.add(divergence?.first?.mirrored ?? false);
    }
    expect(signs.size).toBe(2);

    const walk = discretize(
      problem({ model: symbolic({ state: ['x'], drift: ['0'], diffusion: [['1']] }), x0: [1], T: 1 }),
      eulerMaruyama,
      2,
    );
    const { divergence } = await expectation(walk, terminal('log(x)'), options);
    expect(divergence?.first).toMatchObject({ kind: 'functional', step: 2 });
    expect(divergence?.first?.state[0]).toBeLessThan(0);
    // The states are finite: no scheme would help.
    expect(divergence?.message).toContain('Its states are finite');
    expect(divergence?.message).not.toContain('tamed');
  });

  test('ends a run to a tolerance, not converged', async () => {
    const estimate = await run({ paths: undefined, tolerance: 1e9 });
    expect(estimate.converged).toBe(false);
    expect(estimate.paths).toBe(4 * 4096);
    expect(estimate.divergence?.paths).toBe(estimate.nonFinite);
  });

  test('decides no study', async () => {
    // A square root of what fell below 0 loses single paths, and the others stay small.
    const root = problem({ model: sqrt, x0: [0.1], T: 1 });
    const weak = await weakOrder({
      chain: (count) => discretize(on, eulerMaruyama, count),
      steps: [8, 16, 32],
      functional: terminal('tanh(x)'),
      truth: 0.1,
      expected: 1,
      method: { kind: 'sampled', paths: 4096, key: key('wild'), backend: inline() },
    });
    expect(weak.verdict).toBe('inconclusive');
    expect(weak.fit.reason).toMatch(/^at 8 steps \d+ of 4096 paths are not finite/);
    const options = { scheme: eulerMaruyama, steps: [8, 16, 32], key: key('wild'), backend: inline() };
    const strong = await strongOrder({ problem: root, paths: 4096, ...options });
    expect(strong.levels.some(({ nonFinite }) => nonFinite > 0)).toBe(true);
    expect(strong.verdict).toBe('inconclusive');
    expect(strong.fit.reason).toContain('tamed Euler');
    // Where the squares of the others overflow there is no estimate at all, and the error says the same.
    await expect(strongOrder({ problem: on, paths: 4096, ...options })).rejects.toThrow('tamed Euler');
  });

  test('warns in a multilevel estimate with the same remedy', async () => {
    const estimate = await multilevel(on, eulerMaruyama, terminal('x'), {
      tolerance: 10,
      key: key(1),
      steps: 8,
      backend: inline(),
    });
    const warning = estimate.warnings.find(({ kind }) => kind === 'lost-paths');
    expect(warning?.message).toContain('tamed Euler (tamed)');
  });
});

describe('states that should not be negative', () => {
  test('are counted, with the first path, step, state and value', async () => {
    // Geometric Brownian motion under Euler: a factor below 0 with probability Φ(−1.1/0.9) a step; the value stays finite.
    const chain = discretize(
      problem({ model: geometricBrownianMotion({ mu: 0.1, sigma: 0.9 }), x0: [1], T: 3 }),
      eulerMaruyama,
      3,
    );
    const { negative, nonFinite, paths } = await expectation(chain, terminal('x'), {
      paths: 8192,
      key: key(5),
      backend: inline(),
    });
    expect(nonFinite).toBe(0);
    let count = 0;
    let first: object | undefined;
    for (let path = 0; path < paths; path++) {
      const { x } = simulate(chain, { key: key(5), path });
      const step = [1, 2, 3].find((n) => x.get(n, 0) < 0);
      if (step === undefined) continue;
      count++;
      first ??= { path, step, t: step, state: 'x', value: x.get(step, 0) };
    }
    expect(count).toBeGreaterThan(100);
    expect(negative).toEqual({ paths: count, first });
  });

  test('explain what a square root then loses', async () => {
    const chain = discretize(problem({ model: sqrt, x0: [0.1], T: 1 }), eulerMaruyama, 8);
    const { negative, nonFinite, divergence } = await expectation(chain, terminal('x'), {
      paths: 4096,
      key: key(6),
      backend: inline(),
    });
    // Every path that is lost was below 0 before; those below 0 at the last step are finite.
    expect(negative?.paths).toBeGreaterThanOrEqual(nonFinite);
    expect(nonFinite).toBeGreaterThan(0);
    expect(divergence?.first?.state[0]).toBeLessThan(0);
    // Neither taming nor an implicit drift would help here.
    expect(divergence?.message).toContain('There x had fallen below 0');
    expect(divergence?.message).not.toContain('tamed');
  });

  test('are the same for threads, closures and mirrored paths', async () => {
    const model = lotkaVolterra({ alpha: 1, beta: 1, gamma: 1, delta: 1, sigma1: 0.9, sigma2: 0.9 });
    const chain = discretize(problem({ model, x0: [1, 1], T: 4 }), eulerMaruyama, 8);
    const options = { paths: 5000, key: key(7), antithetic: true };
    const once = await expectation(chain, terminal('x'), { ...options, backend: inline() });
    expect(once.negative?.paths).toBeGreaterThan(0);
    const { traced: _, ...closed } = chain;
    const native = await expectation(closed, terminal('x'), { ...options, backend: inline() });
    expect(native.negative).toEqual(once.negative);
    const backend = workers({ threads: 2 });
    try {
      expect((await expectation(chain, terminal('x'), { ...options, backend })).negative).toEqual(once.negative);
    } finally {
      await backend.close();
    }
  });

  test('are declared by models, and none is said where none is declared', async () => {
    const declared = heston({ mu: 0, kappa: 1, theta: 0.04, xi: 0.2, rho: -0.5 });
    expect(declared.nonNegative).toEqual([0, 1]);
    const calm = discretize(problem({ model: declared, x0: [1, 0.04], T: 0.1 }), eulerMaruyama, 64);
    const { negative } = await expectation(calm, terminal('S'), { paths: 64, key: key(1), backend: inline() });
    expect(negative).toEqual({ paths: 0 });
    expect((await run()).negative).toBeUndefined();
    // What starts below 0 is not held to it.
    const mirrored = discretize(
      problem({ model: geometricBrownianMotion({ mu: 0, sigma: 0.1 }), x0: [-1], T: 1 }),
      eulerMaruyama,
      2,
    );
    const below = await expectation(mirrored, terminal('x'), { paths: 64, key: key(1), backend: inline() });
    expect(below.negative).toEqual({ paths: 0 });
    expect(() => symbolic({ state: ['x'], drift: '0', diffusion: '1', nonNegative: ['y'] })).toThrowError(SdeError);
    const closures = { dimension: 1, noiseDimension: 1, drift: () => {}, diffusion: () => {} };
    expect(() => numericModel({ ...closures, nonNegative: [1] })).toThrowError(/indices from 0 to 0/);
    expect(numericModel({ ...closures, nonNegative: [0] }).nonNegative).toEqual([0]);
  });
});
