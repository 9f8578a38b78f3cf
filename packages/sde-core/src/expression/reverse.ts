import { derivative, endsAtTie, partials } from './differentiate.js';
import type { Graph, Node } from './graph.js';
import { requireNode, requireNodes } from './node.js';
import { operandsFirst } from './order.js';
import { requireGraph } from './require-graph.js';
import { productOrZero } from './zero-by-infinity.js';

/**
 * Shape (symbols): the gradient of one node by the chain rule from the result back to the symbols, so that all partial derivatives together
 * take a constant number of new nodes for each node of the graph, however many symbols there are. `gradient` takes that many for each symbol.
 *
 * An edge of a function at a tie of min or max in it, as in acosh(max(x, 1)), takes its derivative for each symbol.
 *
 * Derivatives almost everywhere, as those of {@link derivative}, with 0 · ∞ = 0 as there; where a symbol enters twice an operation, both ways are added.
 *
 * @see [griewank2008]
 *
 * @example
 * import { graph, print, reverseGradient } from 'sde-core/expression';
 * const g = graph();
 * const [x, y] = [g.symbol('x'), g.symbol('y')];
 * reverseGradient(g, g.multiply(x, g.sin(y)), [x, y]).map(print); // → [ 'sin(y)', 'x*cos(y)' ]
 */
export function reverseGradient(graph: Graph, node: Node, symbols: readonly Node[]): Node[] {
  const where = 'reverseGradient(graph, node, symbols)';
  requireGraph(graph, where);
  requireNode(node, where);
  requireNodes(symbols, where);
  const zero = graph.constant(0);
  const adjoint = new Map<Node, Node>([[node, graph.constant(1)]]);
  const slopes = symbols.map((symbol) => derivative(graph, symbol));
  const direct = symbols.map(() => zero);
  for (const part of operandsFirst([node]).reverse()) {
    const above = adjoint.get(part);
    if (!above || above === zero) continue;
    if (endsAtTie(graph, part)) {
      slopes.forEach((slope, k) => {
        direct[k] = graph.add(direct[k], productOrZero(graph, above, slope(part)));
      });
      continue;
    }
    partials(graph, part).forEach((partial, j) => {
      const operand = part.operands[j];
      const known = adjoint.get(operand) ?? zero;
      adjoint.set(operand, graph.add(known, productOrZero(graph, above, partial)));
    });
  }
  return symbols.map((symbol, k) => graph.add(direct[k], adjoint.get(symbol) ?? zero));
}
