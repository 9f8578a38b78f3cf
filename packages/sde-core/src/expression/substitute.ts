import { describe } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import type { Graph, Node } from './graph.js';
import { isNode, requireNodes } from './node.js';
import { operandsFirst } from './order.js';
import { requireGraph } from './require-graph.js';

/**
 * The nodes with some of their parts replaced, built in `target`.
 *
 * A symbol without a replacement stays the symbol of that name, so with a fresh `target` this also copies between graphs.
 * Constants fold again: a parameter replaced by its value leaves no trace.
 */
export function substitute(target: Graph, nodes: readonly Node[], replacements: ReadonlyMap<Node, Node>): Node[] {
  const where = 'substitute(graph, nodes, replacements)';
  requireGraph(target, where);
  requireNodes(nodes, where);
  requireReplacements(replacements, where);
  const rebuilt = new Map<Node, Node>();
  const at = (node: Node): Node => {
    const found = rebuilt.get(node);
    if (!found) throw unordered();
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

function requireReplacements(replacements: unknown, where: string): void {
  const isMap = replacements instanceof Map;
  if (isMap && [...replacements].flat().every(isNode)) return;
  throw new SdeError('value', {
    what: 'not replacements of nodes',
    where,
    expected: 'a Map from nodes to nodes',
    got: isMap ? 'a Map that holds something else' : describe(replacements),
    remedy: 'write new Map([[symbol, node]])',
  });
}

const unordered = (): SdeError =>
  new SdeError('value', {
    what: 'an operand came after its use',
    where: 'substitute(graph, nodes, replacements)',
    expected: 'nodes of one graph',
    got: 'nodes of several, or made by hand',
    remedy: 'substitute the nodes of each graph on their own',
  });
