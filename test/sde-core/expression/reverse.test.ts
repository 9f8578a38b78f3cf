import { expression } from 'sde-core';
import { derivative, expressionOf, graph, operandsFirst, reverseGradient } from 'sde-core/expression';
import { describe, expect, it } from 'vitest';

const texts = [
  'x^2*y - 3*x',
  'x*x/x + y',
  'sqrt(x)*cbrt(y)',
  'exp(x*y) + expm1(x) + log(x) + log1p(y)',
  'sin(x)*cos(y)*tan(x/2)',
  'asin(x/3) + acos(y/3) + atan(x)',
  'sinh(x) + cosh(y) + tanh(x*y)',
  'asinh(x) + acosh(1 + x) + atanh(y/3)',
  'erf(x)*normcdf(y)',
  'x^y + y^x',
  'atan2(x, y)',
  'min(x, y) + max(x, y, x*y)',
  'abs(x - 3)*sign(y)',
  'x > y ? x^2 : y',
];

describe('the gradient in reverse', () => {
  it.each(texts)('is the derivative in each symbol: %s', (text) => {
    const formula = expression(text, { state: ['x', 'y'] });
    const symbols = ['x', 'y'].map((name) => formula.graph.symbol(name));
    const reverse = reverseGradient(formula.graph, formula.node, symbols);
    const evaluate = (node: typeof formula.node, at: readonly number[]): number =>
      expressionOf(node, formula).evaluate(0, at);
    symbols.forEach((symbol, j) => {
      const forward = derivative(formula.graph, symbol)(formula.node);
      for (const at of [
        [0.7, 1.3],
        [1.9, 0.4],
      ]) {
        const [one, other] = [evaluate(forward, at), evaluate(reverse[j], at)];
        // Two ways to sum the same products: some roundings.
        expect(Math.abs(one - other)).toBeLessThanOrEqual(2 ** -46 * (1 + Math.abs(one)));
      }
    });
  });

  it('of a symbol that does not enter is 0', () => {
    const g = graph();
    const [x, y] = [g.symbol('x'), g.symbol('y')];
    expect(reverseGradient(g, g.sin(x), [y])).toEqual([g.constant(0)]);
    expect(reverseGradient(g, x, [x, y])).toEqual([g.constant(1), g.constant(0)]);
  });

  it('takes as many nodes for many symbols as for one, but for a few each', () => {
    const nodesFor = (count: number): number => {
      const names = Array.from({ length: count }, (_, j) => `p${j}`);
      const sum = names.map((name, j) => `${name}*sin(x*${j + 1})`).join(' + ');
      const formula = expression(`tanh(exp(${sum}))`, { state: ['x', ...names] });
      const symbols = names.map((name) => formula.graph.symbol(name));
      return operandsFirst(reverseGradient(formula.graph, formula.node, symbols)).length;
    };
    // A parameter brings itself, its factor and their products: linear, where the derivative in each symbol would be quadratic.
    expect(nodesFor(64) - nodesFor(32)).toBeLessThan(10 * 32);
  });
});
