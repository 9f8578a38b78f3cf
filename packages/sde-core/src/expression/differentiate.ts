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
 * derivative almost everywhere. abs′(0) = 0; where min or max tie, the first operand is taken, but under an infinite outer slope a side whose slope is 0.
 *
 * Where the chain rule gives 0 · ∞ or 0/0 the derivative is 0: an inner slope that is exactly 0 wins over an outer one that is infinite. This is
 * the one-sided limit where the inner function is flat on a side, as in √max(x, 0) for x ≤ 0 and acosh(max(x, 1)) for x ≤ 1, and for products of a smooth factor that is 0 with a
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
  const beyond = new Map<Node, Node>();
  const zero = graph.constant(0);
  const along = (node: Node, slopes: Map<Node, Node>, other: Other, rules: Rules): Node => {
    const found = slopes.get(node);
    if (found) return found;
    for (const part of operandsFirst([node])) {
      if (slopes.has(part)) continue;
      slopes.set(part, part === symbol ? graph.constant(1) : chainRule(graph, part, slopes, zero, other, rules));
    }
    return slopes.get(node) ?? zero;
  };
  const other: Other = (node, slope) =>
    hasTie(node) ? along(node, beyond, (_, itself) => itself, RULES_BEYOND) : slope;
  return (node) => {
    requireNode(node, 'derivative(graph, symbol)(node)');
    return along(node, known, other, RULES);
  };
}

/** Whether min or max are in a node. */
const hasTie = (node: Node): boolean => operandsFirst([node]).some(({ operation }) => TIES.has(operation));

const TIES: ReadonlySet<string> = new Set(['minimum', 'maximum']);

/** Whether a slope at a tie may be infinite on one side and 0 on the other, which only {@link derivative} tells: {@link partials} know one operation. */
export function endsAtTie(graph: Graph, node: Node): boolean {
  const [x] = node.operands;
  if (!EDGED.has(node.operation) || !hasTie(x)) return false;
  if (x.operation === 'maximum' && x.operands.includes(graph.constant(0)) && ROOTS.has(node.operation)) return false;
  return (partials(graph, node)[0].range & INFINITE) !== 0;
}

/** What has an infinite slope somewhere. */
const EDGED: ReadonlySet<string> = new Set([
  'sqrt',
  'cbrt',
  'log',
  'log1p',
  'power',
  'asin',
  'acos',
  'acosh',
  'atanh',
] satisfies Operation[]);

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
    const partial = rule(graph, node.operands, inner, node, (_, itself) => itself);
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

function chainRule(
  graph: Graph,
  node: Node,
  known: ReadonlyMap<Node, Node>,
  zero: Node,
  other: Other,
  rules: Rules,
): Node {
  if (node.operation === 'constant' || node.operation === 'symbol') return zero;
  const inner = node.operands.map((operand) => known.get(operand) ?? zero);
  if (inner.every((derivative) => derivative === zero)) return zero;
  return rules[node.operation](graph, node.operands, inner, node, other);
}

/** The derivative of an operand on the other side of its ties, from the operand and its derivative. */
type Other = (operand: Node, slope: Node) => Node;
/** The derivative of an operation from its operands, their derivatives, and `y`, the operation's own value. */
type Rule = (graph: Graph, operands: readonly Node[], inner: readonly Node[], y: Node, other: Other) => Node;
type Rules = Readonly<Record<Operation, Rule>>;

/** f(x)′ = slope · x′. */
const times =
  (slope: (graph: Graph, x: Node, y: Node) => Node): Rule =>
  (g, [x], [dx], y) =>
    product(g, slope(g, x, y), dx);

/** f(x)′ = x′ / slope. */
const over =
  (slope: (graph: Graph, x: Node, y: Node) => Node): Rule =>
  (g, [x], [dx], y, other) =>
    upTo(g, x, dx, slope(g, x, y), other);

/** The same for a function whose slope is infinite at x = 0. */
const overRoot =
  (slope: (graph: Graph, x: Node, y: Node) => Node): Rule =>
  (g, [x], [dx], y, other) =>
    upTo(g, x, flatAtTie(g, x, dx), slope(g, x, y), other);

/** x′ / slope, 0 where the slope is 0 and x′ is 0 on a side of a tie of x. */
const upTo = (g: Graph, x: Node, dx: Node, slope: Node, other: Other): Node =>
  quotient(g, dx, slope, slope.range & ZERO ? other(x, dx) : dx);

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

const RULES: Rules = {
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
  power: (g, [x, y], [dx, dy], power, other) => {
    const slope = product(g, y, g.power(x, g.subtract(y, g.constant(1))));
    const inner = flatAtTie(g, x, dx);
    const base = product(g, slope, inner, slope.range & INFINITE ? other(x, inner) : inner);
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

/** The same, where min and max tie with the slope of a constant that they cut off at, or else of the second operand. */
const RULES_BEYOND: Rules = {
  ...RULES,
  minimum: (g, [x, y], [dx, dy]) => g.select(x.operation === 'constant' ? g.lessOrEqual(x, y) : g.less(x, y), dx, dy),
  maximum: (g, [x, y], [dx, dy]) => g.select(x.operation === 'constant' ? g.lessOrEqual(y, x) : g.less(y, x), dx, dy),
};
