import type { Algebra } from '../expression/algebra.js';
import type { Node } from '../expression/graph.js';
import { operandsFirst } from '../expression/order.js';

/**
 * The nodes computed in another algebra: over numbers this evaluates them, over another graph it substitutes into them.
 *
 * @param symbolValue - What each symbol stands for.
 * @returns Shape (nodes).
 */
export function carry<V>(algebra: Algebra<V>, nodes: readonly Node[], symbolValue: (symbol: Node) => V): readonly V[] {
  const values = new Map<Node, V>();
  for (const node of operandsFirst(nodes)) {
    if (node.operation === 'constant') values.set(node, algebra.constant(node.value));
    else if (node.operation === 'symbol') values.set(node, symbolValue(node));
    else {
      // The algebra's functions take as many operands as the node has, by construction of the graph.
      const compute = algebra[node.operation] as (...operands: V[]) => V;
      values.set(node, compute(...node.operands.map((operand) => values.get(operand) as V)));
    }
  }
  return nodes.map((node) => values.get(node) as V);
}
