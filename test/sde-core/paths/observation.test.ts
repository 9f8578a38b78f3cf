import {
  barrier,
  type Chain,
  discretize,
  driftImplicitEuler,
  type Estimate,
  eulerMaruyama,
  exitTime,
  expectation,
  fold,
  inline,
  key,
  model as numericModel,
  observe,
  problem,
  runningIntegral,
  SdeError,
  simulate,
  supremum,
  symbolic,
  terminal,
  workers,
} from 'sde-core';
import { numbers } from 'sde-core/numerics';
import { describe, expect, test } from 'vitest';
import { normalProbability } from '#sde-core/numerics/distributions';

const [nu, sigma, T] = [0.4, 0.8, 1.5];
const drifted = symbolic({ state: ['x'], drift: [String(nu)], diffusion: [[String(sigma)]] });
const walk = (steps: number): Chain => discretize(problem({ model: drifted, x0: [0], T }), eulerMaruyama, steps);
const sampled = (chain: Chain, phi: string, paths = 40_000): Promise<Estimate> =>
  expectation(chain, terminal(phi), { paths, key: fold(key('bridge'), phi), backend: inline() });

describe('one step', () => {
  // A bridge from 0.7 to 0.4 of variance 0.3 stays above 0 with this probability, by reflection.
  const step = { h: 0.5, before: 0.7, after: 0.4, variance: 0.3 };
  const stays = 1 - Math.exp((-2 * 0.7 * 0.4) / 0.3);

  test('the exit time looked at continuously is in the middle of the step where the bridge leaves', () => {
    const tau = exitTime('x', { monitoring: 'continuous' });
    // The drawn variable is uniform on (−1, 1): on either side of 2 · stays − 1.
    const after = (w: number, inside: number) => tau.update(numbers, [2, inside], { ...step, draws: [w] });
    expect(after(2 * stays - 1.001, 1)).toEqual([2.5, 1]);
    expect(after(2 * stays - 0.999, 1)).toEqual([2.25, 0]);
    expect(after(-1, 0)).toEqual([2, 0]);
    expect(tau.update(numbers, [2, 1], { ...step, after: -0.1, draws: [-1] })).toEqual([2.25, 0]);
  });

  test('looked at on the grid it is the step’s end, whatever the bridge does', () => {
    const tau = exitTime('x');
    expect(tau.update(numbers, [2, 1], { ...step, draws: [] })).toEqual([2.5, 1]);
    expect(tau.update(numbers, [2, 1], { ...step, after: -0.1, draws: [] })).toEqual([2.5, 0]);
    expect(tau.update(numbers, [2, 1], { ...step, after: 0, draws: [] })).toEqual([2.5, 0]);
    expect(tau.update(numbers, [2, 0], { ...step, draws: [] })).toEqual([2, 0]);
  });

  test('the barrier’s weight is multiplied by the probability of staying, or by an indicator', () => {
    const [weight] = barrier('x').update(numbers, [0.5], { ...step, draws: [] });
    expect(Math.abs(Number(weight) / (0.5 * stays) - 1)).toBeLessThan(8 * Number.EPSILON);
    const grid = barrier('x', { monitoring: 'discrete' });
    expect(grid.update(numbers, [0.5], { ...step, draws: [] })).toEqual([0.5]);
    expect(grid.update(numbers, [0.5], { ...step, after: 0, draws: [] })).toEqual([0]);
  });

  test('what they start with, the draws they take and the orders they promise', () => {
    for (const monitoring of ['continuous', 'discrete'] as const) {
      const continuous = monitoring === 'continuous';
      const [tau, alive] = [exitTime('x', { monitoring }), barrier('x', { monitoring })];
      expect([tau.continuous, tau.draws, tau.order]).toEqual([continuous, continuous ? 1 : 0, continuous ? 1 : 1 / 2]);
      expect([alive.continuous, alive.draws, alive.order]).toEqual([continuous, 0, continuous ? 1 : 1 / 2]);
      expect([tau.divisible, alive.divisible]).toEqual([false, continuous]);
      for (const first of [-1, 0, 1]) {
        expect(tau.start(first)).toEqual([0, first > 0 ? 1 : 0]);
        expect(alive.start(first)).toEqual([first > 0 ? 1 : 0]);
      }
    }
    expect([exitTime('x').continuous, barrier('x').continuous]).toEqual([false, true]);
    for (const monitoring of ['continuous', 'discrete'] as const) {
      const top = supremum('x', { monitoring });
      const continuous = monitoring === 'continuous';
      expect([top.continuous, top.divisible, top.draws, top.order]).toEqual([
        continuous,
        continuous,
        continuous ? 1 : 0,
        continuous ? 1 : 1 / 2,
      ]);
      expect([top.start(-3), top.suffixes]).toEqual([[-3], ['']]);
    }
    const area = runningIntegral('x');
    expect([area.continuous, area.divisible, area.draws, area.order, area.start(5)]).toEqual([false, false, 0, 2, [0]]);
    expect(area.update(numbers, [3], { ...step, draws: [] })).toEqual([3 + 0.25 * (0.7 + 0.4)]);
    expect(supremum('x').update(numbers, [0.5], { ...step, draws: [] })).toEqual([0.5]);
    expect(supremum('x').update(numbers, [0.3], { ...step, draws: [] })).toEqual([0.4]);
  });
});

/** P(min X > −a) of Brownian motion with drift ν at time s, by reflection and Girsanov. @see [glasserman2003, section 6.4] */
function survival(a: number, s: number): number {
  const root = sigma * Math.sqrt(s);
  return (
    normalProbability((a + nu * s) / root) -
    Math.exp((-2 * nu * a) / sigma ** 2) * normalProbability((nu * s - a) / root)
  );
}
/** ∫₀ᵀ g by Simpson's rule; the integrands here are smooth but for a flat start. */
function integral(g: (s: number) => number, n = 2000): number {
  let sum = 0;
  for (let i = 0; i <= n; i++) sum += (i === 0 || i === n ? 1 : i % 2 === 0 ? 2 : 4) * g((i * T) / n);
  return (sum * T) / n / 3;
}

describe('Brownian motion with drift in few steps', () => {
  const a = 0.6;

  test.each([1, 3])('the probability of a barrier is exact in law with %d steps', async (steps) => {
    const observed = observe(walk(steps), { alive: barrier('x + a', { parameters: { a } }) });
    const bridge = await sampled(observed, 'alive');
    expect(Math.abs(bridge.mean - survival(a, T))).toBeLessThan(4 * bridge.standardError);
    const grid = observe(walk(steps), { alive: barrier('x + a', { parameters: { a }, monitoring: 'discrete' }) });
    const indicator = await sampled(grid, 'alive');
    // Seen on the grid alone too many survive, by far more than the sampling error.
    expect(indicator.mean - survival(a, T)).toBeGreaterThan(20 * indicator.standardError);
    // An indicator of the same mean would have more variance.
    expect(bridge.variance).toBeLessThan(survival(a, T) * (1 - survival(a, T)));
  });

  test('a moving barrier: f = x + a + ν t is a barrier of a drifting motion', async () => {
    const observed = observe(walk(2), { alive: barrier('x + 0.6 - 0.4*t') });
    const { mean, standardError } = await sampled(observed, 'alive');
    // W σ above −a: without drift.
    const exact = 2 * normalProbability(a / (sigma * Math.sqrt(T))) - 1;
    expect(Math.abs(mean - exact)).toBeLessThan(4 * standardError);
  });

  test('knock-out and knock-in add up', async () => {
    const observed = observe(walk(3), { alive: barrier('x + 0.6') });
    const both = await sampled(observed, 'alive*max(x, 0) + (1 - alive)*max(x, 0)');
    const all = await expectation(observed, terminal('max(x, 0)'), {
      paths: 40_000,
      key: fold(key('bridge'), 'alive*max(x, 0) + (1 - alive)*max(x, 0)'),
      backend: inline(),
    });
    // The same paths: rounding of a mean.
    expect(Math.abs(both.mean - all.mean)).toBeLessThan(8 * Number.EPSILON);
  });

  test('the maximum is exact in law with two steps', async () => {
    const observed = observe(walk(2), { top: supremum('x', { monitoring: 'continuous' }) });
    const level = 0.9;
    // P(max X ≤ level) is the survival of −X, whose drift is −ν.
    const root = sigma * Math.sqrt(T);
    const below =
      normalProbability((level - nu * T) / root) -
      Math.exp((2 * nu * level) / sigma ** 2) * normalProbability((-level - nu * T) / root);
    const { mean, standardError } = await sampled(observed, 'top < 0.9');
    expect(Math.abs(mean - below)).toBeLessThan(4 * standardError);
    const coarse = await sampled(observe(walk(2), { top: supremum('x') }), 'top < 0.9');
    expect(coarse.mean - below).toBeGreaterThan(20 * coarse.standardError);
  });

  test('exit times: the mean and the discount, drawn and as integrals of the probability', async () => {
    const steps = 24;
    const h = T / steps;
    const mean = integral((s) => (s === 0 ? 1 : survival(a, s)));
    const discount = 1 - Math.exp(-T) * survival(a, T) - integral((s) => Math.exp(-s) * (s === 0 ? 1 : survival(a, s)));
    const drawn = observe(walk(steps), { tau: exitTime('x + 0.6', { monitoring: 'continuous' }) });
    const weighted = observe(observe(walk(steps), { alive: barrier('x + 0.6') }), {
      life: runningIntegral('alive'),
      paid: runningIntegral('exp(-t)*alive'),
    });
    for (const [chain, phi, exact] of [
      [drawn, 'tau', mean],
      [drawn, 'tau_inside', survival(a, T)],
      [drawn, '(1 - tau_inside)*exp(-tau)', discount],
      [weighted, 'life', mean],
      [weighted, '1 - exp(-t)*alive - paid', discount],
    ] as const) {
      const estimate = await sampled(chain, phi, 20_000);
      // In the mean both are the trapezoidal rule for the probability over time, whose slopes at the ends differ by less than 1.
      expect(Math.abs(estimate.mean - exact), phi).toBeLessThan(4 * estimate.standardError + h ** 2 / 12);
    }
    const [one, other] = [await sampled(drawn, 'tau', 20_000), await sampled(weighted, 'life', 20_000)];
    expect(other.variance).toBeLessThan(one.variance);
    const grid = await sampled(observe(walk(steps), { tau: exitTime('x + 0.6') }), 'tau', 20_000);
    expect(grid.mean - mean).toBeGreaterThan(10 * grid.standardError);
  });
});

describe('a domain in the plane', () => {
  const plane = symbolic({
    state: ['x', 'y'],
    drift: ['-y', 'x - 0.1*y'],
    diffusion: [
      ['0.4 + 0.1*x', '0.2'],
      ['0.1*t', '0.3*x'],
    ],
  });
  const on = problem({ model: plane, x0: [0.3, 0.2], T: 1 });
  const all = {
    alive: barrier('1.1 - x^2 - y^2'),
    top: supremum('x*y + t', { monitoring: 'continuous' as const }),
    out: exitTime('1.1 - x^2 - y^2', { monitoring: 'continuous' as const }),
  };
  const chain = discretize(on, eulerMaruyama, 5);
  const observed = observe(chain, all);

  test('with nodes and without, the same path to rounding; the given states bit for bit', () => {
    const { traced: _, ...closed } = chain;
    const native = observe(closed as Chain, all);
    const implicit = observe(discretize(on, driftImplicitEuler({ theta: 0 }), 5), all);
    expect(observed.traced).toBeDefined();
    expect(native.traced).toBeUndefined();
    for (let path = 0; path < 20; path++) {
      const [a, b, c, plain] = [observed, native, implicit, chain].map((one) => simulate(one, { key: key(3), path }).x);
      for (let n = 0; n <= 5; n++) {
        for (const i of [0, 1]) expect(a.get(n, i)).toBe(plain.get(n, i));
        // A few roundings a step, of numbers of size 1.
        for (let i = 0; i < 6; i++) {
          expect(Math.abs(a.get(n, i) - b.get(n, i))).toBeLessThan(1e-13);
          expect(Math.abs(a.get(n, i) - c.get(n, i))).toBeLessThan(1e-12);
        }
      }
    }
  });

  test('one step by hand: |σᵀ∇f| at its start', () => {
    const next = new Float64Array(6);
    const noise = Float64Array.of(0.3, -0.7, 0.1, 0.2);
    observed.step(0, observed.x0, noise, next);
    const f = (x: number, y: number): number => 1.1 - x * x - y * y;
    // ∇f = (−0.6, −0.4); σ = ((0.43, 0.2), (0, 0.09)) at t = 0.
    const variance = 0.2 * ((0.43 * 0.6) ** 2 + (0.2 * 0.6 + 0.09 * 0.4) ** 2);
    const exact = 1 - Math.exp((-2 * f(0.3, 0.2) * f(next[0], next[1])) / variance);
    expect(Math.abs(next[2] - exact)).toBeLessThan(8 * Number.EPSILON);
  });

  test('threads change no bit, mirrored paths are allowed', async () => {
    const options = { paths: 6000, key: key(4), antithetic: true };
    const once = await expectation(observed, terminal('alive*top'), { ...options, backend: inline() });
    const threads = workers({ threads: 2 });
    try {
      const other = await expectation(observed, terminal('alive*top'), { ...options, backend: threads });
      expect([other.mean, other.variance]).toEqual([once.mean, once.variance]);
    } finally {
      await threads.close();
    }
  });

  test('a native program tells parameters apart', async () => {
    const closure = numericModel({
      dimension: 1,
      noiseDimension: 1,
      drift: (_, x, out) => {
        out[0] = -x[0];
      },
      diffusion: (_, __, out) => {
        out[0] = 1;
      },
    });
    const hash = async (a: number): Promise<string> => {
      const chain = discretize(problem({ model: closure, x0: [1], T: 1 }), eulerMaruyama, 4);
      const of = observe(chain, { alive: barrier('x + a', { parameters: { a } }) });
      const { provenance } = await expectation(of, terminal('alive'), { paths: 10, key: key(1), backend: inline() });
      return provenance.kind === 'sampled' ? provenance.program : '';
    };
    expect(await hash(1)).not.toBe(await hash(2));
  });
});

test('between the steps of a network there is no path', () => {
  const { diffusion: _, ...network } = walk(3);
  const refused = (): Chain => observe(network, { alive: barrier('x + 1') });
  expect(refused).toThrowError(SdeError);
  expect(refused).toThrowError(/between two steps/);
  expect(observe(network, { alive: barrier('x + 1', { monitoring: 'discrete' }) }).dimension).toBe(2);
});
