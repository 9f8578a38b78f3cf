import fc from 'fast-check';
import type { Graph, Node } from 'sde-core';

type Recipe = (graph: Graph) => Node;

const leaf: fc.Arbitrary<Recipe> = fc.oneof(
  fc.constantFrom<Recipe>(
    (g) => g.symbol('x'),
    (g) => g.symbol('y'),
    (g) => g.symbol('t'),
  ),
  fc
    .constantFrom(-3, -1, -0.5, 0, 0.1, 1 / 6, 1, 2, 3, 2.5, 1e-9, 1e21, Math.PI)
    .map<Recipe>((value) => (g) => g.constant(value)),
);

const UNARY_NAMES = [
  'negate',
  'not',
  'abs',
  'sign',
  'sqrt',
  'cbrt',
  'exp',
  'expm1',
  'log',
  'log1p',
  'sin',
  'cos',
  'tan',
  'asin',
  'acos',
  'atan',
  'sinh',
  'cosh',
  'tanh',
  'asinh',
  'acosh',
  'atanh',
  'erf',
  'normalCdf',
] as const;
const BINARY_NAMES = [
  'add',
  'subtract',
  'multiply',
  'divide',
  'add',
  'subtract',
  'multiply',
  'divide',
  'power',
  'minimum',
  'maximum',
  'atan2',
  'less',
  'lessOrEqual',
  'equal',
  'and',
  'or',
] as const;
const EXPONENTS = [-2, -1.5, 0.5, 2, 3, 4, 5, 8, 9] as const;

/** Recipes that build one and the same random expression in any graph, over the symbols x, y and t. */
export const randomRecipe: fc.Arbitrary<Recipe> = fc.letrec<{ node: Recipe }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.tuple(fc.constantFrom(...UNARY_NAMES), tie('node')).map(
      ([name, x]): Recipe =>
        (g) =>
          g[name](x(g)),
    ),
    fc.tuple(fc.constantFrom(...BINARY_NAMES), tie('node'), tie('node')).map(
      ([name, x, y]): Recipe =>
        (g) =>
          g[name](x(g), y(g)),
    ),
    fc.tuple(tie('node'), fc.constantFrom(...EXPONENTS)).map(
      ([x, n]): Recipe =>
        (g) =>
          g.power(x(g), g.constant(n)),
    ),
    fc.tuple(tie('node'), tie('node'), tie('node')).map(
      ([c, x, y]): Recipe =>
        (g) =>
          g.select(c(g), x(g), y(g)),
    ),
  ),
})).node;
