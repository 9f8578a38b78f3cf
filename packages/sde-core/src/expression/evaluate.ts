import { SdeError } from '../errors/sde-error.js';
import type { Node } from './graph.js';
import { numbers } from './numbers.js';
import { operandsFirst } from './order.js';

/**
 * The values of nodes where symbols have the given values: the reference that compiled code agrees with bit for bit.
 *
 * Cost: one operation a node, interpreted; compile what runs often.
 *
 * @throws SdeError `unknown-symbol` if a symbol has no value.
 */
export function evaluate(outputs: readonly Node[], values: Readonly<Record<string, number>>): Float64Array {
  const computed = new Map<Node, number>();
  for (const node of operandsFirst(outputs)) computed.set(node, compute(node, computed, values));
  return Float64Array.from(outputs, (output) => computed.get(output) ?? Number.NaN);
}

function compute(node: Node, computed: ReadonlyMap<Node, number>, values: Readonly<Record<string, number>>): number {
  if (node.operation === 'constant') return node.value;
  if (node.operation === 'symbol') {
    if (!Object.hasOwn(values, node.name)) {
      throw new SdeError('unknown-symbol', {
        what: `the symbol '${node.name}' has no value`,
        where: 'evaluate(nodes, values)',
        expected: `a value for '${node.name}'`,
        got: `values for ${Object.keys(values).join(', ') || 'nothing'}`,
        remedy: 'give every symbol of the expression a value',
      });
    }
    return values[node.name];
  }
  // Operands are computed before their use, and as many as the operation takes.
  const operation = numbers[node.operation] as (...operands: number[]) => number;
  return operation(...node.operands.map((operand) => computed.get(operand) as number));
}
