import { describe } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import type { Operation } from './algebra.js';
import type { Range } from './range.js';

/** A value in an expression graph: a constant, a symbol, or an operation on other nodes. Equal expressions are the same node. */
export interface Node {
  /** Position in the order of creation: operands come before what uses them. */
  readonly id: number;
  readonly operation: Operation | 'constant' | 'symbol';
  readonly operands: readonly Node[];
  /** Of a constant; NaN otherwise. */
  readonly value: number;
  /** Of a symbol; empty otherwise. */
  readonly name: string;
  /** Whether constants are among its factors: 0 none, 1 some, 2 a negative one. */
  readonly constants: 0 | 1 | 2;
  /** What values it may take. */
  readonly range: Range;
}

/** Whether something is a node of a graph, as far as it shows. */
export const isNode = (value: unknown): value is Node => {
  const { id, operation, operands } = (value ?? {}) as Partial<Node>;
  return typeof id === 'number' && typeof operation === 'string' && Array.isArray(operands);
};

/** Refuses what is no node. */
export function requireNode(value: unknown, where: string): asserts value is Node {
  if (isNode(value)) return;
  const remedies: Partial<Record<string, string>> = {
    number: 'write graph.constant(…)',
    string: 'write expression(text, { state }).node, or graph.symbol(name)',
    object: 'give expression.node, or what the graph made',
  };
  throw refusal(
    'not a node of an expression graph',
    where,
    'a node',
    value,
    remedies[typeof value] ?? 'give what the graph made',
  );
}

/** Refuses what is no list of nodes. */
export function requireNodes(values: unknown, where: string): asserts values is readonly Node[] {
  if (!Array.isArray(values)) throw refusal('not a list of nodes', where, 'a list of nodes', values, 'write [node]');
  for (const value of values) requireNode(value, where);
}

/** Refuses what is no list of symbols. */
export function requireSymbols(values: unknown, where: string): asserts values is readonly Node[] {
  requireNodes(values, where);
  const other = values.find(({ operation }) => operation !== 'symbol');
  if (other) throw refusal('not a symbol', where, 'nodes that graph.symbol(name) made', other, 'give symbols alone');
}

const refusal = (what: string, where: string, expected: string, got: unknown, remedy: string): SdeError =>
  new SdeError('value', { what, where, expected, got: describe(got), remedy });
