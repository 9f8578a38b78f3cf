import {
  crankNicolson,
  type DiffusionDifference,
  hundsdorferVerwer,
  implicitEuler,
  monotonicity,
  solveFokkerPlanck,
  solveKolmogorov,
  solveStationary,
  uniform,
} from 'kolmogorov';
import { symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';

/** E f(Z) of a standard normal Z, by the trapezoidal rule: exact to rounding for analytic f of slow growth. */
const gaussianMean = (f: (z: number) => number): number => {
  let sum = 0;
  for (let i = -400; i <= 400; i++) sum += (Math.exp(-((i / 40) ** 2) / 2) / Math.sqrt(2 * Math.PI) / 40) * f(i / 40);
  return sum;
};

describe('wide differences against exact solutions of rank one', () => {
  test('noise at fourteen angles to the axes, order 1 in the mean', () => {
    const [x, y] = [0.4, -0.4];
    const errorAt = (n: number, angle: number): number => {
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      const exact = gaussianMean((z) =>
        Math.exp(-((x + c * z * Math.SQRT1_2) ** 2) - (y + s * z * Math.SQRT1_2) ** 2 / 2),
      );
      const u = solveKolmogorov(
        {
          model: symbolic({ state: ['x', 'y'], drift: ['0', '0'], diffusion: [[c], [s]] }),
          T: 0.5,
          terminal: 'exp(-x^2 - y^2/2)',
        },
        {
          grid: [uniform(-4, 4, n), uniform(-4, 4, n)],
          boundary: { kind: 'absorbing' },
          diffusion: 'wide',
          stepping: crankNicolson({ steps: 10 }),
          keep: 'ends',
        },
      );
      return Math.abs(u.at(0, [x, y]) - exact);
    };
    // At one angle the error goes up and down with how close the arms' ends come to nodes.
    const angles = Array.from({ length: 14 }, (_, i) => 0.15 + i / 10);
    const errors = [13, 31].map((n) => angles.reduce((sum, angle) => sum + errorAt(n, angle), 0) / angles.length);
    const order = Math.log(errors[0] / errors[1]) / Math.log(2.5);
    expect(order, `errors ${errors.join(', ')}`).toBeGreaterThan(0.8);
    expect(order, `errors ${errors.join(', ')}`).toBeLessThan(1.4);
  });

  test("Kolmogorov's 1934 process in coordinates that mix position and velocity", () => {
    // dx = v dt, dv = dW; z = c x − s v, w = s x + c v. E sin(x + v) at T = 1: mean x + 2 v, variance ∫ (2 − t)² dt = 7/3.
    const [c, s] = [Math.cos(0.5), Math.sin(0.5)];
    const velocity = `(${c}*w - ${s}*z)`;
    const model = symbolic({
      state: ['z', 'w'],
      drift: [`${c}*${velocity}`, `${s}*${velocity}`],
      diffusion: [[-s], [c]],
    });
    const [x, v] = [0.4, 0.6];
    const exact = Math.sin(x + 2 * v) * Math.exp(-7 / 6);
    const errors = [21, 41].map((n) => {
      const u = solveKolmogorov(
        { model, T: 1, terminal: `sin(${c}*z + ${s}*w + ${velocity})` },
        {
          grid: [uniform(-8, 8, n), uniform(-8, 8, n)],
          diffusion: 'wide',
          drift: 'central',
          stepping: crankNicolson({ steps: 20 }),
          keep: 'ends',
        },
      );
      return Math.abs(u.at(0, [c * x - s * v, s * x + c * v]) - exact);
    });
    expect(Math.log2(errors[0] / errors[1]), `errors ${errors.join(', ')}`).toBeGreaterThan(0.9);
    expect(errors[1]).toBeLessThan(0.1);
  });

  test('the mean time to leave a square along lines, with arms that its sides cut', () => {
    // Along σ the time is t₊ t₋, the times at speed σ to the sides ahead and behind.
    const sigma = [1, 0.6];
    const model = symbolic({ state: ['x', 'y'], drift: ['0', '0'], diffusion: [['1'], ['0.6']] });
    const time = (x: readonly number[]): number => {
      const to = (sign: 1 | -1): number => Math.min(...sigma.map((c, k) => (1 - sign * x[k]) / c));
      return to(1) * to(-1);
    };
    const errors = [11, 81].map((n) => {
      const { data } = solveStationary(
        { model, source: 1 },
        { grid: [uniform(-1, 1, n), uniform(-1, 1, n)], boundary: { kind: 'absorbing' }, diffusion: 'wide' },
      ).slice(0);
      const at = (i: number): number => -1 + (2 * i) / (n - 1);
      return data.reduce((sum, u, q) => sum + Math.abs(u - time([at(Math.floor(q / n)), at(q % n)])), 0) / n ** 2;
    });
    // Along lines to the corners the time has kinks, and it jumps at the corners: the mean error has order 1, and not quite as soon.
    const order = Math.log(errors[0] / errors[1]) / Math.log(8);
    expect(order, `errors ${errors.join(', ')}`).toBeGreaterThan(0.8);
    expect(order, `errors ${errors.join(', ')}`).toBeLessThan(1.3);
  });
});

describe('a jump under noise of rank one', () => {
  const model = symbolic({ state: ['x', 'y'], drift: ['-y/2', 'x/2'], diffusion: [['0.6'], ['0.35']] });
  const options = (diffusion: DiffusionDifference) =>
    ({
      grid: [uniform(-3, 3, 31), uniform(-3, 3, 31)],
      boundary: { kind: 'reflecting' },
      diffusion,
      drift: 'hybrid',
      stepping: implicitEuler({ steps: 5 }),
    }) as const;
  const extremes = (diffusion: DiffusionDifference): [number, number] => {
    const { data } = solveKolmogorov(
      { model, T: 0.1, terminal: 'x^2 + y^2 < 1/2 ? 1 : 0' },
      // The jump as it is: its means over cells are smoother than what is tried here.
      { ...options(diffusion), keep: 'ends', averaging: 1 },
    ).slice(0);
    return [Math.min(...data), Math.max(...data)];
  };

  test('stays within its bounds by wide differences, and leaves them by central ones', () => {
    // Rows sum to 1 to rounding, so bounds hold to rounding.
    const [least, most] = extremes('wide');
    expect(least).toBeGreaterThanOrEqual(-100 * Number.EPSILON);
    expect(most).toBeLessThanOrEqual(1 + 100 * Number.EPSILON);
    expect(extremes('central')[0]).toBeLessThan(-0.01);
    expect(extremes('directional')[0]).toBeLessThan(-0.01);
  });

  test('a density is positive by wide differences, and not by central ones', () => {
    const least = (diffusion: DiffusionDifference): number => {
      const rho = solveFokkerPlanck({ model, T: 0.1, initial: 'exp(-20*(x^2 + y^2))' }, options(diffusion));
      // Mass is kept through 961 nodes and 5 solves, to rounding.
      expect(Math.abs(rho.massAt[5] / rho.massAt[0] - 1)).toBeLessThan(5 * 961 * Number.EPSILON);
      return Math.min(...rho.slice(0.1).data) / Math.max(...rho.slice(0.1).data);
    };
    expect(least('wide')).toBeGreaterThanOrEqual(0);
    expect(least('central')).toBeLessThan(-0.001);
  });
});

describe('stochastic depth: Σ = p (1 − p) F Fᵀ, of rank one and 0 where F is', () => {
  const [p, h] = [0.7, 1 / 8];
  const field = ['sin(x)', '-sin(y)*cos(x)'];
  const model = symbolic({
    state: ['x', 'y'],
    drift: field.map((f) => `${p}*(${f})`),
    diffusion: field.map((f) => [`${Math.sqrt(h * p * (1 - p))}*(${f})`]),
  });
  const square = (n: number) => [uniform(-4, 4, n), uniform(-4, 4, n)];

  test('is monotone, and where F = 0 nothing moves', () => {
    const options = {
      grid: square(41),
      boundary: { kind: 'reflecting' },
      diffusion: 'wide',
      stepping: implicitEuler({ steps: 5 }),
    } as const;
    expect(monotonicity({ model, T: 1 }, options).monotone).toBe(true);
    const { data } = solveKolmogorov(
      { model, T: 1, terminal: 'x > -0.05 ? 1 : -1' },
      { ...options, averaging: 1 },
    ).slice(0);
    expect(Math.abs(data[20 * 41 + 20] - 1)).toBeLessThan(100 * Number.EPSILON);
    for (const value of data) expect(Math.abs(value)).toBeLessThanOrEqual(1 + 100 * Number.EPSILON);
  });

  test('with central drift comes to what central differences of second order do', () => {
    const terminal = 'cos(x) + y';
    const reference = solveKolmogorov(
      { model, T: 1, terminal },
      { grid: square(121), stepping: hundsdorferVerwer({ steps: 30 }), extrapolate: true, keep: 'ends' },
    ).at(0, [0.4, 0.6]);
    const errors = [21, 41].map(
      (n) =>
        solveKolmogorov(
          { model, T: 1, terminal },
          {
            grid: square(n),
            diffusion: 'wide',
            drift: 'central',
            stepping: crankNicolson({ steps: 20 }),
            keep: 'ends',
          },
        ).at(0, [0.4, 0.6]) - reference,
    );
    expect(Math.log2(Math.abs(errors[0] / errors[1])), `errors ${errors.join(', ')}`).toBeGreaterThan(0.9);
  });
});
