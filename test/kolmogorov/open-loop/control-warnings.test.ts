import {
  type ControlCheckpoint,
  controlObjective,
  controlObjectiveAsync,
  crankNicolson,
  explicitEuler,
  optimizeControl,
  strang,
  uniform,
} from 'kolmogorov';
import { symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';

const steered = symbolic({ state: ['x'], drift: ['a'], diffusion: [['s']], parameters: { a: 0, s: 0.5 } });
const problem = { model: steered, parameters: ['a'], T: 1, terminal: 'x^2', initial: [1.5], regularization: 1 };
const grid = [uniform(-8, 8, 161)];
const explicit = { grid, stepping: explicitEuler({ steps: 20 }), intervals: 2 };

describe('a control problem beyond the stability limit of its steps', () => {
  test('is refused where it is asked for, under the name of the function that was called', () => {
    expect(() => optimizeControl(problem, explicit)).toThrow(/stability limit of explicit Euler \(optimizeControl/);
    const objective = controlObjective(problem, explicit);
    expect(() => objective.value(Float64Array.of(0, 0))).toThrow(
      /stability limit of explicit Euler \(controlObjective/,
    );
    expect(() => objective.gradient(Float64Array.of(0, 0), new Float64Array(2))).toThrow(/stability limit/);
  });

  test('a splitting of correlated axes, whose own coefficients are small, is refused too', () => {
    const plane = symbolic({
      state: ['x', 'y'],
      drift: ['a', '0'],
      diffusion: [
        ['1', '0'],
        ['-0.9', '0.43588989435'],
      ],
      parameters: { a: 0 },
    });
    const axes = [uniform(-4, 4, 81), uniform(-4, 4, 81)];
    const options = { grid: axes, stepping: strang({ steps: 4 }), intervals: 1 };
    const two = { ...problem, model: plane, initial: [0, 0], terminal: 'x*y' };
    expect(() => optimizeControl(two, options)).toThrow(/stability limit of/);
  });

  test('a σ on a later interval is looked at too', () => {
    const objective = controlObjective(
      { ...problem, parameters: ['s'] },
      { grid: [uniform(-8, 8, 81)], stepping: explicitEuler({ steps: 90 }), intervals: 3 },
    );
    expect(Number.isFinite(objective.value(Float64Array.of(0.5, 0.5, 0.5)))).toBe(true);
    for (const i of [0, 1, 2]) {
      const theta = Float64Array.of(0.5, 0.5, 0.5);
      theta[i] = 3;
      expect(() => objective.value(theta)).toThrow(/stability limit/);
    }
  });

  test('a search that ends there says so', () => {
    const outcome = optimizeControl(
      { ...problem, parameters: ['s'], terminal: '-x^2', initial: [0], regularization: 1e-3 },
      {
        grid: [uniform(-8, 8, 81)],
        stepping: explicitEuler({ steps: 100 }),
        intervals: 2,
        bounds: { lower: 0.1, upper: 3 },
      },
    );
    expect([outcome.kind, outcome.reason]).toEqual(['stalled', 'no-descent']);
    expect(outcome.warnings.map(({ kind }) => kind)).toEqual(['stability-limit']);
  });
});

test('what jumps in a control problem is said, what does not is not', () => {
  const options = { grid, stepping: crankNicolson({ steps: 5 }), intervals: 1 };
  const said = (more: object): unknown[] =>
    controlObjective({ ...problem, ...more } as typeof problem, options).warnings.map(({ kind, count }) => [
      kind,
      count,
    ]);
  const jump = ['jump-between-nodes', 1];
  const drifts = symbolic({
    state: ['x'],
    drift: ['a*(x > 0.13 ? 1 : -1)'],
    diffusion: [['0.5']],
    parameters: { a: 0 },
  });
  expect(said({})).toEqual([]);
  expect(said({ model: drifts })).toEqual([jump]);
  expect(said({ running: 'x > 0.3 ? 1 : 0' })).toEqual([jump]);
  expect(said({ killing: 'x > a ? 1 : 0' })).toEqual([jump]);
  expect(said({ terminal: 'x > a ? 1 : 0' })).toEqual([jump]);
  expect(said({ terminal: (x: Float64Array) => (x[0] > 0.13 ? 1 : 0) })).toEqual([jump]);
  // Without a parameter it is averaged.
  expect(said({ terminal: 'x > 0.13 ? 1 : 0' })).toEqual([]);
  expect(said({ running: 'abs(x)' })).toEqual([]);
});

describe('a control that drives X to a side of vanishing curvature', () => {
  const free = symbolic({ state: ['x'], drift: ['a'], diffusion: [['0.5']], parameters: { a: 0 } });
  const far = (half: number, more: object = {}) =>
    [
      { ...problem, model: free, ...more },
      { grid: [uniform(-half, half, 161)], stepping: crankNicolson({ steps: 20, smoothing: 0 }), intervals: 2 },
    ] as [Parameters<typeof optimizeControl>[0], Parameters<typeof optimizeControl>[1]];
  const kinds = (warnings: readonly { kind: string }[]): string[] => warnings.map(({ kind }) => kind);

  test.each([
    ['(x-10)^2', 4],
    ['-x^2', 8],
    ['-x^2', 16],
  ])('ends with a number of an extrapolation, and says so: %s on ±%d', (terminal, half) => {
    for (const method of ['projected-lbfgs', 'successive-approximations'] as const) {
      const [asked, options] = far(half, { terminal });
      expect(kinds(optimizeControl(asked, { ...options, method }).warnings)).toContain('open-side');
    }
  });
  test('by what is paid on the way as well', () => {
    const steep = far(4, { terminal: 0, running: '(x-10)^2', regularization: 0.1 });
    expect(kinds(optimizeControl(...steep).warnings)).toEqual(['open-side']);
  });
  test('says it of a search that is resumed at its end', () => {
    const [asked, options] = far(4, { terminal: '(x-10)^2' });
    const kept: ControlCheckpoint[] = [];
    optimizeControl(asked, { ...options, onCheckpoint: (checkpoint) => kept.push(checkpoint) });
    const again = optimizeControl(asked, { ...options, resume: kept[kept.length - 1] });
    expect([again.kind, ...kinds(again.warnings)]).toEqual(['converged', 'open-side']);
  });
  test('does not say it on a grid that holds X, nor where u is straight beyond the side', () => {
    const wide = optimizeControl(...far(12, { terminal: '(x-10)^2' }));
    expect(wide.objective).toBeCloseTo(24 + 1 / 3, 5);
    expect(wide.theta.get(0, 0)).toBeCloseTo(17 / 3, 5);
    expect(wide.warnings).toEqual([]);
    const straight = optimizeControl(...far(4, { terminal: '10*x' }));
    expect(straight.theta.get(0, 0)).toBeCloseTo(-10, 6);
    expect(straight.warnings).toEqual([]);
  });
  test('is what an objective says at the θ of its last gradient', async () => {
    const asked = far(4, { terminal: '(x-10)^2' });
    const [objective, patient] = [controlObjective(...asked), await controlObjectiveAsync(...asked)];
    for (const theta of [Float64Array.of(0, 0), Float64Array.of(12, 12), Float64Array.of(-0.5, 0)]) {
      objective.gradient(theta, new Float64Array(2));
      await patient.gradient(theta, new Float64Array(2));
      const expected = theta[0] > 1 ? ['open-side'] : [];
      expect([kinds(objective.warnings), kinds(patient.warnings)]).toEqual([expected, expected]);
    }
  });
});

test('a bound that is no number is called so', () => {
  for (const bounds of [{ lower: Number.NaN }, { upper: Number.NaN }])
    expect(() =>
      optimizeControl(problem, { grid, stepping: crankNicolson({ steps: 5 }), intervals: 1, bounds }),
    ).toThrow(/not a number \(optimizeControl\(…, \{ bounds: \{ (lower|upper) \} \}\)/);
});
