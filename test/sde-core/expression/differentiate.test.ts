import { expression } from 'sde-core';
import { graph } from 'sde-core/expression';
import { describe, expect, it } from 'vitest';
import { derivative } from '#sde-core/expression/differentiate';

const texts = [
  'x^2*y - 3*x',
  'sqrt(x)',
  'cbrt(x)',
  'exp(x*y)',
  'expm1(x)',
  'log(x)',
  'log1p(x)',
  'sin(x)*cos(y)',
  'tan(x/2)',
  'asin(x/3)',
  'acos(x/3)',
  'atan(x)',
  'sinh(x)',
  'cosh(x)',
  'tanh(x*y)',
  'asinh(x)',
  'acosh(1 + x)',
  'atanh(x/3)',
  'erf(x)',
  'normcdf(x)',
  'x/y',
  'y/x',
  'x^y',
  'y^x',
  'atan2(x, y)',
  'min(x, y)',
  'max(x, y, x*y)',
  'abs(x - 3)',
  'sign(x)*x',
  'x > y ? x^2 : y',
  '(x > 0)*x',
  'x^2.7',
  '-x/(1 + x^2)',
];

describe('derivative', () => {
  it.each(texts)('of %s agrees with central differences', (text) => {
    const f = expression(text, { state: ['x', 'y'] });
    const step = 2 ** -17;
    const gradient = new Float64Array(2);
    for (const point of [
      [0.7, 1.9],
      [1.3, 0.4],
      [1.2, 1.9],
    ]) {
      f.gradient(0, point, gradient);
      for (const [i, name] of ['x', 'y'].entries()) {
        const at = (side: number): number =>
          f.evaluate(
            0,
            point.map((value, k) => (k === i ? value + side * step : value)),
          );
        const difference = (at(1) - at(-1)) / (2 * step);
        // Truncation h²/6 · f‴ and rounding ε/h, f‴ and f below 1e3 here.
        const bound = 1e3 * (step ** 2 + 2 ** -52 / step);
        expect(Math.abs(gradient[i] - difference)).toBeLessThan(bound);
        expect(Object.is(f.derivative(name).evaluate(0, point), gradient[i])).toBe(true);
      }
    }
  });

  it.each(['x < y', 'x <= y', 'x == y', 'not x', 'x and y', 'x or y', 'sign(x)', '7'])('of %s is 0', (text) => {
    expect(String(expression(text, { state: ['x', 'y'] }).derivative('x'))).toBe('0');
  });

  it('takes the branch that is taken, whatever the other does', () => {
    const f = expression('x > 0 ? sqrt(x) : 0', { state: ['x'] });
    expect(f.derivative('x').evaluate(0, [-1])).toBe(0);
    expect(f.derivative('x').evaluate(0, [4])).toBe(0.25);
    const clipped = expression('max(x, 0)', { state: ['x'] });
    expect([-1, 1].map((x) => clipped.derivative('x').evaluate(0, [x]))).toEqual([0, 1]);
    expect(
      expression('abs(x)', { state: ['x'] })
        .derivative('x')
        .evaluate(0, [0]),
    ).toBe(0);
  });

  it('differentiates a shared part once', () => {
    const g = graph();
    const x = g.symbol('x');
    let node = g.sin(x);
    for (let k = 0; k < 60; k++) node = g.multiply(node, node);
    // The tree of this expression has 2^60 leaves.
    expect(derivative(g, x)(node).id).toBeLessThan(1000);
  });

  it('refuses a name that is not declared', () => {
    expect(() => expression('x', { state: ['x'] }).derivative('z')).toThrow(/unknown symbol 'z'/);
  });
});
