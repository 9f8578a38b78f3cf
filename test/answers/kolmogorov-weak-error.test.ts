import { crankNicolson, hundsdorferVerwer, uniform, weakErrorConstant, weakErrorProfile } from 'kolmogorov';
import {
  discretize,
  eulerMaruyama,
  exactExpectation,
  milstein,
  platen,
  problem,
  ri1,
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
    const second = weakErrorProfile(start, weakTaylor2, 'sin(x)', discretization);
    expect(second.order).toBe(2);
    expect(second.terms.map((term) => term.derivative[0])).toEqual([1, 2, 6]);
  });

  test('of a second-order scheme on Ornstein–Uhlenbeck with φ = x²', () => {
    // L₂ = θ³x/6 ∂ − 5θ²σ²/24 ∂² + …, u = x² e^(−2(T − t)) + …: C = e^(−2T) T x₀²/3 + …, by hand below.
    const x0 = 0.6;
    const variance = (t: number): number => (sigma ** 2 * (1 - Math.exp(-2 * t))) / 2;
    // E (L₂u)(t, X_t) = e^(−2(T − t)) (E X_t²/3 − 5σ²/12), E X_t² = x₀² e^(−2t) + Var.
    const rate = (t: number): number =>
      Math.exp(-2 * (1 - t)) * ((x0 ** 2 * Math.exp(-2 * t) + variance(t)) / 3 - (5 * sigma ** 2) / 12);
    // ∫ e^(−2(1−t)) dt = (1 − e⁻²)/2 and ∫ e⁻² dt = e⁻².
    const exact =
      ((x0 ** 2 - sigma ** 2 / 2) / 3) * decay + (sigma ** 2 / 6 - (5 * sigma ** 2) / 12) * ((1 - decay) / 2);
    ladder(exact, (n) =>
      weakErrorConstant(problem({ model: ou, x0: [x0], T: 1 }), weakTaylor2, 'x^2', {
        grid: [uniform(-6, 6, n)],
        boundary: { kind: 'neumann', slope: '2*x*exp(-2*(1 - t))' },
        stepping: crankNicolson({ steps: n - 1, smoothing: 0 }),
      }),
    );
    const {
      density,
      times,
      rate: found,
    } = weakErrorProfile(problem({ model: ou, x0: [x0], T: 1 }), weakTaylor2, 'x^2', {
      grid: [uniform(-6, 6, 161)],
      stepping: crankNicolson({ steps: 160, smoothing: 0 }),
    });
    times.forEach((t, n) => {
      // Δx² and Δt² times derivatives below 10, of numbers below 1.
      expect(Math.abs(found[n] - rate(t))).toBeLessThan(10 / 160);
      const masses = density.masses(t).data;
      expect(Math.abs(masses.reduce((sum, mass) => sum + mass, 0) - found[n])).toBeLessThan(161 * Number.EPSILON);
    });
  });

  test('refuses more than three dimensions', () => {
    const model = symbolic({
      state: ['a', 'b', 'c', 'd'],
      drift: ['-a', '-b', '-c', '-d'],
      diffusion: [[1], [1], [1], [1]],
    });
    expect(() =>
      weakErrorConstant(problem({ model, x0: [0, 0, 0, 0], T: 1 }), eulerMaruyama, 'a', {
        grid: [0, 1, 2, 3].map(() => uniform(-1, 1, 5)),
        stepping: hundsdorferVerwer({ steps: 2 }),
      }),
    ).toThrow(/d ≤ 3/);
  });
});

describe("Talay and Tubaro's constant agrees with exact expectations of the scheme", () => {
  /** C from E φ(X_N) at three step sizes: differences remove E φ(X_T), extrapolation the terms h^p and h^(p + 1). */
  const measured = (model: SymbolicModel, x0: number[], scheme: Scheme, phi: string, steps: number, p = 1): number => {
    const [first, second, third] = [steps, 2 * steps, 4 * steps].map((n) =>
      exactExpectation(discretize(problem({ model, x0, T: 1 }), withDriver(scheme, 'three-point'), n), terminal(phi)),
    );
    const [coarse, fine] = [
      ((first - second) * steps ** p) / (1 - 2 ** -p),
      ((second - third) * (2 * steps) ** p) / (1 - 2 ** -p),
    ];
    return 2 * fine - coarse;
  };
  const line = symbolic({ state: ['x'], drift: ['sin(2*x) - x'], diffusion: [['0.5 + 0.2*cos(x)']] });
  const plane = symbolic({
    state: ['x', 'y'],
    drift: ['tanh(x + y) - x', 'tanh(x) - y'],
    diffusion: [['0.4'], ['0.3']],
  });

  const gentle = symbolic({ state: ['x'], drift: ['sin(x)/2 - x'], diffusion: [['0.5 + 0.2*cos(x)']] });

  test.each([
    ['Euler–Maruyama', eulerMaruyama, 1, line, 8],
    ['Milstein', milstein, 1, line, 8],
    ['Platen', platen, 2, gentle, 4],
    ['weak Taylor 2', weakTaylor2, 2, gentle, 4],
    ['RI1', ri1, 2, gentle, 4],
  ] as [string, Scheme, number, SymbolicModel, number][])(
    '%s, one dimension, multiplicative noise',
    (_, scheme, p, model, steps) => {
      const { constant, order } = weakErrorProfile(problem({ model, x0: [0.4], T: 1 }), scheme, 'sin(x)', {
        grid: [uniform(-4, 4, 401)],
        stepping: crankNicolson({ steps: 400, smoothing: 0 }),
      });
      expect(order).toBe(p);
      const [rough, better] = [steps, 2 * steps].map((n) => measured(model, [0.4], scheme, 'sin(x)', n, p));
      // What extrapolation leaves is of order 2, so it falls fourfold; the grid's own error is 1/400² of numbers below 10.
      expect(Math.abs(better - constant)).toBeLessThan(Math.abs(rough - better) + 10 / 400 ** 2);
      expect(Math.abs(better - constant)).toBeLessThan(Math.abs(constant) / 20);
    },
  );

  test('Euler–Maruyama in the plane, rank one', () => {
    const constant = weakErrorConstant(problem({ model: plane, x0: [0.4, -0.2], T: 1 }), eulerMaruyama, 'cos(x + y)', {
      grid: [uniform(-3, 3, 97), uniform(-3, 3, 97)],
      stepping: hundsdorferVerwer({ steps: 64 }),
    });
    const [rough, better] = [4, 8].map((steps) => measured(plane, [0.4, -0.2], eulerMaruyama, 'cos(x + y)', steps));
    expect(Math.abs(better - constant)).toBeLessThan(Math.abs(rough - better) + 10 / 64 ** 2);
    expect(Math.abs(better - constant)).toBeLessThan(Math.abs(constant) / 20);
  });

  test('Platen, order 2, in the plane', () => {
    const { constant, order } = weakErrorProfile(
      problem({ model: plane, x0: [0.4, -0.2], T: 1 }),
      platen,
      'cos(x + y)',
      { grid: [uniform(-3, 3, 65), uniform(-3, 3, 65)], stepping: hundsdorferVerwer({ steps: 40 }) },
    );
    expect(order).toBe(2);
    const [rough, better] = [2, 4].map((steps) => measured(plane, [0.4, -0.2], platen, 'cos(x + y)', steps, 2));
    expect(Math.abs(better - constant)).toBeLessThan(Math.abs(rough - better) + 10 / 40 ** 2);
    expect(Math.abs(better - constant)).toBeLessThan(Math.abs(constant) / 4);
  });

  test.each([
    ['Euler–Maruyama', eulerMaruyama, 1],
    ['Platen with Gaussian noise', withDriver(platen, 'gaussian'), 2],
  ] as [string, Scheme, number][])('%s in three dimensions, a linear equation', (_, scheme, p) => {
    const model = symbolic({
      state: ['x', 'y', 'z'],
      drift: ['y/2 - x', 'z/2 - y', '-1.5*z - x/3'],
      diffusion: [['0.3'], ['0.2'], ['0.5']],
    });
    const [start, wave] = [
      [0.6, -0.4, 0.5],
      [1, -1, 1],
    ];
    const side = uniform(-2.5, 2.5, 41);
    const { constant, order } = weakErrorProfile(problem({ model, x0: start, T: 1 }), scheme, 'cos(x - y + z)', {
      grid: [side, side, side],
      stepping: hundsdorferVerwer({ steps: 24 }),
    });
    expect(order).toBe(p);
    // A step is X⁺ = R X + q ξ: a Gaussian law, and E cos(w·X) = e^(−wᵀSw/2) cos(w·m).
    const expected = (steps: number): number => {
      const chain = discretize(problem({ model, x0: start, T: 1 }), scheme, steps);
      const after = (x: number[], xi: number): number[] => {
        const out = new Float64Array(3);
        chain.step(
          0,
          Float64Array.from(x),
          Float64Array.from(chain.driver.laws, () => xi),
          out,
        );
        return Array.from(out);
      };
      const q = after([0, 0, 0], 1);
      let mean = start;
      // w·X_N − w·m = Σ w·R^k q ξ_k.
      let [push, variance] = [q, 0];
      for (let n = 0; n < steps; n++) {
        mean = after(mean, 0);
        variance += wave.reduce((sum, w, i) => sum + w * push[i], 0) ** 2;
        push = after(push, 0);
      }
      return Math.exp(-variance / 2) * Math.cos(wave.reduce((sum, w, i) => sum + w * mean[i], 0));
    };
    const values = [32, 64, 128].map(expected);
    const [coarse, fine] = [
      ((values[0] - values[1]) * 32 ** p) / (1 - 2 ** -p),
      ((values[1] - values[2]) * 64 ** p) / (1 - 2 ** -p),
    ];
    // Extrapolation leaves O(1/64²); the grid has (1/8)² and steps of 1/24, of derivatives of size 1.
    expect(Math.abs(2 * fine - coarse - constant)).toBeLessThan(1 / 64);
    expect(Math.abs(2 * fine - coarse - constant)).toBeLessThan(Math.abs(constant) / 10);
  });
});
