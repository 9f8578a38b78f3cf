import { type Axis, crankNicolson, solveFokkerPlanck, solveStationary, stationaryDensity, uniform } from 'kolmogorov';
import { model, SdeError, symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';

const brownian = symbolic({ state: ['x'], drift: ['0'], diffusion: [['1']] });
const order = (error: (n: number) => number, n = 41): number => Math.log2(error(n) / error(2 * n - 1));

describe('stationary problems', () => {
  test('mean exit time of Brownian motion from (−1, 1) is 1 − x², exactly', () => {
    const u = solveStationary(
      { model: brownian, source: 1 },
      { grid: [uniform(-1, 1, 21)], boundary: { kind: 'absorbing' } },
    );
    // A quadratic is differenced exactly; the condition number is below 10 · 21².
    for (const x of [-0.5, 0, 0.3]) expect(Math.abs(u.at(0, [x]) - (1 - x * x))).toBeLessThan(1e4 * Number.EPSILON);
  });

  test('mean exit time with reflection on one side', () => {
    const u = solveStationary(
      { model: brownian, source: 1 },
      { grid: [uniform(0, 1, 21)], boundary: [{ lower: { kind: 'reflecting' }, upper: { kind: 'absorbing' } }] },
    );
    expect(Math.abs(u.at(0, [0.25]) - (1 - 0.0625))).toBeLessThan(1e4 * Number.EPSILON);
  });

  test('in the plane, with mixed derivatives: a solution made up beforehand', () => {
    // u = sin x · cos y with σ = [[1, 0.5], [0, 1]]: a = [[1.25, 0.5], [0.5, 1]], b = (y, −x), c = 0.3.
    const plane = symbolic({
      state: ['x', 'y'],
      drift: ['y', '-x'],
      diffusion: [
        ['1', '0.5'],
        ['0', '1'],
      ],
    });
    const minusLu = 'y*cos(x)*cos(y) + x*sin(x)*sin(y) - 1.125*sin(x)*cos(y) - 0.5*cos(x)*sin(y)';
    const error = (n: number): number => {
      const grid: readonly Axis[] = [uniform(-1, 1, n), uniform(-0.5, 1.5, n)];
      const u = solveStationary(
        { model: plane, killing: 0.3, source: `0.3*sin(x)*cos(y) - (${minusLu})` },
        { grid, boundary: { kind: 'dirichlet', value: 'sin(x)*cos(y)' } },
      );
      return u.at(0, [0.5, 0.5]) - Math.sin(0.5) * Math.cos(0.5);
    };
    expect(order(error)).toBeGreaterThan(1.9);
    expect(order(error)).toBeLessThan(2.1);
  });

  test('refuses what has no unique solution, and a model in time', () => {
    expect(() =>
      solveStationary({ model: brownian, source: 1 }, { grid: [uniform(0, 1, 21)], boundary: { kind: 'reflecting' } }),
    ).toThrow(/no unique solution/);
    const moving = symbolic({ state: ['x'], drift: ['t'], diffusion: [['1']] });
    expect(() => solveStationary({ model: moving }, { grid: [uniform(0, 1, 21)] })).toThrow(SdeError);
    const jumping = model({
      dimension: 1,
      noiseDimension: 1,
      breakpoints: [0.5],
      drift: () => {},
      diffusion: () => {},
    });
    expect(() => solveStationary({ model: jumping }, { grid: [uniform(0, 1, 21)] })).toThrow(/breakpoints/);
  });
});

describe('stationary laws', () => {
  test('of Ornstein–Uhlenbeck is its Gaussian, with order 2', () => {
    const ou = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['1']] });
    const error = (n: number): number => {
      const outcome = stationaryDensity({ model: ou }, { grid: [uniform(-5, 5, n)], boundary: { kind: 'reflecting' } });
      expect(outcome.kind).toBe('converged');
      expect(Math.abs(outcome.density.mass - 1)).toBeLessThan(n * Number.EPSILON);
      return outcome.density.at(0, [0.5]) - Math.exp(-0.25) / Math.sqrt(Math.PI);
    };
    expect(order(error, 81)).toBeGreaterThan(1.9);
    expect(order(error, 81)).toBeLessThan(2.1);
  });

  test('is what the forward solve tends to', () => {
    const wells = symbolic({ state: ['x'], drift: ['x - x^3'], diffusion: [['1']] });
    const options = { grid: [uniform(-3, 3, 61)], boundary: { kind: 'reflecting' } as const };
    const { density: limit } = stationaryDensity({ model: wells }, options);
    const late = solveFokkerPlanck(
      { model: wells, T: 60, initial: [0.9] },
      { ...options, stepping: crankNicolson({ steps: 600 }) },
    );
    // The slowest rate of the two wells is above 0.4: e^(−0.4 · 60) is below 1e-10.
    late.masses(60).data.forEach((mass, p) => {
      expect(Math.abs(mass - limit.masses(0).data[p])).toBeLessThan(1e-9);
    });
  });
});
