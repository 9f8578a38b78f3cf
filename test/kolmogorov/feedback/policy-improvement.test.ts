import { type ControlValues, controlled, type HjbProblem, implicitEuler, solveHJB, uniform } from 'kolmogorov';
import { SdeError } from 'sde-core';
import { describe, expect, test } from 'vitest';

const steered = controlled({ state: ['x'], control: ['a'], drift: ['a - x/2'], diffusion: [['0.5']] });
const stepping = implicitEuler({ steps: 10 });
const grid = [uniform(-2, 2, 41)];
const costs = { model: steered, T: 1, running: 'x^2 + a^2/2', terminal: 'cos(2*x)' };
const valueAt = (a: ControlValues, problem: Omit<HjbProblem, 'controls'> = costs): number => {
  const outcome = solveHJB({ ...problem, controls: { a } }, { grid, stepping });
  expect(outcome.kind).toBe('converged');
  return outcome.value.at(0, [0.3]);
};

describe('the ways to the best control', () => {
  const closed = valueAt({ lower: -1, upper: 1 });

  test('a closed form, a search and a formula meet in one discrete optimum', () => {
    // A search knows its minimum to the square root of rounding, its value to rounding; so all agree to the gain that counts as one.
    expect(Math.abs(valueAt({ lower: -1, upper: 1, search: 11 }) - closed)).toBeLessThan(2 ** -36);
    expect(Math.abs(valueAt({ lower: -1, upper: 1, minimizer: '-V_x' }) - closed)).toBeLessThan(2 ** -36);
  });

  test('lists come down to it with the square of their spacing', () => {
    const above = [11, 21, 41, 81].map((points) => valueAt({ lower: -1, upper: 1, points }) - closed);
    above.forEach((gap, level) => {
      const spacing = 2 / 10 / 2 ** level;
      // The nearest value is half a spacing off at most, and r = a²/2 grows with half the square of that for a unit of time.
      expect(gap).toBeGreaterThan(-(2 ** -36));
      expect(gap).toBeLessThan(spacing ** 2 / 8);
    });
    expect(above[3]).toBeLessThan(above[0] / 16);
  });

  test('a bad formula never makes it worse, only less good', () => {
    const bad = valueAt({ lower: -1, upper: 1, minimizer: 'V_x' });
    const idle = valueAt([0]);
    expect(bad).toBeGreaterThan(closed);
    expect(bad).toBeLessThan(idle + 2 ** -36);
  });

  test('a formula takes the curvature, the value, time and parameters', () => {
    // Diffusion as a control: r = (s − k)² k₂ / 2 and ½ s² V″ give s = k₂ k / (k₂ + V″).
    const model = controlled({
      state: ['x'],
      control: ['s'],
      drift: ['0'],
      diffusion: [['s']],
      parameters: { k: 0.4, weight: 3 },
    });
    const problem = { model, T: 0.5, running: 'weight*(s - k)^2/2', terminal: 'cos(x)' };
    const options = { grid, boundary: { kind: 'reflecting' } as const, stepping };
    const given = solveHJB(
      { ...problem, controls: { s: { lower: 0, upper: 2, minimizer: 'weight*k/(weight + V_xx) + 0*(V + t)' } } },
      options,
    );
    const own = solveHJB({ ...problem, controls: { s: { lower: 0, upper: 2 } } }, options);
    expect(given.kind).toBe('converged');
    expect(Math.abs(given.value.at(0, [0.3]) - own.value.at(0, [0.3]))).toBeLessThan(2 ** -36);
    expect(own.policy.s.at(0.2, [0])).toBeGreaterThan(0.4);
  });

  test('with no noise the minimum may lie where the upwind side changes', () => {
    // min ∫ a²/2 + |x|_T: at the kink the differences to both sides drive away from 0, and a = 0 is best between them.
    const model = controlled({ state: ['x'], control: ['a'], drift: ['a'], diffusion: [['0']] });
    const outcome = solveHJB(
      { model, T: 1, running: 'a^2/2', terminal: 'abs(x)', controls: { a: {} } },
      { grid, stepping: implicitEuler({ steps: 20 }) },
    );
    expect(outcome.kind).toBe('converged');
    expect(outcome.value.at(0, [0])).toBeCloseTo(0, 12);
    expect(Math.abs(outcome.policy.a.at(0, [0]))).toBeLessThan(1e-12);
    // Hopf and Lax: V = |x| − (T − t)/2 beyond T − t: first order in Δx = 0.1 with slope at most 1.
    expect(Math.abs(outcome.value.at(0, [1.5]) - 1)).toBeLessThan(0.1);
    // In one implicit upwind step the kink is felt 15 cells away by a factor (Δt/Δx) / (1 + Δt/Δx) = 1/3 for each.
    expect(Math.abs(outcome.policy.a.at(0.95, [1.5]) + 1)).toBeLessThan(2 * 3 ** -15);
  });

  test('where the side changes is found also far from the control before', () => {
    // Against a drift of −½ the kink is held by a = ½, which costs 1/8 a unit of time; both closed forms and a = 0 cost more.
    const model = controlled({ state: ['x'], control: ['a'], drift: ['a - 0.5'], diffusion: [['0']] });
    const outcome = solveHJB(
      { model, T: 0.5, running: 'a^2/2', terminal: 'abs(x)', controls: { a: {} } },
      { grid, stepping: implicitEuler({ steps: 20 }) },
    );
    expect(outcome.kind).toBe('converged');
    expect(Math.abs(outcome.policy.a.at(0.2, [0]) - 0.5)).toBeLessThan(1e-12);
    expect(Math.abs(outcome.value.at(0, [0]) - 0.5 / 8)).toBeLessThan(1e-12);
  });

  test('listed and closed-form controls together', () => {
    const model = controlled({ state: ['x'], control: ['a', 's'], drift: ['a'], diffusion: [['s']] });
    const problem = { model, T: 0.5, running: 'a^2/2', terminal: 'cos(x)' };
    // Fine enough for central differences at every control: a list then loses what the square of its spacing does, and no upwinding.
    const options = { grid: [uniform(-Math.PI, Math.PI, 121)], boundary: { kind: 'reflecting' } as const, stepping };
    const mixed = solveHJB({ ...problem, controls: { a: {}, s: [0.3, 0.6] } }, options);
    const listed = solveHJB(
      { ...problem, controls: { a: { lower: -1, upper: 1, points: 101 }, s: [0.3, 0.6] } },
      options,
    );
    expect(mixed.kind).toBe('converged');
    const gap = listed.value.at(0, [0.5]) - mixed.value.at(0, [0.5]);
    expect(gap).toBeGreaterThan(-(2 ** -36));
    expect(gap).toBeLessThan(0.02 ** 2 / 8);
    // Cost is least with much noise where it is concave, and little where it is convex.
    expect(mixed.policy.s.at(0.2, [0])).toBe(0.6);
    expect(mixed.policy.s.at(0.2, [3])).toBe(0.3);
  });

  test('coefficients may depend on time', () => {
    // dX = cos(t) a dt, r = a²/2 cos(t)², V = x at T: a = −1/cos t costs −(T − t)/2.
    const model = controlled({ state: ['x'], control: ['a'], drift: ['cos(t)*a'], diffusion: [['0.5']] });
    const outcome = solveHJB(
      { model, T: 1, running: 'a^2*cos(t)^2/2', terminal: 'x', controls: { a: {} } },
      { grid, boundary: { kind: 'dirichlet', value: 'x - (1 - t)/2' }, stepping },
    );
    expect(Math.abs(outcome.value.at(0, [0.3]) - (0.3 - 0.5))).toBeLessThan(1e4 * Number.EPSILON);
    expect(outcome.policy.a.at(0.5, [0.3])).toBeCloseTo(-1 / Math.cos(0.5), 10);
  });
});

test('steps end where coefficients jump', () => {
  // Steering counts from t = 0.3 on: V = x − (T − t)/2 there, and x − 0.35 before.
  const model = controlled({
    state: ['x'],
    control: ['a'],
    drift: ['t < 0.3 ? 0 : a'],
    diffusion: [['0.5']],
    breakpoints: [0.3],
  });
  const outcome = solveHJB(
    { model, T: 1, running: 'a^2/2', terminal: 'x', controls: { a: {} } },
    {
      grid,
      boundary: { kind: 'dirichlet', value: 'x - min(1 - t, 0.7)/2' },
      stepping: implicitEuler({ steps: 4 }),
    },
  );
  expect(Array.from(outcome.value.times)).toContain(0.3);
  expect(Math.abs(outcome.value.at(0, [0.4]) - (0.4 - 0.35))).toBeLessThan(1e4 * Number.EPSILON);
  expect(outcome.closedLoop.breakpoints).toEqual([0.3]);
});

describe('matrices', () => {
  test('names the nodes where a mixed derivative breaks the order', () => {
    const model = controlled({
      state: ['x', 'y'],
      control: ['a'],
      drift: ['a', '0'],
      diffusion: [['0.5'], ['0.1*exp(-4*x^2)']],
    });
    const { matrices, monotone } = solveHJB(
      { model, T: 0.1, running: 'a^2/2', terminal: 'cos(x + y)', controls: { a: {} } },
      {
        grid: [uniform(-1, 1, 9), uniform(-1, 1, 9)],
        boundary: { kind: 'reflecting' },
        stepping: implicitEuler({ steps: 2 }),
      },
    );
    expect(monotone).toBe(false);
    expect(matrices.negativeEntries).toBeGreaterThan(0);
    expect(matrices.worst?.value).toBeLessThan(0);
    // a_xy is largest at x = 0; on the sides y = ±1 the difference across is to one neighbor, and corners have ± a_xy / (2 Δx Δy).
    expect(matrices.worst?.x[0]).toBe(0);
    expect(matrices.worst?.value).toBeCloseTo(-0.05 / (2 * 0.25 * 0.25), 10);
    expect(matrices.leastRowSum).toBe(1);
  });

  test('a discount shows in the sums of the rows', () => {
    const { matrices } = solveHJB({ ...costs, discount: 0.5, controls: { a: {} } }, { grid, stepping });
    expect(matrices).toEqual({ mMatrix: true, negativeEntries: 0, leastRowSum: expect.closeTo(1 + 0.5 / 10, 12) });
    const grown = solveHJB({ ...costs, discount: -20, controls: { a: {} } }, { grid, stepping });
    expect(grown.matrices.mMatrix).toBe(false);
    expect(grown.matrices.leastRowSum).toBeCloseTo(-1, 12);
  });
});

describe('refusals', () => {
  const refuse =
    (problem: Partial<HjbProblem>, drift: 'hybrid' | 'exponential' = 'hybrid') =>
    () =>
      solveHJB({ ...costs, controls: { a: {} }, ...problem }, { grid, stepping, drift });
  test.each<readonly [string, () => unknown, string]>([
    ['an interval in which the equation is not quadratic', refuse({ running: 'a^4' }), 'unsupported'],
    ['closed forms with fitted differences', refuse({}, 'exponential'), 'unsupported'],
    ['a formula with a name that is none', refuse({ controls: { a: { minimizer: '-V_z' } } }), 'unknown-symbol'],
    ['a formula with another control in it', refuse({ controls: { a: { minimizer: 'a' } } }), 'unknown-symbol'],
    ['a search without bounds', refuse({ controls: { a: { search: 11 } as unknown as ControlValues } }), 'value'],
    ['crossed bounds', refuse({ controls: { a: { lower: 1, upper: -1 } } }), 'value'],
    ['costs that are not finite', refuse({ running: 'log(x)', controls: { a: [0] } }), 'value'],
    ['an infinite horizon with t in it', refuse({ T: undefined, running: 't + a^2', discount: 1 }), 'unsupported'],
    [
      'iterations that are none',
      () => solveHJB({ ...costs, controls: { a: {} } }, { grid, stepping, iterations: 0 }),
      'value',
    ],
  ])('%s', (_, act, code) => {
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
