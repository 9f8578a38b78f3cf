import { graph, operandsFirst, symbolsOf } from 'sde-core/expression';
import { expect, it } from 'vitest';

it('lists what outputs need, operands first, each once', () => {
  const g = graph();
  const [x, y] = [g.symbol('x'), g.symbol('y')];
  const sum = g.add(g.sin(x), g.sin(x));
  g.cos(y);
  expect(operandsFirst([sum, sum])).toEqual([x, g.sin(x), sum]);
  expect(symbolsOf(sum, y)).toEqual([x, y]);
});
