import { graph } from 'sde-core';
import { expect, it } from 'vitest';
import { isCall, javascript, literal, straightline } from '#sde-core/expression/emit';

it('writes each node once, operands first', () => {
  const g = graph();
  const x = g.symbol('x');
  const shared = g.exp(x);
  const code = straightline([g.multiply(shared, shared), g.subtract(shared, g.constant(2))], () => 'x[0]');
  expect([...code.statements]).toEqual([
    'const v0 = x[0];',
    'const v1 = exp(v0);',
    'const v2 = v1 * v1;',
    expect.stringMatching(/^const v\d = v1 - 2;$/),
  ]);
  expect([...code.calls]).toEqual(['exp']);
});

it('writes numbers so that they read back', () => {
  for (const value of [0, -1.5, 1 / 3, 1e300, 5e-324, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    expect(new Function(`return ${literal(value)}`)()).toBe(value);
  }
});

it('knows operators from calls', () => {
  expect([isCall('exp'), isCall('add'), isCall('sqrt'), isCall('select')]).toEqual([true, false, false, false]);
  expect(javascript('select', ['c', 'a', 'b'])).toBe('c !== 0 ? a : b');
});
