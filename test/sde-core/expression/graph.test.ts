import fc from 'fast-check';
import { SdeError } from 'sde-core';
import { evaluate, graph, print } from 'sde-core/expression';
import { numbers } from 'sde-core/numerics';
import { describe, expect, it } from 'vitest';

const g = graph();
const [x, y] = [g.symbol('x'), g.symbol('y')];

describe('a graph', () => {
  it('holds each expression once', () => {
    expect(g.add(g.multiply(x, y), g.sin(x))).toBe(g.add(g.sin(x), g.multiply(y, x)));
    expect(g.constant(2)).toBe(g.constant(2));
    expect(g.symbol('x')).toBe(x);
    expect(g.constant(0)).toBe(g.constant(-0));
    expect(g.subtract(x, y)).not.toBe(g.subtract(y, x));
  });

  it('folds constants with the arithmetic that runs later', () => {
    expect(g.exp(g.constant(1.3)).value).toBe(numbers.exp(1.3));
    expect(g.divide(g.constant(1), g.constant(3)).value).toBe(1 / 3);
    expect(g.constant(Number.NaN)).toBe(g.sqrt(g.constant(-1)));
  });

  it.each([
    ['x + 0', g.add(x, g.constant(0)), x],
    ['1 x', g.multiply(g.constant(1), x), x],
    ['0 x', g.multiply(x, g.constant(0)), g.constant(0)],
    ['x / 1', g.divide(x, g.constant(1)), x],
    ['x − x', g.subtract(x, x), g.constant(0)],
    ['x^1', g.power(x, g.constant(1)), x],
    ['x^0', g.power(x, g.constant(0)), g.constant(1)],
    ['−(−x)', g.negate(g.negate(x)), x],
    ['x + (−y)', g.add(x, g.negate(y)), g.subtract(x, y)],
    ['x − (−y)', g.subtract(x, g.negate(y)), g.add(x, y)],
    ['(−x) y', g.multiply(g.negate(x), y), g.negate(g.multiply(x, y))],
    ['x / (−y)', g.divide(x, g.negate(y)), g.negate(g.divide(x, y))],
    ['−(2 x)', g.negate(g.multiply(g.constant(2), x)), g.multiply(g.constant(-2), x)],
    ['x + (−2) y', g.add(x, g.multiply(g.constant(-2), y)), g.subtract(x, g.multiply(g.constant(2), y))],
    ['x^2', g.power(x, g.constant(2)), g.multiply(x, x)],
    ['x^(1/2)', g.power(x, g.constant(0.5)), g.sqrt(x)],
    ['select(1, x, y)', g.select(g.constant(1), x, y), x],
    ['select(x, y, y)', g.select(x, y, y), y],
  ])('%s is rewritten', (_, built, expected) => {
    expect(print(built)).toBe(print(expected));
    expect(built).toBe(expected);
  });

  it('stays exact: small powers have the bits of power(x, n)', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, min: -1e3, max: 1e3 }),
        fc.integer({ min: -16, max: 16 }),
        (value, twice) => {
          const node = g.power(x, g.constant(twice / 2));
          expect(evaluate([node], { x: value })[0]).toBe(numbers.power(value, twice / 2));
        },
      ),
    );
  });

  it('keeps number signatures and text signatures apart beyond 2^21 nodes', () => {
    const big = graph();
    for (let i = 0; i < 2 ** 21; i++) big.constant(i + 0.5);
    const z = big.symbol('z');
    expect(big.sin(z)).toBe(big.sin(z));
    expect(big.sin(z)).not.toBe(big.cos(z));
  });
});

describe('operands', () => {
  it('are nodes: a number or a text is refused, and not a formula of its own', () => {
    const g = graph();
    const x = g.symbol('x');
    const untyped = g as unknown as Record<string, (...given: readonly unknown[]) => unknown>;
    for (const [name, given] of [
      ['multiply', [x, 2]],
      ['power', [x, 'y']],
      ['sin', ['x']],
      ['add', [x, undefined]],
      ['select', [x, x, null]],
      ['apply', ['nothing', x]],
      ['apply', ['add', x]],
    ] as const) {
      expect(() => untyped[name](...given), name).toThrow(SdeError);
    }
    expect(() => untyped.multiply(x, 2)).toThrow('algebra.constant(…)');
  });
});
