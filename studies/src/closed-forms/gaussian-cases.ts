import { type Axis, hundsdorferVerwer, sinhSpaced, uniform } from 'kolmogorov';
import { type SymbolicModel, symbolic } from 'sde-core';
import { numbers } from 'sde-core/numerics';
import { type ClosedForm, evolution } from './closed-form.js';
import { gaussianSine } from './gaussian-sine.js';

type Matrix = readonly (readonly number[])[];

const line = (drift: string, diffusion: string): SymbolicModel =>
  symbolic({ state: ['x'], drift: [drift], diffusion: [[diffusion]] });

/**
 * Laws that stay Gaussian, in one dimension and in two.
 *
 * @see [kolmogorov1934]
 */
export function gaussianCases(): readonly ClosedForm[] {
  // A node of every grid that has a multiple of 8 cells.
  const node = 1.5 * numbers.sinh(numbers.asinh(4) / 4);
  return [
    evolution({
      name: 'heat kernel, φ = exp(−x²/2)',
      problem: { model: line('0', '1'), T: 1, terminal: 'exp(-x^2/2)' },
      grid: (n) => [uniform(-12, 12, n)],
      at: [0.75],
      exact: numbers.exp(-(0.75 * 0.75) / 4) / Math.SQRT2,
      points: 97,
    }),
    evolution({
      name: 'Ornstein–Uhlenbeck, φ = sin x, uneven points',
      problem: { model: line('-x', '0.7'), T: 1, terminal: 'sin(x)' },
      grid: (n) => [sinhSpaced(-6, 6, n, { center: 0, width: 1.5 })],
      at: [node],
      exact: numbers.sin(node * numbers.exp(-1)) * numbers.exp((-0.49 / 4) * (1 - numbers.exp(-2))),
      points: 41,
      quantlib: {
        kind: 'ornstein-uhlenbeck',
        parameters: { x: node, speed: 1, volatility: 0.7, lower: -6, upper: 6, T: 1 },
      },
    }),
    evolution({
      name: 'Ornstein–Uhlenbeck, φ = x², discounted',
      problem: { model: line('-x', '0.7'), T: 1, terminal: 'x^2', killing: 0.3 },
      grid: (n) => [uniform(-6, 6, n)],
      boundary: { kind: 'neumann', slope: '2*x*exp(-2.3*(1 - t))' },
      at: [0.6],
      exact: numbers.exp(-0.3) * (0.36 * numbers.exp(-2) + (0.49 / 2) * (1 - numbers.exp(-2))),
      points: 41,
    }),
    evolution({
      name: 'a source: sin W + ∫ (W + s) ds',
      problem: { model: line('1', '1'), T: 1, terminal: 'sin(x)', source: 'x + t' },
      grid: (n) => [uniform(-9, 11, n)],
      at: [0.5],
      exact: numbers.sin(1.5) * numbers.exp(-0.5) + 0.5 + 0.5 + 0.5,
      points: 81,
    }),
    evolution({
      name: 'coefficients in time, φ = sin x',
      problem: { model: line('cos(t)', '(1 + t)/2'), T: 1, terminal: 'sin(x)' },
      grid: (n) => [uniform(-9, 11, n)],
      at: [0.5],
      exact: numbers.sin(0.5 + numbers.sin(1)) * numbers.exp(-7 / 24),
      points: 81,
    }),
    sineInThePlane('two dimensions, correlated', COUPLED, [[0.7, 0], [0.3, 0.4]]), // biome-ignore format: a matrix
    sineInThePlane('two dimensions, rank one', COUPLED, [[0.3], [-0.2]]),
    evolution({
      name: 'Kolmogorov 1934: position and velocity',
      problem: {
        model: symbolic({ state: ['x', 'v'], drift: ['v', '0'], diffusion: [[0], [1]] }),
        T: 1,
        terminal: 'sin((x + v)/2)',
      },
      grid: (n) => [uniform(-8, 8, n), uniform(-6, 6, n)],
      stepping: hundsdorferVerwer,
      at: [0.4, 0.6],
      // x + v ends with mean x + 2 v and variance ∫ (1 + s)² ds = 7/3.
      exact: numbers.sin(0.8) * numbers.exp(-7 / 24),
      points: 41,
    }),
  ];
}

const COUPLED: Matrix = [
  [-1, 0.5],
  [0, -0.8],
];

function sineInThePlane(name: string, A: Matrix, B: Matrix): ClosedForm {
  const at = [0.4, -0.4];
  return evolution({
    name,
    problem: {
      model: symbolic({
        state: ['x', 'y'],
        drift: A.map(([a, b]) => `${a}*x + ${b}*y`),
        diffusion: B.map((row) => [...row]),
      }),
      T: 1,
      terminal: 'sin(x + 1.3*y)',
    },
    grid: (n): readonly Axis[] => [uniform(-4, 4, n), uniform(-4, 4, n)],
    stepping: hundsdorferVerwer,
    at,
    exact: gaussianSine(A, B, [1, 1.3], at, 1),
    points: 41,
  });
}
