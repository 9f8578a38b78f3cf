import {
  controlled,
  crankNicolson,
  hundsdorferVerwer,
  implicitEuler,
  optimizeControl,
  solveHJB,
  solveKolmogorov,
  uniform,
} from 'kolmogorov';
import { SdeError, symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';

const steered = controlled({ state: ['x'], control: ['a'], drift: ['a'], diffusion: [['0.5']] });
const grid = [uniform(-2, 2, 41)];
const stepping = implicitEuler({ steps: 10 });

describe('solveHJB', () => {
  // Riccati: min ∫ (x² + a²) dt + x_T² has p' = p² − 1, p(T) = 1, so V = x² + σ² (T − t) and a = −x.
  const quadratic = {
    model: steered,
    T: 1,
    running: 'x^2 + a^2',
    terminal: 'x^2',
    controls: { a: { lower: -2, upper: 2, points: 41 } },
  };
  const known = { kind: 'dirichlet', value: 'x^2 + (1 - t)/4' } as const;

  test('solves a linear–quadratic problem exactly where its optimum is among the values', () => {
    const outcome = solveHJB(quadratic, { grid, boundary: known, stepping });
    expect(outcome.kind).toBe('converged');
    expect(outcome.monotone).toBe(true);
    // Quadratic in x and linear in t: every difference is exact, and rounding is amplified by 1 / Δx² at most.
    for (const x of [-1.5, 0, 0.4]) {
      expect(Math.abs(outcome.value.at(0, [x]) - (x * x + 0.25))).toBeLessThan(1e4 * Number.EPSILON);
      expect(outcome.policy.a.at(0.3, [x])).toBeCloseTo(-x, 12);
    }
    expect(outcome.residual).toBeLessThan(1e5 * Number.EPSILON);
  });

  test('maximizing the negative is minimizing', () => {
    const up = solveHJB(
      { ...quadratic, running: '-x^2 - a^2', terminal: '-x^2', sense: 'maximize' },
      { grid, boundary: { kind: 'dirichlet', value: '-x^2 - (1 - t)/4' }, stepping },
    );
    expect(Math.abs(up.value.at(0, [0.4]) + 0.16 + 0.25)).toBeLessThan(1e4 * Number.EPSILON);
    expect(up.policy.a.at(0, [0.4])).toBeCloseTo(-0.4, 12);
  });

  test('with an infinite horizon and a discount: V = p x² + σ² p / ρ', () => {
    const rho = 0.5;
    const p = (Math.sqrt(rho ** 2 + 4) - rho) / 2;
    const outcome = solveHJB(
      {
        model: steered,
        running: 'x^2 + a^2',
        discount: rho,
        controls: { a: { lower: -2 * p, upper: 2 * p, points: 41 } },
      },
      { grid, boundary: { kind: 'dirichlet', value: `${p}*x^2 + ${p / 4 / rho}` } },
    );
    expect(outcome.kind).toBe('converged');
    expect(Math.abs(outcome.value.at(0, [0.7]) - (p * 0.49 + p / 4 / rho))).toBeLessThan(1e5 * Number.EPSILON);
    expect(outcome.policy.a.at(0, [0.7])).toBeCloseTo(-p * 0.7, 12);
  });

  test('agrees with Cole and Hopf, with order 1 in time', () => {
    // min E[∫ a²/2 dt + cos X_T] = −σ² log E exp(−cos(x + σ W) / σ²).
    const sigma2 = 0.25;
    const linear = solveKolmogorov(
      { model: symbolic({ state: ['x'], drift: ['0'], diffusion: [['0.5']] }), T: 1, terminal: 'exp(-cos(x)/0.25)' },
      {
        grid: [uniform(-Math.PI, Math.PI, 321)],
        boundary: { kind: 'reflecting' },
        stepping: crankNicolson({ steps: 200 }),
        extrapolate: true,
      },
    );
    const exact = -sigma2 * Math.log(linear.at(0, [0.5]));
    const errors = [10, 20, 40].map((steps) => {
      const outcome = solveHJB(
        {
          model: steered,
          T: 1,
          running: 'a^2/2',
          terminal: 'cos(x)',
          controls: { a: { lower: -1.5, upper: 1.5, points: 121 } },
        },
        {
          grid: [uniform(-Math.PI, Math.PI, 161)],
          boundary: { kind: 'reflecting' },
          stepping: implicitEuler({ steps }),
        },
      );
      expect(outcome.kind).toBe('converged');
      return outcome.value.at(0, [0.5]) - exact;
    });
    const ratio = (errors[0] - errors[1]) / (errors[1] - errors[2]);
    expect(ratio).toBeGreaterThan(1.8);
    expect(ratio).toBeLessThan(2.2);
    // What extrapolation in time leaves is second order in Δt = 1/40 and Δx = 2π/160, with constants below 2.
    expect(Math.abs(2 * errors[2] - errors[1])).toBeLessThan(2 * ((1 / 40) ** 2 + (Math.PI / 80) ** 2));
  });

  test('chooses the diffusion: the largest where the value is convex, the least where it is concave', () => {
    const uncertain = controlled({ state: ['x'], control: ['s'], drift: ['0'], diffusion: [['s']] });
    const outcome = solveHJB(
      { model: uncertain, T: 0.2, terminal: 'cos(x)', controls: { s: [0.2, 0.5] }, sense: 'maximize' },
      { grid: [uniform(-Math.PI, Math.PI, 81)], boundary: { kind: 'reflecting' }, stepping },
    );
    expect(outcome.policy.s.at(0.1, [0.3])).toBe(0.2);
    expect(outcome.policy.s.at(0.1, [2.8])).toBe(0.5);
  });

  test('gives a closed loop whose cost is the value', () => {
    const outcome = solveHJB(
      {
        model: steered,
        T: 1,
        running: 'a^2/2',
        terminal: 'cos(x)',
        controls: { a: { lower: -1.5, upper: 1.5, points: 61 } },
      },
      {
        grid: [uniform(-Math.PI, Math.PI, 81)],
        boundary: { kind: 'reflecting' },
        stepping: implicitEuler({ steps: 40 }),
      },
    );
    const cost = solveKolmogorov(
      { model: outcome.closedLoop, T: 1, terminal: 'cos(x)', source: (t, x) => outcome.policy.a.at(t, x) ** 2 / 2 },
      {
        grid: [uniform(-Math.PI, Math.PI, 81)],
        boundary: { kind: 'reflecting' },
        stepping: implicitEuler({ steps: 40 }),
        drift: 'hybrid',
      },
    );
    // The same steps with the same policy at their earlier ends.
    expect(Math.abs(cost.at(0, [0.5]) - outcome.value.at(0, [0.5]))).toBeLessThan(1e4 * Number.EPSILON);
  });

  test('is never worse than the best open loop', () => {
    const settings = {
      grid: [uniform(-5, 5, 101)],
      boundary: { kind: 'reflecting' } as const,
      stepping: implicitEuler({ steps: 20 }),
    };
    const open = optimizeControl(
      {
        model: symbolic({ state: ['x'], drift: ['a'], diffusion: [['0.5']], parameters: { a: 0 } }),
        parameters: ['a'],
        T: 1,
        terminal: 'x^2',
        running: 'a^2/2',
        initial: [1],
      },
      { ...settings, intervals: 20, drift: 'hybrid', bounds: { lower: -3, upper: 3 } },
    );
    const feedback = solveHJB(
      {
        model: steered,
        T: 1,
        running: 'a^2/2',
        terminal: 'x^2',
        controls: { a: { lower: -3, upper: 3, points: 241 } },
      },
      settings,
    );
    expect(feedback.value.at(0, [1])).toBeLessThan(open.objective - 0.05);
  });

  test('goes in the plane', () => {
    // Two independent copies of the quadratic problem: V = x² + y² + 2 σ² (T − t).
    const plane = controlled({
      state: ['x', 'y'],
      control: ['a', 'b'],
      drift: ['a', 'b'],
      diffusion: [
        ['0.8', '0'],
        ['0', '0.8'],
      ],
    });
    const values = { lower: -1, upper: 1, points: 9 };
    const outcome = solveHJB(
      {
        model: plane,
        T: 0.5,
        running: 'x^2 + y^2 + a^2 + b^2',
        terminal: 'x^2 + y^2',
        controls: { a: values, b: values },
      },
      {
        grid: [uniform(-1, 1, 9), uniform(-1, 1, 9)],
        boundary: { kind: 'dirichlet', value: 'x^2 + y^2 + 1.28*(0.5 - t)' },
        stepping: implicitEuler({ steps: 4 }),
      },
    );
    expect(outcome.kind).toBe('converged');
    expect(Math.abs(outcome.value.at(0, [0.5, -0.25]) - (0.3125 + 0.64))).toBeLessThan(1e4 * Number.EPSILON);
    expect(outcome.policy.b.at(0, [0.5, -0.25])).toBeCloseTo(0.25, 12);
  });

  test('says when it stalls', () => {
    // One iteration a step solves for the policy of the step before, which here is not yet the best.
    const stalled = solveHJB({ ...quadratic, terminal: 'cos(x)' }, { grid, stepping, iterations: 1 });
    expect(stalled.kind).toBe('stalled');
    expect(stalled.residual).toBeGreaterThan(0);
    expect(stalled.residual).toBe(Math.max(...stalled.steps.map(({ residual }) => residual)));
  });

  // What the types forbid.
  const loose = <V>(value: unknown): V => value as V;
  test.each([
    [
      'a model without controls',
      () =>
        solveHJB(
          { ...quadratic, model: loose(symbolic({ state: ['x'], drift: ['1'], diffusion: [['1']] })) },
          { grid, stepping },
        ),
      'value',
    ],
    [
      'controls without names',
      () => controlled({ state: ['x'], control: [], drift: ['1'], diffusion: [['1']] }),
      'value',
    ],
    ['a control without values', () => solveHJB({ ...quadratic, controls: {} }, { grid, stepping }), 'unknown-symbol'],
    [
      'an unknown control',
      () => solveHJB({ ...quadratic, controls: { a: [0], b: [1] } }, { grid, stepping }),
      'unknown-symbol',
    ],
    ['an empty list', () => solveHJB({ ...quadratic, controls: { a: [] } }, { grid, stepping }), 'value'],
    [
      'too many values',
      () => solveHJB({ ...quadratic, controls: { a: { lower: 0, upper: 1, points: 5000 } } }, { grid, stepping }),
      'value',
    ],
    [
      'a stepping that is not monotone',
      () => solveHJB(quadratic, { grid, stepping: hundsdorferVerwer({ steps: 2 }) }),
      'unsupported',
    ],
    ['an unknown sense', () => solveHJB({ ...quadratic, sense: loose('best') }, { grid, stepping }), 'value'],
    ['an aborted signal', () => solveHJB(quadratic, { grid, stepping, signal: AbortSignal.abort() }), 'cancelled'],
    [
      'an infinite horizon that never ends',
      () =>
        solveHJB({ model: steered, running: 'x^2', controls: { a: [0] } }, { grid, boundary: { kind: 'reflecting' } }),
      'value',
    ],
  ])('refuses %s', (_, act, code) => {
    let error: unknown;
    try {
      act();
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(SdeError);
    expect((error as SdeError).code).toBe(code);
  });
});
