import fc from 'fast-check';
import { compileScalar, compileVector, evaluate, graph } from 'sde-core';
import { describe, expect, it } from 'vitest';
import { randomRecipe } from './random-node.js';

const number = fc.oneof(
  fc.double({ min: -5, max: 5, noNaN: true }),
  fc.constantFrom(0, -0, 1, -1, 1 / 0, -1 / 0, Number.NaN),
);

describe('compiled code', () => {
  it('agrees with the interpreter bit for bit on random expressions', () => {
    fc.assert(
      fc.property(randomRecipe, randomRecipe, number, number, number, (first, second, x, y, t) => {
        const g = graph();
        const nodes = [first(g), second(g)];
        const given = { time: g.symbol('t'), state: [g.symbol('x'), g.symbol('y')] };
        const out = new Float64Array(2);
        compileVector(nodes, given)(t, [x, y], out);
        const expected = evaluate(nodes, { x, y, t });
        for (const k of [0, 1]) expect(Object.is(out[k], expected[k])).toBe(true);
        expect(Object.is(compileScalar(nodes[0], given)(t, [x, y]), expected[0])).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('reads all of x before it writes', () => {
    const g = graph();
    const [x, y] = [g.symbol('x'), g.symbol('y')];
    const state = Float64Array.of(1, 2);
    compileVector([y, x], { state: [x, y] })(0, state, state);
    expect([...state]).toEqual([2, 1]);
  });

  it('refuses a symbol that is no argument', () => {
    const g = graph();
    expect(() => compileScalar(g.symbol('z'), { state: [] })).toThrow(RangeError);
  });
});
