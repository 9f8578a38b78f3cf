import {
  type BoundaryInput,
  bdf2,
  type ControlObjective,
  controlObjective,
  craigSneyd,
  crankNicolson,
  douglas,
  explicitEuler,
  hundsdorferVerwer,
  implicitEuler,
  modifiedCraigSneyd,
  optimizeControl,
  type Stepping,
  trBdf2,
  uniform,
} from 'kolmogorov';
import { model, SdeError, symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';

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
  Float64Array.from(
    { length: objective.intervals * objective.controls },
    (_, i) => center[i % objective.controls] + 0.1 * Math.sin(3 * i + 1),
  );

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

const onLine = (stepping: Stepping, boundary: BoundaryInput) =>
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
    { grid: [uniform(-3, 3, 25)], boundary, stepping, intervals: 3 },
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
  ];
  test.each(steppings)('$name', (stepping) => {
    const objective = onLine(stepping, { kind: 'vanishing-curvature' });
    const order = taylorOrder(objective, around(objective, [0.4, 0.6]));
    expect(order).toBeGreaterThan(1.9);
    expect(order).toBeLessThan(2.1);
  });

  const sides: BoundaryInput[] = [
    { kind: 'reflecting' },
    { kind: 'absorbing' },
    { kind: 'dirichlet', value: 'x + t' },
    { kind: 'robin', weight: 1, slopeWeight: 2, value: 0 },
  ];
  test.each(sides)('with $kind sides', (boundary) => {
    const objective = onLine(crankNicolson({ steps: 6 }), boundary);
    const order = taylorOrder(objective, around(objective, [0.4, 0.6]));
    expect(order).toBeGreaterThan(1.9);
    expect(order).toBeLessThan(2.1);
  });

  test.each([
    crankNicolson({ steps: 6 }),
    trBdf2({ steps: 6 }),
    hundsdorferVerwer({ steps: 6 }),
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
    const order = taylorOrder(objective, around(objective, [0.5, 0.8]));
    expect(order).toBeGreaterThan(1.9);
    expect(order).toBeLessThan(2.1);
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
});

describe('optimizeControl', () => {
  // dX = θ dt + σ dW, J = E X_T² q/2 + ½ ∫ θ²: open loop sees the mean alone, θ = −q m₀ / (1 + q T).
  const steered = symbolic({ state: ['x'], drift: ['theta'], diffusion: [['0.5']], parameters: { theta: 0 } });
  const q = 2;
  const problem = { model: steered, parameters: ['theta'], T: 1, terminal: 'x^2', initial: [1.5], regularization: 1 };
  const options = {
    grid: [uniform(-8, 8, 161)],
    boundary: { kind: 'vanishing-curvature' } as const,
    stepping: crankNicolson({ steps: 20, smoothing: 0 }),
    intervals: 4,
  };

  test('finds the linear–quadratic optimum', () => {
    const outcome = optimizeControl(problem, options);
    expect(outcome.kind).toBe('converged');
    expect(outcome.theta.shape).toEqual([4, 1]);
    const theta = (-q * 1.5) / (1 + q);
    for (const value of outcome.theta.data) expect(value).toBeCloseTo(theta, 5);
    // ½ q (m² + σ² T) + ½ θ² T, and x² is differenced exactly.
    expect(outcome.objective).toBeCloseTo((1.5 + theta) ** 2 + 0.25 + theta ** 2 / 2, 6);
    const objectives = outcome.history.map(({ objective }) => objective);
    for (let i = 1; i < objectives.length; i++) expect(objectives[i]).toBeLessThanOrEqual(objectives[i - 1]);
  });

  test('stays within bounds, and is at them where they bind', () => {
    const outcome = optimizeControl(problem, { ...options, bounds: { lower: -0.6, upper: [2] } });
    expect(outcome.kind).toBe('converged');
    expect(Array.from(outcome.theta.data)).toEqual([-0.6, -0.6, -0.6, -0.6]);
    for (const slope of outcome.gradient.data) expect(slope).toBeGreaterThan(0);
  });

  test('lowers the loss of a noisy layer in the plane from a density of data', () => {
    const seen: number[] = [];
    const outcome = optimizeControl(
      {
        model: plane,
        parameters: ['v', 'w'],
        T: 1,
        terminal: 'log(1 + exp(2*(y - x)))',
        initial: 'exp(-2*(x - 0.5)^2 - 2*y^2)*2/pi',
        regularization: 0.05,
      },
      {
        grid: [uniform(-3, 4, 29), uniform(-3, 3, 25)],
        stepping: hundsdorferVerwer({ steps: 8 }),
        intervals: 2,
        tolerance: 1e-6,
        onProgress: ({ objective }) => seen.push(objective),
      },
    );
    expect(outcome.kind).toBe('converged');
    expect(outcome.objective).toBeLessThan(seen[0] - 0.01);
    expect(seen).toEqual(outcome.history.map(({ objective }) => objective));
  });

  test('says when its iterations are used up', () => {
    expect(optimizeControl(problem, { ...options, iterations: 1 }).kind).toBe('exhausted');
  });

  test('stops at an aborted signal', () => {
    expect(() => optimizeControl(problem, { ...options, signal: AbortSignal.abort() })).toThrow(/cancelled/);
  });

  const closures = model({ dimension: 1, noiseDimension: 1, drift: () => {}, diffusion: () => {} });
  // What the types forbid.
  const loose = <V>(value: unknown): V => value as V;
  test.each([
    ['a model of closures', () => optimizeControl({ ...problem, model: loose(closures) }, options), 'unsupported'],
    ['an unknown parameter', () => optimizeControl({ ...problem, parameters: ['phi'] }, options), 'unknown-symbol'],
    ['no parameter', () => optimizeControl({ ...problem, parameters: [] }, options), 'value'],
    ['no intervals', () => optimizeControl(problem, { ...options, intervals: 0 }), 'value'],
    ['time in the cost', () => optimizeControl({ ...problem, running: 't*x' }, options), 'unsupported'],
    ['crossed bounds', () => optimizeControl(problem, { ...options, bounds: { lower: 1, upper: 0 } }), 'value'],
    ['bounds of another shape', () => optimizeControl(problem, { ...options, bounds: { lower: [1, 2] } }), 'shape'],
    ['a start of another shape', () => optimizeControl(problem, { ...options, start: [1, 2] }), 'shape'],
    [
      'a stepping with memory',
      () => optimizeControl(problem, { ...options, stepping: bdf2({ steps: 30 }) }),
      'unsupported',
    ],
    ['fitted differences', () => optimizeControl(problem, { ...options, drift: 'exponential' }), 'unsupported'],
    [
      'a slope on a side',
      () => optimizeControl(problem, { ...options, boundary: { kind: 'neumann', slope: 1 } }),
      'unsupported',
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
