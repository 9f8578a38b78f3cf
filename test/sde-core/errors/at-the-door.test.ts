import { SdeError } from 'sde-core';
import { describe as describeValue, requireFinite, requireInteger, requireLength } from 'sde-core/errors';
import { describe, expect, it } from 'vitest';

describe('at the door', () => {
  it('what is right comes back', () => {
    expect([requireInteger(3, 1, 'f({ n })', 'do'), requireFinite(-0.5, 'f({ x })', 'do')]).toEqual([3, -0.5]);
    expect(() => requireLength([1, 2], 2, 'f({ x })', 'do')).not.toThrow();
  });

  it.each([0, 1.5, '2', Number.NaN, Number.POSITIVE_INFINITY, undefined])('%s is no whole number ≥ 1', (value) => {
    expect(() => requireInteger(value, 1, 'f({ n })', 'do')).toThrow(SdeError);
  });

  it.each([Number.NaN, Number.NEGATIVE_INFINITY, '2', null])('%s is no finite number', (value) => {
    expect(() => requireFinite(value, 'f({ x })', 'do')).toThrow(SdeError);
  });

  it('says what, where, expected, got and what to do', () => {
    const error = new SdeError('value', { what: 'W', where: 'f({ n })', expected: 'E', got: 'G', remedy: 'R' });
    expect(error.message).toBe('W (f({ n }))\n  expected: E\n  got:      G\n  remedy:   R');
    expect([error.name, error.code, error.details.what]).toEqual(['SdeError', 'value', 'W']);
    expect(() => requireLength([1], 2, 'f({ x })', 'do')).toThrow(/expected: shape \(2\)\n {2}got: {6}shape \(1\)/);
  });

  it.each<readonly [unknown, string]>([
    ['x', "'x'"],
    [3, '3'],
    [undefined, 'undefined'],
    [[1, 2], 'an array of length 2'],
    [new Float64Array(3), 'a Float64Array of length 3'],
    [{ a: 1 }, 'an object with keys a'],
    [{}, 'an object with keys (none)'],
    ['x'.repeat(100), `'${'x'.repeat(57)}…'`],
  ])('%j is described as %s', (value, text) => {
    expect(describeValue(value)).toBe(text);
  });
});
