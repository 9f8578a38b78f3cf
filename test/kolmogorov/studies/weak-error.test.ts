import {
  crankNicolson,
  type Discretization,
  hundsdorferVerwer,
  uniform,
  weakErrorConstant,
  weakErrorConstantAsync,
  weakErrorProfile,
  weakErrorProfileAsync,
} from 'kolmogorov';
import {
  defineScheme,
  eulerMaruyama,
  type Model,
  model,
  type Problem,
  platen,
  problem,
  SdeError,
  symbolic,
  terminal,
} from 'sde-core';
import { describe, expect, test } from 'vitest';

// φ = x and a linear drift a(t) x: u is linear in x, so that differences of any order are exact, Euler's leading error is
// L₁u = −½ (a² + a′) x u_x = −½ (a² + a′) u, and ⟨u_n, ρ_n⟩ = u(t0, x0) at every step of a solve and its transpose.
const K = 1 / 8;
const grid = [uniform(-4, 4, 41)];
const plain: Discretization = { grid, stepping: crankNicolson({ steps: 8, smoothing: 0 }) };
const damped: Discretization = { grid, stepping: crankNicolson({ steps: 8 }) };
const START = 0.73;
const drifting = (a: string, span: { readonly T: number; readonly t0?: number } = { T: 1 }) =>
  problem({ model: symbolic({ state: ['x'], drift: [`(${a}) * x`], diffusion: [['0.3']] }), x0: [START], ...span });
/** What one step of Crank and Nicolson, or two implicit half-steps, make of u' = −a u. */
const middle = (a: number): number => (1 + (a * K) / 2) / (1 - (a * K) / 2);
const implicit = (a: number): number => 1 / (1 - (a * K) / 2) ** 2;
const near = (found: ArrayLike<number>, wanted: readonly number[]): void => {
  expect(found.length).toBe(wanted.length);
  // Less than a thousand roundings a step.
  wanted.forEach((value, i) => {
    expect(Math.abs(found[i] - value), `entry ${i}`).toBeLessThan(1e-12);
  });
};
const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((total, value) => total + value, 0);

describe('the weak error of Euler on a linear drift', () => {
  test('arises at a constant rate, half of what is expected', () => {
    const { rate, times, constant, order, warnings, terms } = weakErrorProfile(
      drifting('-1'),
      eulerMaruyama,
      'x',
      plain,
    );
    const u = START * middle(-1) ** 8;
    near(
      times,
      [0, 1, 2, 3, 4, 5, 6, 7, 8].map((n) => n * K),
    );
    near(rate, times.length === 9 ? Array.from(times, () => -u / 2) : []);
    near([constant], [-u / 2]);
    expect([order, warnings]).toEqual([1, []]);
    expect(terms.map(({ derivative }) => derivative)).toEqual([[1], [2]]);
    expect(weakErrorConstant(drifting('-1'), eulerMaruyama, 'x', plain)).toBe(constant);
    expect(weakErrorConstant(drifting('-1'), eulerMaruyama, terminal('x'), plain)).toBe(constant);
  });

  test('with steps that damp at both ends: a law that begins at a point is rough', () => {
    const { rate, times, constant } = weakErrorProfile(drifting('-1'), eulerMaruyama, 'x', damped);
    const u = START * implicit(-1) ** 4 * middle(-1) ** 4;
    near(
      times,
      [0, 1, 2, 3, 4, 6, 8, 10, 12, 13, 14, 15, 16].map((n) => n / 16),
    );
    near(
      rate,
      Array.from(times, () => -u / 2),
    );
    near([constant], [-u / 2]);
  });

  test('where time is in the drift its coefficients move with it', () => {
    const on = drifting('t - 1', { T: 1.5, t0: 0.5 });
    const { rate, times, constant } = weakErrorProfile(on, eulerMaruyama, 'x', plain);
    near(
      times,
      [0, 1, 2, 3, 4, 5, 6, 7, 8].map((n) => 1 / 2 + n * K),
    );
    // The rate at T, and so at every time: a² + a′ = (t − 1)² + 1.
    const scale = rate[8] / 1.25;
    near(
      rate,
      Array.from(times, (t) => scale * ((t - 1) ** 2 + 1)),
    );
    const trapezoids = Array.from({ length: 8 }, (_, n) => (K / 2) * (rate[n] + rate[n + 1]));
    near([constant], [sum(trapezoids)]);
    // e^∫a = 1: Crank and Nicolson are off by some K².
    expect(Math.abs(scale + START / 2)).toBeLessThan(START * K ** 2);
  });

  test('where the drift jumps, the rate on a step is of its own side', () => {
    const { rate, times, constant } = weakErrorProfile(drifting('t < 0.5 ? -1 : -2'), eulerMaruyama, 'x', plain);
    const u = START * middle(-1) ** 4 * middle(-2) ** 4;
    near(
      times,
      [0, 1, 2, 3, 4, 5, 6, 7, 8].map((n) => n * K),
    );
    near(
      rate,
      [1, 1, 1, 1, 1, 4, 4, 4, 4].map((square) => (-square * u) / 2),
    );
    near([constant], [-(u / 2) * (1 / 2 + 4 / 2)]);
  });

  test('has a density: that of the state by what is lost there', () => {
    const on = drifting('-1');
    const { rate, density, times, constant } = weakErrorProfile(on, eulerMaruyama, 'x', plain);
    expect([...density.times]).toEqual([...times]);
    expect(density.grid).toHaveLength(1);
    times.forEach((t, n) => {
      near([sum(density.masses(t).data)], [rate[n]]);
    });
    // At T u is x: what is left of −½ x ρ are the masses of the law, whose mean is u(0, x0).
    const points = grid[0].points;
    const left = Array.from(density.masses(1).data, (mass, p) => [mass / (-points[p] / 2), points[p]]).filter(
      ([, x]) => Math.abs(x) > 1e-9,
    );
    near([left.reduce((total, [mass, x]) => total + mass * x, 0)], [-2 * constant]);
    // At t0 it is at x0: on the nodes by which a value there is interpolated.
    const begin = Array.from(density.masses(0).data);
    begin.forEach((mass, p) => {
      if (Math.abs(points[p] - START) > 0.5) expect(mass).toBe(0);
    });
    near([density.marginal(0, 0).reduce((total, value) => total + value * 0.2, 0)], [rate[0]]);
  });

  test('in two dimensions adds its terms: a rotation loses half of what is expected', () => {
    // A² = −1: L₁u = ½ (x u_x + y u_y) = ½ u.
    const turning = problem({
      model: symbolic({ state: ['x', 'y'], drift: ['y', '-x'], diffusion: [['0.2'], ['0.1']] }),
      x0: [0.6, -0.3],
      T: 1,
    });
    const { rate, constant, density, times } = weakErrorProfile(turning, eulerMaruyama, 'x', {
      grid: [uniform(-3, 3, 21), uniform(-3, 3, 21)],
      stepping: hundsdorferVerwer({ steps: 8, smoothing: 0 }),
    });
    near(
      rate,
      Array.from(rate, () => rate[0]),
    );
    near([constant], [rate[0]]);
    // The sides of the square are not those of a rotation, and what is there comes as little to the start as e^(−x²/2).
    const exact = (0.6 * Math.cos(1) - 0.3 * Math.sin(1)) / 2;
    expect(Math.abs(rate[0] - exact)).toBeLessThan(K ** 2);
    near([sum(density.masses(times[3]).data)], [rate[3]]);
  });

  test('in turns it is the same to the last bit', async () => {
    const on = drifting('t - 1');
    const whole = weakErrorProfile(on, eulerMaruyama, 'x', plain);
    const turns = await weakErrorProfileAsync(on, eulerMaruyama, 'x', plain);
    expect([turns.constant, ...turns.rate]).toEqual([whole.constant, ...whole.rate]);
    expect(await weakErrorConstantAsync(on, eulerMaruyama, 'x', plain)).toBe(whole.constant);
    const signal = AbortSignal.abort();
    await expect(weakErrorConstantAsync(on, eulerMaruyama, 'x', { ...plain, signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});

describe('the order of a weak error', () => {
  test('is the first at which the local error does not vanish, and no higher than what is declared', () => {
    const proud = defineScheme({ ...eulerMaruyama, name: 'proud', order: { weak: 2, strong: null, ode: 1 } });
    const on = drifting('-1');
    const found = weakErrorProfile(on, proud, 'x', plain);
    expect(found.order).toBe(1);
    expect(found.constant).toBe(weakErrorConstant(on, eulerMaruyama, 'x', plain));
    expect(weakErrorProfile(on, platen, 'x', plain).order).toBe(2);
    // A step that is off by κ h^(5/2) has L_(3/2) = κ ∂, and x is lost at the rate κ.
    const halves = defineScheme({
      ...eulerMaruyama,
      name: 'halves',
      order: { weak: 2, strong: null, ode: 1 },
      step: ({ algebra: { add, multiply, constant }, h, sqrtH, y, dW }) => [
        add(y[0], add(multiply(constant(0.6), dW[0]), multiply(constant(0.3), multiply(multiply(h, h), sqrtH)))),
      ],
    });
    const still = problem({ model: symbolic({ state: ['x'], drift: '0', diffusion: '0.6' }), x0: [0.1], T: 1 });
    const odd = weakErrorProfile(still, halves, 'x', plain);
    expect([odd.order, odd.terms.map(({ derivative }) => derivative)]).toEqual([1.5, [[1]]]);
    near(odd.rate, Array(9).fill(0.3));
    near([odd.constant], [0.3]);
    // Nothing is lost where a step is exact.
    const walk = problem({ model: symbolic({ state: ['x'], drift: '0.5', diffusion: '0.6' }), x0: [0], T: 1 });
    const exact = weakErrorProfile(walk, eulerMaruyama, 'x^2', plain);
    expect([exact.order, exact.constant, exact.terms, ...exact.rate]).toEqual([1, 0, [], ...Array(9).fill(0)]);
  });
});

describe('a weak error warns and refuses', () => {
  test('a function of the caller that jumps between nodes, and none that is a formula', () => {
    const on = drifting('-1');
    const jump = (x: Float64Array): number => (x[0] > 0.3 ? 1 : 0);
    expect(weakErrorProfile(on, eulerMaruyama, jump, plain).warnings.map(({ kind }) => kind)).toEqual([
      'jump-between-nodes',
    ]);
    const asFunctional = weakErrorProfile(on, eulerMaruyama, terminal(jump), plain);
    expect(asFunctional.warnings.map(({ kind }) => kind)).toEqual(['jump-between-nodes']);
    expect(weakErrorProfile(on, eulerMaruyama, 'x > 0.3', plain).warnings).toEqual([]);
  });

  const refused = (act: () => unknown, code: string, message: RegExp): void => {
    let error: unknown;
    try {
      act();
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(SdeError);
    expect((error as SdeError).code).toBe(code);
    expect((error as SdeError).message).toMatch(message);
  };
  const constantOf =
    (on: unknown, scheme: unknown = eulerMaruyama): (() => unknown) =>
    () =>
      weakErrorConstant(on as never, scheme as never, 'x', plain);

  test('what is no symbolic problem', () => {
    const closures: Problem<Model> = problem({
      model: model({
        dimension: 1,
        noiseDimension: 1,
        drift: (_, x, out) => {
          out[0] = -x[0];
        },
        diffusion: (_, __, out) => {
          out[0] = 1;
        },
      }),
      x0: [1],
      T: 1,
    });
    for (const wrong of [closures, {}, undefined, { model: {} }])
      refused(constantOf(wrong), 'unsupported', /without a symbolic model[\s\S]*weakErrorConstant\(problem\)/);
    refused(
      () => weakErrorProfile({} as never, eulerMaruyama, 'x', plain),
      'unsupported',
      /weakErrorProfile\(problem\)/,
    );
  });

  test('what is no scheme, a start that is none, and an option that it has not', () => {
    const on = drifting('-1');
    for (const wrong of [null, {}, { order: {} }, { order: { weak: '1' } }])
      refused(constantOf(on, wrong), 'value', /not a scheme[\s\S]*weakErrorConstant\(…, scheme\)/);
    for (const x0 of [undefined, 0.7, 'x'])
      refused(constantOf({ ...on, x0 }), 'value', /weakErrorConstant\(\{ x0 \}\)/);
    refused(
      () => weakErrorConstant(on, eulerMaruyama, 'x', { ...plain, signals: 1 } as never),
      'value',
      /weakErrorConstant[\s\S]*signals/,
    );
    refused(() => weakErrorConstant(on, eulerMaruyama, 'x', { ...plain, signal: 'now' } as never), 'value', /signal/);
  });

  test('more than three states, which fit no grid', () => {
    const state = ['x', 'y', 'z', 'w'];
    const four = problem({
      model: symbolic({ state, drift: state.map((name) => `-${name}`), diffusion: state.map(() => ['0.1']) }),
      x0: [0, 0, 0, 0],
      T: 1,
    });
    refused(constantOf(four), 'unsupported', /d ≤ 3[\s\S]*d = 4/);
  });

  test('a coefficient that is not finite where the law is', () => {
    // The error of a drift |x|^½ holds its derivatives.
    const root = problem({ model: symbolic({ state: ['x'], drift: 'sqrt(x)', diffusion: '0.5' }), x0: [1], T: 1 });
    refused(
      () => weakErrorConstant(root, eulerMaruyama, 'x', { grid: [uniform(0, 4, 41)], stepping: damped.stepping }),
      'value',
      /not finite[\s\S]*x = \(0\)/,
    );
  });
});

test('a grid that does not hold the law is said', () => {
  const on = (low: number, high: number) =>
    weakErrorProfile(drifting('-1'), eulerMaruyama, 'x^2', { ...damped, grid: [uniform(low, high, 41)] });
  expect(on(0.53, 0.93).warnings.map(({ kind }) => kind)).toEqual(['mass-at-sides']);
  expect(on(-3, 3).warnings).toEqual([]);
});
