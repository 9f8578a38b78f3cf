import { describe } from '../errors/at-the-door.js';
import { requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import { type Straightline, straightline } from './emit.js';
import type { Node } from './graph.js';
import { requireNode, requireNodes, requireSymbols } from './node.js';
import { numbers } from './numbers.js';

/** What the arguments of compiled code stand for. */
export interface Arguments {
  /** The symbol that is `t`, if any is. */
  readonly time?: Node;
  /** The symbols that are x[0], x[1], … */
  readonly state: readonly Node[];
}

/** What the arguments of code for many states stand for. */
export interface ColumnArguments extends Arguments {
  /** The symbols that are the same for all states: shared[0], shared[1], … */
  readonly shared?: readonly Node[];
}

/** Writes values at a time and state into `out`. */
export type VectorFunction = (t: number, x: ArrayLike<number>, out: Float64Array) => void;
/** A value at a time and state. */
export type ScalarFunction = (t: number, x: ArrayLike<number>) => number;
/** Values at one time and many states, by columns: state p is x[0][p], x[1][p], …, and its values go to out[0][p], out[1][p], … */
export type ColumnFunction = (
  t: number,
  x: readonly Float64Array[],
  out: readonly Float64Array[],
  shared?: ArrayLike<number>,
) => boolean;
/** Adds the sum over all states of output j to out[j], state after state. */
export type ColumnSums = (t: number, x: readonly Float64Array[], out: Float64Array, shared?: ArrayLike<number>) => void;

/**
 * One JavaScript function that computes all outputs, each shared subexpression once.
 *
 * It agrees with {@link evaluate} bit for bit. All of x is read before `out` is written, so the two may be one array.
 *
 * @throws SdeError `unknown-symbol` if an output depends on a symbol that is not an argument.
 */
export function compileVector(outputs: readonly Node[], given: Arguments): VectorFunction {
  const where = 'compileVector(outputs, given)';
  requireNodes(outputs, where);
  const code = straightline(outputs, reader(given, where));
  const body = [...code.statements, ...outputs.map((output, index) => `out[${index}] = ${code.name(output)};`)];
  // The generated text is a function of exactly these three arguments.
  return build(['t', 'x', 'out'], body, code.calls) as VectorFunction;
}

/**
 * The same for one output, returned.
 *
 * @throws SdeError `unknown-symbol` if it depends on a symbol that is not an argument.
 */
export function compileScalar(output: Node, given: Arguments): ScalarFunction {
  const where = 'compileScalar(output, given)';
  requireNode(output, where);
  const code = straightline([output], reader(given, where));
  // The generated text is a function of exactly these two arguments.
  return build(['t', 'x'], [...code.statements, `return ${code.name(output)};`], code.calls) as ScalarFunction;
}

/**
 * The same for many states at once; what depends on no state is computed once. Returns whether any number in `out` changed.
 *
 * @throws SdeError `value` if there is no output, `unknown-symbol` if one depends on a symbol that is not an argument.
 */
export function compileColumns(outputs: readonly Node[], given: ColumnArguments): ColumnFunction {
  const { head, inside, calls, name } = overColumns(outputs, given, 'compileColumns(outputs, given)');
  const body = [
    ...outputs.map((_, index) => `const out${index} = out[${index}];`),
    ...head,
    'let changed = false;',
    'for (let p = 0; p < out0.length; p++) {',
    ...inside,
    ...outputs.map((output, index) => {
      const value = name(output);
      return `if (out${index}[p] !== ${value}) { out${index}[p] = ${value}; changed = true; }`;
    }),
    '}',
    'return changed;',
  ];
  // The generated text is a function of exactly these four arguments.
  return build(['t', 'x', 'out', 'shared'], body, calls) as ColumnFunction;
}

/**
 * The sums of all outputs over the states. `weights`, some of the state's symbols, tell where there is nothing to add: a state at which all of
 * them are 0 is passed over, even where an output would not be finite. Default none: every state counts.
 *
 * @throws SdeError `value` if there is no output or no state, or a weight is none of the state's symbols; `unknown-symbol` if an output depends on a symbol that is
 * not an argument.
 */
export function compileColumnSums(
  outputs: readonly Node[],
  given: ColumnArguments,
  weights: readonly Node[] = [],
): ColumnSums {
  const where = 'compileColumnSums(outputs, given, weights)';
  const { head, inside, calls, name } = overColumns(outputs, given, where);
  if (given.state.length === 0) throw nothing(where, 'there is no column to sum over', 'at least one symbol in state');
  requireNodes(weights, where);
  if (weights.some((symbol) => !given.state.includes(symbol)))
    throw nothing(where, 'a weight that is no symbol of the state', 'some of the symbols in state');
  const resting = weights.map((symbol) => `x${given.state.indexOf(symbol)}[p] === 0`).join(' && ');
  const body = [
    ...head,
    ...outputs.map((_, index) => `let sum${index} = 0;`),
    'for (let p = 0; p < x0.length; p++) {',
    ...(weights.length > 0 ? [`if (${resting}) continue;`] : []),
    ...inside,
    ...outputs.map((output, index) => `sum${index} += ${name(output)};`),
    '}',
    ...outputs.map((_, index) => `out[${index}] += sum${index};`),
  ];
  // The generated text is a function of exactly these four arguments.
  return build(['t', 'x', 'out', 'shared'], body, calls) as ColumnSums;
}

/** The statements of a loop over states: those before it, which depend on no state, and those inside, at state p. */
function overColumns(
  outputs: readonly Node[],
  given: ColumnArguments,
  where: string,
): Pick<Straightline, 'calls' | 'name'> & { readonly head: readonly string[]; readonly inside: readonly string[] } {
  requireNodes(outputs, where);
  const scalar = reader(given, where);
  if (outputs.length === 0) throw nothing(where, 'there is nothing to compute', 'at least one output');
  const columns = new Map(given.state.map((symbol, index) => [symbol, `x${index}[p]`]));
  const shared = new Map((given.shared ?? []).map((symbol, index) => [symbol, `shared[${index}]`]));
  const { statements, nodes, calls, name } = straightline(
    outputs,
    (symbol) => columns.get(symbol) ?? shared.get(symbol) ?? scalar(symbol),
  );
  const moving = new Set<Node>();
  const head = given.state.map((_, index) => `const x${index} = x[${index}];`);
  const inside: string[] = [];
  nodes.forEach((node, index) => {
    const moves = columns.has(node) || node.operands.some((operand) => moving.has(operand));
    if (moves) moving.add(node);
    (moves ? inside : head).push(statements[index]);
  });
  return { head, inside, calls, name };
}

function reader(given: ColumnArguments, where: string): (symbol: Node) => string {
  requireKeys<ColumnArguments>(given ?? null, { time: true, state: true, shared: true }, where);
  requireSymbols(given.state, `${where}: state`);
  requireSymbols(given.shared ?? [], `${where}: shared`);
  if (given.time !== undefined) requireSymbols([given.time], `${where}: time`);
  const places = new Map(given.state.map((symbol, index) => [symbol, `x[${index}]`]));
  if (given.time) places.set(given.time, 't');
  return (symbol) => {
    const place = places.get(symbol);
    if (place === undefined) throw notAnArgument(symbol, given, where);
    return place;
  };
}

function build(parameters: readonly string[], body: readonly string[], calls: ReadonlySet<string>): unknown {
  const head = calls.size > 0 ? `const { ${[...calls].join(', ')} } = numbers;\n` : '';
  const text = `"use strict";\n${head}return (${parameters.join(', ')}) => {\n${body.join('\n')}\n};`;
  return new Function('numbers', text)(numbers);
}

const notAnArgument = (symbol: Node, { time, state, shared = [] }: ColumnArguments, where: string): SdeError =>
  new SdeError('unknown-symbol', {
    what: `the symbol '${symbol.name}' is not an argument of the compiled function`,
    where,
    expected: `${[...state, ...shared, ...(time ? [time] : [])].map(({ name }) => name).join(', ') || 'no symbol'}`,
    got: describe(symbol.name),
    remedy: 'name it in state, shared or time, or replace it by a value with substitute',
  });

const nothing = (where: string, what: string, expected: string): SdeError =>
  new SdeError('value', { what, where, expected, got: 'none', remedy: 'give what is to be computed, and of what' });
