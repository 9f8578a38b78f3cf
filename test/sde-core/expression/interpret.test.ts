import fc from 'fast-check';
import type { Node } from 'sde-core';
import { evaluate, graph } from 'sde-core/expression';
import { expect, it } from 'vitest';
import { interpreter } from '#sde-core/expression/interpret';
import { straightline } from '#sde-core/expression/straightline';
import { randomRecipe } from './random-node.js';

const number = fc.oneof(fc.double({ min: -5, max: 5, noNaN: true }), fc.constantFrom(0, -0, 1 / 0, -1 / 0, Number.NaN));

it('computes what the reference does, bit for bit', () => {
  fc.assert(
    fc.property(randomRecipe, randomRecipe, number, number, number, (first, second, x, y, t) => {
      const g = graph();
      const nodes: readonly Node[] = [first(g), second(g)];
      const values: Readonly<Record<string, number>> = { x, y, t };
      const { instructions, at } = straightline(nodes, ({ name }) => ({ kind: 'name', name }));
      const { registers, run } = interpreter<{ readonly kind: 'name'; readonly name: string }>(
        instructions as never,
        ({ name }) =>
          () =>
            values[name],
      );
      run();
      evaluate(nodes, values).forEach((value, k) => {
        expect(Object.is(registers[at(nodes[k])], value)).toBe(true);
      });
    }),
    { numRuns: 500 },
  );
});
