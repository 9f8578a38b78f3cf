import { type ControlCheckpoint, crankNicolson, optimizeControl, uniform } from 'kolmogorov';
import { SdeError, symbolic } from 'sde-core';
import { inOneGo } from 'sde-core/turns';
import { describe, expect, test } from 'vitest';
import { checkpointOf, requireCheckpoint } from '#kolmogorov/open-loop/control-checkpoint';

describe('a checkpoint', () => {
  const state = {
    x: [1, 2],
    gradient: [0, 0],
    objective: 3,
    memory: [],
    history: [{ iteration: 0, objective: 3, residual: 0 }],
  };
  const checkpoint = checkpointOf('projected-lbfgs', ['a', 'b'], state);
  const check = (given: unknown, value = 3, now: object = {}): unknown => {
    const objective = {
      size: 2,
      *gradient(x: Float64Array) {
        yield;
        expect(x).toEqual(Float64Array.of(1, 2));
        return value;
      },
    };
    try {
      inOneGo(
        requireCheckpoint(
          given as typeof checkpoint,
          { objective, method: 'projected-lbfgs', names: ['a', 'b'], ...now },
          'test',
        ),
      );
    } catch (error) {
      return error instanceof SdeError ? error.details.expected : error;
    }
    return undefined;
  };

  test('is that of a search', () => {
    expect(checkpoint).toEqual({ kind: 'control-checkpoint', method: 'projected-lbfgs', names: ['a', 'b'], state });
    expect(check(checkpoint)).toBeUndefined();
  });
  test.each([
    ['nothing', undefined, 'an object with kind, method, names, state'],
    ['null', null, 'an object with kind, method, names, state'],
    ['another kind', { ...checkpoint, kind: 'x' }, 'control-checkpoint'],
    ['no state', { ...checkpoint, state: undefined }, 'an object with x, gradient, objective, memory, history'],
    ['no θ', { ...checkpoint, state: { ...state, x: 1 } }, 'a list'],
    ['another method', { ...checkpoint, method: 'x' }, "one of 'projected-lbfgs'"],
    ['another order', { ...checkpoint, names: ['b', 'a'] }, 'a, b'],
    ['more numbers', { ...checkpoint, state: { ...state, x: [1, 2, 3] } }, '2 numbers'],
  ])('of %s is refused', (_, given, expected) => {
    expect(check(given)).toBe(expected);
  });
  test('of the same objective to 2⁻³⁰ of 1 + its size is taken', () => {
    const near = 2 ** -30 * 4;
    for (const sign of [1, -1]) {
      expect(check(checkpoint, 3 + sign * near * 0.999)).toBeUndefined();
      expect(check(checkpoint, 3 + sign * near * 1.001)).toContain('an objective of');
    }
  });
});

describe('a checkpoint that is damaged', () => {
  const model = symbolic({ state: ['x'], drift: ['a'], diffusion: [['0.5']], parameters: { a: 0 } });
  const problem = { model, parameters: ['a'], T: 1, terminal: 'x^4/20', initial: [1.5], regularization: 1 };
  const options = { grid: [uniform(-4, 4, 21)], stepping: crankNicolson({ steps: 2, smoothing: 0 }), intervals: 2 };

  /** Copies in which one place holds something else, or nothing, or one field more. */
  function* edits(value: unknown, change: (to: unknown) => unknown): Generator<unknown> {
    for (const other of [null, undefined, 'x', Number.NaN, {}, [[]], true]) yield change(other);
    if (typeof value !== 'object' || value === null) return;
    const copy = (): Record<string, unknown> => structuredClone(value) as Record<string, unknown>;
    if (!Array.isArray(value)) yield change({ ...value, more: 1 });
    for (const key of Object.keys(value)) {
      yield* edits(copy()[key], (to) => change(Object.assign(copy(), { [key]: to })));
      const less = copy();
      delete less[key];
      yield change(less);
    }
  }

  test.each(['projected-lbfgs', 'successive-approximations'] as const)('is refused: %s', (method) => {
    const kept: ControlCheckpoint[] = [];
    const how = { ...options, method };
    optimizeControl(problem, { ...how, iterations: 2, onCheckpoint: (one) => kept.push(structuredClone(one)) });
    const whole = kept[2];
    const resume = (checkpoint: unknown) => (): unknown =>
      optimizeControl(problem, { ...how, iterations: 2, resume: checkpoint as ControlCheckpoint });
    expect(resume(whole)).not.toThrow();
    const accepted: string[] = [];
    let count = 0;
    for (const edited of edits(whole, (to) => to)) {
      if (edited === undefined) continue;
      count++;
      try {
        resume(edited)();
        accepted.push(JSON.stringify(edited));
      } catch (error) {
        if (!(error instanceof SdeError)) accepted.push(String(error));
      }
    }
    expect(accepted).toEqual([]);
    expect(count).toBeGreaterThan(100);
  });
  test('is refused where its numbers are those of another place', () => {
    const kept: ControlCheckpoint[] = [];
    optimizeControl(problem, { ...options, iterations: 2, onCheckpoint: (one) => kept.push(structuredClone(one)) });
    const { state: at } = kept[1];
    for (const change of [{ gradient: [0, 0] }, { history: [] }, { history: [at.history[1]] }, { objective: 0 }])
      expect(() =>
        optimizeControl(problem, { ...options, resume: { ...kept[1], state: { ...at, ...change } } }),
      ).toThrow(/another search/);
    // The residual is found again: it ends where it would have.
    const history = at.history.map((one) => ({ ...one, residual: 0 }));
    const resumed = optimizeControl(problem, { ...options, resume: { ...kept[1], state: { ...at, history } } });
    expect(resumed.theta.data).toEqual(optimizeControl(problem, options).theta.data);
  });
});
