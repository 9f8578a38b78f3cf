import { inspect } from 'node:util';
import { expression } from 'sde-core';
import { describe, expect, it } from 'vitest';

const latex = (text: string): string =>
  expression(text, { state: ['x', 'y'], parameters: { sigma_1: 1, kappa: 2, rate: 3 } }).toLatex();

describe('an expression as LaTeX', () => {
  it.each([
    ['x - x^3', 'x - x^{3}'],
    ['sqrt(x)/(1 + kappa^2)', '\\frac{\\sqrt{x}}{1 + \\kappa^{2}}'],
    ['-x*(y + 1)', '-x \\, \\left(y + 1\\right)'],
    ['sigma_1*x', 'x \\, \\sigma_{1}'],
    ['rate*(y - x)', '\\mathrm{rate} \\, \\left(y - x\\right)'],
    ['x > 0 ? x : 0', '\\begin{cases}x & \\text{if } 0 < x\\\\0 & \\text{otherwise}\\end{cases}'],
    ['max(x, 0)', '\\max\\left(x, 0\\right)'],
    ['exp(-x)/3', '\\frac{\\exp\\left(-x\\right)}{3}'],
    ['abs(sin(x))', '\\left|\\sin\\left(x\\right)\\right|'],
    ['sin(x)^2', '\\left(\\sin\\left(x\\right)\\right)^{2}'],
    ['(x + y)^2', '\\left(x + y\\right)^{2}'],
    ['x^y', 'x^{y}'],
    ['x - (y - 1)', 'x - \\left(y - 1\\right)'],
    ['1e-9*x', '10^{-9} \\, x'],
    ['normcdf(x)', '\\Phi\\left(x\\right)'],
  ])('%s', (text, expected) => {
    const found = latex(text);
    expect(found).toBe(expected);
    // Braces and brackets are whole.
    expect(found.match(/(?<!\\)\{/g)?.length ?? 0).toBe(found.match(/(?<!\\)\}/g)?.length ?? 0);
    expect(found.match(/\\left/g)?.length ?? 0).toBe(found.match(/\\right/g)?.length ?? 0);
  });

  it('is short in print, and data in JSON that makes it again', () => {
    const f = expression('a*x^2', { state: ['x'], parameters: { a: 3 } });
    expect(inspect(f)).toBe('Expression(a*x^2)');
    expect(inspect({ f }).length).toBeLessThan(40);
    const { text, ...context } = JSON.parse(JSON.stringify(f)) as ReturnType<typeof f.toJSON>;
    expect(expression(text, context).evaluate(0, [2])).toBe(12);
  });
});
