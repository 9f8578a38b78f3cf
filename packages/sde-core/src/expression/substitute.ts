import type { Graph, Node } from './graph.js';
import { operandsFirst } from './order.js';

/**
 * The nodes with some of their parts replaced, built in `target`.
 *
 * A symbol without a replacement stays the symbol of that name, so with a fresh `target` this also copies between graphs.
 * Constants fold again: a parameter replaced by its value leaves no trace.
 */
export function substitute(target: Graph, nodes: readonly Node[], replacements: ReadonlyMap<Node, Node>): Node[] {
  const rebuilt = new Map<Node, Node>();
  const at = (node: Node): Node => {
    const found = rebuilt.get(node);
    if (!found) throw new RangeError('an operand came after its use');
    return found;
  };
  for (const node of operandsFirst(nodes)) {
    const replacement = replacements.get(node);
    if (replacement) rebuilt.set(node, replacement);
    else if (node.operation === 'constant') rebuilt.set(node, target.constant(node.value));
    else if (node.operation === 'symbol') rebuilt.set(node, target.symbol(node.name));
    else rebuilt.set(node, target.apply(node.operation, ...node.operands.map(at)));
  }
  return nodes.map(at);
}
