import type { Operation } from './algebra.js';
import type { Graph, Node } from './graph.js';
import { requireNode, requireNodes } from './node.js';
import { operandsFirst } from './order.js';
import { INFINITE, ZERO } from './range.js';
import { requireGraph } from './require-graph.js';
import { productOrZero as product, quotientOrZero as quotient } from './zero-by-infinity.js';

/** ∂/∂symbol of nodes of one graph. Derivatives are remembered, so shared parts are differentiated once. */
export type Derivative = (node: Node) => Node;

/**
 * The derivative with respect to one symbol, by the chain rule over the graph.
 *
 * Comparisons, `not`, `and`, `or` and `sign` have derivative 0, `abs`, `min`, `max` and `select` that of the branch taken: the
 * derivative almost everywhere. abs′(0) = 0; where min or max tie, the first operand is taken.
 *
 * Where the chain rule gives 0 · ∞ or 0/0 the derivative is 0: an inner slope that is exactly 0 wins over an outer one that is infinite. This is
 * the one-sided limit where the inner function is flat on a side, as in √max(x, 0) for x ≤ 0, and for products of a smooth factor that is 0 with a
 * root, as in x^1.5 at 0, and between the slopes of both sides at a corner, as in √(x²). It is a convention, like abs′(0), where the inner
 * zero is of the order of the outer singularity: cbrt(x³) and √x·√x at 0, and for higher derivatives at such single points. An infinite slope
 * that nothing multiplies by 0 is left: (√x)′ = ∞ at 0. Where a value is not a number its derivative is none either.
 *
 * Cost: a constant number of new nodes for each node that depends on the symbol.
 */
export function derivative(graph: Graph, symbol: Node): Derivative {
  requireGraph(graph, 'derivative(graph, symbol)');
  requireNode(symbol, 'derivative(graph, symbol)');
  const known = new Map<Node, Node>();
  const zero = graph.constant(0);
  return (node) => {
    requireNode(node, 'derivative(graph, symbol)(node)');
    const found = known.get(node);
    if (found) return found;
    for (const part of operandsFirst([node])) {
      if (!known.has(part)) known.set(part, part === symbol ? graph.constant(1) : chainRule(graph, part, known, zero));
    }
    return known.get(node) ?? zero;
  };
}

/** Shape (symbols): the gradient of one node. */
export function gradient(graph: Graph, node: Node, symbols: readonly Node[]): Node[] {
  const where = 'gradient(graph, node, symbols)';
  requireGraph(graph, where);
  requireNode(node, where);
  requireNodes(symbols, where);
  return symbols.map((symbol) => derivative(graph, symbol)(node));
}

/** ∂node/∂operand for each operand: the rules are linear in the derivatives of the operands. */
export function partials(graph: Graph, node: Node): Node[] {
  if (node.operation === 'constant' || node.operation === 'symbol') return [];
  const rule = RULES[node.operation];
  return node.operands.map((operand, j) => {
    const inner = node.operands.map((_, i) => graph.constant(i === j ? 1 : 0));
    const partial = rule(graph, node.operands, inner, node);
    return j === 0 && ROOTS.has(node.operation) ? flatAtZero(graph, operand, partial) : partial;
  });
}

/** What is infinite at 0 and takes {@link flatAtTie}. */
const ROOTS: ReadonlySet<string> = new Set(['sqrt', 'cbrt', 'log', 'power']);

/** Where max(x, 0) is 0 its own slope is 0 or taken to be, so that an infinite slope on top of it counts nothing. */
function flatAtZero(g: Graph, operand: Node, partial: Node): Node {
  const zero = g.constant(0);
  if (!(partial.range & INFINITE) || operand.operation !== 'maximum' || !operand.operands.includes(zero))
    return partial;
  const finite = g.lessOrEqual(g.abs(partial), g.constant(Number.MAX_VALUE));
  return g.select(g.or(operand, finite), partial, zero);
}

function chainRule(graph: Graph, node: Node, known: ReadonlyMap<Node, Node>, zero: Node): Node {
  if (node.operation === 'constant' || node.operation === 'symbol') return zero;
  const inner = node.operands.map((operand) => known.get(operand) ?? zero);
  if (inner.every((derivative) => derivative === zero)) return zero;
  return RULES[node.operation](graph, node.operands, inner, node);
}

/** The derivative of an operation from its operands, their derivatives, and `y`, the operation's own value. */
type Rule = (graph: Graph, operands: readonly Node[], inner: readonly Node[], y: Node) => Node;

/** f(x)′ = slope · x′. */
const times =
  (slope: (graph: Graph, x: Node, y: Node) => Node): Rule =>
  (g, [x], [dx], y) =>
    product(g, slope(g, x, y), dx);

/** f(x)′ = x′ / slope. */
const over =
  (slope: (graph: Graph, x: Node, y: Node) => Node): Rule =>
  (g, [x], [dx], y) =>
    quotient(g, dx, slope(g, x, y));

/** The same for a function whose slope is infinite at x = 0. */
const overRoot =
  (slope: (graph: Graph, x: Node, y: Node) => Node): Rule =>
  (g, [x], [dx], y) =>
    quotient(g, flatAtTie(g, x, dx), slope(g, x, y));

/** The slope of max(x, 0), 0 at x = 0 too: under a root that is the side with a finite limit. Any other slope is left as it is. */
function flatAtTie(g: Graph, node: Node, slope: Node): Node {
  const [x, y] = node.operands;
  const zero = g.constant(0);
  const [condition, whenTrue, whenFalse] = slope.operands;
  const isTie = node.operation === 'maximum' && slope.operation === 'select' && condition === g.lessOrEqual(y, x);
  return isTie && y === zero && whenFalse === zero ? g.select(g.less(y, x), whenTrue, zero) : slope;
}

const flat: Rule = (g) => g.constant(0);
const square = (g: Graph, x: Node): Node => g.multiply(x, x);
/** 1 + x². */
const onePlusSquare = (g: Graph, x: Node): Node => g.add(g.constant(1), square(g, x));
/** 1 − x². */
const oneMinusSquare = (g: Graph, x: Node): Node => g.subtract(g.constant(1), square(g, x));
/** factor · e^(−rate x²). */
const bell = (g: Graph, x: Node, factor: number, rate: number): Node =>
  g.multiply(g.constant(factor), g.exp(g.multiply(g.constant(-rate), square(g, x))));

const RULES: Readonly<Record<Operation, Rule>> = {
  negate: (g, _, [dx]) => g.negate(dx),
  not: flat,
  abs: times((g, x) => g.sign(x)),
  sign: flat,
  sqrt: overRoot((g, _, y) => g.multiply(g.constant(2), y)),
  cbrt: overRoot((g, _, y) => g.multiply(g.constant(3), square(g, y))),
  exp: times((_, __, y) => y),
  expm1: times((g, x) => g.exp(x)),
  log: overRoot((_, x) => x),
  log1p: over((g, x) => g.add(g.constant(1), x)),
  sin: times((g, x) => g.cos(x)),
  cos: times((g, x) => g.negate(g.sin(x))),
  tan: times((g, _, y) => onePlusSquare(g, y)),
  asin: over((g, x) => g.sqrt(oneMinusSquare(g, x))),
  acos: over((g, x) => g.negate(g.sqrt(oneMinusSquare(g, x)))),
  atan: over(onePlusSquare),
  sinh: times((g, x) => g.cosh(x)),
  cosh: times((g, x) => g.sinh(x)),
  tanh: times((g, _, y) => oneMinusSquare(g, y)),
  asinh: over((g, x) => g.sqrt(onePlusSquare(g, x))),
  // Not √(x² − 1), which would also give a slope on x < −1, where acosh has no value.
  acosh: over((g, x) => g.multiply(g.sqrt(g.subtract(x, g.constant(1))), g.sqrt(g.add(x, g.constant(1))))),
  atanh: over(oneMinusSquare),
  erf: times((g, x) => bell(g, x, 2 / Math.sqrt(Math.PI), 1)),
  normalCdf: times((g, x) => bell(g, x, 1 / Math.sqrt(2 * Math.PI), 1 / 2)),
  add: (g, _, [dx, dy]) => g.add(dx, dy),
  subtract: (g, _, [dx, dy]) => g.subtract(dx, dy),
  multiply: (g, [x, y], [dx, dy]) => g.add(product(g, dx, y), product(g, x, dy)),
  divide: (g, [, y], [dx, dy], ratio) => quotient(g, g.subtract(dx, product(g, ratio, dy)), y),
  power: (g, [x, y], [dx, dy], power) => {
    const slope = product(g, y, g.power(x, g.subtract(y, g.constant(1))));
    const base = product(g, slope, flatAtTie(g, x, dx));
    return dy === g.constant(0) ? base : g.add(base, product(g, product(g, power, g.log(x)), dy));
  },
  minimum: (g, [x, y], [dx, dy]) => g.select(g.lessOrEqual(x, y), dx, dy),
  maximum: (g, [x, y], [dx, dy]) => g.select(g.lessOrEqual(y, x), dx, dy),
  atan2: (g, [y, x], [dy, dx]) => {
    const size = g.add(square(g, x), square(g, y));
    const slope = g.divide(g.subtract(product(g, x, dy), product(g, y, dx)), size);
    // At the origin there is a slope only where nothing moves.
    const mayRest = dx.range & dy.range & size.range & ZERO;
    return mayRest ? g.select(g.or(g.or(dx, dy), size), slope, g.constant(0)) : slope;
  },
  less: flat,
  lessOrEqual: flat,
  equal: flat,
  and: flat,
  or: flat,
  select: (g, [condition], [, whenTrue, whenFalse]) => g.select(condition, whenTrue, whenFalse),
};
