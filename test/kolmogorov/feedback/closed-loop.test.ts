import { controlled, implicitEuler, solveHJB, solveKolmogorov, uniform } from 'kolmogorov';
import { discretize, eulerMaruyama, key, problem, simulate } from 'sde-core';
import { describe, expect, test } from 'vitest';

const stepping = implicitEuler({ steps: 10 });
const drifts = (model: { drift(t: number, x: Float64Array, out: Float64Array): void }, t: number, ...x: number[]) => {
  const out = new Float64Array(x.length);
  model.drift(t, Float64Array.from(x), out);
  return out;
};

describe('closedLoop', () => {
  const model = controlled({ state: ['x'], control: ['a'], drift: ['a'], diffusion: [['0.5']] });
  // V = x² + (T − t)/4, a = −x.
  const outcome = solveHJB(
    { model, T: 1, running: 'x^2 + a^2', terminal: 'x^2', controls: { a: {} } },
    { grid: [uniform(-2, 2, 41)], boundary: { kind: 'dirichlet', value: 'x^2 + (1 - t)/4' }, stepping },
  );

  test('has the policy of the nodes, linear between them, in the model', () => {
    for (const x of [-1.93, -0.4, 0, 0.77, 2]) {
      expect(Math.abs(drifts(outcome.closedLoop, 0.37, x)[0] + x)).toBeLessThan(1e-10);
      expect(Math.abs(outcome.policy.a.at(0.37, [x]) + x)).toBeLessThan(1e-10);
    }
  });

  test('goes on beyond the grid and its times with the nearest policy, while a field refuses', () => {
    expect(Math.abs(drifts(outcome.closedLoop, 0.5, 7)[0] + 2)).toBeLessThan(1e-10);
    expect(drifts(outcome.closedLoop, -3, 1)[0]).toBe(drifts(outcome.closedLoop, 0, 1)[0]);
    expect(() => outcome.policy.a.at(0.5, [7])).toThrow(/outside the grid/);
  });

  test('the cost model gathers the running cost, the discount and a martingale beside the state', () => {
    const { dimension, noiseDimension } = outcome.costModel;
    expect([dimension, noiseDimension]).toEqual([4, 1]);
    // x = 0.5, D = 0.8: a = −0.5, r = 0.5, no discount.
    const [b, cost, discount, martingale] = drifts(outcome.costModel, 0.5, 0.5, 0, 0.8, 0);
    expect(Math.abs(b + 0.5)).toBeLessThan(1e-10);
    expect(Math.abs(cost - 0.8 * 0.5)).toBeLessThan(1e-10);
    expect([discount, martingale]).toEqual([-0, 0]);
    const sigma = new Float64Array(4);
    outcome.costModel.diffusion(0.5, Float64Array.of(0.5, 0, 0.8, 0), sigma);
    // D ∂V/∂x σ = 0.8 · 1 · 0.5, and differences of x² are exact.
    expect(sigma.subarray(0, 3)).toEqual(Float64Array.of(0.5, 0, 0));
    expect(Math.abs(sigma[3] - 0.4)).toBeLessThan(1e-10);
  });

  test('is a model as any other: it is simulated, and solved with', () => {
    const chain = discretize(problem({ model: outcome.closedLoop, x0: [1], T: 1 }), eulerMaruyama, 20);
    expect(simulate(chain, { key: key(1) }).x.shape).toEqual([21, 1]);
    const u = solveKolmogorov(
      {
        model: outcome.closedLoop,
        T: 1,
        terminal: 'x^2',
        source: (t, x) => x[0] ** 2 + outcome.policy.a.at(t, x) ** 2,
      },
      {
        grid: [uniform(-2, 2, 41)],
        boundary: { kind: 'dirichlet', value: 'x^2 + (1 - t)/4' },
        stepping: implicitEuler({ steps: 10 }),
        drift: 'hybrid',
      },
    );
    expect(Math.abs(u.at(0, [0.6]) - outcome.value.at(0, [0.6]))).toBeLessThan(1e-10);
  });

  test('a listed control keeps to its list, between nodes too', () => {
    const uncertain = controlled({ state: ['x'], control: ['s'], drift: ['0'], diffusion: [['s']] });
    const { closedLoop, policy } = solveHJB(
      { model: uncertain, T: 0.2, terminal: 'cos(x)', controls: { s: [0.5, 0.2] }, sense: 'maximize' },
      { grid: [uniform(-Math.PI, Math.PI, 41)], boundary: { kind: 'reflecting' }, stepping },
    );
    const sigma = new Float64Array(1);
    const seen = new Set<number>();
    const between = new Set<number>();
    for (let i = 0; i <= 1000; i++) {
      const x = -3 + (6 * i) / 1000;
      closedLoop.diffusion(0.1, Float64Array.of(x), sigma);
      seen.add(sigma[0]);
      between.add(policy.s.at(0.1, [x]));
    }
    expect([...seen].sort()).toEqual([0.2, 0.5]);
    expect(between.size).toBeGreaterThan(2);
  });
});
