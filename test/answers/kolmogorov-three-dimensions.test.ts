import {
  dualityDefect,
  hundsdorferVerwer,
  modifiedCraigSneyd,
  solveFokkerPlanck,
  solveKolmogorov,
  uniform,
} from 'kolmogorov';
import { symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';

// dX = −X dt + B dW: Gaussian, mean e^(−T) x, covariance B Bᵀ (1 − e^(−2T)) / 2. The second B has rank one.
const full = [
  [0.7, 0, 0],
  [0.3, 0.5, 0],
  [-0.2, 0.2, 0.6],
];
const rankOne = [[0.5], [-0.4], [0.3]];
const weights = [1, 0.8, -0.6];
const start = [0.5, 0.5, -1];

const modelOf = (b: number[][]) => symbolic({ state: ['x', 'y', 'z'], drift: ['-x', '-y', '-z'], diffusion: b });
const exact = (b: number[][]): number => {
  const mean = Math.exp(-1) * weights.reduce((sum, w, i) => sum + w * start[i], 0);
  const loads = b[0].map((_, k) => weights.reduce((sum, w, i) => sum + w * b[i][k], 0));
  const variance = (loads.reduce((sum, load) => sum + load ** 2, 0) * (1 - Math.exp(-2))) / 2;
  return Math.sin(mean) * Math.exp(-variance / 2);
};
const cube = (n: number) => [uniform(-4, 4, n), uniform(-4, 4, n), uniform(-4, 4, n)];

describe('three dimensions', () => {
  test.each([
    ['full rank, Hundsdorfer–Verwer', full, hundsdorferVerwer],
    ['full rank, modified Craig–Sneyd', full, modifiedCraigSneyd],
    ['rank one, Hundsdorfer–Verwer', rankOne, hundsdorferVerwer],
  ])('%s: order 2', (_, b, stepping) => {
    const errors = [17, 33].map(
      (n) =>
        solveKolmogorov(
          { model: modelOf(b), T: 1, terminal: 'sin(x + 0.8*y - 0.6*z)' },
          { grid: cube(n), stepping: stepping({ steps: (n - 1) / 2 }), keep: 'ends' },
        ).at(0, start) - exact(b),
    );
    const order = Math.log2(errors[0] / errors[1]);
    expect(order, errors.join(', ')).toBeGreaterThan(1.8);
    expect(order, errors.join(', ')).toBeLessThan(2.2);
  });

  test('the forward solve is the transpose, and keeps its mass', () => {
    const discretization = {
      grid: [uniform(-2, 2, 9), uniform(-2, 2, 11), uniform(-1, 2, 7)],
      boundary: { kind: 'reflecting' } as const,
      stepping: modifiedCraigSneyd({ steps: 6 }),
    };
    const defect = dualityDefect(
      { model: modelOf(full), T: 1, terminal: 'x*y - z', killing: '0.1*x^2', source: 't*y' },
      [0.5, -0.5, 1],
      discretization,
    );
    // Sums over 693 nodes of numbers of size 1, six steps.
    expect(Math.abs(defect)).toBeLessThan(6 * 700 * Number.EPSILON);
    const density = solveFokkerPlanck({ model: modelOf(full), T: 1, initial: [0.5, -0.5, 1] }, discretization);
    expect(Math.abs(density.mass - 1)).toBeLessThan(6 * 700 * Number.EPSILON);
  });
});
