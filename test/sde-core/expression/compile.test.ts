import fc from 'fast-check';
import { compileColumnSums, compileColumns, compileScalar, compileVector, evaluate, graph } from 'sde-core/expression';
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

  it('computes columns as it does single states', () => {
    fc.assert(
      fc.property(
        randomRecipe,
        randomRecipe,
        fc.array(fc.tuple(number, number)),
        number,
        (first, second, states, t) => {
          const g = graph();
          const nodes = [first(g), second(g)];
          const given = { time: g.symbol('t'), state: [g.symbol('x'), g.symbol('y')] };
          const columns = [0, 1].map((k) => Float64Array.from(states, (state) => state[k]));
          const out = [0, 1].map(() => new Float64Array(states.length));
          compileColumns(nodes, given)(t, columns, out);
          const expected = new Float64Array(2);
          states.forEach((state, p) => {
            compileVector(nodes, given)(t, state, expected);
            // −0 where 0 was is no change.
            for (const k of [0, 1]) expect(Object.is(out[k][p] + 0, expected[k] + 0)).toBe(true);
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  it('sums columns as it computes single states, with what they share', () => {
    fc.assert(
      fc.property(
        randomRecipe,
        randomRecipe,
        fc.array(fc.tuple(number, number)),
        number,
        (first, second, states, y) => {
          const g = graph();
          const [x, shared, weight] = ['x', 'y', 'weight'].map((name) => g.symbol(name));
          const nodes = [first(g), second(g)].map((node) => g.multiply(weight, node));
          const columns = [0, 1].map((k) =>
            Float64Array.from(states, (state) => (k === 1 ? Math.round(state[1]) : state[0])),
          );
          const sums = Float64Array.of(1, 2);
          const given = { time: g.symbol('t'), state: [x, weight], shared: [shared] };
          compileColumnSums(nodes, given, [weight])(0.5, columns, sums, [y]);
          const one = compileVector(nodes, { time: given.time, state: [x, weight, shared] });
          const expected = [0, 0];
          const value = new Float64Array(2);
          columns[0].forEach((_, p) => {
            if (columns[1][p] === 0) return;
            one(0.5, [columns[0][p], columns[1][p], y], value);
            for (const j of [0, 1]) expected[j] += value[j];
          });
          expect([...sums]).toEqual([1 + expected[0], 2 + expected[1]]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('passes over states without weight, where there may be no number', () => {
    const g = graph();
    const [x, w] = [g.symbol('x'), g.symbol('w')];
    const columns = [Float64Array.of(0, 2, 4), Float64Array.of(0, 1, 3)];
    const sumOf = (weights: (typeof x)[]) => {
      const out = new Float64Array(1);
      compileColumnSums([g.divide(w, x)], { state: [x, w] }, weights)(0, columns, out);
      return out[0];
    };
    expect(sumOf([w])).toBe(0.5 + 0.75);
    expect(sumOf([])).toBeNaN();
    expect(() => compileColumnSums([g.constant(1)], { state: [] })).toThrow(/no column to sum over/);
    expect(() => compileColumnSums([x], { state: [x] }, [w])).toThrow(/a weight that is no symbol of the state/);
  });

  it('says whether a number in a column changed', () => {
    const g = graph();
    const [t, x] = [g.symbol('t'), g.symbol('x')];
    const run = compileColumns([g.multiply(x, g.maximum(t, g.constant(1))), g.constant(3)], { time: t, state: [x] });
    const out = [new Float64Array(2), new Float64Array(2)];
    const at = (time: number) => run(time, [Float64Array.of(1, 2)], out);
    expect([at(0.5), at(1), at(2), at(2)]).toEqual([true, false, true, false]);
    expect(out.map((column) => [...column])).toEqual([
      [2, 4],
      [3, 3],
    ]);
    expect(() => compileColumns([], { state: [] })).toThrow(/nothing to compute/);
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
    const [z, given] = [g.symbol('z'), { state: [g.symbol('x')] }];
    const refused = (where: string): object =>
      expect.objectContaining({
        code: 'unknown-symbol',
        details: expect.objectContaining({ where, expected: 'x', got: "'z'" }),
      });
    expect(() => compileScalar(z, given)).toThrow(refused('compileScalar(output, given)'));
    expect(() => compileVector([z], given)).toThrow(refused('compileVector(outputs, given)'));
    expect(() => compileColumns([z], given)).toThrow(refused('compileColumns(outputs, given)'));
    expect(() => compileColumnSums([z], given)).toThrow(refused('compileColumnSums(outputs, given, weights)'));
  });
});
