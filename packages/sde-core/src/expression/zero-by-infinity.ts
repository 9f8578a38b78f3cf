import type { Graph, Node } from './graph.js';
import { smoothlyGuarded, unsigned, zeroByInfinity, zeroByZero } from './guard.js';
import { operandsFirst } from './order.js';
import { substitute } from './substitute.js';

/**
 * x · y in a derivative: 0 where one factor is exactly 0 and the other infinite, so that an inner slope that is 0 wins over an outer one that is
 * infinite. Every other value, finite or not, is that of the product bit for bit; where 0 · ∞ cannot occur it is the plain product.
 *
 * @param other - y on the other side of a tie, if it has one: where it is 0 and x infinite, the product is 0 too.
 */
export function productOrZero(graph: Graph, x: Node, y: Node, other: Node = y): Node {
  const product = graph.multiply(x, y);
  const [a, b] = [unsigned(x), unsigned(y)];
  let value = product;
  const zero = other === y ? b : graph.and(b, unsigned(other));
  if (zeroByInfinity(zero, a)) value = unlessZeroByInfinity(graph, zero, a, product, value);
  if (zeroByInfinity(a, b)) value = unlessZeroByInfinity(graph, a, b, product, value);
  return value;
}

/**
 * x / y in a derivative: 0 where both are exactly 0; elsewhere the quotient bit for bit.
 *
 * @param other - x on the other side of a tie, if it has one: where it and y are 0, the quotient is 0 too.
 */
export function quotientOrZero(graph: Graph, x: Node, y: Node, other: Node = x): Node {
  const quotient = graph.divide(x, y);
  const b = unsigned(y);
  const a = other === x ? unsigned(x) : graph.and(unsigned(x), unsigned(other));
  return zeroByZero(a, b) ? graph.select(graph.or(a, b), quotient, graph.constant(0)) : quotient;
}

/** `otherwise`, and where the one factor is infinite the product, or 0 if the other is. */
function unlessZeroByInfinity(graph: Graph, zero: Node, infinite: Node, product: Node, otherwise: Node): Node {
  const beyond = graph.less(graph.constant(Number.MAX_VALUE), graph.abs(infinite));
  return graph.select(beyond, graph.select(zero, product, graph.constant(0)), otherwise);
}

/** The nodes without the guards of formulas that have no kink: equal wherever they are determined. For expansions, which know no branches. */
export function withoutGuards(graph: Graph, nodes: readonly Node[]): readonly Node[] {
  const plain = new Map<Node, Node>();
  for (const part of operandsFirst(nodes)) {
    const value = smoothlyGuarded(part);
    if (value) plain.set(part, substitute(graph, [value], plain)[0]);
  }
  return plain.size === 0 ? nodes : substitute(graph, nodes, plain);
}
