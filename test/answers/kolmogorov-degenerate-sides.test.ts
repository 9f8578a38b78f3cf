import {
  type AxisBoundary,
  type BoundaryInput,
  crankNicolson,
  generatorMatrix,
  hundsdorferVerwer,
  implicitEuler,
  solveFokkerPlanck,
  solveKolmogorov,
  uniform,
} from 'kolmogorov';
import { SdeError, symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';

const atZero: readonly AxisBoundary[] = [{ lower: { kind: 'degenerate' }, upper: { kind: 'vanishing-curvature' } }];
const squareRoot = (kappa: number, theta: number, sigma: number) =>
  symbolic({ state: ['x'], drift: [`${kappa}*(${theta} - x)`], diffusion: [[`${sigma}*sqrt(x)`]] });

describe('the equation itself on a side where it degenerates', () => {
  // 2 κ θ / σ²: 2.4 does not reach 0, 0.384 reaches it and leaves at once, 0 stays there.
  test.each([
    [0.8, 0.06, 0.2],
    [0.8, 0.06, 0.5],
    [0.8, 0, 0.5],
  ])(
    'square-root process, κ = %d, θ = %d, σ = %d: the Laplace transform at and near 0, order 2',
    (kappa, theta, sigma) => {
      const [T, lambda] = [1, 3];
      const c = (sigma ** 2 * -Math.expm1(-kappa * T)) / (4 * kappa);
      const exact = (x: number): number =>
        (1 + 2 * lambda * c) ** ((-2 * kappa * theta) / sigma ** 2) *
        Math.exp((-lambda * Math.exp(-kappa * T) * x) / (1 + 2 * lambda * c));
      const solutions = [161, 321, 641].map((n) =>
        solveKolmogorov(
          { model: squareRoot(kappa, theta, sigma), T, terminal: 'exp(-3*x)' },
          { grid: [uniform(0, 4, n)], boundary: atZero, stepping: crankNicolson({ steps: (n - 1) / 4 }), keep: 'ends' },
        ),
      );
      // Largest over the nodes of the coarsest grid, 0 among them: near it errors change sign and fall faster.
      const nodes = Array.from({ length: 81 }, (_, i) => i / 40);
      const errors = solutions.map((u) => Math.max(...nodes.map((x) => Math.abs(u.at(0, [x]) - exact(x)))));
      expect(Math.log2(errors[1] / errors[2]), errors.join(', ')).toBeGreaterThan(1.9);
      expect(Math.log2(errors[1] / errors[2]), errors.join(', ')).toBeLessThan(2.6);
      // Where neither diffusion nor drift is, u = φ for ever.
      if (theta === 0) expect(Math.abs(solutions[0].at(0, [0]) - 1)).toBeLessThan(100 * Number.EPSILON);
    },
  );

  test('keeps the mass of a square-root process that reaches 0, and its mean', () => {
    const rho = solveFokkerPlanck(
      { model: squareRoot(0.8, 0.06, 0.5), T: 1, initial: [0.2] },
      { grid: [uniform(0, 4, 321)], boundary: atZero, stepping: crankNicolson({ steps: 80 }) },
    );
    // Mass through 321 nodes and 82 solves; the mean is linear in x, for which differences are exact, and second order in time.
    expect(Math.abs(rho.mass - 1)).toBeLessThan(82 * 321 * Number.EPSILON);
    const mean = 0.06 + 0.14 * Math.exp(-0.8);
    expect(Math.abs(rho.expectation(1, (x) => x[0]) - mean)).toBeLessThan(0.8 ** 3 / 80 ** 2);
  });

  test('a put on a geometric Brownian motion is worth the discounted strike at 0', () => {
    const u = solveKolmogorov(
      {
        model: symbolic({ state: ['x'], drift: ['0.05*x'], diffusion: [['0.2*x']] }),
        T: 1,
        terminal: 'max(100 - x, 0)',
        killing: 0.05,
      },
      { grid: [uniform(0, 400, 81)], boundary: atZero, stepping: crankNicolson({ steps: 40 }), keep: 'ends' },
    );
    // u' = 0.05 u in 40 steps of order 2: relative error 0.05³ / (12 · 40²), and of Rannacher's start as much a few times.
    expect(Math.abs(u.at(0, [0]) / (100 * Math.exp(-0.05)) - 1)).toBeLessThan(0.05 ** 2 / 40 ** 2);
  });

  test('is what vanishing curvature comes to there, in two dimensions too', () => {
    const heston = symbolic({
      state: ['x', 'v'],
      drift: ['0.02*x', '1.5*(0.04 - v)'],
      diffusion: [
        ['x*sqrt(v)', '0'],
        ['-0.27*sqrt(v)', '0.13*sqrt(v)'],
      ],
    });
    const matrix = (boundary: BoundaryInput) =>
      generatorMatrix(
        { model: heston, T: 1 },
        { grid: [uniform(0, 300, 11), uniform(0, 1, 9)], boundary, stepping: hundsdorferVerwer({ steps: 1 }) },
        0,
      );
    expect(matrix([...atZero, ...atZero])).toEqual(matrix({ kind: 'vanishing-curvature' }));
  });
});

describe('a side that is not degenerate is refused, with the node and the number', () => {
  const refusal = (drift: string, diffusion: string, from: number): SdeError => {
    try {
      solveKolmogorov(
        { model: symbolic({ state: ['x'], drift: [drift], diffusion: [[diffusion]] }), T: 1, terminal: '1' },
        { grid: [uniform(from, 4, 9)], boundary: atZero, stepping: implicitEuler({ steps: 4 }) },
      );
    } catch (error) {
      if (error instanceof SdeError) return error;
      throw error;
    }
    throw new Error('nothing was refused');
  };

  test.each([
    ['diffusion across it', '0.5 - x', '0.3*sqrt(x)', 1, /diffusion does not vanish/, 'x = (1)', 0.09],
    ['drift out of it', '-0.5 - x', '0.3*sqrt(x)', 0, /drift points out/, 'x = (0)', -0.5],
    [
      'diffusion from some time on',
      '0.5 - x',
      'sqrt(x + max(0.6 - t, 0))',
      0,
      /diffusion does not vanish/,
      // Steps end where the formula kinks in t, at 0.6, and the next one at 0.3.
      't = 0.3',
      0.3,
    ],
  ] as const)('%s', (_, drift, diffusion, from, what, where, got) => {
    const { code, details } = refusal(drift, diffusion, from);
    expect(code).toBe('value');
    expect(details.what).toMatch(what);
    expect(details.where).toContain(where);
    expect(Number(details.got)).toBeCloseTo(got, 12);
  });

  test('but not where another side gives the value', () => {
    const model = symbolic({ state: ['x', 'y'], drift: ['y', '0'], diffusion: [['sqrt(x)*y'], ['1']] });
    const boundary: BoundaryInput = [...atZero, { lower: { kind: 'absorbing' }, upper: { kind: 'absorbing' } }];
    const solve = (low: number) =>
      solveKolmogorov(
        { model, T: 1, terminal: '1' },
        { grid: [uniform(0, 1, 9), uniform(low, 1, 9)], boundary, stepping: implicitEuler({ steps: 1 }) },
      );
    expect(() => solve(0)).not.toThrow();
    expect(() => solve(-1)).toThrow(/drift points out/);
  });
});
