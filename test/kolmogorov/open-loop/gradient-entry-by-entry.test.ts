import {
  type Axis,
  type BoundaryInput,
  type ControlDiscretization,
  type ControlProblem,
  controlObjective,
  craigSneyd,
  crankNicolson,
  douglas,
  explicitEuler,
  generatorMatrix,
  hundsdorferVerwer,
  implicitEuler,
  modifiedCraigSneyd,
  pointsOf,
  strang,
  trBdf2,
} from 'kolmogorov';
import { symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';
import { nodesOf, solved } from '../feedback/plain-hjb.js';

/** Every entry of the gradient against a difference of fourth order of the objective. */
function expectGradient(problem: ControlProblem, options: ControlDiscretization, around: readonly number[]): void {
  const objective = controlObjective(problem, options);
  const theta = Float64Array.from({ length: objective.size }, (_, i) => {
    const own = i < objective.rows * objective.controls ? i % objective.controls : objective.controls + i;
    return (around[own] ?? 0.3) + 0.07 * Math.sin(3 * i + 1);
  });
  const gradient = new Float64Array(theta.length).fill(7);
  expect(objective.gradient(theta, gradient)).toBe(objective.value(theta));
  const scale = 1 + Math.max(...gradient.map(Math.abs));
  // Small, so that no difference changes sides in between: there J jumps.
  const h = 2 ** -10;
  theta.forEach((_, i) => {
    const at = (by: number): number => objective.value(theta.map((value, n) => (n === i ? value + by * h : value)));
    const slope = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * h);
    expect(Math.abs(gradient[i] - slope)).toBeLessThan(3e-9 * scale);
  });
}

const line: ControlProblem = {
  model: symbolic({
    state: ['x'],
    drift: ['a*cos(x) - b*x/2 + 0.1'],
    diffusion: [['0.5 + 0.2*a*a*x + 0.1*b']],
    parameters: { a: 0.4, b: 0.6 },
  }),
  parameters: ['a', 'b'],
  T: 0.6,
  t0: 0.1,
  terminal: 'cos(2*x) + x^2/4 + b*x',
  running: 'a^2/4 + b*x^2/8',
  killing: '0.1 + b^2*x^2/5',
  // Mass everywhere, so that every node and every side counts.
  initial: '(1 + x/4)/4',
  regularization: 0.2,
};
const axis = pointsOf([-1.5, -1, -0.4, 0.3, 0.8, 1.7]);
const lines: readonly (readonly [string, BoundaryInput])[] = [
  ['vanishing curvature', { kind: 'vanishing-curvature' }],
  ['reflecting', { kind: 'reflecting' }],
  ['given values', { kind: 'dirichlet', value: 'x + t' }],
  ['Robin', { kind: 'robin', weight: 1, slopeWeight: 2, value: 0 }],
  ['periodic', { kind: 'periodic' }],
  ['absorbing and vanishing curvature', [{ lower: { kind: 'absorbing' }, upper: { kind: 'vanishing-curvature' } }]],
];

describe.each(lines)('on a line of six nodes, sides: %s', (_, boundary) => {
  test.each([
    implicitEuler({ steps: 3 }),
    crankNicolson({ steps: 3 }),
    trBdf2({ steps: 2 }),
    strang({ steps: 3 }),
    explicitEuler({ steps: 12 }),
  ])('$name', (stepping) => {
    for (const control of ['constant', 'linear'] as const)
      expectGradient(line, { grid: [axis], boundary, stepping, intervals: 2, control }, [0.5, 0.5]);
  });
  test.each(['central', 'upwind', 'hybrid'] as const)('%s differences', (drift) => {
    // Little noise, so that hybrid differences are of both kinds.
    const model = symbolic({
      state: ['x'],
      drift: ['a*cos(x) - 2*b*x'],
      diffusion: [['0.5 + 0.1*a']],
      parameters: { a: 0.4, b: 0.6 },
    });
    const options = { grid: [axis], boundary, stepping: crankNicolson({ steps: 3 }), intervals: 3, drift };
    expectGradient({ ...line, model }, options, [0.4, 0.9]);
  });
});

const plane: ControlProblem = {
  model: symbolic({
    state: ['x', 'y'],
    drift: ['a*y - x/2', 'b*sin(x) + a*y'],
    diffusion: [
      ['0.6 + 0.1*a', '0.1*b'],
      ['0.2*b + 0.1*x', '0.5'],
    ],
    parameters: { a: 0.3, b: 0.5, weight: 0.8, other: 2 },
  }),
  parameters: ['b'],
  constants: ['a', 'weight'],
  T: 0.4,
  classes: [
    { terminal: 'weight*cos(x - y) + b*y', initial: '(1 + x/3 + y/4)/6' },
    {
      terminal: 'x*y',
      initial: {
        points: [
          [0.1, 0.4],
          [-0.7, 0.9],
        ],
        weights: [0.25, 0.5],
      },
    },
    { terminal: 'exp(-weight*x)', initial: [0.3, -0.5] },
  ],
  running: 'a*x*y + b^2',
  killing: 'weight/3 + b*x/10',
  regularization: 0.3,
};
const square: readonly Axis[] = [pointsOf([-1, -0.4, 0.2, 1]), pointsOf([-1, -0.5, 0.1, 0.6, 1.1])];
const planes: readonly (readonly [string, BoundaryInput])[] = [
  ['vanishing curvature', { kind: 'vanishing-curvature' }],
  [
    'reflecting and periodic',
    [
      { lower: { kind: 'reflecting' }, upper: { kind: 'reflecting' } },
      { lower: { kind: 'periodic' }, upper: { kind: 'periodic' } },
    ],
  ],
  [
    'periodic and given values',
    [
      { lower: { kind: 'periodic' }, upper: { kind: 'periodic' } },
      { lower: { kind: 'dirichlet', value: 'x - t' }, upper: { kind: 'reflecting' } },
    ],
  ],
];

describe.each(planes)('in the plane, sides: %s', (_, boundary) => {
  test.each([
    implicitEuler({ steps: 2 }),
    trBdf2({ steps: 2 }),
    douglas({ steps: 2 }),
    craigSneyd({ steps: 2 }),
    modifiedCraigSneyd({ steps: 2 }),
    hundsdorferVerwer({ steps: 2 }),
    strang({ steps: 2 }),
    explicitEuler({ steps: 16 }),
  ])('$name', (stepping) => {
    expectGradient(plane, { grid: square, boundary, stepping, intervals: 2, control: 'linear' }, [0.5, 0.3, 0.8]);
    expectGradient(plane, { grid: square, boundary, stepping, intervals: 1 }, [0.5, 0.3, 0.8]);
  });
  test.each(['upwind', 'hybrid'] as const)('%s and directional differences', (drift) => {
    const options = { grid: square, boundary, stepping: trBdf2({ steps: 2 }), intervals: 2 };
    expectGradient(plane, { ...options, drift }, [0.5, 0.3, 0.8]);
    expectGradient(plane, { ...options, drift, diffusion: 'directional' }, [0.5, 0.3, 0.8]);
  });
});

test('in three dimensions, all pairs of axes', () => {
  const space: ControlProblem = {
    model: symbolic({
      state: ['x', 'y', 'z'],
      drift: ['a*z', 'b*x - y', 'a*y - b'],
      diffusion: [
        ['0.6', '0.1*a', '0'],
        ['0.2*b', '0.5', '0.1*a'],
        ['0.1', '0.2*a*b', '0.7'],
      ],
      parameters: { a: 0.3, b: 0.5 },
    }),
    parameters: ['a', 'b'],
    T: 0.3,
    terminal: 'cos(x - y)*z + a*x',
    initial: '(1 + x/3 + y/4 - z/5)/8',
  };
  const grid = [pointsOf([-1, -0.2, 0.3, 1]), pointsOf([-1, 0.1, 1]), pointsOf([-1, -0.5, 0.2, 0.9])];
  for (const stepping of [hundsdorferVerwer({ steps: 2 }), implicitEuler({ steps: 2 })])
    expectGradient(space, { grid, boundary: { kind: 'reflecting' }, stepping, intervals: 1 }, [0.3, 0.5]);
});

describe('the objective itself, by dense matrices', () => {
  /** θ(t) by hand, one row an interval or an end. */
  const at = (theta: Float64Array, control: 'constant' | 'linear', t: number): number[] => {
    const along = Math.min(Math.max((t / 0.4) * 2, 0), 2);
    const first = Math.min(Math.floor(along + 1e-12), 1);
    const constants = Array.from(theta.slice(-2));
    if (control === 'constant') return [theta[first], ...constants];
    return [(1 - (along - first)) * theta[first] + (along - first) * theta[first + 1], ...constants];
  };

  test.each(['constant', 'linear'] as const)('implicit Euler, θ %s', (control) => {
    const boundary = planes[1][1];
    const options = { grid: square, boundary, stepping: implicitEuler({ steps: 4 }), intervals: 2, control };
    const objective = controlObjective(plane, options);
    const theta = Float64Array.from({ length: objective.size }, (_, i) => 0.4 + 0.2 * Math.sin(4 * i));
    const dt = 0.1;
    const nodes = nodesOf(square);
    const copy = (p: number): boolean => p % 5 === 4;
    const terminals = [
      ([x, y]: number[], [b, , weight]: number[]) => weight * Math.cos(x - y) + b * y,
      ([x, y]: number[]) => x * y,
      ([x]: number[], [, , weight]: number[]) => Math.exp(-weight * x),
    ];
    // The end of the axis is its start: what a function is there does not count.
    const close = (u: number[]): number[] => u.map((value, p) => (copy(p) ? u[p - 4] : value));
    let states = terminals.map((phi) => close(nodes.map((x) => phi(x, at(theta, control, 0.4)))));
    for (let step = 3; step >= 0; step--) {
      // Constant θ on an interval holds on all of it; one that moves is taken where the step arrives.
      const [b, a, weight] = at(theta, control, control === 'constant' ? (step + 0.5) * dt : step * dt);
      const model = symbolic({
        state: ['x', 'y'],
        drift: ['a*y - x/2', 'b*sin(x) + a*y'],
        diffusion: [
          ['0.6 + 0.1*a', '0.1*b'],
          ['0.2*b + 0.1*x', '0.5'],
        ],
        parameters: { a, b },
      });
      const { rowStart, column, value } = generatorMatrix(
        { model, T: 1, killing: `${weight}/3 + ${b}*x/10` },
        { grid: square, boundary, stepping: implicitEuler({ steps: 1 }) },
        0,
      );
      const M = nodes.map((_, p) => nodes.map((__, j) => (p === j ? 1 : 0)));
      for (let p = 0; p < nodes.length; p++)
        for (let e = rowStart[p]; e < rowStart[p + 1]; e++) M[p][column[e]] -= dt * value[e];
      states = states.map((u) =>
        close(
          solved(
            M,
            u.map((before, p) => before + (copy(p) ? 0 : dt * (a * nodes[p][0] * nodes[p][1] + b * b))),
          ),
        ),
      );
    }
    // What each class starts from: found by its own objective with φ = 1 at one node only would be the masses; here by points that are nodes.
    const classes = [
      [0.2, 0.1],
      [-0.4, -0.5],
    ].map((initial, c) => ({
      terminal: ['weight*cos(x - y) + b*y', 'x*y'][c],
      initial,
    }));
    const two = controlObjective({ ...plane, classes }, options);
    const square2 = (): number => {
      const constants = 0.4 * (theta[theta.length - 1] ** 2 + theta[theta.length - 2] ** 2);
      const n = 2000;
      let sum = 0;
      for (let i = 0; i < n; i++) sum += (at(theta, control, (0.4 * (i + 0.5)) / n)[0] ** 2 * 0.4) / n;
      return (sum + constants) / 2;
    };
    const nodeOf = ([x, y]: readonly number[]): number => nodes.findIndex((node) => node[0] === x && node[1] === y);
    const expected = states[0][nodeOf([0.2, 0.1])] + states[1][nodeOf([-0.4, -0.5])] + 0.3 * square2();
    // ½ ∫ θ² by 2000 midpoints of a parabola.
    expect(Math.abs(two.value(theta) - expected)).toBeLessThan(1e-8);
  });
});
