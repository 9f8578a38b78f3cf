import {
  type AxisBoundary,
  type BoundaryInput,
  controlled,
  controlObjective,
  crankNicolson,
  dualityDefect,
  generatorMatrix,
  hundsdorferVerwer,
  implicitEuler,
  modifiedCraigSneyd,
  pointsOf,
  type Stepping,
  solveFokkerPlanck,
  solveHJB,
  solveKolmogorov,
  solveObstacle,
  solveStationary,
  stationaryDensity,
  trBdf2,
  uniform,
} from 'kolmogorov';
import { SdeError, symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';

const periodic: AxisBoundary = { lower: { kind: 'periodic' }, upper: { kind: 'periodic' } };
const reflecting: AxisBoundary = { lower: { kind: 'reflecting' }, upper: { kind: 'reflecting' } };
const ring = (n: number) => uniform(-Math.PI, Math.PI, n);
const turning = symbolic({ state: ['x'], drift: ['0.7 + 0.3*sin(x + t)'], diffusion: [['0.8 + 0.2*cos(x)']] });
const mixed = symbolic({
  state: ['x', 'y'],
  drift: ['0.5 + sin(x)*y', 'cos(x) - y'],
  diffusion: [
    ['0.7', '0.3'],
    ['0.4*cos(x)', '0.5'],
  ],
});

describe('periodic axes', () => {
  test('heat and rotation on the circle, order 2, and the seam is seamless', () => {
    const model = symbolic({ state: ['x'], drift: ['1'], diffusion: [['0.5']] });
    const errors = [33, 65, 129].map((n) => {
      const u = solveKolmogorov(
        { model, T: 1, terminal: 'cos(x)' },
        { grid: [ring(n)], boundary: { kind: 'periodic' }, stepping: crankNicolson({ steps: n - 1, smoothing: 0 }) },
      );
      expect(u.at(0, [Math.PI])).toBe(u.at(0, [-Math.PI]));
      return u.at(0, [-Math.PI]) + Math.cos(1) * Math.exp(-1 / 8);
    });
    expect(Math.log2(errors[1] / errors[2])).toBeGreaterThan(1.9);
    expect(Math.log2(errors[1] / errors[2])).toBeLessThan(2.1);
  });

  test('a shift of the seam changes nothing', () => {
    const at = (from: number): number =>
      solveKolmogorov(
        { model: turning, T: 1, terminal: 'sin(x) + cos(2*x)' },
        {
          grid: [uniform(from, from + 2 * Math.PI, 41)],
          boundary: [periodic],
          stepping: crankNicolson({ steps: 12 }),
        },
      ).slice(0).data[10];
    const shift = 5 * ((2 * Math.PI) / 40);
    const there = solveKolmogorov(
      { model: turning, T: 1, terminal: 'sin(x) + cos(2*x)' },
      { grid: [uniform(shift, shift + 2 * Math.PI, 41)], boundary: [periodic], stepping: crankNicolson({ steps: 12 }) },
    ).slice(0).data[5];
    // Coefficients at shifted points differ by rounding, amplified by 1 / Δx² at most.
    expect(Math.abs(at(0) - there)).toBeLessThan(1e4 * Number.EPSILON);
  });

  const steppings: Stepping[] = [
    implicitEuler({ steps: 7 }),
    crankNicolson({ steps: 7 }),
    trBdf2({ steps: 7 }),
    modifiedCraigSneyd({ steps: 7 }),
    hundsdorferVerwer({ steps: 7 }),
  ];
  test.each(steppings)('⟨u, ρ⟩ is constant to rounding: $name', (stepping) => {
    const common = { T: 1, terminal: 'cos(x) + 1', killing: '0.1 + sin(x)^2/9', source: 't' };
    const uneven = pointsOf([-2, -1.7, -1, -0.8, 0, 0.3, 0.9, 1.4, 1.6, 2]);
    const line = dualityDefect({ ...common, model: turning }, [1.9], {
      grid: [uneven],
      boundary: { kind: 'periodic' },
      stepping,
    });
    expect(Math.abs(line)).toBeLessThan(7 * 50 * Number.EPSILON);
    const boundaries: BoundaryInput[] = [
      [periodic, reflecting],
      [reflecting, periodic],
      [periodic, periodic],
      [periodic, { lower: { kind: 'absorbing' }, upper: { kind: 'vanishing-curvature' } }],
    ];
    for (const boundary of boundaries) {
      const plane = dualityDefect({ ...common, model: mixed }, [1.9, 0.6], {
        grid: [uneven, uniform(-1, 1, 8)],
        boundary,
        stepping,
      });
      expect(Math.abs(plane)).toBeLessThan(7 * 50 * Number.EPSILON);
    }
  });

  test('a density keeps its mass and is the same on both sides of the seam', () => {
    const rho = solveFokkerPlanck(
      { model: turning, T: 1, initial: 'exp(cos(x))' },
      { grid: [ring(41)], boundary: { kind: 'periodic' }, stepping: crankNicolson({ steps: 20 }) },
    );
    for (const mass of rho.massAt) expect(Math.abs(mass - rho.massAt[0])).toBeLessThan(1e3 * Number.EPSILON);
    const { data } = rho.slice(1);
    expect(Math.abs(data[0] - data[40])).toBeLessThan(10 * Number.EPSILON);
  });

  test('the stationary law of a pendulum is von Mises', () => {
    // dX = −sin X dt + dW: density ∝ e^(2 cos x).
    const errors = [65, 129].map((n) => {
      const outcome = stationaryDensity(
        { model: symbolic({ state: ['x'], drift: ['-sin(x)'], diffusion: [['1']] }) },
        { grid: [ring(n)], boundary: { kind: 'periodic' } },
      );
      expect(outcome.kind).toBe('converged');
      const { density } = outcome;
      return density.at(0, [Math.PI / 2]) / density.at(0, [0]) - Math.exp(-2);
    });
    expect(Math.log2(errors[0] / errors[1])).toBeGreaterThan(1.9);
    expect(Math.log2(errors[0] / errors[1])).toBeLessThan(2.1);
  });

  test('stationary, obstacle and feedback problems close their axes', () => {
    const settings = { grid: [ring(33)], boundary: { kind: 'periodic' } as const };
    const model = symbolic({ state: ['x'], drift: ['0.4'], diffusion: [['1']] });
    // u = cos x solves L u − c u + f = 0 for f = ½ cos x + 0.4 sin x + c cos x, up to order 2.
    const resting = solveStationary({ model, killing: 1, source: '1.5*cos(x) + 0.4*sin(x)' }, settings);
    expect(resting.at(0, [Math.PI])).toBe(resting.at(0, [-Math.PI]));
    expect(Math.abs(resting.at(0, [Math.PI]) + 1)).toBeLessThan((2 * Math.PI) ** 2 / 32 ** 2);
    const stepping = implicitEuler({ steps: 5 });
    const held = solveObstacle({ model, T: 1, terminal: 'cos(x)', obstacle: 'cos(x)/2' }, { ...settings, stepping });
    expect(held.value.at(0, [Math.PI])).toBe(held.value.at(0, [-Math.PI]));
    const chosen = solveHJB(
      {
        model: controlled({ state: ['x'], control: ['a'], drift: ['a'], diffusion: [['1']] }),
        T: 1,
        terminal: 'cos(x)',
        controls: { a: [-1, 0, 1] },
      },
      { ...settings, stepping },
    );
    expect(chosen.value.at(0, [Math.PI])).toBe(chosen.value.at(0, [-Math.PI]));
    expect(Math.abs(chosen.value.at(0, [1]) - chosen.value.at(0, [-1]))).toBeLessThan(1e3 * Number.EPSILON);
  });

  test('the matrix holds the seam', () => {
    const { rowStart, column, value } = generatorMatrix(
      { model: symbolic({ state: ['x'], drift: ['0'], diffusion: [['1']] }), T: 1 },
      { grid: [uniform(0, 7, 8)], boundary: { kind: 'periodic' }, stepping: implicitEuler({ steps: 1 }) },
      0,
    );
    expect(Array.from(column.subarray(rowStart[0], rowStart[1]))).toEqual([0, 1, 6]);
    expect(Array.from(value.subarray(rowStart[0], rowStart[1]))).toEqual([-1, 0.5, 0.5]);
    expect(Array.from(column.subarray(rowStart[6], rowStart[7]))).toEqual([0, 5, 6]);
    expect(rowStart[8]).toBe(rowStart[7]);
  });

  test('the gradient of a control problem goes through the seam', () => {
    const objective = controlObjective(
      {
        model: symbolic({
          state: ['x', 'y'],
          drift: ['a + sin(x)*y', 'b*cos(x) - y'],
          diffusion: [['0.5 + a^2/9'], ['0.4 + b/9']],
          parameters: { a: 0, b: 0 },
        }),
        parameters: ['a', 'b'],
        T: 1,
        terminal: 'cos(x) + y^2',
        initial: [1, 0.2],
      },
      {
        grid: [ring(12), uniform(-1, 1, 9)],
        boundary: [periodic, reflecting],
        stepping: hundsdorferVerwer({ steps: 4 }),
        intervals: 2,
      },
    );
    const theta = Float64Array.of(0.3, -0.2, 0.5, 0.4);
    const gradient = new Float64Array(4);
    const value = objective.gradient(theta, gradient);
    const along = [0.3, -0.8, 0.5, 0.2];
    const slope = gradient.reduce((sum, entry, i) => sum + entry * along[i], 0);
    const [coarse, fine] = [1e-2, 5e-3].map((size) =>
      Math.abs(objective.value(theta.map((entry, i) => entry + size * along[i])) - value - size * slope),
    );
    expect(Math.log2(coarse / fine)).toBeGreaterThan(1.9);
    expect(Math.log2(coarse / fine)).toBeLessThan(2.1);
  });

  test.each([
    ['one side', [{ lower: { kind: 'periodic' }, upper: { kind: 'reflecting' } }], 9],
    ['three points', [periodic], 3],
  ] as [string, BoundaryInput, number][])('refuses %s', (_, boundary, n) => {
    expect(() =>
      solveKolmogorov(
        { model: turning, T: 1, terminal: '1' },
        { grid: [ring(n)], boundary, stepping: implicitEuler({ steps: 1 }) },
      ),
    ).toThrow(SdeError);
  });
});
