import type { Node } from 'sde-core';
import { graph } from 'sde-core/expression';
import { numbers } from 'sde-core/numerics';
import { describe, expect, it } from 'vitest';
import { constantSeries, monomialSeries, type Series } from '#sde-core/modified/series';
import { seriesAlgebra } from '#sde-core/modified/series-algebra';

const g = graph();
const MOST_ORDER = 5;
const A = seriesAlgebra(g, MOST_ORDER);
const s = monomialSeries(g, 1);
const at = (series: Series, value: number): number =>
  series.reduce((sum, term) => sum + (term.coefficient as Node).value * value ** term.order, 0);

describe('series in √h', () => {
  it.each(['exp', 'log1p', 'sin', 'cos', 'tanh', 'sqrt', 'log', 'atan', 'erf'] as const)(
    '%s of 0.7 + s agrees to the order that is kept',
    (name) => {
      const series = A[name](A.add(A.constant(0.7), s));
      const value = 2 ** -8;
      // The first term left out has a coefficient below 10, beside the rounding of a dozen terms.
      expect(Math.abs(at(series, value) - numbers[name](0.7 + value))).toBeLessThan(
        10 * value ** (MOST_ORDER + 1) + 2 ** -48,
      );
    },
  );

  it('divides by powers of s and by sums', () => {
    const h = A.multiply(s, s);
    expect(A.divide(h, s)).toEqual(s);
    expect(A.sqrt(h)).toEqual(s);
    const value = 2 ** -8;
    const quotient = A.divide(s, A.add(A.constant(2), h));
    expect(Math.abs(at(quotient, value) - value / (2 + value ** 2))).toBeLessThan(value ** (MOST_ORDER + 1) + 2 ** -50);
  });

  it('keeps noise variables apart, and refuses kinks in them', () => {
    const [xi, eta] = [monomialSeries(g, 1, 0), monomialSeries(g, 1, 1)];
    expect(A.multiply(xi, eta).map((term) => [term.order, ...term.powers])).toEqual([[2, 1, 1]]);
    expect(() => A.abs(xi)).toThrow(/'abs'/);
    expect(() => A.maximum(xi, A.constant(0))).toThrow(/'maximum'/);
    expect(() => A.sqrt(xi)).toThrow(/'sqrt'/);
    expect(() => A.divide(A.constant(1), xi)).toThrow(/'division'/);
    expect(() => A.select(xi, xi, eta)).toThrow(/'select'/);
    expect(A.maximum(A.add(A.constant(1), xi), constantSeries(g.constant(0)))).toEqual(A.add(A.constant(1), xi));
  });
});
