import { straightline } from './emit.js';
import type { Node } from './graph.js';
import { numbers } from './numbers.js';

/** What the arguments of compiled code stand for. */
export interface Arguments {
  /** The symbol that is `t`, if any is. */
  readonly time?: Node;
  /** The symbols that are x[0], x[1], … */
  readonly state: readonly Node[];
}

/** Writes values at a time and state into `out`. */
export type VectorFunction = (t: number, x: ArrayLike<number>, out: Float64Array) => void;
/** A value at a time and state. */
export type ScalarFunction = (t: number, x: ArrayLike<number>) => number;
/** Values at one time and many states, by columns: state p is x[0][p], x[1][p], …, and its values go to out[0][p], out[1][p], … */
export type ColumnFunction = (t: number, x: readonly Float64Array[], out: readonly Float64Array[]) => boolean;

/**
 * One JavaScript function that computes all outputs, each shared subexpression once.
 *
 * It agrees with {@link evaluate} bit for bit. All of x is read before `out` is written, so the two may be one array.
 *
 * @throws RangeError if an output depends on a symbol that is not an argument.
 */
export function compileVector(outputs: readonly Node[], given: Arguments): VectorFunction {
  const code = straightline(outputs, reader(given));
  const body = [...code.statements, ...outputs.map((output, index) => `out[${index}] = ${code.name(output)};`)];
  // The generated text is a function of exactly these three arguments.
  return build(['t', 'x', 'out'], body, code.calls) as VectorFunction;
}

/** The same for one output, returned. */
export function compileScalar(output: Node, given: Arguments): ScalarFunction {
  const code = straightline([output], reader(given));
  // The generated text is a function of exactly these two arguments.
  return build(['t', 'x'], [...code.statements, `return ${code.name(output)};`], code.calls) as ScalarFunction;
}

/**
 * The same for many states at once; what depends on no state is computed once. Returns whether any number in `out` changed.
 *
 * @throws RangeError if there is no output, or one depends on a symbol that is not an argument.
 */
export function compileColumns(outputs: readonly Node[], given: Arguments): ColumnFunction {
  if (outputs.length === 0) throw new RangeError('there is nothing to compute');
  const columns = new Map(given.state.map((symbol, index) => [symbol, `x${index}[p]`]));
  const scalar = reader(given);
  const code = straightline(outputs, (symbol) => columns.get(symbol) ?? scalar(symbol));
  const moving = new Set<Node>();
  const [before, inside]: [string[], string[]] = [[], []];
  code.nodes.forEach((node, index) => {
    const moves = columns.has(node) || node.operands.some((operand) => moving.has(operand));
    if (moves) moving.add(node);
    (moves ? inside : before).push(code.statements[index]);
  });
  const body = [
    ...given.state.map((_, index) => `const x${index} = x[${index}];`),
    ...outputs.map((_, index) => `const out${index} = out[${index}];`),
    ...before,
    'let changed = false;',
    'for (let p = 0; p < out0.length; p++) {',
    ...inside,
    ...outputs.map((output, index) => {
      const value = code.name(output);
      return `if (out${index}[p] !== ${value}) { out${index}[p] = ${value}; changed = true; }`;
    }),
    '}',
    'return changed;',
  ];
  // The generated text is a function of exactly these three arguments.
  return build(['t', 'x', 'out'], body, code.calls) as ColumnFunction;
}

function reader(given: Arguments): (symbol: Node) => string {
  const places = new Map(given.state.map((symbol, index) => [symbol, `x[${index}]`]));
  if (given.time) places.set(given.time, 't');
  return (symbol) => {
    const place = places.get(symbol);
    if (place === undefined)
      throw new RangeError(`the symbol '${symbol.name}' is not an argument of the compiled function`);
    return place;
  };
}

function build(parameters: readonly string[], body: readonly string[], calls: ReadonlySet<string>): unknown {
  const head = calls.size > 0 ? `const { ${[...calls].join(', ')} } = numbers;\n` : '';
  const text = `"use strict";\n${head}return (${parameters.join(', ')}) => {\n${body.join('\n')}\n};`;
  return new Function('numbers', text)(numbers);
}
