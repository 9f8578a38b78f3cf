import { expression } from 'sde-core';
import { breaks, print } from 'sde-core/expression';
import { describe, expect, test } from 'vitest';

const found = (text: string): string[] => {
  const { graph, node } = expression(text, { state: ['x', 'y'] });
  return breaks(graph, [node]).map(({ kind, locus }) => `${kind} ${print(locus)}`);
};

describe('breaks', () => {
  test.each([
    ['x > 100', ['jump 100 - x']],
    ['x >= 12345 ? 1 : 0', ['jump 12345 - x']],
    ['x > 0 and y > 0', ['jump x', 'jump y']],
    ['t < 0.37 ? 0 : 1', ['jump t - 0.37']],
    ['x > t', ['jump t - x']],
    ['exp(x) > 5 ? 1 : 2', ['jump 5 - exp(x)']],
    ['abs(x)/x', ['jump x']],
    ['sign(x - 3)', ['jump x - 3']],
    ['abs(x - 3) < 0.5 ? 1 : 0', ['kink x - 3', 'jump abs(x - 3) - 0.5']],
    ['atan2(y, x)', ['jump y']],
  ])('a jump: %s', (text, wanted) => {
    expect(found(text)).toEqual(wanted);
  });

  test.each([
    ['x > 100 ? x - 100 : 0', ['kink 100 - x']],
    ['max(x - y, 0)', ['kink x - y']],
    ['max(max(x, y), 1)', ['kink x - y', 'kink max(x, y) - 1']],
    ['x*sign(x)', ['kink x']],
    ['(x - 3)*(x > 3)', ['kink 3 - x']],
    ['sqrt((x - 1)^2)', ['kink x - 1']],
    ['abs(x)^1.5', ['kink x']],
    ['cbrt(x - 200)', ['kink x - 200']],
    ['sqrt(max(x*(1 - x), 0))', ['kink x*(1 - x)']],
    ['x > 0 ? x^2 + 5 : 5*cos(x)', ['kink x']],
  ])('a kink: %s', (text, wanted) => {
    expect(found(text)).toEqual(wanted);
  });

  test.each(['sin(x)*exp(-y^2) + x^3', 'sqrt(x)', 'x^0.5 + x^2.5', 'x/(1 + y^2)', 'erf(x)'])('none: %s', (text) => {
    // An edge of the domain is no break: beyond it there is nothing.
    expect(found(text)).toEqual([]);
  });

  test('a jump of one output is a jump, whatever the others do', () => {
    const { graph, node } = expression('max(x, 1)', { state: ['x'] });
    const jump = graph.less(graph.constant(1), graph.symbol('x'));
    expect(breaks(graph, [node, jump]).map(({ kind }) => kind)).toContain('jump');
  });
});
