import { describe } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import { type Algebra, BINARY, type Binary, type Operation, UNARY, type Unary } from './algebra.js';
import { withoutGuard } from './guard.js';
import { isNode, type Node, requireNode } from './node.js';
import { numbers } from './numbers.js';
import { multipliedOut } from './powers.js';
import { FINITE, rangeOf, rangeOfConstant } from './range.js';
import { notNode, notNumber, unknownOperation } from './refusals.js';

export type { Node } from './node.js';

/**
 * A hash-consed expression graph, and the algebra that builds it.
 *
 * Constants fold, neutral elements vanish (x + 0, 1·x, 0·x, x^1), small powers are multiplied out and signs move outward
 * (x + (−y) = x − y, (−x)·y = −(x·y): the same bits), and a guard of 0 · ∞ goes where that cannot occur; nothing else is rewritten, so a compiled graph does the arithmetic
 * that was written. Each node exists once: shared subexpressions are
 * computed once.
 */
export interface Graph extends Algebra<Node> {
  symbol(name: string): Node;
  apply(operation: Operation, ...operands: Node[]): Node;
}

const COMMUTATIVE: ReadonlySet<string> = new Set(['add', 'multiply', 'equal', 'and', 'or', 'minimum', 'maximum']);

const SOME = 1;
const NEGATIVE = 2;

/** Signatures are numbers while ids stay below 2^21: 48 operations × 2^42 pairs of operands fit in 2^53. */
const PAIR = 2 ** 21;
const CODES: ReadonlyMap<string, number> = new Map([...UNARY, ...BINARY].map((name, code) => [name, code + 1]));

const ARITIES: ReadonlyMap<string, number> = new Map([
  ...UNARY.map((name) => [name, 1] as const),
  ...BINARY.map((name) => [name, 2] as const),
  ['select', 3] as const,
]);

/** Operands that are no nodes: a number is not one, and would be a wrong formula without a word. */
function refuseOperands(operation: string, given: readonly unknown[]): void {
  const arity = ARITIES.get(operation);
  const where = `graph().${operation}`;
  if (arity === undefined) throw refusal('not an operation', 'graph().apply(operation, …)', 'an operation', operation);
  if (given.length !== arity) throw refusal('not so many operands', where, `${arity}`, given);
  for (const value of given) requireNode(value, where);
}

const refusal = (what: string, where: string, expected: string, got: unknown): SdeError =>
  new SdeError('value', { what, where, expected, got: describe(got), remedy: 'write for example graph.add(x, y)' });

/** A fresh, empty graph. Nodes of two graphs do not mix. */
export function graph(): Graph {
  const constants = new Map<number, Node>();
  const interned = new Map<number | string, Node>();
  let count = 0;

  const constant = (value: number): Node => {
    if (typeof value !== 'number') throw notNumber(value, 'graph.constant(value)');
    const known = constants.get(value);
    if (known) return known;
    const plain = value === 0 ? 0 : value;
    const sign = plain < 0 ? NEGATIVE : SOME;
    const range = rangeOfConstant(plain);
    const node: Node = {
      id: count++,
      operation: 'constant',
      operands: [],
      value: plain,
      name: '',
      constants: sign,
      range,
    };
    constants.set(value, node);
    return node;
  };

  const intern = (signature: number | string, make: (id: number) => Node): Node => {
    const known = interned.get(signature);
    if (known) return known;
    const node = make(count++);
    interned.set(signature, node);
    return node;
  };

  const symbol = (name: string): Node =>
    intern(`$${name}`, (id) => ({
      id,
      operation: 'symbol',
      operands: [],
      value: Number.NaN,
      name,
      constants: 0,
      range: FINITE,
    }));

  const apply = (operation: Operation, ...given: Node[]): Node => {
    if (!CODES.has(operation) && operation !== 'select') throw unknownOperation(operation);
    for (const operand of given) if (operand?.operands === undefined) throw notNode(operand, `algebra.${operation}`);
    if (given.length !== ARITIES.get(operation) || !given.every(isNode)) refuseOperands(operation, given);
    const operands = COMMUTATIVE.has(operation) && given[0].id > given[1].id ? [given[1], given[0]] : given;
    if (operands.every((operand) => operand.operation === 'constant')) {
      // An operation's arity is that of its operands here and in the algebra of numbers alike.
      const compute = numbers[operation] as (...values: number[]) => number;
      return constant(compute(...operands.map((operand) => operand.value)));
    }
    const simpler = withoutNeutral(operation, operands, made, flipped);
    if (simpler) return simpler;
    return intern(signatureOf(operation, operands, count), (id) => ({
      id,
      operation,
      operands,
      value: Number.NaN,
      name: '',
      constants: operation === 'multiply' || operation === 'divide' ? most(operands) : 0,
      range: rangeOf(operation, operands),
    }));
  };

  const unary = Object.fromEntries(UNARY.map((name) => [name, (x: Node) => apply(name, x)]));
  const binary = Object.fromEntries(BINARY.map((name) => [name, (x: Node, y: Node) => apply(name, x, y)]));
  // The two tables are built from the very lists that the types are.
  const operations = { ...unary, ...binary } as { readonly [U in Unary]: (x: Node) => Node } & {
    readonly [B in Binary]: (x: Node, y: Node) => Node;
  };
  const select = (condition: Node, whenTrue: Node, whenFalse: Node): Node =>
    apply('select', condition, whenTrue, whenFalse);
  const flipped = flipper(() => made);
  const made: Graph = { ...operations, constant, symbol, apply, select };
  return made;
}

/** The largest `constants` among operands. */
function most(operands: readonly Node[]): 0 | 1 | 2 {
  return operands.reduce<0 | 1 | 2>(
    (largest, operand) => (operand.constants > largest ? operand.constants : largest),
    0,
  );
}

function signatureOf(operation: Operation, operands: readonly Node[], count: number): number | string {
  const code = CODES.get(operation);
  if (code === undefined || count >= PAIR) return `${operation}(${operands.map((operand) => operand.id).join()})`;
  return (code * PAIR + operands[0].id) * PAIR + (operands[1]?.id ?? 0);
}

const isConstant = (node: Node, value: number): boolean => node.operation === 'constant' && node.value === value;

/** −x, if x is a negation or has a negative constant among its factors. */
function withoutSign(x: Node, flipped: Flipped): Node | undefined {
  return x.operation === 'negate' ? x.operands[0] : flipped(x, true);
}

/** −x by another sign of the first constant factor of x, or the first negative one; undefined if it has none. */
type Flipped = (x: Node, negative: boolean) => Node | undefined;

/** {@link Flipped} for the nodes of one graph. A product of n factors is n deep, and has n products in it: what was flipped is remembered. */
function flipper(made: () => Graph): Flipped {
  const remembered = { some: new Map<Node, Node>(), negative: new Map<Node, Node>() };
  return (x, negative) => {
    const least = negative ? NEGATIVE : SOME;
    if (x.constants < least) return undefined;
    const known = negative ? remembered.negative : remembered.some;
    const path: { readonly node: Node; readonly side: 0 | 1 }[] = [];
    let factor = x;
    while (factor.operation !== 'constant' && !known.has(factor)) {
      const side = factor.operands[0].constants >= least ? 0 : 1;
      path.push({ node: factor, side });
      factor = factor.operands[side];
    }
    const graph = made();
    return path.reduceRight((value, { node, side }) => {
      const [left, right] = node.operands;
      // Only products and quotients have constant factors.
      const operation = node.operation as 'multiply' | 'divide';
      const result = side === 0 ? graph.apply(operation, value, right) : graph.apply(operation, left, value);
      known.set(node, result);
      return result;
    }, known.get(factor) ?? graph.constant(-factor.value));
  };
}

/** The simpler node that equals `operation(operands)` by a neutral or absorbing element, a sign or a small exponent, if there is one. */
function withoutNeutral(
  operation: Operation,
  operands: readonly Node[],
  made: Graph,
  flipped: Flipped,
): Node | undefined {
  const [x, y, z] = operands;
  switch (operation) {
    case 'negate':
      return negation(x, flipped);
    case 'add': {
      if (isConstant(x, 0)) return y;
      if (isConstant(y, 0)) return x;
      const minusY = withoutSign(y, flipped);
      if (minusY) return made.subtract(x, minusY);
      const minusX = withoutSign(x, flipped);
      return minusX ? made.subtract(y, minusX) : undefined;
    }
    case 'subtract': {
      if (isConstant(y, 0)) return x;
      if (isConstant(x, 0)) return made.negate(y);
      if (x === y) return made.constant(0);
      const minusY = withoutSign(y, flipped);
      return minusY ? made.add(x, minusY) : undefined;
    }
    case 'multiply':
      if (isConstant(x, 0) || isConstant(y, 0)) return made.constant(0);
      if (isConstant(x, 1)) return y;
      if (isConstant(y, 1)) return x;
      if (isConstant(x, -1)) return made.negate(y);
      if (isConstant(y, -1)) return made.negate(x);
      return signOutward(operation, x, y, made);
    case 'divide':
      if (isConstant(x, 0)) return made.constant(0);
      if (isConstant(y, 1)) return x;
      if (isConstant(y, -1)) return made.negate(x);
      return signOutward(operation, x, y, made);
    case 'power':
      return y.operation === 'constant' ? multipliedOut(made, x, y.value) : undefined;
    case 'select':
      if (x.operation === 'constant') return x.value !== 0 ? y : z;
      return y === z ? y : withoutGuard(x, y, z);
    default:
      return undefined;
  }
}

/** −x where that is no new operation: −(−x), and products with a constant factor. */
function negation(x: Node, flipped: Flipped): Node | undefined {
  return x.operation === 'negate' ? x.operands[0] : flipped(x, false);
}

/** (−x)·y = −(x·y) and its like, which change no bit. */
function signOutward(operation: 'multiply' | 'divide', x: Node, y: Node, made: Graph): Node | undefined {
  if (x.operation === 'negate') return made.negate(made.apply(operation, x.operands[0], y));
  return y.operation === 'negate' ? made.negate(made.apply(operation, x, y.operands[0])) : undefined;
}
