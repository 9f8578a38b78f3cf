import fc from 'fast-check';
import { evaluate, graph, symbolsOf } from 'sde-core/expression';
import { describe, expect, it } from 'vitest';
import { INFINITE, NEGATIVE, POSITIVE, ZERO } from '#sde-core/expression/range';
import { randomRecipe } from './random-node.js';

/** The bit of a value; beyond these sizes sums overflow and products underflow, which ranges leave out. */
const bitOf = (value: number): number => {
  const sign = value < 0 ? NEGATIVE : value > 0 ? POSITIVE : ZERO;
  return Number.isFinite(value) ? sign : sign | INFINITE;
};

describe('the range of a node', () => {
  it('holds its values', () => {
    const coordinate = fc.constantFrom(-2, -1, -0.5, 0, 0.25, 1, 3);
    fc.assert(
      fc.property(randomRecipe, coordinate, coordinate, coordinate, (recipe, x, y, t) => {
        const g = graph();
        const node = recipe(g);
        const parts = [node, ...node.operands];
        const values = evaluate(parts, { x, y, t });
        // Overflow and underflow are left out of ranges: where a value is extreme nothing is claimed of what follows.
        const plain = (value: number): boolean => value === 0 || (Math.abs(value) > 1e-3 && Math.abs(value) < 100);
        if (!values.slice(1).every(plain) || Number.isNaN(values[0])) return;
        if (symbolsOf(node).length === 0 || (values[0] !== 0 && !plain(values[0]) && Number.isFinite(values[0])))
          return;
        expect(node.range & bitOf(values[0])).toBe(bitOf(values[0]));
      }),
      { numRuns: 3000, seed: 9 },
    );
  });

  it.each<readonly [string, (g: ReturnType<typeof graph>) => { readonly range: number }, number]>([
    ['1 + x²', (g) => g.add(g.constant(1), g.multiply(g.symbol('x'), g.symbol('x'))), POSITIVE],
    ['√x', (g) => g.sqrt(g.symbol('x')), ZERO | POSITIVE],
    ['1/√x', (g) => g.divide(g.constant(1), g.sqrt(g.symbol('x'))), POSITIVE | INFINITE],
    ['exp(x)', (g) => g.exp(g.symbol('x')), POSITIVE],
    ['max(x, 1)', (g) => g.maximum(g.symbol('x'), g.constant(1)), POSITIVE],
    ['log(2 + cosh(x))', (g) => g.log(g.cosh(g.symbol('x'))), NEGATIVE | ZERO | POSITIVE],
  ])('of %s', (_, make, range) => {
    expect(make(graph()).range).toBe(range);
  });
});
