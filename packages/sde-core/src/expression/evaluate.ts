import { describe } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import type { Node } from './graph.js';
import { requireNodes } from './node.js';
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
  requireNodes(outputs, 'evaluate(nodes, values)');
  requireValues(values);
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

function requireValues(values: unknown): void {
  const named = typeof values === 'object' && values !== null && !Array.isArray(values);
  const other = named ? Object.entries(values).find(([, value]) => typeof value !== 'number') : undefined;
  if (named && !other) return;
  throw new SdeError('value', {
    what: other ? `the value of '${other[0]}' is no number` : 'not values of symbols',
    where: 'evaluate(nodes, values)',
    expected: 'an object with a number for each symbol',
    got: describe(other ? other[1] : values),
    remedy: 'write { x: 1 }',
  });
}
