import type { Operation } from './algebra.js';
import type { Node } from './graph.js';
import { operandsFirst } from './order.js';
import { notNumber } from './refusals.js';

/**
 * The JavaScript of one operation on operands that are already text, each a name or a literal.
 *
 * `numbers` does the same arithmetic, so generated code and interpretation agree bit for bit. What JavaScript has no exact
 * operator for is a call of a function of that name.
 */
export function javascript(operation: Operation, operands: readonly string[]): string {
  const [x, y, z] = operands;
  switch (operation) {
    case 'negate':
      return `-${x}`;
    case 'not':
      return `${x} === 0 ? 1 : 0`;
    case 'abs':
    case 'sign':
    case 'sqrt':
      return `Math.${operation}(${x})`;
    case 'add':
      return `${x} + ${y}`;
    case 'subtract':
      return `${x} - ${y}`;
    case 'multiply':
      return `${x} * ${y}`;
    case 'divide':
      return `${x} / ${y}`;
    case 'minimum':
      return `Math.min(${x}, ${y})`;
    case 'maximum':
      return `Math.max(${x}, ${y})`;
    case 'less':
      return `${x} < ${y} ? 1 : 0`;
    case 'lessOrEqual':
      return `${x} <= ${y} ? 1 : 0`;
    case 'equal':
      return `${x} === ${y} ? 1 : 0`;
    case 'and':
      return `${x} !== 0 && ${y} !== 0 ? 1 : 0`;
    case 'or':
      return `${x} !== 0 || ${y} !== 0 ? 1 : 0`;
    case 'select':
      return `${x} !== 0 ? ${y} : ${z}`;
    default:
      return `${operation}(${operands.join(', ')})`;
  }
}

/** The operations that {@link javascript} writes as calls; generated code must be given these. */
export function isCall(operation: Operation): boolean {
  return javascript(operation, ['']).startsWith(`${operation}(`);
}

/**
 * A constant as a JavaScript operand: it reads back to the same bits.
 *
 * The only way for a value into generated code, and so the last guard of it: what is no number, whatever its type says, is refused.
 *
 * @throws SdeError `value` for anything but a number.
 */
export function literal(value: number): string {
  if (typeof value !== 'number') throw notNumber(value, 'generated code');
  return value < 0 ? `(${value})` : `${value}`;
}

/** Statements that compute nodes, and the text of each node's value. */
export interface Straightline {
  readonly statements: readonly string[];
  /** What each statement computes. */
  readonly nodes: readonly Node[];
  readonly calls: ReadonlySet<Operation>;
  name(node: Node): string;
}

/** One `const` a node, in dependency order: every shared subexpression is computed once. `symbolText` says how a symbol is read. */
export function straightline(outputs: readonly Node[], symbolText: (symbol: Node) => string): Straightline {
  const names = new Map<Node, string>();
  const statements: string[] = [];
  const nodes: Node[] = [];
  const calls = new Set<Operation>();
  const name = (node: Node): string => names.get(node) ?? 'NaN';
  for (const node of operandsFirst(outputs)) {
    if (node.operation === 'constant') {
      names.set(node, literal(node.value));
      continue;
    }
    const local = `v${names.size}`;
    if (node.operation === 'symbol') statements.push(`const ${local} = ${symbolText(node)};`);
    else {
      if (isCall(node.operation)) calls.add(node.operation);
      statements.push(`const ${local} = ${javascript(node.operation, node.operands.map(name))};`);
    }
    nodes.push(node);
    names.set(node, local);
  }
  return { statements, nodes, calls, name };
}
