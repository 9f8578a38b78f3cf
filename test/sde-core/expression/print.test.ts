import fc from 'fast-check';
import { expression } from 'sde-core';
import { graph, print } from 'sde-core/expression';
import { describe, expect, it } from 'vitest';
import { parse } from '#sde-core/expression/parse';
import { randomRecipe } from './random-node.js';

describe('print', () => {
  it('parses back to the same node', () => {
    const g = graph();
    const symbols = new Map(['x', 'y', 't'].map((name) => [name, g.symbol(name)]));
    fc.assert(
      fc.property(randomRecipe, (recipe) => {
        const node = recipe(g);
        const text = print(node);
        // NaN and the infinities print as quotients, which fold to the same constants.
        expect(parse(g, text, { symbols, where: 'print' }), text).toBe(node);
      }),
      { numRuns: 1500 },
    );
  });

  it.each([
    ['x - (y - 1)', 'x - (y - 1)'],
    ['(x - y) - 1', 'x - y - 1'],
    ['x + (y + 1)', 'y + 1 + x'],
    ['-(x + y)', '-(x + y)'],
    ['-x*y', '-x*y'],
    ['x*x*x', 'x^3'],
    ['(x + 1)^2', '(x + 1)^2'],
    ['x/(y*2)', 'x/(2*y)'],
    ['x/y/2', 'x/y/2'],
    ['not (x == y)', 'x != y'],
    ['not (x < y)', 'not (x < y)'],
    ['x/6', 'x/6'],
    ['x*(1/6)', '1/6*x'],
    ['x^y^2', 'x^(y^2)'],
    ['x > 0 ? 1 : 2', '0 < x ? 1 : 2'],
    ['x - 2*y', 'x - 2*y'],
  ])('%s as %s', (text, printed) => {
    expect(String(expression(text, { state: ['x', 'y'] }))).toBe(printed);
  });
});
