import {
  type BoundaryInput,
  type ControlDiscretization,
  type ControlObjective,
  controlObjective,
  craigSneyd,
  crankNicolson,
  douglas,
  explicitEuler,
  hundsdorferVerwer,
  implicitEuler,
  modifiedCraigSneyd,
  type OneStep,
  type Stepping,
  strang,
  thetaMethod,
  trBdf2,
  uniform,
} from 'kolmogorov';
import { symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';
import { stretchOf } from '#kolmogorov/open-loop/recorded-solve';

const line = symbolic({
  state: ['x'],
  drift: ['a*sin(x) - b*x + 0.1'],
  diffusion: [['0.3 + 0.2*a*a + 0.1*cos(x)']],
  parameters: { a: 0.4, b: 0.6, fixed: 2 },
});
// A noisy layer of width 2 in the plane, with weights as controls, of rank one.
const layer = ['v*tanh(w*x + y)', 'tanh(x - w*y) - v*x/2'];
const plane = symbolic({
  state: ['x', 'y'],
  drift: layer,
  diffusion: layer.map((f) => [`0.3*(${f})`]),
  parameters: { v: 0.8, w: 0.5 },
});

/** θ around the model's own values, different on each interval. */
const around = (objective: ControlObjective, center: readonly number[]): Float64Array =>
  Float64Array.from({ length: objective.size }, (_, i) => center[i % objective.controls] + 0.1 * Math.sin(3 * i + 1));

/** J(θ + ε δ) − J(θ) − ε ∇J·δ is O(ε²) if ∇J is the gradient of the very J, and O(ε) if it is that of another. */
const taylorOrder = (objective: ControlObjective, theta: Float64Array): number => {
  const gradient = new Float64Array(theta.length);
  const value = objective.gradient(theta, gradient);
  const along = theta.map((_, i) => Math.cos(5 * i + 2));
  const slope = gradient.reduce((sum, entry, i) => sum + entry * along[i], 0);
  const [coarse, fine] = [1e-2, 5e-3].map((size) => {
    const moved = theta.map((entry, i) => entry + size * along[i]);
    return Math.abs(objective.value(moved) - value - size * slope);
  });
  return Math.log2(coarse / fine);
};

const expectOrderTwo = (objective: ControlObjective, center: readonly number[]): void => {
  const order = taylorOrder(objective, around(objective, center));
  expect(order).toBeGreaterThan(1.9);
  expect(order).toBeLessThan(2.1);
};

const onLine = (stepping: Stepping, boundary: BoundaryInput, more: Partial<ControlDiscretization> = {}) =>
  controlObjective(
    {
      model: line,
      parameters: ['a', 'b'],
      T: 1,
      terminal: 'cos(x) + x^2/4',
      running: 'a^2/4 + b*x^2/8',
      killing: '0.1 + b^2*x^2/20',
      initial: [0.3],
      regularization: 0.2,
    },
    { grid: [uniform(-3, 3, 25)], boundary, stepping, intervals: 3, ...more },
  );

describe('the gradient of a control problem is that of the discrete problem', () => {
  const steppings: Stepping[] = [
    implicitEuler({ steps: 9 }),
    explicitEuler({ steps: 60 }),
    crankNicolson({ steps: 9 }),
    trBdf2({ steps: 9 }),
    douglas({ steps: 9 }),
    craigSneyd({ steps: 9 }),
    modifiedCraigSneyd({ steps: 9 }),
    hundsdorferVerwer({ steps: 9 }),
    strang({ steps: 9 }),
    thetaMethod({ steps: 9, theta: 0.6 }),
  ];
  test.each(steppings)('$name', (stepping) => {
    const objective = onLine(stepping, { kind: 'vanishing-curvature' });
    expectOrderTwo(objective, [0.4, 0.6]);
  });

  const sides: BoundaryInput[] = [
    { kind: 'reflecting' },
    { kind: 'absorbing' },
    { kind: 'dirichlet', value: 'x + t' },
    { kind: 'robin', weight: 1, slopeWeight: 2, value: 0 },
  ];
  test.each(sides)('with $kind sides', (boundary) => {
    const objective = onLine(crankNicolson({ steps: 6 }), boundary);
    expectOrderTwo(objective, [0.4, 0.6]);
  });

  test.each([
    crankNicolson({ steps: 6 }),
    trBdf2({ steps: 6 }),
    hundsdorferVerwer({ steps: 6 }),
    strang({ steps: 6 }),
    modifiedCraigSneyd({ steps: 6 }),
    craigSneyd({ steps: 6 }),
    douglas({ steps: 6 }),
  ])('in the plane, with mixed derivatives and a density to start from: $name', (stepping) => {
    const objective = controlObjective(
      {
        model: plane,
        parameters: ['w', 'v'],
        T: 1,
        terminal: 'log(1 + exp(x - y))',
        initial: 'exp(-x^2 - y^2)/pi',
        running: 'w^2*x*y/9',
      },
      { grid: [uniform(-3, 3, 19), uniform(-2, 3, 17)], stepping, intervals: 2 },
    );
    expectOrderTwo(objective, [0.5, 0.8]);
  });

  test('with hybrid differences', () => {
    const objective = controlObjective(
      { model: line, parameters: ['b'], T: 1, terminal: 'x^2', initial: [1] },
      { grid: [uniform(-3, 3, 13)], stepping: implicitEuler({ steps: 4 }), drift: 'hybrid', intervals: 1 },
    );
    const order = taylorOrder(objective, Float64Array.of(1.53));
    expect(order).toBeGreaterThan(1.9);
    expect(order).toBeLessThan(2.1);
  });

  test.each([
    implicitEuler({ steps: 9 }),
    crankNicolson({ steps: 9 }),
    trBdf2({ steps: 9 }),
    douglas({ steps: 9 }),
    modifiedCraigSneyd({ steps: 9 }),
    hundsdorferVerwer({ steps: 9 }),
  ])('where θ is linear on its intervals: $name', (stepping) => {
    const objective = onLine(stepping, { kind: 'vanishing-curvature' }, { control: 'linear' });
    expect(objective.rows).toBe(4);
    expectOrderTwo(objective, [0.4, 0.6]);
  });

  test.each([
    douglas({ steps: 8 }),
    craigSneyd({ steps: 8 }),
    modifiedCraigSneyd({ steps: 8 }),
    hundsdorferVerwer({ steps: 8 }),
    strang({ steps: 8 }),
    trBdf2({ steps: 8 }),
  ])('in the plane, where θ and with it the matrices move within a step: $name', (stepping) => {
    const objective = controlObjective(
      { model: plane, parameters: ['w', 'v'], T: 1, terminal: 'log(1 + exp(x - y))', initial: [0.2, -0.1] },
      { grid: [uniform(-3, 3, 19), uniform(-2, 3, 17)], stepping, intervals: 2, control: 'linear' },
    );
    expectOrderTwo(objective, [0.5, 0.8]);
  });

  test.each(['constant', 'linear'] as const)('of two classes, with constants in equation and loss: %s', (control) => {
    const model = symbolic({
      state: ['x', 'y'],
      drift: layer,
      diffusion: layer.map((f) => [`0.3*(${f})`]),
      parameters: { v: 0.8, w: 0.5, slope: 1, offset: 0.2 },
    });
    const objective = controlObjective(
      {
        model,
        parameters: ['w'],
        constants: ['v', 'slope', 'offset'],
        T: 1,
        classes: [
          {
            terminal: 'log(1 + exp(slope*(x - y) + offset))',
            initial: {
              points: [
                [0, 0.2],
                [0.5, -0.3],
              ],
              weights: [0.2, 0.3],
            },
          },
          { terminal: 'log(1 + exp(-slope*(x - y) - offset))', initial: 'exp(-x^2 - y^2)/(2*pi)' },
        ],
        regularization: 0.1,
      },
      {
        grid: [uniform(-3, 3, 19), uniform(-2, 3, 17)],
        stepping: hundsdorferVerwer({ steps: 6 }),
        intervals: 2,
        control,
      },
    );
    expect(objective.size).toBe((control === 'constant' ? 2 : 3) + 3);
    expectOrderTwo(objective, [0.5, 0.8, 1, 0.2]);
  });
});

describe('what the gradient costs', () => {
  /** A stepping that counts its steps and their transposes. */
  const counted = (steps: number) => {
    const counts = { steps: 0, transposed: 0 };
    const inner = hundsdorferVerwer({ steps });
    const known = new Map<OneStep, OneStep>();
    const counting = (part: OneStep): OneStep => ({
      ...part,
      step: (...args) => {
        counts.steps++;
        part.step(...args);
      },
      stepTransposed: (...args) => {
        counts.transposed++;
        part.stepTransposed(...args);
      },
    });
    const stepping: Stepping = {
      ...inner,
      parts: (index, startsPiece) =>
        inner.parts(index, startsPiece).map((part) => {
          const own = known.get(part) ?? counting(part);
          known.set(part, own);
          return own;
        }),
    };
    return { counts, stepping };
  };

  test.each([1, 8, 32])('with %d parameters every step is taken once and transposed once', (q) => {
    const names = Array.from({ length: q }, (_, j) => `p${j}`);
    const model = symbolic({
      state: ['x'],
      drift: [names.map((name, j) => `${name}*sin(${j + 1}*x)`).join(' + ')],
      diffusion: [[`0.5 + 0.1*${names[0]}`]],
      parameters: Object.fromEntries(names.map((name) => [name, 0.1])),
    });
    const { counts, stepping } = counted(12);
    const objective = controlObjective(
      { model, parameters: names, T: 1, terminal: 'x^2', initial: [0.3] },
      { grid: [uniform(-3, 3, 25)], stepping, intervals: 3 },
    );
    const theta = around(objective, new Array(q).fill(0.1));
    // The gradient at a θ whose value is known repeats nothing.
    objective.value(theta);
    objective.gradient(theta, new Float64Array(theta.length));
    // Once for every objective, two steps and a transposed one show that the stepping is fit for gradients.
    expect(counts).toEqual({ steps: 12 + 2, transposed: 12 + 1 });
    objective.gradient(around(objective, new Array(q).fill(0.2)), new Float64Array(theta.length));
    expect(counts).toEqual({ steps: 24 + 2, transposed: 24 + 1 });
  });

  test.each(['constant', 'linear'] as const)(
    'with little memory it takes steps again, and is the same to the last bit: %s',
    (control) => {
      const gradientIn = (memory: number) => {
        const { counts, stepping } = counted(39);
        const objective = onLine(stepping, { kind: 'reflecting' }, { control, memory });
        const theta = around(objective, [0.4, 0.6]);
        const gradient = new Float64Array(theta.length);
        objective.gradient(theta, gradient);
        return { gradient, counts };
      };
      const ample = gradientIn(2 ** 30);
      // 25 nodes, 8 bytes: room for 60 vectors, and for 20, half of what is given being for matrices.
      const tight = gradientIn(2 * 60 * 25 * 8);
      const tighter = gradientIn(2 * 20 * 25 * 8);
      expect(tight.gradient).toEqual(ample.gradient);
      expect(tighter.gradient).toEqual(ample.gradient);
      // And two that show that the stepping is fit for gradients.
      expect(ample.counts.steps).toBe(39 + 2);
      for (const { counts } of [tight, tighter]) {
        expect(counts.steps).toBeGreaterThan(39 + 2);
        expect(counts.steps).toBeLessThanOrEqual(78 + 2);
      }
    },
  );

  test('a stretch of records fits in memory with the states where stretches begin, or takes the least there is', () => {
    expect(stretchOf(40, 4, 161)).toBe(40);
    const stretch = stretchOf(40, 4, 100);
    expect(4 * stretch + Math.ceil(40 / stretch)).toBeLessThanOrEqual(100);
    // √(40 / 4) steps a stretch take the least.
    expect(stretchOf(40, 4, 0)).toBeGreaterThanOrEqual(3);
    expect(stretchOf(40, 4, 0)).toBeLessThanOrEqual(4);
    expect(stretchOf(1, 4, 0)).toBe(1);
  });
});
