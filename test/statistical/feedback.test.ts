import { controlled, type HjbOutcome, implicitEuler, solveErgodicHJB, solveHJB, uniform } from 'kolmogorov';
import {
  confidence,
  discretize,
  type Estimate,
  eulerMaruyama,
  expectation,
  extrapolate,
  fold,
  inline,
  key,
  type Model,
  problem,
  terminal,
} from 'sde-core';
import { describe, expect, test } from 'vitest';

const LEVEL = 0.9999;
const backend = inline();

/** E[C + D φ(X_T)] of a closed loop by Euler–Maruyama, in the limit of its step: what is left of its error is of order 3. */
async function costOf(costModel: Model, phi: (x: number) => number, name: string, known = true): Promise<Estimate> {
  const ladder = [10, 20, 40];
  const estimates = await Promise.all(
    ladder.map((steps) =>
      expectation(
        discretize(problem({ model: costModel, x0: [0.5, 0, 1, 0], T: 1 }), eulerMaruyama, steps),
        terminal((x) => x[1] + x[2] * phi(x[0]) - (known ? x[3] : 0)),
        { paths: 8000, key: fold(key(name), steps), backend },
      ),
    ),
  );
  return extrapolate(estimates, { h: ladder.map((steps) => 1 / steps), order: 1 });
}

function agrees(estimate: Estimate, exact: number): void {
  const { low, high } = confidence(estimate, LEVEL);
  expect(low).toBeLessThan(exact);
  expect(high).toBeGreaterThan(exact);
  expect(estimate.nonFinite).toBe(0);
}

describe('the cost of the closed loop by Monte Carlo is the value', () => {
  const steered = controlled({ state: ['x'], control: ['a'], drift: ['a'], diffusion: [['0.5']] });
  const transport = (controls: 'best' | 'idle'): HjbOutcome =>
    solveHJB(
      { model: steered, T: 1, running: 'a^2/2', terminal: 'cos(x)', controls: { a: controls === 'best' ? {} : [0] } },
      {
        grid: [uniform(-Math.PI, Math.PI, 161)],
        boundary: { kind: 'reflecting' },
        stepping: implicitEuler({ steps: 160 }),
      },
    );

  const best = transport('best').costModel;

  test('transport, whose value Cole and Hopf know', async () => {
    let [sum, weight] = [0, 0];
    for (let i = -400; i <= 400; i++) {
      const bell = Math.exp(-((i / 50) ** 2) / 2);
      sum += bell * Math.exp(-Math.cos(0.5 + i / 100) / 0.25);
      weight += bell;
    }
    // The policy is off by O(Δt + Δx²), below 1/100; the cost of a policy near the best is off by the square of that, times what is below 1.
    const exact = -0.25 * Math.log(sum / weight);
    const estimate = await costOf(best, Math.cos, 'transport');
    agrees(estimate, exact);
    expect(estimate.standardError).toBeLessThan(1e-3);
    // It can tell: to do nothing costs E cos(0.5 + W/2), far outside.
    const idle = await costOf(transport('idle').costModel, Math.cos, 'idle');
    agrees(idle, Math.cos(0.5) * Math.exp(-1 / 8));
    expect(idle.mean - exact).toBeGreaterThan(100 * estimate.standardError);
  });

  test('the martingale has mean 0, and takes most of the variance', async () => {
    const plain = await costOf(best, Math.cos, 'plain', false);
    const reduced = await costOf(best, Math.cos, 'reduced');
    agrees(
      {
        ...plain,
        mean: plain.mean - reduced.mean,
        standardError: Math.hypot(plain.standardError, reduced.standardError),
      },
      0,
    );
    expect(reduced.standardError).toBeLessThan(plain.standardError / 10);
  });

  test('discounted, with noise in the control: a running cost of state and control', async () => {
    // V = P x² + s: −P' = 1 − (1 + ρ) P − P² / (1 + ε² P), −s' = σ² P − ρ s; by Runge–Kutta.
    const [rho, square, n] = [0.4, 0.25, 640];
    const model = controlled({ state: ['x'], control: ['a'], drift: ['-x/2 + a'], diffusion: [['0.3', '0.5*a']] });
    const rate = ([P, s]: number[]): number[] => [1 - (1 + rho) * P - P ** 2 / (1 + square * P), 0.09 * P - rho * s];
    const path = [[0.5, 0]];
    for (let i = 0; i < n; i++) {
      const now = path[i];
      const plus = (h: number, k: number[]): number[] => now.map((value, j) => value + h * k[j]);
      const k1 = rate(now);
      const k2 = rate(plus(1 / (2 * n), k1));
      const k3 = rate(plus(1 / (2 * n), k2));
      const k4 = rate(plus(1 / n, k3));
      path.push(now.map((value, j) => value + (k1[j] + 2 * k2[j] + 2 * k3[j] + k4[j]) / (6 * n)));
    }
    const value = (t: number, x: Float64Array): number => {
      const [P, s] = path[Math.round((1 - t) * n)];
      return P * x[0] ** 2 + s;
    };
    const outcome = solveHJB(
      { model, T: 1, running: 'x^2 + a^2', discount: rho, terminal: 'x^2/2', controls: { a: {} } },
      { grid: [uniform(-3, 3, 61)], boundary: { kind: 'dirichlet', value }, stepping: implicitEuler({ steps: 160 }) },
    );
    const estimate = await costOf(outcome.costModel, (x) => x ** 2 / 2, 'discounted');
    agrees(estimate, value(0, Float64Array.of(0.5)));
    expect(estimate.standardError).toBeLessThan(1e-3);
  });

  test('a long-run average is the mean over a long run', async () => {
    const model = controlled({ state: ['x'], control: ['a'], drift: ['-x/2 + a'], diffusion: [['0.5']] });
    const { average, costModel, value } = solveErgodicHJB(
      { model, running: 'x^2 + a^2', controls: { a: {} } },
      { grid: [uniform(-4, 4, 81)] },
    );
    // E ∫₀ᵀ r dt = λ T + V(x₀) − E V(X_T), so V as the cost at T makes it λ T + V(x₀) exactly.
    const clamp = (x: number): number => Math.min(Math.max(x, -4), 4);
    const estimate = await costOf(costModel, (x) => value.at(0, [clamp(x)]), 'average');
    agrees(estimate, average + value.at(0, [0.5]));
    // It can tell: without control the variance is σ², and so is the average.
    expect(0.25 - average).toBeGreaterThan(30 * estimate.standardError);
  });
});
