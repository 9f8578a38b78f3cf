import { coupled, geometricBrownianMotion, milstein, problem, symbolic, terminal, truncatedMilstein } from 'sde-core';
import { describe, expect, test } from 'vitest';
import { copiesOf, weighted } from '#sde-core/estimation/level-functional';
import { evaluate } from '#sde-core/expression/evaluate';
import { graph } from '#sde-core/expression/graph';
import type { TerminalFunctional } from '#sde-core/paths/program';

const plane = problem({
  model: symbolic({
    state: ['x', 'y'],
    drift: ['0', '0'],
    diffusion: [
      ['y/2', '1/4'],
      ['1/3', 'x/2'],
    ],
  }),
  x0: [1, 1],
  T: 1,
});
/** By value and, where there is one, by trace. */
const both = ({ value, trace }: TerminalFunctional, x: readonly number[]): number[] => {
  const nodes = graph();
  return [value(Float64Array.from(x)), ...(trace ? evaluate([trace(nodes, x.map(nodes.constant))], {}) : [])];
};

describe('a functional on a pair', () => {
  test('is that of each copy: the fine ones first, the coarse one last', () => {
    const x = [1, 2, 3, 4, 5, 7];
    const pair = coupled(plane, truncatedMilstein, { steps: 2, coupling: 'antithetic' });
    const { fine, coarse } = copiesOf(pair, terminal('10*x + y'));
    expect(fine.map((each) => both(each, x))).toEqual([
      [12, 12],
      [34, 34],
    ]);
    expect(both(coarse, x)).toEqual([57, 57]);
    expect([...fine, coarse].map(({ name }) => name)).toEqual(
      [0, 1, 2].map((copy) => expect.stringContaining(`of copy ${copy}`)),
    );
    const gbm = problem({ model: geometricBrownianMotion({ mu: 0, sigma: 1 }), x0: [1], T: 1 });
    const plain = copiesOf(
      coupled(gbm, milstein, { steps: 2 }),
      terminal((x) => 3 * x[0]),
    );
    expect(plain.fine.map((each) => both(each, [2, 5]))).toEqual([[6]]);
    expect(both(plain.coarse, [2, 5])).toEqual([15]);
  });

  test('is a weighted sum of its parts, traced where all of them are', () => {
    const part = (factor: number, traced: boolean): TerminalFunctional => ({
      name: 'part',
      value: (x) => factor * x[0],
      ...(traced && { trace: (nodes, state) => nodes.multiply(nodes.constant(factor), state[0]) }),
    });
    expect(both(weighted('sum', [part(2, true), part(3, true)], [0.5, -1]), [10])).toEqual([-20, -20]);
    expect(both(weighted('sum', [part(2, true), part(3, false)], [0.5, -1]), [10])).toEqual([-20]);
  });
});
