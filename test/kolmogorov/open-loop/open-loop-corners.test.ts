import {
  type ControlProblem,
  controlObjective,
  crankNicolson,
  hundsdorferVerwer,
  optimizeControl,
  pointsOf,
  trBdf2,
} from 'kolmogorov';
import { expression, symbolic } from 'sde-core';
import { inOneGo } from 'sde-core/turns';
import { describe, expect, test } from 'vitest';
import { controlBasis } from '#kolmogorov/open-loop/control-basis';
import { controlLayout } from '#kolmogorov/open-loop/control-layout';
import { box } from '#kolmogorov/open-loop/descent';
import { projectedLbfgs } from '#kolmogorov/open-loop/projected-lbfgs';
import { stretchOf } from '#kolmogorov/open-loop/recorded-solve';
import { successiveApproximations } from '#kolmogorov/open-loop/successive-approximations';

const open = Number.POSITIVE_INFINITY;
const model = symbolic({
  state: ['x'],
  drift: ['0.3 - x/2'],
  diffusion: [['0.6 + x/9']],
  parameters: { a: 0.4, b: -0.3 },
});
const axis = pointsOf([-1.5, -1, -0.4, 0.3, 0.8, 1.7]);
const reflecting = { kind: 'reflecting' } as const;
const options = { grid: [axis], boundary: reflecting, stepping: trBdf2({ steps: 3 }), intervals: 2 };
const base: ControlProblem = { model, parameters: ['a'], T: 0.8, terminal: 'cos(2*x)', initial: '(1 + x/4)/4' };

/** Every entry of the gradient against a difference of fourth order. */
const expectGradient = (problem: ControlProblem, how = options): void => {
  const objective = controlObjective(problem, how);
  const theta = Float64Array.from({ length: objective.size }, (_, i) => 0.3 + 0.1 * Math.sin(3 * i));
  const gradient = new Float64Array(theta.length);
  objective.gradient(theta, gradient);
  expect(Math.max(...gradient.map(Math.abs))).toBeGreaterThan(1e-6);
  const h = 2 ** -10;
  theta.forEach((_, i) => {
    const at = (by: number): number => objective.value(theta.map((value, n) => (n === i ? value + by * h : value)));
    const slope = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * h);
    expect(Math.abs(gradient[i] - slope)).toBeLessThan(3e-9);
  });
};
const changed = (drift: string, diffusion: string) =>
  symbolic({ state: ['x'], drift: [drift], diffusion: [[diffusion]], parameters: { a: 0.4, b: -0.3 } });

describe('a parameter that enters one coefficient alone', () => {
  test.each<[string, Partial<ControlProblem>]>([
    ['the drift', { model: changed('a*x + 0.2', '0.6') }],
    ['the noise', { model: changed('-x', '0.5 + a*x/4') }],
    ['the killing', { killing: 'a^2 + a*x/4' }],
    ['the running cost', { running: 'sin(a*x)' }],
    ['the terminal cost', { terminal: 'cos(a + x)' } as Partial<ControlProblem>],
    ['R', { regularization: 0.7 }],
  ])('%s', (_, more) => {
    for (const control of ['constant', 'linear'] as const)
      expectGradient({ ...base, ...more } as ControlProblem, { ...options, control } as typeof options);
  });
  test('of the second axis, and of the pair', () => {
    const plane = (drift: string[], diffusion: string[][]) =>
      symbolic({ state: ['x', 'y'], drift, diffusion, parameters: { a: 0.3 } });
    const how = {
      grid: [pointsOf([-1, -0.2, 0.3, 1]), pointsOf([-1, -0.5, 0.2, 0.9])],
      boundary: reflecting,
      stepping: hundsdorferVerwer({ steps: 2 }),
      intervals: 2,
    };
    const cases: [string[], string[][]][] = [
      [
        ['0', 'a*x'],
        [
          ['0.9', '0'],
          ['0', '0.5'],
        ],
      ],
      [
        ['a*y', '0'],
        [
          ['0.9', '0'],
          ['0', '0.5'],
        ],
      ],
      [
        ['x', 'y'],
        [
          ['0.9', '0'],
          ['0', '0.5 + a*x/5'],
        ],
      ],
      // (σσᵀ)₁₂ alone: sin and cos keep the variances.
      [
        ['x', 'y'],
        [
          ['0.6', '0'],
          ['0.5*sin(a*x)', '0.5*cos(a*x)'],
        ],
      ],
    ];
    for (const [drift, diffusion] of cases)
      expectGradient(
        { ...base, model: plane(drift, diffusion), terminal: 'cos(x - y)*x', initial: '(1 + x/3 - y/4)/4' },
        how,
      );
  });
});

describe('the Hamiltonian', () => {
  test('is J itself where parameters enter costs alone', () => {
    const problem: ControlProblem = {
      model,
      parameters: ['a'],
      constants: ['b'],
      T: 0.8,
      running: 'a*x + a^2*b',
      regularization: 0.6,
      classes: [
        { terminal: 'x^2*b + sin(a*x)', initial: '(1 + x/4)/8' },
        { terminal: 'x', initial: [0.2] },
        { terminal: 'a*x', initial: { points: [[0.1], [0.7]], weights: [0.2, 0.4] } },
      ],
    };
    for (const control of ['constant', 'linear'] as const) {
      const objective = controlObjective(problem, { ...options, control });
      const at = (seed: number): Float64Array =>
        Float64Array.from({ length: objective.size }, (_, i) => Math.sin(seed + 2 * i));
      const [here, there] = [at(1), at(5)];
      const H = objective.hamiltonian(here);
      const [left, right] = [new Float64Array(here.length), new Float64Array(here.length)];
      expect(H.layout.size).toBe(objective.size);
      expect(H.value(there) - H.value(here)).toBeCloseTo(objective.value(there) - objective.value(here), 12);
      expect(H.gradient(there, left.fill(9))).toBe(H.value(there));
      objective.gradient(there, right);
      left.forEach((slope, i) => {
        expect(slope).toBeCloseTo(right[i], 12);
      });
    }
  });
  test('stays what it was when the objective goes on', () => {
    const objective = controlObjective(
      { ...base, running: 'a*x', killing: 'a^2', model: changed('a*x', '0.6') },
      options,
    );
    const theta = Float64Array.of(0.2, 0.5);
    const H = objective.hamiltonian(theta);
    const before = H.value(Float64Array.of(0.7, 0.1));
    objective.gradient(Float64Array.of(3, -2), new Float64Array(2));
    expect(H.value(Float64Array.of(0.7, 0.1))).toBe(before);
  });
});

describe('what is not given is 0', () => {
  test('no killing, no costs on the way, no weight: what is left is φ and the mass', () => {
    const objective = controlObjective({ ...base, model: changed('a', '0.6'), terminal: '3' }, options);
    const mass = controlObjective({ ...base, model: changed('a', '0.6'), terminal: '1' }, options).value(
      Float64Array.of(5, 6),
    );
    expect(objective.value(Float64Array.of(0.5, -9))).toBeCloseTo(3 * mass, 13);
    expect(mass).toBeGreaterThan(0.5);
    const paid = { ...base, terminal: '0', running: '1', model: changed('a', '0.6') };
    // A cost of 1 counts the time from t0 = 0 on.
    expect(controlObjective(paid, options).value(Float64Array.of(0, 0))).toBeCloseTo(0.8 * mass, 12);
    expect(controlObjective({ ...paid, t0: 0.3 }, options).value(Float64Array.of(0, 0))).toBeCloseTo(0.5 * mass, 12);
  });
  test('φ as a formula that was made before is φ as a text', () => {
    const made = (text: string) => expression(text, { state: ['x'], parameters: { a: 0.4, b: -0.3 } });
    const theta = Float64Array.of(0.5, 0.2);
    for (const text of ['cos(a*x)', 'b*x^2']) {
      const [one, other] = [made(text), text].map((terminal) =>
        controlObjective({ ...base, terminal } as ControlProblem, options),
      );
      expect(one.value(theta)).toBe(other.value(theta));
      const gradients = [new Float64Array(2), new Float64Array(2)];
      one.gradient(theta, gradients[0]);
      other.gradient(theta, gradients[1]);
      expect(gradients[0]).toEqual(gradients[1]);
    }
    expect(() => controlObjective({ ...base, terminal: null } as unknown as ControlProblem, options)).toThrow(
      /terminal/,
    );
    const closure = controlObjective(
      { ...base, terminal: (x: ArrayLike<number>) => x[0] ** 2 } as ControlProblem,
      options,
    );
    expect(closure.value(theta)).toBe(
      controlObjective({ ...base, terminal: 'x^2' } as ControlProblem, options).value(theta),
    );
  });
  test.each([[[0.1, 0.2]], [new Float64Array(3)], [new Float32Array(2)], [undefined], [null]])(
    '%j are not the unknowns',
    (theta) => {
      const objective = controlObjective({ ...base, running: 'a' }, options);
      const unknowns = theta as unknown as Float64Array;
      for (const act of [
        () => objective.value(unknowns),
        () => objective.gradient(unknowns, new Float64Array(2)),
        () => objective.gradient(new Float64Array(2), unknowns),
        () => objective.hamiltonian(unknowns),
      ])
        expect(act).toThrow('not the unknowns of the control (controlObjective(…) at (θ))');
    },
  );
});

describe('records in stretches', () => {
  test('the longest that fits, else the one that needs least', () => {
    for (const [steps, width] of [
      [40, 4],
      [7, 3],
      [12, 1],
    ]) {
      const needed = (stretch: number): number => stretch * width + Math.ceil(steps / stretch);
      const all = Array.from({ length: steps }, (_, i) => i + 1);
      const least = Math.min(...all.map(needed));
      for (let vectors = 0; vectors <= steps * width + 2; vectors++) {
        const stretch = stretchOf(steps, width, vectors);
        if (vectors < least) expect(needed(stretch)).toBeLessThanOrEqual(least + width);
        else expect(needed(stretch)).toBeLessThanOrEqual(vectors);
        if (needed(steps) <= vectors) expect(stretch).toBe(steps);
      }
    }
  });

  const classes = [
    { terminal: 'cos(a*x)', initial: '(1 + x/4)/4' },
    { terminal: 'x^2', initial: [0.2] },
  ];
  const moving: ControlProblem = {
    model: changed('a*x - b', '0.6 + a/9'),
    parameters: ['a', 'b'],
    T: 0.8,
    classes,
    running: 'a*x',
  };
  const ways = [12, 10, 6].flatMap((steps) =>
    (['constant', 'linear'] as const).map((control) => [steps, control] as const),
  );
  test.each(ways)(
    '%d steps, %s: in every amount of memory the same bits, each step taken twice at most',
    (steps, control) => {
      const run = (memory: number) => {
        const told: string[] = [];
        const objective = controlObjective(moving, {
          ...options,
          stepping: crankNicolson({ steps, smoothing: 0 }),
          boundary: { kind: 'dirichlet', value: 'x + t' },
          control,
          memory,
          onStep: ({ part, done, of }) => {
            expect(of).toBe(steps);
            told.push(`${part} ${done}`);
          },
        });
        const theta = Float64Array.from({ length: objective.size }, (_, i) => 0.3 + Math.sin(i) / 9);
        const gradient = new Float64Array(theta.length);
        const value = objective.gradient(theta, gradient);
        return { value, gradient, told };
      };
      const ample = run(2 ** 30);
      const backward = Array.from({ length: steps }, (_, i) => `backward ${i + 1}`);
      const adjoint = Array.from({ length: steps }, (_, i) => `adjoint ${i + 1}`);
      expect(ample.told).toEqual([...backward, ...adjoint]);
      const counts = new Set<number>();
      for (const vectors of [0, 6, 10, 14, 20, 30, 45, 60, 80]) {
        const { value, gradient, told } = run(vectors * 2 * 8 * 6);
        expect(value).toBe(ample.value);
        expect(gradient).toEqual(ample.gradient);
        expect([...new Set(told)]).toEqual([...backward, ...new Set(told.slice(steps))]);
        expect(told.filter((one) => adjoint.includes(one)).length).toBe(
          told.length - steps - told.filter((one) => one === 'adjoint 0').length,
        );
        expect(told.length).toBeLessThanOrEqual(3 * steps);
        counts.add(told.length);
      }
      // From no step twice to nearly all.
      expect(Math.min(...counts)).toBe(2 * steps);
      expect(Math.max(...counts)).toBeGreaterThan(2 * steps + steps / 2);
    },
  );
});

test('pairs of which nothing is free say nothing of the scale', () => {
  const f = {
    *value() {
      yield;
      return -1e9;
    },
    *gradient() {
      yield;
      return -1e9;
    },
  };
  const place = { x: Float64Array.of(0, 0, 0), objective: 0, gradient: Float64Array.of(2, 3, -0.5) };
  const within = box(Float64Array.of(0, -open, -open), Float64Array.of(open, open, open));
  const pairs = [{ s: [1, 0, 0], y: [5, 0, 0] }];
  expect(inOneGo(projectedLbfgs(f).step(place, pairs, within))?.place.x).toEqual(Float64Array.of(0, -3, 0.5));
});

test('a Hamiltonian that is large goes down as well', () => {
  const layout = controlLayout(controlBasis('constant', Float64Array.of(0, 2), 'test'), 1, 0, 2);
  for (const offset of [1000, -1000, 0]) {
    const H = {
      layout,
      value: ([x]: Float64Array) => offset + Math.cosh(x - 1),
      gradient: ([x]: Float64Array, out: Float64Array) => {
        out[0] = Math.sinh(x - 1);
        return offset + Math.cosh(x - 1);
      },
    };
    const f = {
      *value([x]: Float64Array) {
        yield;
        return offset + Math.cosh(x - 1);
      },
      *gradient(x: Float64Array, out: Float64Array) {
        yield;
        return H.gradient(x, out);
      },
      *hamiltonian() {
        yield;
        return H;
      },
    };
    const place = {
      x: Float64Array.of(-3),
      objective: offset + Math.cosh(4),
      gradient: Float64Array.of(Math.sinh(-4)),
    };
    const all = box(Float64Array.of(-open), Float64Array.of(open));
    const found = inOneGo(successiveApproximations(f).step(place, { holding: 0.5 }, all));
    // sinh(x − 1) + ½ · 2 (x + 3) = 0.
    const x = found?.place.x[0] ?? Number.NaN;
    expect(Math.abs(Math.sinh(x - 1) + (x + 3))).toBeLessThan(1e-5);
    expect(found?.memory).toEqual({ holding: 0.125 });
  }
});

test('a search that ends at rounding says nothing of unstable steps', () => {
  const found = optimizeControl(
    { ...base, model: changed('a*x - b', '0.6'), constants: ['b'], running: 'a^2 + exp(b)*x^2', regularization: 0.3 },
    { ...options, tolerance: 0, iterations: 1000 },
  );
  expect(found).toMatchObject({ kind: 'stalled', reason: 'no-descent', warnings: [] });
});

test('what jumps is told of a formula that was made before as of its text, with their count', () => {
  const said = (more: object): unknown[] =>
    controlObjective({ ...base, ...more } as ControlProblem, options).warnings.map(({ kind, count }) => [kind, count]);
  const made = (text: string) => expression(text, { state: ['x'], parameters: { a: 0.4, b: -0.3 } });
  const two = 'x > a ? 1 : (x > 1 ? 2 : 0)';
  expect(said({ terminal: two })).toEqual([['jump-between-nodes', 2]]);
  expect(said({ terminal: made(two) })).toEqual([['jump-between-nodes', 2]]);
  // Without what is chosen it is averaged.
  expect(said({ terminal: made('x > b ? 1 : 0') })).toEqual([]);
  expect(said({ terminal: made('x > b ? 1 : 0'), constants: ['b'] })).toEqual([['jump-between-nodes', 1]]);
  expect(said({ terminal: 3 })).toEqual([]);
  expect(said({ running: 2, killing: 'x > b ? 1 : 0' })).toEqual([['jump-between-nodes', 1]]);
  // One that is not chosen is its value: where it is not in space there is no jump in space.
  expect(said({ model: changed('a*(x > b ? 1 : 2)', '0.6') })).toEqual([['jump-between-nodes', 1]]);
  expect(said({ model: changed('b > 0 ? a : -a', '0.6') })).toEqual([]);
  expect(said({ model: changed('a > 0 ? 1 : 2', '0.6') })).toEqual([]);
  expect(said({ model: changed('b*(x > 0.1 ? 0 : 0) + a', 'x > 0.2 ? 0.7 : 0.6') })).toEqual([
    ['jump-between-nodes', 1],
  ]);
  const classes = [
    { terminal: 'x > a ? 1 : 0', initial: [0] },
    { terminal: 'x', initial: [0] },
    { terminal: (x: ArrayLike<number>) => (x[0] > 0.1 ? 1 : 0), initial: [0] },
  ];
  expect(said({ classes, terminal: undefined, initial: undefined }).length).toBe(2);
});
