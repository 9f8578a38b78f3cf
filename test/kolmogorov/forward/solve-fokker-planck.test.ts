import { bdf2, crankNicolson, hundsdorferVerwer, solveFokkerPlanck, uniform } from 'kolmogorov';
import { SdeError, symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';

const line = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['1']] });
const plane = symbolic({ state: ['x', 'y'], drift: ['-x', '-y'], diffusion: [['0.7'], ['0.7']] });
const options = { grid: [uniform(-6, 6, 121)], stepping: crankNicolson({ steps: 60 }) };

describe('solveFokkerPlanck', () => {
  test('spreads a Gaussian of Ornstein and Uhlenbeck with order 2', () => {
    // Variance ¼ e^(−2) + ½ (1 − e^(−2)), mean ½ e^(−1).
    const [mean, variance] = [Math.exp(-1) / 2, Math.exp(-2) / 4 + (1 - Math.exp(-2)) / 2];
    const errors = [61, 121, 241].map((n) => {
      const density = solveFokkerPlanck(
        { model: line, T: 1, initial: 'exp(-2*(x - 0.5)^2)*sqrt(2/pi)' },
        { grid: [uniform(-6, 6, n)], stepping: crankNicolson({ steps: n - 1 }) },
      );
      return density.at(1, [0.4]) - Math.exp(-((0.4 - mean) ** 2) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);
    });
    expect(Math.log2(errors[1] / errors[2])).toBeGreaterThan(1.9);
    expect(Math.log2(errors[1] / errors[2])).toBeLessThan(2.1);
  });

  test('gives masses, densities and expectations that agree', () => {
    const density = solveFokkerPlanck({ model: line, T: 1, initial: [0.5] }, options);
    const [masses, values] = [density.masses(1).data, density.slice(1).data];
    expect(density.massAt).toHaveLength(density.times.length);
    expect(density.mass).toBe(density.massAt[density.massAt.length - 1]);
    expect(Math.abs(density.expectation(1, () => 1) - density.mass)).toBeLessThan(121 * Number.EPSILON);
    masses.forEach((mass, p) => {
      const volume = p === 0 || p === 120 ? 0.05 : 0.1;
      expect(Math.abs(values[p] * volume - mass)).toBeLessThan(8 * Number.EPSILON);
    });
    // E X_1 = ½ e^(−1), and the error of the mean is that of time alone: (1/60)² / 12.
    expect(Math.abs(density.expectation(1, (x) => x[0]) - Math.exp(-1) / 2)).toBeLessThan(1 / 60 ** 2);
  });

  test('gives marginals and quantiles', () => {
    const grid = [uniform(-4, 4, 81), uniform(-4, 4, 65)];
    const rho = solveFokkerPlanck(
      { model: plane, T: 1, initial: 'exp(-(x - 0.5)^2/0.5 - y^2/0.5)/(0.5*pi)' },
      { grid, boundary: { kind: 'reflecting' }, stepping: hundsdorferVerwer({ steps: 40 }) },
    );
    const [mean, variance] = [Math.exp(-1) / 2, Math.exp(-2) / 4 + (0.49 / 2) * (1 - Math.exp(-2))];
    const normal = (x: number): number =>
      Math.exp(-((x - mean) ** 2) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);
    // Second order in spacing 0.1 and step 1/40, with derivatives of the density below 5.
    rho.marginal(1, 0).forEach((value, i) => {
      expect(Math.abs(value - normal(grid[0].points[i]))).toBeLessThan(5 * 0.1 ** 2);
    });
    expect(Math.abs(rho.quantile(1, 0, 0.5) - mean)).toBeLessThan(0.1 ** 2);
    expect(Math.abs(rho.quantile(1, 1, 0.975) - 1.959964 * Math.sqrt(variance))).toBeLessThan(5 * 0.1 ** 2);
    expect(() => rho.marginal(1, 2)).toThrow(SdeError);
    expect(() => rho.quantile(1, 0, 1)).toThrow(SdeError);
  });

  test('starts from values at the nodes', () => {
    const first = solveFokkerPlanck({ model: line, T: 1, initial: 'exp(-x^2)' }, options);
    const second = solveFokkerPlanck({ model: line, T: 1, initial: first.slice(0) }, options);
    second.slice(1).data.forEach((value, p) => {
      expect(Math.abs(value - first.slice(1).data[p])).toBeLessThan(100 * Number.EPSILON);
    });
  });

  test('with memory has all its mass at every time, and is of order 2 at the end', () => {
    const at = (steps: number): number => {
      const density = solveFokkerPlanck(
        { model: line, T: 1, initial: 'exp(-x^2)/sqrt(pi)' },
        { grid: [uniform(-6, 6, 61)], boundary: { kind: 'reflecting' }, stepping: bdf2({ steps }) },
      );
      for (const mass of density.massAt) expect(Math.abs(mass - density.massAt[0])).toBeLessThan(1e4 * Number.EPSILON);
      return density.expectation(1, (x) => Math.cos(2 * x[0] + 1));
    };
    const [coarse, middle, fine] = [at(20), at(40), at(80)];
    expect(Math.log2((coarse - middle) / (middle - fine))).toBeGreaterThan(1.8);
    expect(Math.log2((coarse - middle) / (middle - fine))).toBeLessThan(2.2);
  });

  test.each([
    ['a number for a point', 0.5, 'value'],
    ['nothing', undefined, 'value'],
    ['a point outside the grid', [7], 'value'],
    ['a point of another dimension', [1, 2], 'shape'],
    ['an unknown symbol', 'exp(-z)', 'unknown-symbol'],
  ])('refuses %s', (_, initial, code) => {
    let error: unknown;
    try {
      // What the types forbid.
      solveFokkerPlanck({ model: line, T: 1, initial: initial as string }, options);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(SdeError);
    expect((error as SdeError).code).toBe(code);
  });

  test('reports progress, and stops at an aborted signal', () => {
    const seen: number[] = [];
    const grid = [uniform(-2, 2, 9), uniform(-2, 2, 9)];
    const stepping = hundsdorferVerwer({ steps: 3 });
    solveFokkerPlanck(
      { model: plane, T: 1, initial: [0, 0] },
      { grid, stepping, onProgress: ({ done }) => seen.push(done) },
    );
    // Two of the three steps are two half-steps each, at the point where it starts.
    expect(seen).toEqual([1, 2, 3, 4, 5]);
    const signal = AbortSignal.abort();
    expect(() => solveFokkerPlanck({ model: plane, T: 1, initial: [0, 0] }, { grid, stepping, signal })).toThrow(
      /cancelled/,
    );
  });
});
