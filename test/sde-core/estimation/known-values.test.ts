import { describe, expect, test } from 'vitest';
import { ANY, type KnownValues, ofNode } from '#sde-core/estimation/known-values';
import { type Graph, graph, type Node } from '#sde-core/expression/graph';

const INF = Number.POSITIVE_INFINITY;
type Range = readonly [number, number];
type Formula = (g: Graph, x: Node, y: Node) => Node;
/** What is known of a formula of two symbols that lie in ranges. */
const of = (
  formula: Formula,
  x: Range | KnownValues = [-INF, INF],
  y: Range | KnownValues = [-INF, INF],
): KnownValues => {
  const g = graph();
  const [a, b] = [g.symbol('a'), g.symbol('b')];
  const known = (range: Range | KnownValues): KnownValues =>
    'lowest' in range ? range : { lowest: range[0], highest: range[1] };
  return ofNode(
    formula(g, a, b),
    new Map([
      [a, known(x)],
      [b, known(y)],
    ]),
  );
};
const ends = (...of_: Parameters<typeof of>): Range => {
  const { lowest, highest } = of(...of_);
  return [lowest, highest];
};
const among = (...values: readonly number[]): KnownValues => ({
  lowest: values[0],
  highest: values[values.length - 1],
  values,
});
const near = (found: Range, low: number, high: number): void => {
  for (const [value, expected] of [
    [found[0], low],
    [found[1], high],
  ] as const) {
    if (Number.isFinite(expected)) expect(value).toBeCloseTo(expected, 12);
    else expect(value).toBe(expected);
  }
};

describe('what a formula says of its values', () => {
  test('is nothing of symbols that may be anything, and all of constants', () => {
    expect(of((_, x) => x)).toEqual(ANY);
    expect(of((g) => g.constant(3))).toEqual(among(3));
    expect(of((g) => g.constant(Number.NaN))).toEqual(ANY);
    expect(of((g) => g.constant(INF))).toEqual(ANY);
    const g = graph();
    expect(ofNode(g.symbol('z'))).toEqual(ANY);
  });

  test('of sums and differences is that of their ends', () => {
    expect(ends((g, x, y) => g.add(x, y), [1, 2], [10, 40])).toEqual([11, 42]);
    expect(ends((g, x, y) => g.subtract(x, y), [1, 2], [10, 40])).toEqual([-39, -8]);
    expect(ends((g, x) => g.negate(x), [1, 2])).toEqual([-2, -1]);
    expect(ends((g, x, y) => g.add(x, y), [1, INF], [10, 40])).toEqual([11, INF]);
    expect(ends((g, x, y) => g.subtract(x, y), [1, INF], [1, INF])).toEqual([-INF, INF]);
  });

  test('of products and quotients is that of their corners', () => {
    const product = (x: Range, y: Range) => ends((g, a, b) => g.multiply(a, b), x, y);
    expect(product([2, 3], [5, 7])).toEqual([10, 21]);
    expect(product([-2, 3], [5, 7])).toEqual([-14, 21]);
    expect(product([-2, 3], [-5, 7])).toEqual([-15, 21]);
    expect(product([-4, 3], [-5, 7])).toEqual([-28, 21]);
    expect(product([-4, 1], [-5, 2])).toEqual([-8, 20]);
    expect(product([0, 1], [0, INF])).toEqual([0, INF]);
    expect(product([-1, 0], [2, INF])).toEqual([-INF, 0]);
    const quotient = (x: Range, y: Range) => ends((g, a, b) => g.divide(a, b), x, y);
    near(quotient([3, 6], [2, 3]), 1, 3);
    near(quotient([3, 6], [-3, -2]), -3, -1);
    near(quotient([-3, 6], [2, INF]), -1.5, 3);
    for (const around of [
      [-1, 1],
      [0, 1],
      [-1, 0],
    ] as const)
      expect(quotient([1, 2], around)).toEqual([-INF, INF]);
  });

  test('of squares is that of one number, not of two', () => {
    const square = (x: Range) => ends((g, a) => g.multiply(a, a), x);
    expect(square([2, 3])).toEqual([4, 9]);
    expect(square([-3, -2])).toEqual([4, 9]);
    expect(square([-3, 2])).toEqual([0, 9]);
    expect(square([-2, 3])).toEqual([0, 9]);
    expect(square([-INF, INF])).toEqual([0, INF]);
  });

  test('of the least, the largest and the size', () => {
    expect(ends((g, x, y) => g.minimum(x, y), [1, 9], [3, 4])).toEqual([1, 4]);
    expect(ends((g, x, y) => g.minimum(x, y), [5, 9], [3, 4])).toEqual([3, 4]);
    expect(ends((g, x, y) => g.maximum(x, y), [1, 9], [3, 4])).toEqual([3, 9]);
    expect(ends((g, x, y) => g.maximum(x, y), [1, 2], [3, 4])).toEqual([3, 4]);
    expect(ends((g, x) => g.abs(x), [-3, 2])).toEqual([0, 3]);
    expect(ends((g, x) => g.abs(x), [-2, 3])).toEqual([0, 3]);
    expect(ends((g, x) => g.abs(x), [2, 3])).toEqual([2, 3]);
    expect(ends((g, x) => g.abs(x), [-3, -2])).toEqual([2, 3]);
  });

  test('of powers needs a base above 0, or an even exponent', () => {
    const power = (p: number, x: Range) => ends((g, a) => g.power(a, g.constant(p)), x);
    near(power(2.5, [1, 4]), 1, 32);
    near(power(0.5, [0, 4]), 0, 2);
    expect(power(0.7, [-1, 4])).toEqual([-INF, INF]);
    expect(power(-0.7, [1, 4])).toEqual([-INF, INF]);
    for (const even of [40, -40]) expect(power(even, [-1, 4])).toEqual([0, INF]);
    expect(power(41, [-1, 4])).toEqual([-INF, INF]);
    expect(ends((g, a, b) => g.power(a, b), [1, 2], [1, 2])).toEqual([-INF, INF]);
  });

  test('of bounded functions is their range', () => {
    for (const wave of ['sin', 'cos'] as const) expect(ends((g, x) => g[wave](x))).toEqual([-1, 1]);
    for (const angle of ['asin', 'acos'] as const) expect(ends((g, x) => g[angle](x))).toEqual([-Math.PI, Math.PI]);
    expect(ends((g, x, y) => g.atan2(x, y))).toEqual([-Math.PI, Math.PI]);
    expect(ends((g, x) => g.cosh(x))).toEqual([1, INF]);
    expect(ends((g, x) => g.acosh(x))).toEqual([0, INF]);
    expect(ends((g, x) => g.tan(x))).toEqual([-INF, INF]);
  });

  test('of increasing functions is that of their ends, with their limits', () => {
    const rising = {
      exp: [Math.exp, 0, INF],
      expm1: [Math.expm1, -1, INF],
      tanh: [Math.tanh, -1, 1],
      atan: [Math.atan, -Math.PI / 2, Math.PI / 2],
      sinh: [Math.sinh, -INF, INF],
      asinh: [Math.asinh, -INF, INF],
      cbrt: [Math.cbrt, -INF, INF],
    } as const;
    for (const [name, [value, low, high]] of Object.entries(rising)) {
      const at = (x: Range) => ends((g, a) => g[name as keyof typeof rising](a), x);
      near(at([-0.5, 1.25]), value(-0.5), value(1.25));
      expect(at([-INF, INF])).toEqual([low, high]);
    }
    expect(ends((g, x) => g.erf(x))).toEqual([-1, 1]);
    expect(ends((g, x) => g.normalCdf(x))).toEqual([0, 1]);
    near(
      ends((g, x) => g.normalCdf(x), [0, INF]),
      0.5,
      1,
    );
  });

  test('of roots and logarithms begins where they do', () => {
    near(
      ends((g, x) => g.sqrt(x), [4, 9]),
      2,
      3,
    );
    near(
      ends((g, x) => g.sqrt(x), [-4, 9]),
      0,
      3,
    );
    expect(ends((g, x) => g.sqrt(x))).toEqual([0, INF]);
    near(
      ends((g, x) => g.log(x), [1, Math.E]),
      0,
      1,
    );
    expect(ends((g, x) => g.log(x), [-4, 1])).toEqual([-INF, 0]);
    near(
      ends((g, x) => g.log1p(x), [0, Math.E - 1]),
      0,
      1,
    );
    expect(ends((g, x) => g.log1p(x), [-4, 0])).toEqual([-INF, 0]);
  });

  test('of choices is that of what may be chosen', () => {
    const choice = of((g, x, y) => g.select(g.less(x, g.constant(0)), x, y), [1, 2], [5, 9]);
    expect(choice).toEqual({ lowest: 1, highest: 9 });
    expect(of((g, x) => g.select(g.less(x, g.constant(0)), g.constant(7), g.constant(2)))).toEqual(among(2, 7));
    expect(of((g, x) => g.select(g.less(x, g.constant(0)), g.constant(2), g.constant(2)))).toEqual(among(2));
  });

  test('of conditions and signs are their values', () => {
    for (const condition of ['less', 'lessOrEqual', 'equal', 'and', 'or'] as const) {
      expect(of((g, x, y) => g[condition](x, y))).toEqual(among(0, 1));
    }
    expect(of((g, x) => g.not(x))).toEqual(among(0, 1));
    expect(of((g, x) => g.sign(x))).toEqual(among(-1, 0, 1));
  });
});

describe('the values of a formula of few', () => {
  test('are every combination, each once and in order', () => {
    expect(of((g, x, y) => g.add(x, y), among(1, 2), among(10, 20))).toEqual(among(11, 12, 21, 22));
    expect(of((g, x, y) => g.subtract(x, y), among(1, 2), among(1, 2))).toEqual(among(-1, 0, 1));
    expect(of((g, x) => g.abs(x), among(-3, 1, 3))).toEqual(among(1, 3));
    expect(of((g, x) => g.multiply(g.constant(-2), x), among(1, 5))).toEqual(among(-10, -2));
  });

  test('are not listed beyond 16, and not combined beyond 256', () => {
    const upTo = (n: number): KnownValues => among(...Array.from({ length: n }, (_, i) => i));
    const sixteen = of((g, x, y) => g.add(x, y), upTo(8), upTo(9));
    expect(sixteen.values).toEqual(upTo(16).values);
    expect(of((g, x, y) => g.add(x, y), upTo(9), upTo(9))).toEqual({ lowest: 0, highest: 16 });
    // 0 … 15 beside 16 values: 256 products are tried, of 16 with 17 none.
    const one = among(...Array.from({ length: 17 }, () => 0));
    expect(
      of((g, x, y) => g.multiply(x, y), upTo(16), among(...Array.from({ length: 16 }, () => 1))).values,
    ).toHaveLength(16);
    expect(of((g, x, y) => g.multiply(x, y), upTo(16), one).values).toBeUndefined();
    // Nor where a choice has more.
    const high = among(...Array.from({ length: 8 }, (_, i) => i + 20));
    const choose = (x: KnownValues, y: KnownValues) =>
      of((g, a, b) => g.select(g.less(g.symbol('c'), g.constant(0)), a, b), x, y);
    expect(choose(upTo(8), high).values).toHaveLength(16);
    expect(choose(upTo(9), high)).toEqual({ lowest: 0, highest: 27 });
    expect(choose(high, upTo(9))).toEqual({ lowest: 0, highest: 27 });
  });

  test('are nothing where one of them is no number', () => {
    expect(of((g, x) => g.log(x), among(0, 1))).toEqual(ANY);
    expect(of((g, x) => g.sqrt(x), among(-1, 1))).toEqual(ANY);
  });
});
