import type { Node } from './graph.js';
import { requireNodes } from './node.js';

/** Every node that the outputs need, each once, operands before what uses them. Cost: linear in the nodes, times a sort. */
export function operandsFirst(outputs: readonly Node[]): Node[] {
  requireNodes(outputs, 'operandsFirst(outputs)');
  const seen = new Set<Node>(outputs);
  const reached = [...seen];
  for (let next = 0; next < reached.length; next++) {
    for (const operand of reached[next].operands) {
      if (!seen.has(operand)) {
        seen.add(operand);
        reached.push(operand);
      }
    }
  }
  return reached.sort((a, b) => a.id - b.id);
}

/** The symbols that a node depends on. */
export function symbolsOf(...outputs: Node[]): Node[] {
  requireNodes(outputs, 'symbolsOf(…outputs)');
  return operandsFirst(outputs).filter((node) => node.operation === 'symbol');
}
