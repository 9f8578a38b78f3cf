import { controlled, implicitEuler, solveHJB, uniform } from 'kolmogorov';
import {
  confidence,
  discretize,
  type Estimate,
  eulerMaruyama,
  expectation,
  expression,
  extrapolate,
  fold,
  inline,
  key,
  model,
  problem,
  terminal,
} from 'sde-core';
import { describe, expect, test } from 'vitest';
import { type HiddenState, kalmanBucy, kalmanBucyFormula, separated } from '../answers/kalman-bucy.js';
import { regulate } from '../answers/riccati.js';

const LEVEL = 0.9999;
const backend = inline();

// The feedback is found in the estimate alone; what it costs is measured on the state itself, which only the filter sees.
describe('a feedback of the estimate, on the state that it estimates', () => {
  const [T, n, x0] = [1, 640, 0.5];
  const hidden: HiddenState = { drift: 0.3, noise: 0.8, sight: 2, variance: 0.25 };
  const price = { B: [[1]], Q: [[1]], r: [0.5], G: [[0.3]] };
  const path = separated([hidden], price, T, n);
  const exact = path[n].value([x0]);
  const S = kalmanBucyFormula(hidden);
  const outcome = solveHJB(
    {
      model: controlled({ state: ['x'], control: ['a'], drift: ['0.3*x + a'], diffusion: [[`2*${S}`]] }),
      T,
      running: `x^2 + ${S} + 0.5*a^2`,
      terminal: `0.3*(x^2 + ${kalmanBucy(hidden, T, n)[n]})`,
      controls: { a: {} },
    },
    {
      grid: [uniform(-3, 3, 121)],
      boundary: { kind: 'dirichlet', value: (t, x) => path[Math.round((T - t) * n)].value(x) },
      stepping: implicitEuler({ steps: 160 }),
    },
  );
  const variance = expression(S, { state: ['x'], time: 't', where: 'the variance' });
  const drift = new Float64Array(1);
  const control = (t: number, estimate: number): number => {
    outcome.closedLoop.drift(t, Float64Array.of(estimate), drift);
    return drift[0] - 0.3 * Math.min(Math.max(estimate, -3), 3);
  };

  /** State, estimate, cost, and ∫ V_x(X) σ dW, which has mean 0 and takes what the state's own noise does to the cost. */
  const observed = (look: 'seen' | 'unseen') => {
    const gainAt = (t: number): number => (look === 'seen' ? 2 * variance.evaluate(t, [0]) : 0);
    return model({
      dimension: 4,
      noiseDimension: 2,
      autonomous: false,
      drift: (t, [x, estimate], out) => {
        const gain = gainAt(t);
        const a = control(t, estimate);
        out[0] = 0.3 * x + a;
        out[1] = 0.3 * estimate + a + gain * 2 * (x - estimate);
        out[2] = x ** 2 + 0.5 * a ** 2;
        out[3] = 0;
      },
      diffusion: (t, [x], out) => {
        // The best control is −V_x / (2 r), r = 1/2.
        out.set([0.8, 0, 0, gainAt(t), 0, 0, -control(t, x) * 0.8, 0]);
      },
    });
  };

  /** E[cost] with X₀ ~ N(x̂₀, S₀): three points are exact for what is quadratic in X₀. */
  async function costOf(look: 'seen' | 'unseen'): Promise<Estimate> {
    const spread = Math.sqrt(3 * hidden.variance);
    const starts = [
      [2 / 3, 0],
      [1 / 6, spread],
      [1 / 6, -spread],
    ];
    const ladder = [10, 20, 40];
    const parts = await Promise.all(
      starts.map(async ([, off], which) => {
        const estimates = await Promise.all(
          ladder.map((steps) =>
            expectation(
              discretize(problem({ model: observed(look), x0: [x0 + off, x0, 0, 0], T }), eulerMaruyama, steps),
              terminal((x) => x[2] + 0.3 * x[0] ** 2 - x[3]),
              { paths: 8000, key: fold(fold(key(look), steps), which), backend },
            ),
          ),
        );
        return extrapolate(estimates, { h: ladder.map((steps) => 1 / steps), order: 1 });
      }),
    );
    return {
      ...parts[0],
      mean: parts.reduce((sum, { mean }, i) => sum + starts[i][0] * mean, 0),
      standardError: Math.hypot(...parts.map(({ standardError }, i) => starts[i][0] * standardError)),
      nonFinite: parts.reduce((sum, { nonFinite }) => sum + nonFinite, 0),
    };
  }

  function agrees(estimate: Estimate, value: number): void {
    const { low, high } = confidence(estimate, LEVEL);
    expect(low).toBeLessThan(value);
    expect(high).toBeGreaterThan(value);
    expect(estimate.nonFinite).toBe(0);
  }

  test('costs what the equation says', async () => {
    // The policy is off by O(Δt), below 1/100, and the cost of a policy near the best by the square of that, times what is below 1.
    const best = await costOf('seen');
    agrees(best, exact);
    // It can tell: whoever saw the state itself would pay far less.
    const full = regulate({ ...price, A: [[0.3]], covariance: () => [[0.64]] }, T, n)[n].value([x0]);
    expect(exact - full).toBeGreaterThan(50 * best.standardError);
  });

  test('without looking the same feedback is a plan, and costs what a plan does', async () => {
    const plan = await costOf('unseen');
    const known = separated([{ ...hidden, sight: 0 }], price, T, n)[n].value([x0]);
    agrees(plan, known);
    expect(known - exact).toBeGreaterThan(10 * plan.standardError);
  });
});
