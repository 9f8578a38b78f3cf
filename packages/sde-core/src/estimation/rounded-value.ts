import type { Node } from '../expression/graph.js';
import { numbers } from '../expression/numbers.js';
import { operandsFirst } from '../expression/order.js';

/** A number, and what rounding may have added to it, to first order. */
export interface Rounded {
  readonly value: number;
  readonly error: number;
}

/** Unit roundoff, with room for what is not counted. */
const UNIT = Number.EPSILON;

/**
 * The values of nodes that are polynomials in some symbols, with the rounding of each operation and what the symbols' own errors become.
 *
 * Operations on what is no polynomial, of symbols without an error, are taken for good to a few units of their result.
 */
export function roundedValues(outputs: readonly Node[], symbols: ReadonlyMap<Node, Rounded>): readonly Rounded[] {
  const known = new Map<Node, Rounded>(symbols);
  for (const node of operandsFirst(outputs)) {
    if (!known.has(node))
      known.set(
        node,
        roundedOf(node, (operand) => known.get(operand) ?? NONE),
      );
  }
  return outputs.map((output) => known.get(output) ?? NONE);
}

const NONE: Rounded = { value: Number.NaN, error: Number.POSITIVE_INFINITY };

function roundedOf(node: Node, of: (operand: Node) => Rounded): Rounded {
  if (node.operation === 'constant') return { value: node.value, error: 0 };
  if (node.operation === 'symbol') return NONE;
  const operands = node.operands.map(of);
  const operation = numbers[node.operation] as (...values: number[]) => number;
  const value = operation(...operands.map((operand) => operand.value));
  const [a, b] = operands;
  const unit = UNIT * Math.abs(value);
  switch (node.operation) {
    case 'negate':
      return { value, error: a.error };
    case 'add':
    case 'subtract':
      return { value, error: a.error + b.error + (a.value === 0 || b.value === 0 ? 0 : unit) };
    case 'multiply':
      return { value, error: Math.abs(a.value) * b.error + Math.abs(b.value) * a.error + a.error * b.error + unit };
    case 'divide':
      return { value, error: (a.error + Math.abs(value) * b.error) / Math.abs(b.value) + unit };
    case 'power': {
      // A whole exponent, or a base without an error.
      const bent = a.error === 0 ? 0 : (Math.abs(b.value * value) / Math.abs(a.value)) * a.error;
      const least = a.error === 0 || b.value < 1 ? 0 : numbers.power(a.error, b.value);
      return { value, error: (Number.isFinite(bent) ? bent : 0) + least + 2 * unit };
    }
    default:
      return { value, error: 4 * unit };
  }
}
