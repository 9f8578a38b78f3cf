import type { Graph, Node } from './graph.js';
import { operandsFirst } from './order.js';
import { inverse, monomial, type Polynomial, plus, product, type Term } from './polynomial.js';
import { vanishes } from './zero.js';

/** A product that would have more terms than this is left as it stands. */
const MOST_TERMS = 300;

/**
 * The same value as a sum of products: like terms are collected, and what cancels is gone.
 *
 * Every function that is not + − × ÷ √ or a small power is an atom of the polynomial; √x·√x = x. Products with more than 300
 * terms stay products. The arithmetic is not that of the node given, and agrees with it to rounding.
 */
export function normalForm(graph: Graph, node: Node): Node {
  return normalizer(graph)(node);
}

/** Like terms collected, where that does not make the graph of the node larger. */
export function tidy(graph: Graph, node: Node): Node {
  const collected = normalForm(graph, node);
  return operandsFirst([collected]).length <= operandsFirst([node]).length ? collected : node;
}

/** {@link normalForm} of several nodes of one graph that share parts. */
export function normalizer(graph: Graph): (node: Node) => Node {
  const polynomials = new Map<Node, Polynomial>();
  /** E for every atom √E. */
  const squares = new Map<Node, Polynomial>();
  const square = (atom: Node): Polynomial | undefined => squares.get(atom);
  const of = (node: Node): Polynomial => polynomials.get(node) ?? new Map();

  const atom = (node: Node): Polynomial => monomial(1, [{ atom: node, exponent: 1 }]);
  const opaque = (node: Node): Polynomial => {
    if (node.operation === 'constant' || node.operation === 'symbol') return atom(node);
    const rebuilt = graph.apply(node.operation, ...node.operands.map((operand) => toNode(graph, of(operand))));
    if (rebuilt.operation === 'constant') return monomial(rebuilt.value, []);
    if (rebuilt.operation === 'sqrt' && !squares.has(rebuilt)) squares.set(rebuilt, of(node.operands[0]));
    return atom(rebuilt);
  };
  const times = (p: Polynomial, q: Polynomial, node: Node): Polynomial =>
    p.size * q.size > MOST_TERMS ? opaque(node) : product(p, q, square);
  const quotient = (p: Polynomial, q: Polynomial, node: Node): Polynomial => {
    if (q.size === 1) return times(p, inverse(q), node);
    const bottom = toNode(graph, q);
    if (bottom.operation === 'constant') return opaque(node);
    return times(p, monomial(1, [{ atom: bottom, exponent: -1 }]), node);
  };
  const polynomialOf = (node: Node): Polynomial => {
    const [x, y] = node.operands;
    switch (node.operation) {
      case 'constant':
        return Number.isFinite(node.value) ? monomial(node.value, []) : atom(node);
      case 'negate':
        return plus(new Map(), of(x), -1);
      case 'add':
        return plus(of(x), of(y));
      case 'subtract':
        return plus(of(x), of(y), -1);
      case 'multiply':
        return times(of(x), of(y), node);
      case 'divide':
        return quotient(of(x), of(y), node);
      default:
        return opaque(node);
    }
  };
  return (node) => {
    for (const part of operandsFirst([node])) {
      if (!polynomials.has(part)) polynomials.set(part, polynomialOf(part));
    }
    return toNode(graph, of(node));
  };
}

/** Whether a node is 0: `'symbolically'` where its normal form is, `'numerically'` where its values at fixed points are to rounding. */
export function isZero(graph: Graph, node: Node): 'symbolically' | 'numerically' | 'no' {
  const collected = normalForm(graph, node);
  if (collected.operation === 'constant') return collected.value === 0 ? 'symbolically' : 'no';
  return vanishes(node) ? 'numerically' : 'no';
}

/** The polynomial as a node: highest degree first. */
function toNode(graph: Graph, p: Polynomial): Node {
  const degree = (term: Term): number => term.factors.reduce((sum, factor) => sum + Math.abs(factor.exponent), 0);
  const terms = [...p.entries()].sort(([a, s], [b, t]) => degree(t) - degree(s) || (a < b ? -1 : 1));
  let sum = graph.constant(0);
  for (const [, term] of terms) sum = graph.add(sum, termNode(graph, term));
  return sum;
}

function termNode(graph: Graph, { coefficient, factors }: Term): Node {
  let top = graph.constant(coefficient);
  let bottom = graph.constant(1);
  for (const { atom, exponent } of factors) {
    const power = graph.power(atom, graph.constant(Math.abs(exponent)));
    if (exponent > 0) top = graph.multiply(top, power);
    else bottom = graph.multiply(bottom, power);
  }
  return graph.divide(top, bottom);
}
