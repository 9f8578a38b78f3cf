import {
  type Axis,
  alignAxis,
  chebyshevSpaced,
  crankNicolson,
  pointsOf,
  quantileSpaced,
  sinhSpaced,
  solveKolmogorov,
  uniform,
} from 'kolmogorov';
import { discretize, eulerMaruyama, key, problem, simulate, symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';

const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['0.7']] });
/** X_1 from 0.6 by simulated paths. */
const samples = (): number[] => {
  const chain = discretize(problem({ model, x0: [0.6], T: 1 }), eulerMaruyama, 8);
  return Array.from({ length: 400 }, (_, path) => simulate(chain, { key: key('axis'), path }).x.get(8, 0));
};
const drawn = samples();
/** Mean 0, and in steps to ±4: the law at T from far away. */
const stationary = (p: number): number =>
  (0.7 / Math.SQRT2) * Math.sign(p - 0.5) * Math.sqrt(-Math.log(4 * p * (1 - p)) * 2);

const AXES: [string, (n: number) => Axis][] = [
  ['uniform', (n) => uniform(-6, 6, n)],
  ['sinhSpaced around one point', (n) => sinhSpaced(-6, 6, n, { center: 0.6, width: 1.5 })],
  ['sinhSpaced around two points', (n) => sinhSpaced(-6, 6, n, { center: [-1, 0.6], width: [1, 0.5] })],
  ['chebyshevSpaced', (n) => chebyshevSpaced(-6, 6, n)],
  ['quantileSpaced by samples', (n) => quantileSpaced(-6, 6, n, { samples: drawn })],
  ['quantileSpaced by quantiles', (n) => quantileSpaced(-6, 6, n, { quantile: stationary })],
  [
    'points of the caller',
    (n) => pointsOf(Array.from({ length: n }, (_, i) => 6 * Math.tan(((2 * i) / (n - 1) - 1) * (Math.PI / 4)))),
  ],
  [
    'aligned',
    (n) => alignAxis(sinhSpaced(-6, 6, n, { center: 0, width: 1.5 }), { nodes: [0.6, 2.13], midpoints: [-0.77] }),
  ],
];

describe('second order on every axis', () => {
  test.each(AXES)('%s', (_, axis) => {
    // E sin(2 X_1), X_1 Gaussian.
    const exact = Math.sin(1.2 * Math.exp(-1)) * Math.exp(-0.49 * (1 - Math.exp(-2)));
    const errors = [161, 321, 641].map(
      (n) =>
        solveKolmogorov(
          { model, T: 1, terminal: 'sin(2*x)' },
          { grid: [axis(n)], stepping: crankNicolson({ steps: (n - 1) / 4 }), keep: 'ends' },
        ).at(0, [0.6]) - exact,
    );
    const message = `errors ${errors.map((error) => error.toExponential(3)).join(', ')}`;
    expect(Math.log2(errors[1] / errors[2]), message).toBeGreaterThan(1.9);
    expect(Math.log2(errors[1] / errors[2]), message).toBeLessThan(2.1);
  });
});

test('a jump midway between two nodes keeps order 2, which one elsewhere does not', () => {
  const brownian = symbolic({ state: ['x'], drift: ['0'], diffusion: [['1']] });
  // P(W_1 > 0.123), by the series of the normal distribution function.
  const z = 0.123;
  const exact = 0.5 - (z - z ** 3 / 6 + z ** 5 / 40 - z ** 7 / 336) / Math.sqrt(2 * Math.PI);
  const errors = (axis: (n: number) => Axis): number[] =>
    [61, 121, 241].map(
      (n) =>
        solveKolmogorov(
          { model: brownian, T: 1, terminal: 'x > 0.123 ? 1 : 0' },
          { grid: [axis(n)], stepping: crankNicolson({ steps: (n - 1) / 2 }), averaging: 1, keep: 'ends' },
        ).at(0, [0]) - exact,
    );
  const aligned = errors((n) => alignAxis(uniform(-6, 6, n), { midpoints: [0.123] }));
  expect(Math.log2(aligned[1] / aligned[2]), aligned.join(', ')).toBeGreaterThan(1.8);
  expect(Math.log2(aligned[1] / aligned[2]), aligned.join(', ')).toBeLessThan(2.2);
  const plain = errors((n) => uniform(-6, 6, n));
  expect(Math.abs(plain[2])).toBeGreaterThan(20 * Math.abs(aligned[2]));
});
