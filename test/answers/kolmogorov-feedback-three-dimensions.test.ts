import { bicgstab, controlled, implicitEuler, solveErgodicHJB, solveHJB, uniform } from 'kolmogorov';
import { describe, expect, test } from 'vitest';
import { ladder, limitOf, ordersOf } from './order-ladder.js';
import { regulate } from './riccati.js';

/** What is asked of every extrapolated answer, relative to it. */
const WANTED = 1e-6;

const cube = (low: number, high: number, n: number) => [0, 1, 2].map(() => uniform(low, high, n));

// A chain of three states, stable and not normal; one control at each end.
const A = [
  [-0.6, 0.4, 0],
  [-0.3, -0.5, 0.2],
  [0.1, -0.2, -0.7],
];
const B = [
  [1, 0],
  [0, 0.3],
  [0.5, 1],
];
const Q = [
  [1, 0.2, 0],
  [0.2, 0.8, 0],
  [0, 0, 0.6],
];
const r = [1, 0.8];
const deviation = [0.8, 0.7, 0.9];
const covariance = deviation.map((sigma, k) => deviation.map((_, l) => (k === l ? sigma ** 2 : 0)));
const regulator = {
  A,
  B,
  Q,
  r,
  G: deviation.map((_, k) => deviation.map((_, l) => (k === l ? 0.2 : 0))),
  covariance: () => covariance,
};
const state = ['x', 'y', 'z'];
const model = controlled({
  state,
  control: ['a', 'b'],
  drift: state.map((_, k) =>
    [...state.map((name, l) => `(${A[k][l]})*${name}`), `${B[k][0]}*a`, `${B[k][1]}*b`].join(' + '),
  ),
  diffusion: state.map((_, k) => state.map((_, l) => (k === l ? `${deviation[k]}` : '0'))),
});
const running = 'x^2 + 0.4*x*y + 0.8*y^2 + 0.6*z^2 + a^2 + 0.8*b^2';
const place = [0.5, -0.25, 0.25];

describe('linear–quadratic, where differences in space are exact', () => {
  test('finite horizon, three states and two controls', () => {
    const [T, n] = [0.5, 640];
    const path = regulate(regulator, T, n);
    const at = (t: number) => path[Math.round(((T - t) * n) / T)];
    const [exact, best] = [at(0).value(place), at(0).control(place)];
    const policies: number[][] = [[], []];
    const steps = [1 / 8, 1 / 16, 1 / 32, 1 / 64];
    const { values, limit } = ladder(steps, (h) => {
      const outcome = solveHJB(
        { model, T, running, terminal: '0.2*(x^2 + y^2 + z^2)', controls: { a: {}, b: {} } },
        {
          grid: cube(-1, 1, 9),
          boundary: { kind: 'dirichlet', value: (t, x) => at(t).value(x) },
          stepping: implicitEuler({ steps: Math.round(T / h) }),
        },
      );
      expect(outcome.kind).toBe('converged');
      expect(outcome.monotone).toBe(true);
      policies[0].push(outcome.policy.a.at(0, place));
      policies[1].push(outcome.policy.b.at(0, place));
      return outcome.value.at(0, place);
    });
    // The next term of the expansion shows by O(h) of the coarsest step.
    for (const order of ordersOf(values.map((value) => value - exact))) expect(Math.abs(order - 1)).toBeLessThan(0.1);
    expect(Math.abs(limit - exact)).toBeLessThan(WANTED * exact);
    for (const [c, found] of policies.entries()) {
      for (const order of ordersOf(found.map((value) => value - best[c]))) {
        expect(Math.abs(order - 1)).toBeLessThan(0.1);
      }
      expect(Math.abs(limitOf(steps, found) - best[c])).toBeLessThan(WANTED * Math.abs(best[c]));
    }
  });

  test('the long-run average, without any step: the algebraic Riccati equation', () => {
    // From 40 relaxation times back nothing changes any more.
    const path = regulate(regulator, 40, 4000);
    const last = path[path.length - 1];
    const average = last.P.reduce((sum, row, k) => sum + row[k] * covariance[k][k], 0);
    // Sides that continue V: it is quadratic, and so are what mirrored points and central differences are exact for.
    const sides = state.map((_, k) => {
      const side = { kind: 'neumann', slope: (_: number, x: Float64Array) => last.slope(k, x) } as const;
      return { lower: side, upper: side };
    });
    const outcome = solveErgodicHJB(
      { model, running, controls: { a: {}, b: {} } },
      { grid: cube(-1, 1, 9), boundary: sides },
    );
    expect(outcome.kind).toBe('converged');
    expect(outcome.matrices.mMatrix).toBe(true);
    expect(Math.abs(outcome.average - average)).toBeLessThan(1e-3 * WANTED * average);
    expect(Math.abs(outcome.value.at(0, place) + last.s - last.value(place))).toBeLessThan(1e-3 * WANTED);
    const best = last.control(place);
    expect(Math.abs(outcome.policy.a.at(0, place) - best[0])).toBeLessThan(1e-3 * WANTED);
    expect(Math.abs(outcome.policy.b.at(0, place) - best[1])).toBeLessThan(1e-3 * WANTED);
  });
});

test('the long-run average of a wave across the axes, by Cole and Hopf: order 2', () => {
  // ψ = 2 + cos(x + y + z), V = −σ² log ψ, a = −∇V: ½ σ² Δψ = (r − λ) ψ / σ² gives r, and the law is as ψ².
  const [variance, average] = [0.49, 0.3];
  const steered = controlled({
    state,
    control: ['a', 'b', 'c'],
    drift: ['a', 'b', 'c'],
    diffusion: [
      ['0.7', '0', '0'],
      ['0', '0.7', '0'],
      ['0', '0', '0.7'],
    ],
  });
  const cost = `${average} - ${1.5 * variance ** 2}*cos(x + y + z)/(2 + cos(x + y + z)) + (a^2 + b^2 + c^2)/2`;
  // A quarter of a wave from the reference: a node of every grid.
  const [there, value, slope] = [Math.PI / 2, variance * Math.log(3 / 2), -variance / 2];
  const points = [9, 13, 17, 21];
  const solved = points.map((n) => {
    const outcome = solveErgodicHJB(
      { model: steered, running: cost, controls: { a: {}, b: {}, c: {} } },
      {
        grid: cube(-Math.PI, Math.PI, n),
        boundary: { kind: 'periodic' },
        reference: [0, 0, 0],
        solver: bicgstab(),
      },
    );
    expect(outcome.kind).toBe('converged');
    expect(outcome.matrices.mMatrix).toBe(true);
    return {
      average: outcome.average - average,
      value: outcome.value.at(0, [there, 0, 0]) - value,
      policy: outcome.policy.b.at(0, [there, 0, 0]) - slope,
      // ∫ cos (2 + cos)² / ∫ (2 + cos)² over a wave.
      mean: outcome.density.expectation(0, (x) => Math.cos(x[0] + x[1] + x[2])) - 4 / 9,
    };
  });
  const steps = points.map((n) => 1 / (n - 1));
  for (const what of ['average', 'value', 'policy', 'mean'] as const) {
    const orders = ordersOf(
      solved.map((one) => one[what]),
      steps,
    );
    // The next term of the expansion shows on the coarser grids.
    expect(Math.abs(orders[2] - 2), `${what}: ${orders.join(', ')}`).toBeLessThan(0.1);
  }
  const limit = limitOf(
    steps.map((step) => step ** 2),
    solved.map((one) => one.average),
  );
  expect(Math.abs(limit)).toBeLessThan(WANTED * average);
});
