import {
  alfonsi,
  type Chain,
  coxIngersollRoss,
  discretize,
  eulerMaruyama,
  expectation,
  fold,
  heston,
  inline,
  key,
  problem,
  quadraticExponential,
  terminal,
} from 'sde-core';
import { noiseSource } from 'sde-core/randomness';
import { describe, expect, it } from 'vitest';
import { hestonCall } from '#studies/multilevel/heston-call';

const call = (chain: Chain, paths: number, name: string) =>
  expectation(chain, terminal('max(S - 100, 0)'), { paths, key: key(name), backend: inline() });

describe('a call on the Heston model of the library', () => {
  const p = { r: 0.05, kappa: 2, theta: 0.04, xi: 0.3, rho: -0.7, v0: 0.04 };
  const { r: mu, v0: _, ...rest } = p;
  const on = problem({ model: heston({ mu, ...rest }), x0: [100, 0.04], T: 1 });
  const discount = Math.exp(-0.05);
  const exact = hestonCall(100, 100, 1, p);

  it('is worth 10.394', () => {
    expect(discount * exact).toBeCloseTo(10.3942, 4);
  });

  it('has it by four steps of the quadratic-exponential scheme, and by full truncation with many', async () => {
    for (const [chain, paths] of [
      [discretize(on, quadraticExponential, 4), 65_536],
      [discretize(on, eulerMaruyama, 128), 32_768],
    ] as const) {
      const { mean, standardError, nonFinite } = await call(chain, paths, 'call');
      expect(nonFinite).toBe(0);
      expect(Math.abs(mean - exact)).toBeLessThan(4 * standardError);
    }
  });
});

describe('where variance often reaches 0: κ ½, θ 0.04, ξ 1, ρ −0.9, T 10', () => {
  // The first case of [andersen2008, table 1]: 13.085.
  const p = { r: 0, kappa: 0.5, theta: 0.04, xi: 1, rho: -0.9, v0: 0.04 };
  const on = problem({ model: heston({ mu: 0, kappa: 0.5, theta: 0.04, xi: 1, rho: -0.9 }), x0: [100, 0.04], T: 10 });
  const exact = hestonCall(100, 100, 10, p);

  it('forty steps of the quadratic-exponential scheme price the call, and keep S a martingale', async () => {
    expect(exact).toBeCloseTo(13.0847, 4);
    const chain = discretize(on, quadraticExponential, 40);
    const options = { paths: 16_384, key: key('rare'), backend: inline() };
    for (const [functional, value] of [
      ['max(S - 100, 0)', exact],
      ['S', 100],
    ] as const) {
      const { mean, standardError, nonFinite, negative } = await expectation(chain, terminal(functional), options);
      expect(nonFinite).toBe(0);
      expect(negative).toEqual({ paths: 0 });
      expect(Math.abs(mean - value)).toBeLessThan(4 * standardError);
    }
  });

  it('full truncation loses no path, and its error falls with the step', async () => {
    const errors: number[] = [];
    for (const steps of [40, 160]) {
      const { mean, nonFinite, negative } = await call(discretize(on, eulerMaruyama, steps), 16_384, 'ladder');
      expect(nonFinite).toBe(0);
      // It says that states fell below 0.
      expect(negative?.paths).toBeGreaterThan(0);
      errors.push(mean - exact);
    }
    // 1.93 and 0.50 ± 0.11 here.
    expect(errors[1]).toBeLessThan(errors[0] / 2);
  });

  it('a step over which E S is infinite is lost, not taken', async () => {
    const steep = problem({ model: heston({ mu: 0, kappa: 2, theta: 0.2, xi: 0.5, rho: 0.9 }), x0: [100, 0.2], T: 40 });
    const { nonFinite, paths } = await call(discretize(steep, quadraticExponential, 2), 64, 'infinite');
    expect(nonFinite).toBe(paths);
    expect((await call(discretize(steep, quadraticExponential, 40), 64, 'finite')).nonFinite).toBe(0);
  });
});

describe('moments of square-root processes', () => {
  // Parameters by the project's own generator: 2κμ/σ² from 0.05 to 20.
  const uniform = new Float64Array(5);
  const draw = noiseSource(
    Array.from(
      { length: 5 },
      () =>
        ({
          kind: 'uniform',
          mean: 1 / 2,
          variance: 1 / 12,
          thirdCumulant: 0,
          fourthMoment: 1 / 80,
          parameters: [0, 1],
        }) as const,
    ),
    key('square roots'),
  );
  const family = Array.from({ length: 8 }, (_, k) => {
    draw(k, 0, uniform);
    const [a, b, c, d, e] = uniform;
    const [kappa, mu] = [0.3 + 2 * a, 0.02 + b];
    const sigma = Math.sqrt((2 * kappa * mu) / (0.05 * 400 ** c));
    return { kappa, mu, sigma, x0: 2 * d * mu, T: 0.5 + 2 * e };
  });

  it.each(family)('κ $kappa, μ $mu, σ $sigma', async ({ kappa, mu, sigma, x0, T }) => {
    const model = coxIngersollRoss({ kappa, mu, sigma });
    for (const [scheme, steps] of [
      [quadraticExponential, 3],
      [alfonsi, 32],
    ] as const) {
      const chain = discretize(problem({ model, x0: [x0], T }), scheme, steps);
      for (const order of [1, 2] as const) {
        const { mean, standardError, nonFinite, negative } = await expectation(chain, terminal(`x^${order}`), {
          paths: 8192,
          key: fold(key('moments'), scheme.name, order),
          backend: inline(),
        });
        expect([nonFinite, negative?.paths]).toEqual([0, 0]);
        expect(Math.abs(mean - model.exactMoment(order, T, x0))).toBeLessThan(4.5 * standardError);
      }
    }
  });
});
