import { crankNicolson, hundsdorferVerwer, uniform, weakErrorConstant, weakErrorProfile } from 'kolmogorov';
import {
  discretize,
  eulerMaruyama,
  exactExpectation,
  milstein,
  problem,
  type Scheme,
  type SymbolicModel,
  symbolic,
  terminal,
  weakTaylor2,
  withDriver,
} from 'sde-core';
import { describe, expect, test } from 'vitest';

// E X_N of Euler's method, expanded in h by hand: (1 − λh)^(2N) = e^(−2λT) (1 − λ² T h + …), and so on.
const [lambda, sigma, mu] = [1, 0.7, 0.3];
const ou = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['0.7']] });
const gbm = symbolic({ state: ['x'], drift: ['0.3*x'], diffusion: [['0.4*x']] });
const decay = Math.exp(-2 * lambda);

const ladder = (exact: number, constant: (n: number) => number): void => {
  const errors = [41, 81, 161].map((n) => constant(n) - exact);
  const order = Math.log2(errors[1] / errors[2]);
  expect(order, `errors ${errors.join(', ')}`).toBeGreaterThan(1.9);
  expect(order, `errors ${errors.join(', ')}`).toBeLessThan(2.1);
};

describe("Talay and Tubaro's constant", () => {
  test('of Euler–Maruyama on Ornstein–Uhlenbeck with φ = x²', () => {
    const x0 = 0.6;
    const mean = -(lambda ** 2) * decay * x0 ** 2;
    const noise = (sigma ** 2 / (2 * lambda)) * ((lambda / 2) * (1 - decay) + lambda ** 2 * decay);
    ladder(mean + noise, (n) =>
      weakErrorConstant(problem({ model: ou, x0: [x0], T: 1 }), eulerMaruyama, 'x^2', {
        grid: [uniform(-6, 6, n)],
        boundary: { kind: 'neumann', slope: '2*x*exp(-2*(1 - t))' },
        stepping: crankNicolson({ steps: n - 1, smoothing: 0 }),
      }),
    );
  });

  test('of Euler–Maruyama and Milstein on geometric Brownian motion with φ = x²', () => {
    const growth = 2 * mu + 0.4 ** 2;
    const start = problem({ model: gbm, x0: [1], T: 1 });
    const discretization = (n: number) => ({
      grid: [uniform(0, 16, 2 * n - 1)],
      boundary: { kind: 'neumann', slope: `2*x*exp(${growth}*(1 - t))` } as const,
      stepping: crankNicolson({ steps: n - 1, smoothing: 0 }),
    });
    ladder(Math.exp(growth) * (mu ** 2 - growth ** 2 / 2), (n) =>
      weakErrorConstant(start, eulerMaruyama, 'x^2', discretization(n)),
    );
    // Milstein's step squared has mean 1 + growth h + (μ² + σ⁴/2) h².
    ladder(Math.exp(growth) * (mu ** 2 + 0.4 ** 4 / 2 - growth ** 2 / 2), (n) =>
      weakErrorConstant(start, milstein, 'x^2', discretization(n)),
    );
  });

  test('in two dimensions, with a rank-one diffusion', () => {
    // Kolmogorov's process: position x, velocity y. Euler: x_N − x_exact has mean 0, and E x_N² loses T² h / 2.
    const model = symbolic({ state: ['x', 'y'], drift: ['y', '0'], diffusion: [[0], [1]] });
    const errors = [33, 65].map(
      (n) =>
        weakErrorConstant(problem({ model, x0: [0, 0], T: 1 }), eulerMaruyama, 'cos(x)', {
          grid: [uniform(-6, 6, n), uniform(-8, 8, n)],
          stepping: hundsdorferVerwer({ steps: n - 1 }),
        }) -
        Math.exp(-1 / 6) / 4,
    );
    // E cos x_N = exp(−(T³/3 − T² h/2 + …)/2): C = ¼ e^(−1/6).
    expect(Math.log2(errors[0] / errors[1])).toBeGreaterThan(1.8);
    expect(Math.log2(errors[0] / errors[1])).toBeLessThan(2.2);
  });

  test('is the integral of its rate, and zero for a scheme of weak order 2', () => {
    const discretization = { grid: [uniform(-6, 6, 41)], stepping: crankNicolson({ steps: 20, smoothing: 0 }) };
    const start = problem({ model: ou, x0: [0.6], T: 1 });
    const { constant, times, rate } = weakErrorProfile(start, eulerMaruyama, 'sin(x)', discretization);
    let sum = 0;
    for (let n = 0; n < 20; n++) sum += ((times[n + 1] - times[n]) / 2) * (rate[n] + rate[n + 1]);
    expect(Math.abs(sum - constant)).toBeLessThan(20 * Number.EPSILON);
    // The terms cancel in exact arithmetic; what is left is the rounding of coefficients of size O(1).
    expect(Math.abs(weakErrorConstant(start, weakTaylor2, 'sin(x)', discretization))).toBeLessThan(8 * Number.EPSILON);
  });
});

describe("Talay and Tubaro's constant agrees with exact expectations of the scheme", () => {
  /** C from E φ(X_N) at three step sizes: differences remove E φ(X_T), extrapolation the terms h and h². */
  const measured = (model: SymbolicModel, x0: number[], scheme: Scheme, phi: string, steps: number): number => {
    const [first, second, third] = [steps, 2 * steps, 4 * steps].map((n) =>
      exactExpectation(discretize(problem({ model, x0, T: 1 }), withDriver(scheme, 'three-point'), n), terminal(phi)),
    );
    const [coarse, fine] = [(first - second) * 2 * steps, (second - third) * 4 * steps];
    return 2 * fine - coarse;
  };
  const line = symbolic({ state: ['x'], drift: ['sin(2*x) - x'], diffusion: [['0.5 + 0.2*cos(x)']] });
  const plane = symbolic({
    state: ['x', 'y'],
    drift: ['tanh(x + y) - x', 'tanh(x) - y'],
    diffusion: [['0.4'], ['0.3']],
  });

  test.each([
    ['Euler–Maruyama', eulerMaruyama],
    ['Milstein', milstein],
  ] as [string, Scheme][])('%s, one dimension, multiplicative noise', (_, scheme) => {
    const constant = weakErrorConstant(problem({ model: line, x0: [0.4], T: 1 }), scheme, 'sin(x)', {
      grid: [uniform(-4, 4, 401)],
      stepping: crankNicolson({ steps: 400, smoothing: 0 }),
    });
    const [rough, better] = [8, 16].map((steps) => measured(line, [0.4], scheme, 'sin(x)', steps));
    // What extrapolation leaves is of order 2, so it falls fourfold; the grid's own error is 1/400² of numbers below 10.
    expect(Math.abs(better - constant)).toBeLessThan(Math.abs(rough - better) + 10 / 400 ** 2);
    expect(Math.abs(better - constant)).toBeLessThan(Math.abs(constant) / 20);
  });

  test('Euler–Maruyama in the plane, rank one', () => {
    const constant = weakErrorConstant(problem({ model: plane, x0: [0.4, -0.2], T: 1 }), eulerMaruyama, 'cos(x + y)', {
      grid: [uniform(-3, 3, 97), uniform(-3, 3, 97)],
      stepping: hundsdorferVerwer({ steps: 64 }),
    });
    const [rough, better] = [4, 8].map((steps) => measured(plane, [0.4, -0.2], eulerMaruyama, 'cos(x + y)', steps));
    expect(Math.abs(better - constant)).toBeLessThan(Math.abs(rough - better) + 10 / 64 ** 2);
    expect(Math.abs(better - constant)).toBeLessThan(Math.abs(constant) / 20);
  });
});
