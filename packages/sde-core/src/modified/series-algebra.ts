import { SdeError } from '../errors/sde-error.js';
import { type Algebra, BINARY, type Binary, UNARY, type Unary } from '../expression/algebra.js';
import { derivative } from '../expression/differentiate.js';
import type { Graph, Node } from '../expression/graph.js';
import { substitute } from '../expression/substitute.js';
import { addSeries, constantSeries, multiplySeries, type Series, split } from './series.js';

/** Operations with a kink or a jump where their operand is 0, or where their operands are equal. */
const KINKED_AT_0: ReadonlySet<string> = new Set(['abs', 'sign', 'not', 'and', 'or']);
const KINKED_AT_TIES: ReadonlySet<string> = new Set(['minimum', 'maximum', 'less', 'lessOrEqual', 'equal']);

/** A name that no expression can hold. */
const PLACEHOLDER = '·';

/**
 * The algebra of series without the powers of √h above `most`: a scheme's step run over it is the expansion of that step in √h.
 *
 * Sums, products and quotients are those of series; a smooth function is expanded about the part of its argument that is left at
 * h = 0.
 */
export function seriesAlgebra(graph: Graph, most: number): Algebra<Series> {
  const constant = (value: number): Series => constantSeries(graph.constant(value));
  const add = (x: Series, y: Series): Series => addSeries(graph, x, y);
  const subtract = (x: Series, y: Series): Series => addSeries(graph, x, y, -1);
  const multiply = (x: Series, y: Series): Series => multiplySeries(graph, x, y, most);
  const negate = (x: Series): Series => addSeries(graph, [], x, -1);

  const unary = (name: Unary) => (x: Series) => functionOfSeries({ graph, most, name }, (u) => graph[name](u), x);
  const binary = (name: Binary) => (x: Series, y: Series) => {
    const [a, b] = [split(graph, x), split(graph, y)];
    if (KINKED_AT_TIES.has(name) && a.start === b.start && a.rest.length + b.rest.length > 0) throw notSmooth(name);
    if (b.rest.length === 0) return functionOfSeries({ graph, most, name }, (u) => graph[name](u, b.start), x);
    if (a.rest.length === 0) return functionOfSeries({ graph, most, name }, (u) => graph[name](a.start, u), y);
    throw notSmooth(name);
  };
  // The two tables are built from the very lists that the types are.
  const operations = {
    ...Object.fromEntries(UNARY.map((name) => [name, unary(name)])),
    ...Object.fromEntries(BINARY.map((name) => [name, binary(name)])),
  } as { readonly [U in Unary]: (x: Series) => Series } & {
    readonly [B in Binary]: (x: Series, y: Series) => Series;
  };
  return {
    ...operations,
    constant,
    add,
    subtract,
    multiply,
    negate,
    divide: (x, y) => multiply(x, reciprocal(graph, y, most)),
    sqrt: (x) => rootOfSeries(graph, x) ?? operations.sqrt(x),
    power: (x, y) => powerOfSeries(graph, x, y, multiply, operations.power),
    select: (condition, whenTrue, whenFalse) => {
      const { start, rest } = split(graph, condition);
      if (rest.length > 0) throw notSmooth('select');
      const yes = constantSeries(graph.not(graph.not(start)));
      return add(multiply(yes, whenTrue), multiply(constantSeries(graph.not(start)), whenFalse));
    },
  };
}

/** The series without its noise-free leading power of s: x = c s^order (1 + rest). */
function leading(graph: Graph, x: Series): { c: Node; order: number; rest: Series } {
  const order = Math.min(...x.map((term) => term.order));
  const first = x.filter((term) => term.order === order);
  if (first.length !== 1 || first[0].powers.length > 0) throw notSmooth('division');
  const c = first[0].coefficient;
  const rest = x
    .filter((term) => term !== first[0])
    .map((term) => ({ ...term, order: term.order - order, coefficient: graph.divide(term.coefficient, c) }));
  return { c, order, rest };
}

/** 1/x = c⁻¹ s^(−order) Σ (−rest)^n. */
function reciprocal(graph: Graph, x: Series, most: number): Series {
  if (x.length === 0) return constantSeries(graph.constant(Number.POSITIVE_INFINITY));
  const { c, order, rest } = leading(graph, x);
  const head: Series = [{ coefficient: graph.divide(graph.constant(1), c), order: -order, powers: [] }];
  const minus = addSeries(graph, [], rest, -1);
  let power = constantSeries(graph.constant(1));
  let sum = power;
  for (let n = 1; n <= most + order && power.length > 0; n++) {
    power = multiplySeries(graph, power, minus, most);
    sum = addSeries(graph, sum, power);
  }
  return multiplySeries(graph, head, sum, most);
}

/** √(c s^(2k)) = √c s^k; undefined for anything but one term of an even order. */
function rootOfSeries(graph: Graph, x: Series): Series | undefined {
  const [only] = x;
  if (x.length !== 1 || only.order === 0 || only.order % 2 !== 0 || only.powers.length > 0) return undefined;
  return [{ coefficient: graph.sqrt(only.coefficient), order: only.order / 2, powers: [] }];
}

function powerOfSeries(
  graph: Graph,
  x: Series,
  y: Series,
  multiply: (x: Series, y: Series) => Series,
  otherwise: (x: Series, y: Series) => Series,
): Series {
  const { start, rest } = split(graph, y);
  const n = start.operation === 'constant' && rest.length === 0 ? start.value : Number.NaN;
  if (!Number.isInteger(n) || n < 1 || n > 8) return otherwise(x, y);
  let product = x;
  for (let k = 1; k < n; k++) product = multiply(product, x);
  return product;
}

/** f(start + rest) = Σ f⁽ⁿ⁾(start) restⁿ / n!. */
function functionOfSeries(
  { graph, most, name }: { readonly graph: Graph; readonly most: number; readonly name: string },
  f: (u: Node) => Node,
  x: Series,
): Series {
  const { start, rest } = split(graph, x);
  if (rest.length === 0) return constantSeries(f(start));
  if (KINKED_AT_0.has(name) && start === graph.constant(0)) throw notSmooth(name);
  if (rest.some((term) => term.order <= 0)) throw notSmooth(name);
  const u = graph.symbol(PLACEHOLDER);
  const slope = derivative(graph, u);
  let current = f(u);
  let power = constantSeries(graph.constant(1));
  let sum: Series = [];
  let factorial = 1;
  for (let n = 0; power.length > 0; n++) {
    factorial *= Math.max(n, 1);
    const [coefficient] = substitute(graph, [current], new Map([[u, start]]));
    if (coefficient.operation === 'constant' && !Number.isFinite(coefficient.value)) throw notSmooth(name);
    const scaled = constantSeries(graph.divide(coefficient, graph.constant(factorial)));
    sum = addSeries(graph, sum, multiplySeries(graph, scaled, power, most));
    power = multiplySeries(graph, power, rest, most);
    current = slope(current);
  }
  return sum;
}

function notSmooth(name: string): SdeError {
  return new SdeError('unsupported', {
    what: `the step applies '${name}' to its noise or to a power of h, which has no expansion`,
    where: 'weakErrorOperator(model, scheme)',
    expected: 'a step that is smooth in √h at h = 0',
    got: `'${name}'`,
    remedy: 'measure the weak error of this scheme instead, with weakOrder',
  });
}
