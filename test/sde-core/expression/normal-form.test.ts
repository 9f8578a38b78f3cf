import fc from 'fast-check';
import { evaluate, graph, print } from 'sde-core/expression';
import { describe, expect, it } from 'vitest';
import { isZero, normalForm, tidy } from '#sde-core/expression/normal-form';
import { parse } from '#sde-core/expression/parse';

const g = graph();
const symbols = new Map(['x', 'y', 'a'].map((name) => [name, g.symbol(name)]));
const node = (text: string) => parse(g, text, { symbols, where: 'test' });

describe('normalForm', () => {
  it.each([
    ['(x + y)^2 - x^2 - 2*x*y - y^2', '0'],
    ['sqrt(x)*sqrt(x) - x', '0'],
    ['1/sqrt(x) - sqrt(x)/x', '0'],
    ['x*(1/3) + x*(1/6) - x/2', '0'],
    ['(1 + x^2)/sqrt(1 + x^2) - sqrt(1 + x^2)', '0'],
    ['1/(1 + x) + x/(1 + x)', '1'],
    ['1 - x^2/(1 + x^2) - 1/(1 + x^2)', '0'],
    ['(x^2 - y^2)/(x + y)', 'x - y'],
    ['exp(x + x) - exp(2*x)', '0'],
    ['a*x + x*a', '2*x*a'],
    ['x/y*y', 'x'],
  ])('%s is %s', (text, expected) => {
    expect(print(normalForm(g, node(text)))).toBe(print(node(expected)));
  });

  it('keeps the value, to the rounding of what cancels', () => {
    const polynomial = fc.letrec<{ text: string }>((tie) => ({
      text: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom('x', 'y', 'a', '2', '0.5', 'tanh(x)', 'sqrt(1+y^2)'),
        fc.tuple(tie('text'), fc.constantFrom('+', '-', '*'), tie('text')).map(([l, o, r]) => `(${l} ${o} ${r})`),
        tie('text').map((text) => `(${text})/(1 + x^2)`),
      ),
    })).text;
    fc.assert(
      fc.property(polynomial, (text) => {
        const given = node(text);
        const values = { x: 0.75, y: -1.25, a: 0.375 };
        const [value, collected] = evaluate([given, normalForm(g, given)], values);
        const [size] = evaluate([node(text.replaceAll('-', '+'))], { x: 0.75, y: 1.25, a: 0.375 });
        expect(Math.abs(value - collected)).toBeLessThanOrEqual(1e3 * 2 ** -52 * Math.max(size, 1));
      }),
      { numRuns: 300 },
    );
  });

  it('leaves a product alone that would have too many terms', () => {
    const big = node(`(${Array.from({ length: 5 }, (_, k) => `exp(${k + 2}*x)`).join('+')} + y)^8`);
    expect(normalForm(g, big)).toBeDefined();
    expect(tidy(g, big)).toBe(big);
  });
});

describe('isZero', () => {
  it('says how it knows', () => {
    expect(isZero(g, node('(x + y)^2 - x^2 - 2*x*y - y^2'))).toBe('symbolically');
    expect(isZero(g, node('sin(x)^2 + cos(x)^2 - 1'))).toBe('numerically');
    expect(isZero(g, node('exp(x)*exp(y) - exp(x + y)'))).toBe('numerically');
    expect(isZero(g, node('x - x + 1e-12'))).toBe('no');
    expect(isZero(g, node('sin(x)^2 + cos(x)^2 - 1 + 1e-9*x'))).toBe('no');
  });

  it('does not call zero what has no value anywhere', () => {
    expect(isZero(g, node('sqrt(-1 - x^2)'))).toBe('no');
  });
});
