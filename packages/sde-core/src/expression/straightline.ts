import type { Operation } from './algebra.js';
import type { Node } from './graph.js';
import { operandsFirst } from './order.js';
import { notNumber } from './refusals.js';

/** A number as JSON holds it: what is not finite by its name. */
export type PlainNumber = number | 'NaN' | 'Infinity' | '-Infinity';

/** A value that is known beforehand. */
export interface Constant {
  readonly kind: 'constant';
  readonly value: PlainNumber;
}

/** An operation on values that came earlier, by their places. */
export interface Computed {
  readonly kind: 'operation';
  readonly operation: Operation;
  readonly operands: readonly number[];
}

/**
 * One instruction of straight-line code; its place in the list is the name of its value. `Source` is where values come in: arguments, states, noise.
 *
 * Plain data. Every value is one number. What is to stay a block (a matrix by a vector, an operation on all entries of one) becomes a further kind
 * whose value is a row of numbers; nothing that stands here changes by it.
 */
export type Instruction<Source extends { readonly kind: string }> = Constant | Computed | Source;

/** Code without branches or loops: what it computes, operands first, each value once. */
export interface Straightline<Source extends { readonly kind: string }> {
  readonly instructions: readonly Instruction<Source>[];
  /** The place of a node's value. */
  at(node: Node): number;
}

/** Nodes as straight-line code, in the order of their ids. `sourceOf` says where a symbol's value comes from. */
export function straightline<Source extends { readonly kind: string }>(
  outputs: readonly Node[],
  sourceOf: (symbol: Node) => Source | Constant,
): Straightline<Source> {
  const places = new Map<Node, number>();
  const at = (node: Node): number => places.get(node) ?? -1;
  const instructions = operandsFirst(outputs).map((node): Instruction<Source> => {
    const operands = node.operands.map(at);
    places.set(node, places.size);
    if (node.operation === 'constant') return { kind: 'constant', value: plain(node.value) };
    if (node.operation === 'symbol') return sourceOf(node);
    return { kind: 'operation', operation: node.operation, operands };
  });
  return { instructions, at };
}

/**
 * A number as JSON can hold it. A zero has no sign.
 *
 * @throws SdeError `value` for anything but a number, whatever its type says.
 */
export function plain(value: number): PlainNumber {
  if (typeof value !== 'number') throw notNumber(value, 'generated code');
  if (Number.isFinite(value)) return value === 0 ? 0 : value;
  return value > 0 ? 'Infinity' : value < 0 ? '-Infinity' : 'NaN';
}

/** The number that {@link plain} wrote. */
export const numberOf = (value: PlainNumber): number => (typeof value === 'string' ? Number(value) : value);

/** Whether an instruction is a constant. */
export const isConstant = (instruction: { readonly kind: string }): instruction is Constant =>
  instruction.kind === 'constant';

/** Whether an instruction is an operation on earlier values. */
export const isComputed = (instruction: { readonly kind: string }): instruction is Computed =>
  instruction.kind === 'operation';
