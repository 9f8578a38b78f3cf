import {
  controlObjective,
  type DiffusionDifference,
  hundsdorferVerwer,
  implicitEuler,
  monotonicity,
  sinhSpaced,
  uniform,
} from 'kolmogorov';
import { type Model, symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';

const stepping = implicitEuler({ steps: 1 });
const still = (diffusion: number[][]): Model =>
  symbolic({ state: ['x', 'y'], drift: ['0', '0'], diffusion: diffusion.map((row) => row.map(String)) });

describe('directional differences', () => {
  const correlated = (rho: number) =>
    still([
      [1, 0],
      [0.5 * rho, 0.5 * Math.sqrt(1 - rho ** 2)],
    ]);
  const report = (rho: number, diffusion: DiffusionDifference, cells: number) =>
    monotonicity(
      { model: correlated(rho), T: 1 },
      {
        // Δx = 1 / 10 and Δy = cells / 10.
        grid: [uniform(0, 1, 11), uniform(0, cells, 11)],
        boundary: { kind: 'reflecting' },
        diffusion,
        stepping,
      },
    );

  test('are monotone exactly where a_kk / Δx_k ≥ |a_kl| / Δx_l', () => {
    // a = (1, ρ/2, 1/4). With Δy = Δx / 2 both rows are dominant for every ρ ≤ 1; with Δy = Δx the second is up to ρ = ½.
    for (const rho of [-0.9, -0.3, 0.3, 0.9]) {
      expect(report(rho, 'directional', 0.5).monotone).toBe(true);
      expect(report(rho, 'central', 0.5).monotone).toBe(false);
    }
    expect(report(0.49, 'directional', 1).monotone).toBe(true);
    expect(report(-0.49, 'directional', 1).monotone).toBe(true);
    const beyond = report(0.51, 'directional', 1);
    expect(beyond.monotone).toBe(false);
    // ½ a_yy / Δy² − ½ a_xy / (Δx Δy).
    expect(beyond.worst?.value).toBeCloseTo(100 * (1 / 8 - 0.51 / 4), 9);
    expect(beyond.worst?.axis).toBe(1);
  });

  test('leave hybrid drift only what they do not use', () => {
    const model = symbolic({
      state: ['x', 'y'],
      drift: ['8', '-3'],
      diffusion: [
        ['1', '0'],
        ['0.4', '0.6'],
      ],
    });
    const options = {
      grid: [sinhSpaced(0, 1, 11, { center: 0.4, width: 0.5 }), uniform(0, 1, 11)],
      boundary: { kind: 'reflecting' },
      diffusion: 'directional',
      stepping,
    } as const;
    expect(monotonicity({ model, T: 1 }, { ...options, drift: 'central' }).monotone).toBe(false);
    expect(monotonicity({ model, T: 1 }, { ...options, drift: 'hybrid' }).monotone).toBe(true);
  });

  test.each(['central', 'hybrid'] as const)('have the gradient of a control problem, with %s drift', (drift) => {
    const objective = controlObjective(
      {
        model: symbolic({
          state: ['x', 'y'],
          drift: ['a*y', 'sin(x)'],
          diffusion: [['0.5 + a/9'], ['(b - 0.2)*cos(x)']],
          parameters: { a: 0, b: 0 },
        }),
        parameters: ['a', 'b'],
        T: 1,
        terminal: 'cos(x)*y + x',
        initial: [0.3, 0.2],
      },
      {
        grid: [sinhSpaced(-1, 2, 10, { center: 0, width: 1 }), uniform(-1, 1, 9)],
        boundary: [
          { lower: { kind: 'robin', weight: 0.4, slopeWeight: 1, value: 0 }, upper: { kind: 'vanishing-curvature' } },
          { lower: { kind: 'reflecting' }, upper: { kind: 'absorbing' } },
        ],
        diffusion: 'directional',
        drift,
        stepping: hundsdorferVerwer({ steps: 4 }),
        intervals: 2,
      },
    );
    const theta = Float64Array.of(0.3, -0.2, 0.5, 0.6);
    const gradient = new Float64Array(4);
    const value = objective.gradient(theta, gradient);
    const along = [0.3, -0.8, 0.5, 0.2];
    const slope = gradient.reduce((sum, entry, i) => sum + entry * along[i], 0);
    // The remainder of a first-order expansion is of order 2, at steps so small that no node changes its differences.
    const [coarse, fine] = [1e-4, 5e-5].map((size) =>
      Math.abs(objective.value(theta.map((entry, i) => entry + size * along[i])) - value - size * slope),
    );
    expect(Math.log2(coarse / fine)).toBeGreaterThan(1.9);
    expect(Math.log2(coarse / fine)).toBeLessThan(2.1);
  });
});
