import { BINARY, UNARY } from './algebra.js';
import type { Graph, Node } from './graph.js';
import { expressionError, type Source, unknownFunction } from './refusals.js';

/** The constants an expression may name. */
export const CONSTANTS: ReadonlyMap<string, number> = new Map([
  ['pi', Math.PI],
  ['e', Math.E],
]);

interface NamedFunction {
  /** Least and most arguments. */
  readonly arity: readonly [number, number];
  apply(graph: Graph, operands: readonly Node[]): Node;
}

const OPERATORS = new Set(['negate', 'not', 'normalCdf']);
const unary: [string, NamedFunction][] = UNARY.filter((name) => !OPERATORS.has(name)).map((name) => [
  name,
  { arity: [1, 1], apply: (graph, [x]) => graph[name](x) },
]);

/** The functions an expression may call. `log` is the natural logarithm, `normcdf` the normal distribution function. */
export const FUNCTIONS: ReadonlyMap<string, NamedFunction> = new Map([
  ...unary,
  ['normcdf', { arity: [1, 1], apply: (graph, [x]) => graph.normalCdf(x) }],
  ['atan2', { arity: [2, 2], apply: (graph, [y, x]) => graph.atan2(y, x) }],
  ['min', { arity: [1, Infinity], apply: (graph, all) => all.reduce((least, x) => graph.minimum(least, x)) }],
  ['max', { arity: [1, Infinity], apply: (graph, all) => all.reduce((most, x) => graph.maximum(most, x)) }],
]);

/** The text of an operation that is written as a call; undefined for those written with an operator. */
export const CALLS: ReadonlyMap<string, string> = new Map<string, string>([
  ...unary.map(([name]): [string, string] => [name, name]),
  ['normalCdf', 'normcdf'],
  ...BINARY.filter((name) => name === 'atan2').map((name): [string, string] => [name, name]),
  ['minimum', 'min'],
  ['maximum', 'max'],
]);

/** Calls a function by its name, and refuses a name that is not known or a wrong number of arguments. */
export function applyFunction(graph: Graph, name: string, operands: readonly Node[], source: Source): Node {
  const known = FUNCTIONS.get(name);
  if (!known) throw unknownFunction(source, name, [...FUNCTIONS.keys()]);
  const [least, most] = known.arity;
  if (operands.length < least || operands.length > most) {
    const expected = least === most ? `${least}` : `at least ${least}`;
    const of = name === 'log' && operands.length === 2 ? '; the logarithm to base b is log(x)/log(b)' : '';
    const what = `'${name}' takes ${expected} argument${expected === '1' ? '' : 's'}, not ${operands.length}${of}`;
    throw expressionError(source, what, name);
  }
  return known.apply(graph, operands);
}
