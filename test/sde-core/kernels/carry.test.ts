import { expression } from 'sde-core';
import { evaluate, graph, print } from 'sde-core/expression';
import { numbers } from 'sde-core/numerics';
import { describe, expect, it } from 'vitest';
import { carry } from '#sde-core/kernels/carry';

const { graph: nodes, node } = expression('x > 0 ? sqrt(x) * (x - 1)^2 : sin(y) / 3', {
  state: ['x', 'y'],
  graph: graph(),
});

describe('carry', () => {
  it('over numbers evaluates', () => {
    for (const values of [
      { x: 2, y: 1 },
      { x: -2, y: 1 },
      { x: 0.3, y: 7 },
    ]) {
      const [value] = carry(numbers, [node], ({ name }) => values[name as 'x' | 'y']);
      expect(value).toBe(evaluate([node], values)[0]);
    }
  });

  it('over a graph substitutes', () => {
    const [same] = carry(nodes, [node], (symbol) => symbol);
    expect(same).toBe(node);
    const [folded] = carry(nodes, [node], ({ name }) => (name === 'x' ? nodes.constant(4) : nodes.symbol(name)));
    expect(print(folded)).toBe('18');
  });
});
