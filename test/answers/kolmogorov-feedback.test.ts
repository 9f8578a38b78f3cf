import {
  type ControlValues,
  controlled,
  type HjbOutcome,
  implicitEuler,
  solveErgodicHJB,
  solveHJB,
  uniform,
} from 'kolmogorov';
import { describe, expect, test } from 'vitest';
import { ladder, ordersOf } from './order-ladder.js';
import { riccati } from './riccati.js';

/** What is asked of every extrapolated answer, relative to it. */
const WANTED = 1e-6;

function solved(outcome: HjbOutcome): HjbOutcome {
  expect(outcome.kind).toBe('converged');
  expect(outcome.matrices.mMatrix).toBe(true);
  return outcome;
}

describe('linear–quadratic, where differences in space are exact', () => {
  // V = P(t) x² + s(t) on grids whose points in time are among 640 of the Riccati equation.
  const [T, n] = [1, 640];
  const grid = [uniform(-2, 2, 41)];
  const noises: readonly [string, string[], (P: number) => [number, number]][] = [
    ['additive noise', ['0.5'], (P) => [1 - P - P ** 2 / 0.5, 0.25 * P]],
    [
      'noise in state and control',
      ['0.3', '0.4*x', '0.3*a'],
      (P) => [1 - P + 0.16 * P - P ** 2 / (0.5 + 0.09 * P), 0.09 * P],
    ],
  ];
  test.each(noises)('finite horizon, %s', (_, diffusion, rate) => {
    const path = riccati(([P]) => rate(P), [0.3, 0], T, n);
    const model = controlled({ state: ['x'], control: ['a'], drift: ['-0.5*x + a'], diffusion: [diffusion] });
    const value = (t: number, x: Float64Array): number => {
      const [P, s] = path[Math.round((T - t) * n)];
      return P * x[0] ** 2 + s;
    };
    const exact = value(0, Float64Array.of(0.5));
    const { values, limit } = ladder([1 / 10, 1 / 20, 1 / 40, 1 / 80], (h) => {
      const outcome = solveHJB(
        { model, T, running: 'x^2 + 0.5*a^2', terminal: '0.3*x^2', controls: { a: {} } },
        { grid, boundary: { kind: 'dirichlet', value }, stepping: implicitEuler({ steps: Math.round(1 / h) }) },
      );
      return solved(outcome).value.at(0, [0.5]);
    });
    for (const order of ordersOf(values.map((computed) => computed - exact))) {
      // The next term of the expansion shows by O(h) of the coarsest step.
      expect(Math.abs(order - 1)).toBeLessThan(0.1);
    }
    expect(Math.abs(limit - exact)).toBeLessThan(WANTED * exact);
  });

  test('finite horizon, two states, two controls that are paid for together', () => {
    // dX = (A X + a) dt + σ dW, r = |x|² + aᵀ R a: −P' = I + AᵀP + PA − P R⁻¹ P, −s' = σ² tr P.
    const R = [1, 0.4, 0.8];
    const det = R[0] * R[2] - R[1] ** 2;
    const S = [R[2] / det, -R[1] / det, R[0] / det];
    const [a12, a21] = [0.6, -0.3];
    const path = riccati(
      ([p, q, r]) => {
        const [u, v, w, z] = [S[0] * p + S[1] * q, S[1] * p + S[2] * q, S[0] * q + S[1] * r, S[1] * q + S[2] * r];
        return [
          1 - p + 2 * a21 * q - (p * u + q * v),
          a12 * p - 0.5 * q - 0.5 * q + a21 * r - (p * w + q * z),
          1 - r + 2 * a12 * q - (q * w + r * z),
          0.36 * (p + r),
        ];
      },
      [0.2, 0, 0.2, 0],
      0.5,
      640,
    );
    const model = controlled({
      state: ['x', 'y'],
      control: ['a', 'b'],
      drift: ['-0.5*x + 0.6*y + a', '-0.3*x - 0.5*y + b'],
      diffusion: [
        ['0.6', '0'],
        ['0', '0.6'],
      ],
    });
    const value = (t: number, [x, y]: Float64Array): number => {
      const [p, q, r, s] = path[Math.round((0.5 - t) * 1280)];
      return p * x ** 2 + 2 * q * x * y + r * y ** 2 + s;
    };
    const exact = value(0, Float64Array.of(0.5, -0.25));
    const { values, limit } = ladder([1 / 8, 1 / 16, 1 / 32, 1 / 64], (h) => {
      const outcome = solveHJB(
        {
          model,
          T: 0.5,
          running: 'x^2 + y^2 + a^2 + 0.8*a*b + 0.8*b^2',
          terminal: '0.2*(x^2 + y^2)',
          controls: { a: {}, b: {} },
        },
        {
          grid: [uniform(-1, 1, 9), uniform(-1, 1, 9)],
          boundary: { kind: 'dirichlet', value },
          stepping: implicitEuler({ steps: Math.round(0.5 / h) }),
        },
      );
      return solved(outcome).value.at(0, [0.5, -0.25]);
    });
    for (const order of ordersOf(values.map((computed) => computed - exact)))
      expect(Math.abs(order - 1)).toBeLessThan(0.1);
    expect(Math.abs(limit - exact)).toBeLessThan(WANTED * exact);
  });

  test('infinite horizon with a discount, and the long-run average, without any step', () => {
    // ρ p = q − k p − p² and V = p x² + σ² p / ρ; for ρ → 0 the average is σ² p.
    const model = controlled({ state: ['x'], control: ['a'], drift: ['-0.5*x + a'], diffusion: [['0.5']] });
    const root = (rho: number): number => (-(1 + rho) + Math.sqrt((1 + rho) ** 2 + 4)) / 2;
    const [rho, p] = [0.3, root(0.3)];
    const outcome = solveHJB(
      { model, running: 'x^2 + a^2', discount: rho, controls: { a: {} } },
      { grid, boundary: { kind: 'dirichlet', value: `${p}*x^2 + ${(0.25 * p) / rho}` } },
    );
    const exact = 0.49 * p + (0.25 * p) / rho;
    expect(Math.abs(solved(outcome).value.at(0, [0.7]) - exact)).toBeLessThan(1e-3 * WANTED * exact);
    expect(Math.abs(outcome.policy.a.at(0, [0.7]) + 0.7 * p)).toBeLessThan(1e-3 * WANTED);
    const ergodic = solveErgodicHJB(
      { model, running: 'x^2 + a^2', controls: { a: {} } },
      { grid: [uniform(-4, 4, 81)] },
    );
    expect(ergodic.kind).toBe('converged');
    expect(Math.abs(ergodic.average - 0.25 * root(0))).toBeLessThan(1e-3 * WANTED);
  });
});

describe('Merton: the share of wealth in the risky asset, control in drift and diffusion', () => {
  // y = log wealth, U = e^(γy)/γ: w = (μ − r) / (σ² (1 − γ)), V = e^(γy + kτ)/γ, k = γ (r + (μ − r)² / (2 σ² (1 − γ))).
  const [gamma, r, mu, sigma] = [0.5, 0.03, 0.08, 0.3];
  const share = (mu - r) / (sigma ** 2 * (1 - gamma));
  const growth = gamma * (r + (mu - r) ** 2 / (2 * sigma ** 2 * (1 - gamma)));
  const model = controlled({
    state: ['y'],
    control: ['w'],
    drift: ['0.03 + 0.05*w - 0.045*w^2'],
    diffusion: [['0.3*w']],
  });
  const solve = (n: number, steps: number, w: ControlValues): HjbOutcome =>
    solved(
      solveHJB(
        { model, T: 1, terminal: 'exp(0.5*y)/0.5', controls: { w }, sense: 'maximize' },
        {
          grid: [uniform(-1, 1, n)],
          boundary: { kind: 'robin', weight: gamma, slopeWeight: -1, value: 0 },
          stepping: implicitEuler({ steps }),
        },
      ),
    );

  test('in closed form, order 1 in time and 2 in space', () => {
    const exact = Math.exp(growth) / gamma;
    const { values, limit } = ladder([1 / 64, 1 / 256, 1 / 1024], (square) => {
      const n = Math.round(2 / Math.sqrt(square)) + 1;
      const inTime = ladder([1 / 4, 1 / 8, 1 / 16], (h) => {
        const outcome = solve(n, Math.round(1 / h), { lower: 0, upper: 5 });
        // The constant of the share's error is below 1/2: (1/12) γ² and the like.
        expect(Math.abs(outcome.policy.w.at(0, [0]) - share)).toBeLessThan(square / 2);
        return outcome.value.at(0, [0]);
      });
      return inTime.limit;
    });
    for (const order of ordersOf(values.map((value) => value - exact))) expect(Math.abs(order - 2)).toBeLessThan(0.1);
    expect(Math.abs(limit - exact)).toBeLessThan(WANTED * exact);
  });

  test('for ever, with consumption: a formula beside a closed form', () => {
    // Consumption at the rate k of wealth, U = (k e^y)^γ/γ, discount ρ: k = (ρ − γ (r + (μ − r)² / (2 σ² (1 − γ)))) / (1 − γ), V = k^(γ−1) e^(γy)/γ.
    const rho = 0.1;
    const rate = (rho - growth) / (1 - gamma);
    const exact = rate ** (gamma - 1) / gamma;
    const consuming = controlled({
      state: ['y'],
      control: ['w', 'k'],
      drift: ['0.03 + 0.05*w - 0.045*w^2 - k'],
      diffusion: [['0.3*w']],
      parameters: { gamma },
    });
    const { values, limit } = ladder([1 / 64, 1 / 256, 1 / 1024], (square) => {
      const outcome = solveHJB(
        {
          model: consuming,
          running: '(k*exp(y))^gamma/gamma',
          discount: rho,
          sense: 'maximize',
          controls: {
            w: { lower: 0, upper: 5 },
            k: { lower: 0.01, upper: 2, minimizer: '(max(V_y, 1e-9)*exp(-gamma*y))^(1/(gamma - 1))' },
          },
        },
        {
          grid: [uniform(-1, 1, Math.round(2 / Math.sqrt(square)) + 1)],
          boundary: { kind: 'robin', weight: gamma, slopeWeight: -1, value: 0 },
        },
      );
      expect(outcome.kind).toBe('converged');
      // The side at which V grows has a row of negative sum, and the report says so; beside the diagonal nothing is negative.
      expect([outcome.matrices.mMatrix, outcome.matrices.negativeEntries]).toEqual([false, 0]);
      expect(Math.abs(outcome.policy.k.at(0, [0]) - rate)).toBeLessThan(square / 2);
      expect(Math.abs(outcome.policy.w.at(0, [0]) - share)).toBeLessThan(square / 2);
      return outcome.value.at(0, [0]);
    });
    for (const order of ordersOf(values.map((value) => value - exact))) expect(Math.abs(order - 2)).toBeLessThan(0.1);
    expect(Math.abs(limit - exact)).toBeLessThan(WANTED * exact);
  });

  test('a bound that binds is kept, and the value is that of the bound', () => {
    // w ≤ ½: V = e^(γy)/γ · exp(γ (r + w (μ − r) − ½ (1 − γ) σ² w²) τ).
    const rate = gamma * (r + 0.5 * (mu - r) - ((1 - gamma) / 2) * sigma ** 2 * 0.25);
    const outcome = solve(33, 64, { lower: 0, upper: 0.5 });
    expect(outcome.policy.w.at(0, [0])).toBe(0.5);
    const exact = Math.exp(rate) / gamma;
    // Implicit Euler: ½ rate² h, and the differences: σ² w² γ⁴ Δx² / 24, both relative and doubled for what follows.
    expect(Math.abs(outcome.value.at(0, [0]) / exact - 1)).toBeLessThan(
      rate ** 2 / 64 + (0.0225 * gamma ** 4) / 256 / 6,
    );
  });
});

describe('Cole and Hopf: V = −σ² log ψ with ψ of a linear equation', () => {
  const steered = controlled({ state: ['x'], control: ['a'], drift: ['a'], diffusion: [['0.5']] });

  // The shortest way out of (−1, 1), 1 a unit of time: ½ σ² ψ″ = ψ / σ², ψ = 1 at the ends.
  const rate = Math.SQRT2 / 0.25;
  const wayOut = -0.25 * Math.log(Math.cosh(rate / 2) / Math.cosh(rate));
  const exits = (drift: 'hybrid' | 'upwind', power: number): { errors: number[]; last: number } => {
    const steps = [1 / 40, 1 / 80, 1 / 160, 1 / 320].map((spacing) => spacing ** power);
    const { values, limit } = ladder(steps, (h) => {
      const outcome = solveHJB(
        { model: steered, running: '1 + a^2/2', controls: { a: {} } },
        { grid: [uniform(-1, 1, Math.round(2 / h ** (1 / power)) + 1)], boundary: { kind: 'absorbing' }, drift },
      );
      return solved(outcome).value.at(0, [0.5]);
    });
    return { errors: values.map((value) => value - wayOut), last: limit - wayOut };
  };

  test('exit at least cost: order 2 where central differences are monotone', () => {
    const { errors, last } = exits('hybrid', 2);
    for (const order of ordersOf(errors)) expect(Math.abs(order - 2)).toBeLessThan(0.05);
    expect(Math.abs(last)).toBeLessThan(WANTED * wayOut);
  });

  test('exit at least cost: order 1 upwind, and extrapolated all the same', () => {
    const { errors, last } = exits('upwind', 1);
    for (const order of ordersOf(errors)) expect(Math.abs(order - 1)).toBeLessThan(0.2);
    expect(Math.abs(last)).toBeLessThan(WANTED * wayOut);
  });

  test('transport of a wave', () => {
    // E exp(−cos(x + σ W₁) / σ²) by the trapezoidal rule, exact to rounding for a Gaussian.
    let [sum, weight] = [0, 0];
    for (let i = -400; i <= 400; i++) {
      const bell = Math.exp(-((i / 50) ** 2) / 2);
      sum += bell * Math.exp(-Math.cos(0.5 + i / 100) / 0.25);
      weight += bell;
    }
    const exact = -0.25 * Math.log(sum / weight);
    const { values, limit } = ladder([1 / 1600, 1 / 6400, 1 / 25600], (square) => {
      const n = Math.round(1 / Math.sqrt(square)) + 1;
      return ladder([1 / 10, 1 / 20, 1 / 40, 1 / 80], (h) => {
        const outcome = solveHJB(
          { model: steered, T: 1, running: 'a^2/2', terminal: 'cos(x)', controls: { a: {} } },
          {
            grid: [uniform(0.5 - Math.PI, 0.5 + Math.PI, n)],
            boundary: { kind: 'periodic' },
            stepping: implicitEuler({ steps: Math.round(1 / h) }),
          },
        );
        return solved(outcome).value.at(0, [0.5]);
      }).limit;
    });
    for (const order of ordersOf(values.map((value) => value - exact))) expect(Math.abs(order - 2)).toBeLessThan(0.05);
    expect(Math.abs(limit - exact)).toBeLessThan(WANTED * exact);
  });
});
