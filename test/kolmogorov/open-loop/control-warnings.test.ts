import { controlObjective, crankNicolson, explicitEuler, optimizeControl, strang, uniform } from 'kolmogorov';
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
