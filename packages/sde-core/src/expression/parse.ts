import { mathjsParser } from '#mathjs';
import { describe } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import { applyFunction, CONSTANTS, FUNCTIONS } from './functions.js';
import type { Graph, Node } from './graph.js';
import { expressionError, functionAlone, refuseForeign, type Source, unknownSymbol } from './refusals.js';
import type { SyntaxNode } from './syntax.js';
import { requireBoundedText } from './text-bounds.js';

/** What a text may name, and where it stands. */
export interface Scope {
  /** The symbols that are known, and the nodes they stand for; they go before the constants `pi` and `e`. */
  readonly symbols: ReadonlyMap<string, Node>;
  /** As an error says it: `symbolic({ drift })[1]`. */
  readonly where: string;
}

/**
 * The node that a text stands for.
 *
 * Real arithmetic only. `-x^2` is −(x²), `x^y^z` is x^(y^z), `2 x` and `2x` are products, `0 < x < 1` is both comparisons.
 * Decided apart from mathjs: comparisons are exact, and a product without a sign beside a quotient (`1/2x`) is refused,
 * because it reads both ways. At most 200 000 characters, and 200 brackets or 1000 signs, powers and conditions in one another; sums,
 * products and lists may have any number of terms.
 *
 * Cost: linear in the length.
 *
 * @throws SdeError `expression`, `unknown-symbol`, `unknown-function`, naming the part and its place.
 */
export function parse(graph: Graph, text: string | number, scope: Scope): Node {
  if (typeof text === 'number' && Number.isFinite(text)) return graph.constant(text);
  if (typeof text !== 'string') {
    throw new SdeError('expression', {
      what: 'not an expression',
      where: scope.where,
      expected: "a text such as 'x - x^3', or a finite number",
      got: describe(text),
      remedy: 'write the formula as a string',
    });
  }
  const source: Source = { text, where: scope.where };
  requireBoundedText(source);
  const strange = /[%#"'`;\n]|\.[*/^]/.exec(text);
  refuseForeign(source);
  if (strange)
    throw expressionError(source, `'${strange[0].replace('\n', '\\n')}' is not real arithmetic`, strange.index);
  return lower(graph, syntaxOf(source), scope, source);
}

function syntaxOf(source: Source): SyntaxNode {
  if (source.text.trim() === '') throw expressionError(source, 'the expression is empty', 0);
  const parser = mathjsParser(source.where);
  try {
    return parser(source.text);
  } catch (cause) {
    if (cause instanceof RangeError)
      throw expressionError(source, 'the expression is nested too deeply for what is left of the stack', 0, { cause });
    const message = cause instanceof Error ? cause.message : String(cause);
    const place = /\s*\(char (\d+)\)/.exec(message);
    const said = message.replace(/\s*\(char \d+\)/, '');
    throw expressionError(source, said, place ? Number(place[1]) - 1 : undefined, { cause });
  }
}

/** The nodes of syntax that one node of syntax is made of. */
function partsOf(node: SyntaxNode | undefined): readonly (SyntaxNode | undefined)[] {
  switch (node?.type) {
    case 'ParenthesisNode':
      return [node.content];
    case 'ConditionalNode':
      return [node.condition, node.trueExpr, node.falseExpr];
    case 'RelationalNode':
      return node.params ?? [];
    case 'OperatorNode':
    case 'FunctionNode':
      return node.args ?? [];
    default:
      return [];
  }
}

/** The value of a tree of syntax, parts before what they are in. A sum of n terms is n deep: the tree is walked without recursion. */
function lower(graph: Graph, root: SyntaxNode, scope: Scope, source: Source): Node {
  const ahead: { readonly node: SyntaxNode | undefined; readonly parts?: number }[] = [{ node: root }];
  const values: Node[] = [];
  for (let next = ahead.pop(); next; next = ahead.pop()) {
    const { node, parts } = next;
    if (parts === undefined) {
      refuseSyntax(node, scope, source);
      const inside = partsOf(node);
      ahead.push({ node, parts: inside.length });
      for (let i = inside.length - 1; i >= 0; i--) ahead.push({ node: inside[i] });
    } else {
      const operands = parts === 0 ? [] : values.splice(values.length - parts, parts);
      values.push(meaning(graph, node, operands, scope, source));
    }
  }
  return values[0];
}

/** What is wrong with a node of syntax before its parts are looked at. */
function refuseSyntax(node: SyntaxNode | undefined, scope: Scope, source: Source): void {
  if (node?.type === 'OperatorNode') refuseAmbiguous(node, source);
  if (node?.type === 'FunctionNode') refuseCallOfSymbol(nameOfCall(node), scope, source);
}

function meaning(
  graph: Graph,
  node: SyntaxNode | undefined,
  operands: readonly Node[],
  scope: Scope,
  source: Source,
): Node {
  switch (node?.type) {
    case 'ParenthesisNode':
      return operands[0];
    case 'ConstantNode':
      if (typeof node.value === 'number' && Number.isFinite(node.value)) return graph.constant(node.value);
      throw expressionError(source, `${describe(node.value)} is not a finite number`);
    case 'SymbolNode':
      return symbolNode(graph, node.name ?? '', scope, source);
    case 'ConditionalNode':
      return graph.select(operands[0], operands[1], operands[2]);
    case 'RelationalNode':
      return chainedComparison(graph, node, operands, source);
    case 'OperatorNode':
      return operator(graph, node, operands, source);
    case 'FunctionNode':
      return applyFunction(graph, nameOfCall(node), operands, source);
    default:
      throw expressionError(source, `${KINDS[node?.type ?? ''] ?? 'this'} is not real arithmetic`, undefined, {
        ...(node?.type === 'AssignmentNode' && { remedy: 'write == to compare' }),
      });
  }
}

const KINDS: Readonly<Record<string, string>> = {
  ArrayNode: 'a matrix [ ]',
  AccessorNode: 'an element [ ] or property',
  AssignmentNode: 'an assignment (=)',
  FunctionAssignmentNode: 'a function definition (=)',
  BlockNode: 'a sequence of expressions (;)',
  ObjectNode: 'an object { }',
  RangeNode: 'a range (:)',
  IndexNode: 'an index [ ]',
};

function symbolNode(graph: Graph, name: string, scope: Scope, source: Source): Node {
  const known = scope.symbols.get(name);
  if (known) return known;
  const constant = CONSTANTS.get(name);
  if (constant !== undefined) return graph.constant(constant);
  if (FUNCTIONS.has(name)) throw functionAlone(source, name);
  throw unknownSymbol(source, name, [...scope.symbols.keys(), ...CONSTANTS.keys()]);
}

const nameOfCall = ({ fn }: SyntaxNode): string => (typeof fn === 'object' ? (fn.name ?? '') : (fn ?? ''));

function refuseCallOfSymbol(name: string, scope: Scope, source: Source): void {
  if (scope.symbols.has(name) || CONSTANTS.has(name)) {
    throw expressionError(source, `'${name}' is a symbol, not a function; a product is written ${name}*( … )`, name);
  }
}

const comparison = (graph: Graph, fn: string, x: Node, y: Node): Node | undefined => {
  switch (fn) {
    case 'smaller':
      return graph.less(x, y);
    case 'smallerEq':
      return graph.lessOrEqual(x, y);
    case 'larger':
      return graph.less(y, x);
    case 'largerEq':
      return graph.lessOrEqual(y, x);
    case 'equal':
      return graph.equal(x, y);
    case 'unequal':
      return graph.not(graph.equal(x, y));
    default:
      return undefined;
  }
};

function chainedComparison(graph: Graph, node: SyntaxNode, values: readonly Node[], source: Source): Node {
  const pairs = (node.conditionals ?? []).map((fn, index) => {
    const pair = comparison(graph, fn, values[index], values[index + 1]);
    if (!pair) throw expressionError(source, `the comparison '${fn}' is not real arithmetic`);
    return pair;
  });
  return pairs.reduce((both, pair) => graph.and(both, pair));
}

function operator(graph: Graph, node: SyntaxNode, [x, y]: readonly Node[], source: Source): Node {
  // e^x is the exponential function, not a power of the double nearest to e.
  if (node.fn === 'pow' && x === graph.constant(Math.E) && node.args?.[0].name === 'e') return graph.exp(y);
  switch (node.fn) {
    case 'add':
      return graph.add(x, y);
    case 'subtract':
      return graph.subtract(x, y);
    case 'multiply':
      return graph.multiply(x, y);
    case 'divide':
      return graph.divide(x, y);
    case 'pow':
      return graph.power(x, y);
    case 'unaryMinus':
      return graph.negate(x);
    case 'unaryPlus':
      return x;
    case 'not':
      return graph.not(x);
    case 'and':
      return graph.and(x, y);
    case 'or':
      return graph.or(x, y);
    default: {
      const compared = comparison(graph, String(node.fn), x, y);
      if (compared) return compared;
      throw expressionError(source, `the operator '${node.op}' is not real arithmetic`, node.op);
    }
  }
}

/** `1/2x` is (1/2)x to some readers and 1/(2x) to others. */
function refuseAmbiguous(node: SyntaxNode, source: Source): void {
  const [left, right] = node.args ?? [];
  const productOfQuotient = node.implicit && node.fn === 'multiply' && left.fn === 'divide';
  const quotientByProduct = node.fn === 'divide' && right.fn === 'multiply' && right.implicit;
  if (productOfQuotient || quotientByProduct) {
    throw expressionError(source, "a product without '*' beside '/' reads both ways: write (1/2)*x or 1/(2*x)", '/');
  }
}
