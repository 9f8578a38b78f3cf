import type { Graph, Node } from './graph.js';
import { smoothlyGuarded } from './guard.js';
import { numbers } from './numbers.js';
import { operandsFirst } from './order.js';
import {
  exactQuotient,
  inverse,
  monomial,
  type Polynomial,
  plus,
  product,
  type Roots,
  type Term,
  wholePower,
} from './polynomial.js';
import { vanishes } from './zero.js';

/** A product that would have more terms than this is left as it stands. */
const MOST_TERMS = 300;

/**
 * The same value as a sum of products: like terms are collected, and what cancels is gone.
 *
 * Every function that is not + − × ÷ √ or a small power is an atom of the polynomial; √x·√x = x; sums that are divided by come over their common
 * denominator. Products with more than 300
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
  /** The sum that an atom stands for, where it was divided by. */
  const sums = new Map<Node, Polynomial>();
  const of = (node: Node): Polynomial => polynomials.get(node) ?? new Map();

  const atom = (node: Node): Polynomial => monomial(1, [{ atom: node, exponent: 1 }]);
  const reciprocal = (p: Polynomial): Polynomial => {
    if (p.size === 1) return inverse(p);
    const sum = toNode(graph, p);
    if (!sums.has(sum)) sums.set(sum, p);
    return monomial(1, [{ atom: sum, exponent: -1 }]);
  };
  const rule: Roots = { square: (node) => squares.get(node), reciprocal };
  const opaque = (node: Node): Polynomial => {
    if (node.operation === 'constant' || node.operation === 'symbol') return atom(node);
    const operands = node.operands.map((operand) => toNode(graph, withoutSums(of(operand), sums, rule)));
    const rebuilt = graph.apply(node.operation, ...operands);
    if (rebuilt.operation === 'constant') return monomial(rebuilt.value, []);
    if (rebuilt.operation === 'sqrt' && !squares.has(rebuilt)) squares.set(rebuilt, of(node.operands[0]));
    return atom(rebuilt);
  };
  const times = (p: Polynomial, q: Polynomial, node: Node): Polynomial =>
    p.size * q.size > MOST_TERMS ? opaque(node) : product(p, q, rule);
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
        return of(y).size === 0 ? opaque(node) : times(of(x), reciprocal(of(y)), node);
      case 'select': {
        // What guards a smooth formula is undetermined at single points only, where a sum of products may well have a value.
        const value = smoothlyGuarded(node);
        return value ? of(value) : opaque(node);
      }
      default:
        return opaque(node);
    }
  };
  return (node) => {
    for (const part of operandsFirst([node])) {
      if (!polynomials.has(part)) polynomials.set(part, polynomialOf(part));
    }
    return toNode(graph, withoutSums(of(node), sums, rule));
  };
}

/** Over the common denominator of every sum that is divided by, and that divided out where it goes. */
function withoutSums(p: Polynomial, sums: ReadonlyMap<Node, Polynomial>, rule: Roots): Polynomial {
  let result = p;
  for (const [sum, value] of sums) {
    const exponents = [...result.values()].map((term) => exponentOf(term, sum));
    let most = Math.max(0, ...exponents.map((exponent) => -exponent));
    if (most === 0 || result.size * numbers.power(value.size, most) > MOST_TERMS) continue;
    let top: Polynomial = new Map();
    for (const term of result.values()) {
      const missing = most + exponentOf(term, sum);
      const rest = new Map([['', { ...term, factors: term.factors.filter((factor) => factor.atom !== sum) }]]);
      top = plus(top, product(rest, wholePower(value, missing, rule), rule));
    }
    for (let ratio = exactQuotient(top, value, rule); most > 0 && ratio; ratio = exactQuotient(top, value, rule)) {
      top = ratio;
      most -= 1;
    }
    result = most === 0 ? top : product(top, monomial(1, [{ atom: sum, exponent: -most }]), rule);
  }
  return result;
}

const exponentOf = (term: Term, atom: Node): number =>
  term.factors.find((factor) => factor.atom === atom)?.exponent ?? 0;

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
