import { type Algebra, BINARY, type Binary, type Operation, UNARY, type Unary } from './algebra.js';
import { numbers } from './numbers.js';

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
}

/**
 * A hash-consed expression graph, and the algebra that builds it.
 *
 * Constants fold and neutral elements vanish (x + 0, 1·x, 0·x, x^1); nothing else is rewritten, so a compiled graph does
 * the arithmetic that was written. Each node exists once: shared subexpressions are computed once.
 */
export interface Graph extends Algebra<Node> {
  symbol(name: string): Node;
  apply(operation: Operation, ...operands: Node[]): Node;
}

const COMMUTATIVE: ReadonlySet<string> = new Set(['add', 'multiply', 'equal', 'and', 'or', 'minimum', 'maximum']);

/** A fresh, empty graph. Nodes of two graphs do not mix. */
export function graph(): Graph {
  const interned = new Map<string, Node>();
  let count = 0;

  const intern = (signature: string, make: (id: number) => Node): Node => {
    const known = interned.get(signature);
    if (known) return known;
    const node = make(count++);
    interned.set(signature, node);
    return node;
  };

  const constant = (value: number): Node =>
    intern(`#${Object.is(value, -0) ? 0 : value}`, (id) => ({
      id,
      operation: 'constant',
      operands: [],
      value: Object.is(value, -0) ? 0 : value,
      name: '',
    }));

  const symbol = (name: string): Node =>
    intern(`$${name}`, (id) => ({ id, operation: 'symbol', operands: [], value: Number.NaN, name }));

  const apply = (operation: Operation, ...given: Node[]): Node => {
    const operands = COMMUTATIVE.has(operation) && given[0].id > given[1].id ? [given[1], given[0]] : given;
    if (operands.every((operand) => operand.operation === 'constant')) {
      const compute = numbers[operation] as (...values: number[]) => number;
      return constant(compute(...operands.map((operand) => operand.value)));
    }
    const neutral = withoutNeutral(operation, operands, constant, apply);
    if (neutral) return neutral;
    const signature = `${operation}(${operands.map((operand) => operand.id).join()})`;
    return intern(signature, (id) => ({ id, operation, operands, value: Number.NaN, name: '' }));
  };

  const unary = Object.fromEntries(UNARY.map((name) => [name, (x: Node) => apply(name, x)]));
  const binary = Object.fromEntries(BINARY.map((name) => [name, (x: Node, y: Node) => apply(name, x, y)]));
  // The two tables are built from the very lists that the types are.
  const operations = { ...unary, ...binary } as { readonly [U in Unary]: (x: Node) => Node } & {
    readonly [B in Binary]: (x: Node, y: Node) => Node;
  };
  const select = (condition: Node, whenTrue: Node, whenFalse: Node): Node =>
    apply('select', condition, whenTrue, whenFalse);
  return { ...operations, constant, symbol, apply, select };
}

const isConstant = (node: Node, value: number): boolean => node.operation === 'constant' && node.value === value;

/** The simpler node that equals `operation(operands)` by a neutral or absorbing element, if there is one. */
function withoutNeutral(
  operation: Operation,
  operands: readonly Node[],
  constant: (value: number) => Node,
  apply: (operation: Operation, ...operands: Node[]) => Node,
): Node | undefined {
  const [x, y, z] = operands;
  switch (operation) {
    case 'negate':
      return x.operation === 'negate' ? x.operands[0] : undefined;
    case 'add':
      if (isConstant(x, 0)) return y;
      return isConstant(y, 0) ? x : undefined;
    case 'subtract':
      if (isConstant(y, 0)) return x;
      if (isConstant(x, 0)) return apply('negate', y);
      return x === y ? constant(0) : undefined;
    case 'multiply':
      if (isConstant(x, 0) || isConstant(y, 0)) return constant(0);
      if (isConstant(x, 1)) return y;
      if (isConstant(y, 1)) return x;
      if (isConstant(x, -1)) return apply('negate', y);
      return isConstant(y, -1) ? apply('negate', x) : undefined;
    case 'divide':
      if (isConstant(x, 0)) return constant(0);
      return isConstant(y, 1) ? x : undefined;
    case 'power':
      if (isConstant(y, 0)) return constant(1);
      return isConstant(y, 1) ? x : undefined;
    case 'select':
      if (x.operation === 'constant') return x.value !== 0 ? y : z;
      return y === z ? y : undefined;
    default:
      return undefined;
  }
}
