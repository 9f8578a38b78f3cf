import {
  type Axis,
  type BackwardProblem,
  type BoundaryInput,
  crankNicolson,
  hundsdorferVerwer,
  type Stepping,
  sinhSpaced,
  solveKolmogorov,
  uniform,
} from 'kolmogorov';
import { symbolic } from 'sde-core';
import { expect, test } from 'vitest';

/** A problem whose solution is known at a point that is a node of every grid. */
interface Answer {
  readonly name: string;
  readonly problem: BackwardProblem;
  readonly grid: (n: number) => readonly Axis[];
  readonly boundary?: BoundaryInput;
  readonly stepping?: (steps: number) => Stepping;
  readonly at: readonly number[];
  readonly exact: number;
  /** Points an axis on the coarsest grid; the others have 2 n − 1 and 4 n − 3. */
  readonly points: number;
}

const oneD = (drift: string, diffusion: string) => symbolic({ state: ['x'], drift: [drift], diffusion: [[diffusion]] });
const brownian = oneD('0', '1');
const normalCdf = (z: number): number => {
  // Composite Simpson on the density: error below 1e-14 for |z| < 4 with 2000 cells.
  const [n, f] = [2000, (s: number): number => Math.exp((-s * s) / 2) / Math.sqrt(2 * Math.PI)];
  let sum = f(0) + f(z);
  for (let i = 1; i < n; i++) sum += (i % 2 === 1 ? 4 : 2) * f((i * z) / n);
  return 0.5 + (sum * z) / (3 * n);
};

// Black–Scholes, S = K = 100, r = 5 %, volatility 20 %, one year.
const [strike, rate, volatility] = [100, 0.05, 0.2];
const d1 = (rate + volatility ** 2 / 2) / volatility;
const d2 = d1 - volatility;
const blackScholes = oneD('0.05*x', '0.2*x');

const cirBond = (): number => {
  const [kappa, theta, sigma, x, tau] = [0.8, 0.06, 0.2, 0.05, 2];
  const gamma = Math.sqrt(kappa ** 2 + 2 * sigma ** 2);
  const growth = Math.expm1(gamma * tau);
  const below = (gamma + kappa) * growth + 2 * gamma;
  const a = ((2 * gamma * Math.exp(((kappa + gamma) * tau) / 2)) / below) ** ((2 * kappa * theta) / sigma ** 2);
  return a * Math.exp((-2 * growth * x) / below);
};

/** E sin(w·X_T) of a Gaussian X_T in the plane, dX = A X dt + B dW from x, by Runge–Kutta on mean and covariance. */
const gaussianSine = (a: number[][], b: number[][], w: number[], x: number[], T: number): number => {
  const q = b.map((row) => b.map((other) => row.reduce((sum, value, k) => sum + value * other[k], 0)));
  const rate = (m: number[], c: number[][]): [number[], number[][]] => [
    a.map((row) => row[0] * m[0] + row[1] * m[1]),
    a.map((row, i) =>
      a.map((other, j) => row[0] * c[0][j] + row[1] * c[1][j] + other[0] * c[i][0] + other[1] * c[i][1] + q[i][j]),
    ),
  ];
  const [n, h] = [400, T / 400];
  let [m, c] = [
    [...x],
    [
      [0, 0],
      [0, 0],
    ],
  ];
  const plus = (s: number, [dm, dc]: [number[], number[][]]): [number[], number[][]] => [
    m.map((value, i) => value + s * dm[i]),
    c.map((row, i) => row.map((value, j) => value + s * dc[i][j])),
  ];
  for (let step = 0; step < n; step++) {
    const k1 = rate(m, c);
    const k2 = rate(...plus(h / 2, k1));
    const k3 = rate(...plus(h / 2, k2));
    const k4 = rate(...plus(h, k3));
    m = m.map((value, i) => value + (h / 6) * (k1[0][i] + 2 * k2[0][i] + 2 * k3[0][i] + k4[0][i]));
    c = c.map((row, i) =>
      row.map((value, j) => value + (h / 6) * (k1[1][i][j] + 2 * k2[1][i][j] + 2 * k3[1][i][j] + k4[1][i][j])),
    );
  }
  const variance = w[0] ** 2 * c[0][0] + 2 * w[0] * w[1] * c[0][1] + w[1] ** 2 * c[1][1];
  return Math.sin(w[0] * m[0] + w[1] * m[1]) * Math.exp(-variance / 2);
};
const planeOf = (a: number[][], b: number[][]) =>
  symbolic({
    state: ['x', 'y'],
    drift: a.map((row) => `${row[0]}*x + ${row[1]}*y`),
    diffusion: b,
  });
const coupled = [
  [-1, 0.5],
  [0, -0.8],
];
const square = (n: number): readonly Axis[] => [uniform(-4, 4, n), uniform(-4, 4, n)];
const adi = (steps: number): Stepping => hundsdorferVerwer({ steps });

const ANSWERS: readonly Answer[] = [
  {
    name: 'heat kernel: a Gaussian spreads',
    problem: { model: brownian, T: 1, terminal: 'exp(-x^2/2)' },
    grid: (n) => [uniform(-12, 12, n)],
    at: [0.75],
    exact: Math.exp(-(0.75 ** 2) / 4) / Math.SQRT2,
    points: 97,
  },
  {
    name: 'Ornstein–Uhlenbeck, φ = sin x, on uneven points',
    problem: { model: oneD('-x', '0.7'), T: 1, terminal: 'sin(x)' },
    grid: (n) => [sinhSpaced(-6, 6, n, { center: 0, width: 1.5 })],
    at: [1.5 * Math.sinh(Math.asinh(4) / 4)],
    exact: Math.sin(1.5 * Math.sinh(Math.asinh(4) / 4) * Math.exp(-1)) * Math.exp((-0.49 / 4) * (1 - Math.exp(-2))),
    points: 41,
  },
  {
    name: 'Ornstein–Uhlenbeck, φ = x², discounted',
    problem: { model: oneD('-x', '0.7'), T: 1, terminal: 'x^2', killing: 0.3 },
    grid: (n) => [uniform(-6, 6, n)],
    boundary: { kind: 'neumann', slope: '2*x*exp(-2.3*(1 - t))' },
    at: [0.6],
    exact: Math.exp(-0.3) * (0.36 * Math.exp(-2) + (0.49 / 2) * (1 - Math.exp(-2))),
    points: 41,
  },
  {
    name: 'Black–Scholes call, Rannacher',
    problem: { model: blackScholes, T: 1, terminal: 'max(x - 100, 0)', killing: rate },
    grid: (n) => [uniform(0, 400, n)],
    at: [strike],
    exact: strike * normalCdf(d1) - strike * Math.exp(-rate) * normalCdf(d2),
    points: 81,
  },
  {
    name: 'Black–Scholes digital, Rannacher, half at the strike',
    problem: { model: blackScholes, T: 1, terminal: 'x > 100 ? 1 : (x == 100 ? 1/2 : 0)', killing: rate },
    grid: (n) => [uniform(0, 400, n)],
    at: [strike],
    exact: Math.exp(-rate) * normalCdf(d2),
    points: 81,
  },
  {
    name: 'Beneš, φ = x',
    problem: { model: oneD('tanh(x)', '1'), T: 1, terminal: 'x' },
    grid: (n) => [uniform(-9, 9, n)],
    at: [0.75],
    exact: 0.75 + Math.tanh(0.75),
    points: 73,
  },
  {
    name: 'Beneš, φ = x²',
    problem: { model: oneD('tanh(x)', '1'), T: 1, terminal: 'x^2' },
    grid: (n) => [uniform(-12, 12, n)],
    boundary: { kind: 'dirichlet', value: 'x^2 + 2*x*(1 - t)*tanh(x) + (1 - t)^2 + (1 - t)' },
    at: [0.75],
    exact: 0.75 ** 2 + 2 * 0.75 * Math.tanh(0.75) + 2,
    points: 97,
  },
  {
    name: 'Cox–Ingersoll–Ross bond, degenerate at 0',
    problem: { model: oneD('0.8*(0.06 - x)', '0.2*sqrt(x)'), T: 2, terminal: '1', killing: 'x' },
    grid: (n) => [uniform(0, 1, n)],
    at: [0.05],
    exact: cirBond(),
    points: 81,
  },
  {
    name: 'Cameron–Martin: E exp(−½ ∫ W²)',
    problem: { model: brownian, T: 1, terminal: '1', killing: 'x^2/2' },
    grid: (n) => [uniform(-8, 8, n)],
    at: [0.5],
    exact: Math.exp((-0.25 * Math.tanh(1)) / 2) / Math.sqrt(Math.cosh(1)),
    points: 65,
  },
  {
    name: 'a source: E ∫ (W + s) ds',
    problem: { model: oneD('1', '1'), T: 1, terminal: 'sin(x)', source: 'x + t' },
    grid: (n) => [uniform(-9, 11, n)],
    at: [0.5],
    exact: Math.sin(1.5) * Math.exp(-0.5) + 0.5 + 0.5 + 0.5,
    points: 81,
  },
  {
    name: 'coefficients in time',
    problem: { model: oneD('cos(t)', '(1 + t)/2'), T: 1, terminal: 'sin(x)' },
    grid: (n) => [uniform(-9, 11, n)],
    at: [0.5],
    exact: Math.sin(0.5 + Math.sin(1)) * Math.exp(-7 / 24),
    points: 81,
  },
  {
    name: 'reflecting: an eigenfunction with a slope on it',
    problem: { model: brownian, T: 0.5, terminal: 'cos(pi*x) + x' },
    grid: (n) => [uniform(0, 1, n)],
    boundary: { kind: 'neumann', slope: 1 },
    at: [0.25],
    exact: Math.cos(Math.PI / 4) * Math.exp(-(Math.PI ** 2) / 4) + 0.25,
    points: 21,
  },
  {
    name: 'reflecting on uneven points',
    problem: { model: brownian, T: 0.5, terminal: 'cos(pi*x)' },
    grid: (n) => [sinhSpaced(0, 1, n, { center: 0, width: 0.4 })],
    boundary: { kind: 'reflecting' },
    at: [0],
    exact: Math.exp(-(Math.PI ** 2) / 4),
    points: 21,
  },
  {
    name: 'Robin: cos λx with u′ = −λ tan λ u at 1',
    problem: { model: brownian, T: 0.5, terminal: 'cos(0.9*x)' },
    grid: (n) => [uniform(0, 1, n)],
    boundary: [
      {
        lower: { kind: 'reflecting' },
        upper: { kind: 'robin', weight: 0.9 * Math.tan(0.9), slopeWeight: 1, value: 0 },
      },
    ],
    at: [0.5],
    exact: Math.cos(0.45) * Math.exp(-0.81 / 4),
    points: 21,
  },
  {
    name: 'absorbing: an eigenfunction',
    problem: { model: brownian, T: 0.5, terminal: 'sin(pi*x)' },
    grid: (n) => [uniform(0, 1, n)],
    boundary: { kind: 'absorbing' },
    at: [0.25],
    exact: Math.SQRT1_2 * Math.exp(-(Math.PI ** 2) / 4),
    points: 21,
  },
  {
    name: 'Dirichlet values in time',
    problem: { model: brownian, T: 1, terminal: 'exp(x)' },
    grid: (n) => [uniform(0, 1, n)],
    boundary: { kind: 'dirichlet', value: 'exp(x + (1 - t)/2)' },
    at: [0.5],
    exact: Math.exp(1),
    points: 21,
  },
  {
    name: 'two dimensions, correlated',
    problem: {
      model: planeOf(coupled, [
        [0.7, 0],
        [0.3, 0.4],
      ]),
      T: 1,
      terminal: 'sin(x + 1.3*y)',
    },
    grid: square,
    stepping: adi,
    at: [0.4, -0.4],
    exact: gaussianSine(
      coupled,
      [
        [0.7, 0],
        [0.3, 0.4],
      ],
      [1, 1.3],
      [0.4, -0.4],
      1,
    ),
    points: 41,
  },
  {
    name: 'two dimensions, rank one',
    problem: { model: planeOf(coupled, [[0.3], [-0.2]]), T: 1, terminal: 'sin(x + 1.3*y)' },
    grid: square,
    stepping: adi,
    at: [0.4, -0.4],
    exact: gaussianSine(coupled, [[0.3], [-0.2]], [1, 1.3], [0.4, -0.4], 1),
    points: 41,
  },
  {
    name: "Kolmogorov's 1934 process: position and velocity",
    problem: {
      model: planeOf(
        [
          [0, 1],
          [0, 0],
        ],
        [[0], [1]],
      ),
      T: 1,
      terminal: 'sin(x + y)',
    },
    grid: (n) => [uniform(-8, 8, n), uniform(-6, 6, n)],
    stepping: adi,
    at: [0.4, 0.6],
    exact: gaussianSine(
      [
        [0, 1],
        [0, 0],
      ],
      [[0], [1]],
      [1, 1],
      [0.4, 0.6],
      1,
    ),
    points: 41,
  },
];

test.each(ANSWERS)('$name', ({ problem, grid, boundary, stepping, at, exact, points }) => {
  const errors = [points, 2 * points - 1, 4 * points - 3].map((n) => {
    const steps = (n - 1) / 2;
    const made = stepping ? stepping(steps) : crankNicolson({ steps });
    return solveKolmogorov(problem, { grid: grid(n), boundary, stepping: made, keep: 'ends' }).at(0, at) - exact;
  });
  const order = Math.log2(errors[1] / errors[2]);
  expect(order, `errors ${errors.map((error) => error.toExponential(3)).join(', ')}`).toBeGreaterThan(1.9);
  expect(order, `errors ${errors.map((error) => error.toExponential(3)).join(', ')}`).toBeLessThan(2.1);
});
