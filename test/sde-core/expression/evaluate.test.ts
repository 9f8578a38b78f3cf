import { SdeError } from 'sde-core';
import { evaluate, graph } from 'sde-core/expression';
import { expect, it } from 'vitest';

const g = graph();

it('computes outputs in their order, shared parts once', () => {
  const shared = g.exp(g.symbol('x'));
  expect([...evaluate([g.add(shared, shared), shared], { x: 0 })]).toEqual([2, 1]);
});

it('names a symbol that has no value', () => {
  expect(() => evaluate([g.symbol('x')], { y: 1 })).toThrow(SdeError);
  expect(() => evaluate([g.symbol('x')], { y: 1 })).toThrow(/'x' has no value/);
});
