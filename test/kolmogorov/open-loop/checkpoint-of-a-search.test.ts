import { SdeError } from 'sde-core';
import { inOneGo } from 'sde-core/turns';
import { describe, expect, test } from 'vitest';
import { checkpointOf, requireCheckpoint } from '#kolmogorov/open-loop/control-checkpoint';

describe('a checkpoint', () => {
  const state = { x: [1, 2], gradient: [0, 0], objective: 3, memory: [], history: [] };
  const checkpoint = checkpointOf('projected-lbfgs', ['a', 'b'], state);
  const check = (given: unknown, value = 3, now: object = {}): unknown => {
    const objective = {
      size: 2,
      *value(x: Float64Array) {
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
    ['nothing', undefined, 'what onCheckpoint was given'],
    ['null', null, 'what onCheckpoint was given'],
    ['another kind', { ...checkpoint, kind: 'x' }, 'what onCheckpoint was given'],
    ['no state', { ...checkpoint, state: undefined }, 'what onCheckpoint was given'],
    ['no θ', { ...checkpoint, state: { ...state, x: 1 } }, 'what onCheckpoint was given'],
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
