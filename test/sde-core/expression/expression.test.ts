import { expression, SdeError } from 'sde-core';
import { graph, print, substitute, symbolsOf } from 'sde-core/expression';
import { describe, expect, it } from 'vitest';

describe('expression', () => {
  const f = expression('sigma*x^2 + t*y', { state: ['x', 'y'], parameters: { sigma: 0.5 } });

  it('computes with its parameters, at a time and a state', () => {
    expect(f.evaluate(3, [2, 5])).toBe(0.5 * 4 + 15);
    const slopes = new Float64Array(2);
    f.gradient(3, [2, 5], slopes);
    expect([...slopes]).toEqual([2, 3]);
  });

  it('keeps parameters as symbols in its node and its text', () => {
    expect(String(f)).toBe('sigma*x^2 + y*t');
    expect(f.derivative('sigma').evaluate(0, [3, 0])).toBe(9);
    expect(f.derivative('t').evaluate(0, [3, 7])).toBe(7);
    expect([f.dependsOn('x'), f.dependsOn('sigma'), f.derivative('y').dependsOn('x')]).toEqual([true, true, false]);
  });

  it.each<readonly [string, string[]]>([
    ['a name twice', ['x', 'x']],
    ['a function', ['sin']],
    ['a word of the language', ['and']],
    ['no identifier', ['2x']],
    ['no text', [3 as unknown as string]],
    ['the time', ['t']],
  ])('refuses as a state %s', (_, state) => {
    expect(() => expression('1', { state })).toThrow(SdeError);
  });
});

describe('substitute', () => {
  it('replaces parts and folds again', () => {
    const g = graph();
    const [x, a] = [g.symbol('x'), g.symbol('a')];
    const node = g.add(g.multiply(a, g.sin(x)), x);
    expect(substitute(g, [node], new Map([[a, g.constant(0)]]))[0]).toBe(x);
    expect(substitute(g, [node], new Map([[g.sin(x), a]]))[0]).toBe(g.add(g.multiply(a, a), x));
  });

  it('copies between graphs', () => {
    const [from, to] = [graph(), graph()];
    const node = from.exp(from.multiply(from.symbol('x'), from.constant(2)));
    const [copy] = substitute(to, [node], new Map());
    expect(print(copy)).toBe(print(node));
    expect(symbolsOf(copy)).toEqual([to.symbol('x')]);
  });
});
