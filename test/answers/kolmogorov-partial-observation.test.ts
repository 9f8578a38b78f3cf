import { controlled, type HjbOutcome, implicitEuler, solveHJB, uniform } from 'kolmogorov';
import { expression } from 'sde-core';
import { describe, expect, test } from 'vitest';
import { type HiddenState, kalmanBucy, kalmanBucyFormula, separated } from './kalman-bucy.js';
import { ladder, limitOf, ordersOf } from './order-ladder.js';
import { type QuadraticValue, regulate } from './riccati.js';

/** What is asked of every extrapolated answer, relative to it. */
const WANTED = 1e-6;
const STEPS = [1 / 10, 1 / 20, 1 / 40, 1 / 80];

/** Riccati's and Kalman's equations are taken in so many steps. */
const [T, n] = [1, 640];

function solved(outcome: HjbOutcome): HjbOutcome {
  expect(outcome.kind).toBe('converged');
  expect(outcome.monotone).toBe(true);
  return outcome;
}

/** Of order 1 in the step, and right in the limit. */
function expectLimit(found: readonly number[], exact: number): void {
  const orders = ordersOf(found.map((one) => one - exact));
  // The next term of the expansion shows by O(h) of the coarsest step.
  for (const order of orders) expect(Math.abs(order - 1), orders.join(', ')).toBeLessThan(0.1);
  expect(Math.abs(limitOf(STEPS, found) - exact)).toBeLessThan(WANTED * Math.abs(exact));
}

/** Of order 2 once each level is extrapolated with the one before: coefficients that move with time leave no other term. */
function expectSecondOrder(found: readonly number[], exact: number): void {
  const orders = ordersOf(found.slice(1).map((one, l) => 2 * one - found[l] - exact));
  for (const order of orders) expect(Math.abs(order - 2), orders.join(', ')).toBeLessThan(0.1);
}

describe('linear, quadratic and Gaussian, of a state that is seen through noise', () => {
  const hidden: HiddenState = { drift: 0.3, noise: 0.8, sight: 2, variance: 0.25 };
  const variance = kalmanBucyFormula(hidden);
  const price = { B: [[1]], Q: [[1]], r: [0.5], G: [[0.3]] };
  const path = separated([hidden], price, T, n);
  const at = (t: number): QuadraticValue => path[Math.round((T - t) * n)];
  const place = [0.5];
  const terminal = `0.3*(x^2 + ${kalmanBucy(hidden, T, n)[n]})`;

  test("the formula of the variance solves Kalman and Bucy's equation", () => {
    const S = expression(variance, { state: ['x'], time: 't', where: 'the variance' });
    const error = kalmanBucy(hidden, T, n).map((value, k) => Math.abs(value - S.evaluate((k * T) / n, [0])));
    // Runge–Kutta's error is below the fourth power of its step, (2 δ h)⁴ with δ = 1.6.
    expect(Math.max(...error)).toBeLessThan((3.3 / n) ** 4);
  });

  test('two ways to the price of not seeing: by traces of the gain, and of the error in the control', () => {
    // Seen at once, s loses S' = 2 A S + σ² − K² under P and the error under Q; what is left is P(0) S(0) + ∫ P² S / r dt.
    const full = regulate({ ...price, A: [[0.3]], covariance: () => [[0.64]] }, T, n);
    const S = kalmanBucy(hidden, T, n);
    let integral = 0;
    for (let k = 0; k <= n; k++) {
      const simpson = (k === 0 || k === n ? 1 : k % 2 === 1 ? 4 : 2) / (3 * n);
      integral += (simpson * at(k / n).P[0][0] ** 2 * S[k]) / 0.5;
    }
    const lost = at(0).P[0][0] * S[0] + integral;
    expect(Math.abs(at(0).s - full[n].s - lost)).toBeLessThan((3.3 / n) ** 4);
  });

  test('value and control on a ladder of steps', () => {
    const policies: number[] = [];
    const { values } = ladder(STEPS, (h) => {
      const outcome = solved(
        solveHJB(
          {
            model: controlled({ state: ['x'], control: ['a'], drift: ['0.3*x + a'], diffusion: [[`2*${variance}`]] }),
            T,
            running: `x^2 + ${variance} + 0.5*a^2`,
            terminal,
            controls: { a: {} },
          },
          {
            grid: [uniform(-1, 1, 41)],
            boundary: { kind: 'dirichlet', value: (t, x) => at(t).value(x) },
            stepping: implicitEuler({ steps: Math.round(1 / h) }),
          },
        ),
      );
      policies.push(outcome.policy.a.at(0, place));
      return outcome.value.at(0, place);
    });
    expectLimit(values, at(0).value(place));
    expectSecondOrder(values, at(0).value(place));
    expectLimit(policies, at(0).control(place)[0]);
  });

  test('two hidden states that are seen unlike, and one control for both', () => {
    const states: HiddenState[] = [
      { drift: 0.2, noise: 0.8, sight: 2, variance: 0.3 },
      { drift: -0.5, noise: 1.2, sight: 1, variance: 0.6 },
    ];
    const [first, second] = states.map(kalmanBucyFormula);
    const both = separated(
      states,
      {
        B: [[1], [0.5]],
        Q: [
          [1, 0.5],
          [0.5, 0.8],
        ],
        r: [0.5],
        G: [
          [0.2, 0],
          [0, 0.2],
        ],
      },
      T,
      n,
    );
    const then = (t: number): QuadraticValue => both[Math.round((T - t) * n)];
    const ends = states.reduce((sum, state) => sum + 0.2 * kalmanBucy(state, T, 2 * n)[2 * n], 0);
    // Where the errors of both states have one sign.
    const there = [0.5, 0.25];
    const policies: number[] = [];
    const { values } = ladder(STEPS, (h) => {
      const outcome = solved(
        solveHJB(
          {
            model: controlled({
              state: ['x', 'y'],
              control: ['a'],
              drift: ['0.2*x + a', '-0.5*y + 0.5*a'],
              diffusion: [
                [`2*${first}`, '0'],
                ['0', `${second}`],
              ],
            }),
            T,
            running: `x^2 + x*y + 0.8*y^2 + 0.5*a^2 + ${first} + 0.8*${second}`,
            terminal: `0.2*(x^2 + y^2) + ${ends}`,
            controls: { a: {} },
          },
          {
            // The gains are large enough for central differences at all of its nodes.
            grid: [uniform(-0.75, 0.75, 13), uniform(-0.75, 0.75, 13)],
            boundary: { kind: 'dirichlet', value: (t, x) => then(t).value(x) },
            stepping: implicitEuler({ steps: Math.round(1 / h) }),
          },
        ),
      );
      policies.push(outcome.policy.a.at(0, there));
      return outcome.value.at(0, there);
    });
    expectLimit(values, then(0).value(there));
    expectSecondOrder(values, then(0).value(there));
    expectLimit(policies, then(0).control(there)[0]);
  });
});
