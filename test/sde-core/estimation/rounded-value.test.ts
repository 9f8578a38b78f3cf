import { describe, expect, test } from 'vitest';
import { type Rounded, roundedValues } from '#sde-core/estimation/rounded-value';
import { type Graph, graph, type Node } from '#sde-core/expression/graph';

const EPS = Number.EPSILON;
const exact = (value: number): Rounded => ({ value, error: 0 });
/** The value of a formula of two symbols, and its error in units of roundoff and of the symbols' own errors. */
const of = (formula: (g: Graph, x: Node, y: Node) => Node, x: Rounded, y: Rounded = exact(0)): Rounded => {
  const g = graph();
  const [a, b] = [g.symbol('a'), g.symbol('b')];
  return roundedValues(
    [formula(g, a, b)],
    new Map([
      [a, x],
      [b, y],
    ]),
  )[0];
};
const near = (found: Rounded, value: number, error: number): void => {
  expect(found.value).toBe(value);
  expect(Math.abs(found.error - error)).toBeLessThanOrEqual(1e-12 * error);
};
const rough = (value: number, error = 1e-3): Rounded => ({ value, error });

describe('what rounding may have added', () => {
  test('is nothing to constants, signs and symbols as they are', () => {
    near(
      of((g) => g.constant(0.1), exact(1)),
      0.1,
      0,
    );
    near(
      of((g, x) => g.negate(x), rough(3)),
      -3,
      1e-3,
    );
    near(
      of((_, x) => x, rough(3)),
      3,
      1e-3,
    );
  });

  test('is without end to a symbol that nobody knows', () => {
    const g = graph();
    const [known, unknown] = [g.symbol('a'), g.symbol('b')];
    const [first, second] = roundedValues([known, unknown], new Map([[known, rough(2)]]));
    expect(first).toEqual(rough(2));
    expect(second).toEqual({ value: Number.NaN, error: Number.POSITIVE_INFINITY });
    expect(roundedValues([g.add(known, unknown)], new Map([[known, exact(2)]]))[0].value).toBeNaN();
  });

  test('to sums: both errors and a unit of the sum, which 0 does not round', () => {
    near(
      of((g, x, y) => g.add(x, y), exact(3), exact(5)),
      8,
      8 * EPS,
    );
    near(
      of((g, x, y) => g.subtract(x, y), exact(3), exact(5)),
      -2,
      2 * EPS,
    );
    near(
      of((g, x, y) => g.subtract(x, y), rough(3, 1e-3), rough(5, 4e-3)),
      -2,
      5e-3 + 2 * EPS,
    );
    for (const zero of [
      [0, 5],
      [5, 0],
    ] as const) {
      near(
        of((g, x, y) => g.add(x, y), rough(zero[0], 1e-3), rough(zero[1], 4e-3)),
        5,
        5e-3,
      );
    }
    near(
      of((g, x, y) => g.add(x, y), exact(0), exact(5)),
      5,
      0,
    );
  });

  test('to products and quotients: errors by the size of the other', () => {
    near(
      of((g, x, y) => g.multiply(x, y), exact(3), exact(-5)),
      -15,
      15 * EPS,
    );
    near(
      of((g, x, y) => g.multiply(x, y), rough(-3, 1), rough(5, 0.5)),
      -15,
      3 * 0.5 + 5 * 1 + 0.5 + 15 * EPS,
    );
    near(
      of((g, x, y) => g.divide(x, y), exact(-15), exact(5)),
      -3,
      3 * EPS,
    );
    near(
      of((g, x, y) => g.divide(x, y), rough(15, 1), rough(-5, 0.5)),
      -3,
      (1 + 3 * 0.5) / 5 + 3 * EPS,
    );
  });

  test('to powers: p |x|^(p − 1) of the error, with its own power, and two units', () => {
    const power = (x: Rounded, p: number) => of((g, a, b) => g.power(a, b), x, exact(p));
    near(power(exact(4), 2.5), 32, 64 * EPS);
    near(power(rough(4, 0.25), 2.5), 32, 2.5 * 8 * 0.25 + 0.25 ** 2.5 + 64 * EPS);
    near(power(rough(0, 0.25), 2.5), 0, 0.25 ** 2.5);
    near(power(rough(4, 0.25), 0.5), 2, 0.25 * 0.25 + 4 * EPS);
    near(power(rough(-2, 0.25), 3), -8, 12 * 0.25 + 0.25 ** 3 + 16 * EPS);
    near(power(exact(0), 0.5), 0, 0);
    near(power(rough(0, 0.25), 1.5), 0, 0.125);
    near(power(rough(4, 0.25), -0.5), 0.5, 0.25 / 16 + EPS);
  });

  test('to what is no polynomial: four units of the result', () => {
    const found = of((g, x) => g.exp(x), exact(1));
    near(found, found.value, 4 * EPS * Math.E);
    near(
      of((g, x) => g.abs(x), exact(-3)),
      3,
      12 * EPS,
    );
  });

  test('through a formula, in the order of its operations', () => {
    // (x + y) x with x = 3 ± 1, y = 5: the sum is 8 ± (1 + 8 ε).
    const sum = 1 + 8 * EPS;
    near(
      of((g, x, y) => g.multiply(g.add(x, y), x), rough(3, 1), exact(5)),
      24,
      8 + 3 * sum + sum + 24 * EPS,
    );
  });

  test('bounds what doubles do to polynomials', () => {
    // Σ (0.1 k)^2 for k = 1 … 20, whose terms are integers in units of a tenth.
    const found = of((g, x) => {
      let total = g.constant(0);
      for (let k = 1; k <= 20; k++) {
        const term = g.multiply(g.constant(k), x);
        total = g.add(total, g.multiply(term, term));
      }
      return total;
    }, exact(0.1));
    expect(Math.abs(found.value - 28.7)).toBeLessThanOrEqual(found.error + 28.7 * EPS);
    expect(found.error).toBeLessThan(40 * 28.7 * EPS);
  });
});
