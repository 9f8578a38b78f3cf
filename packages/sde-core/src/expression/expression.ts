import { describe, requireFinite } from '../errors/at-the-door.js';
import { inspectedAs } from '../errors/inspection.js';
import { isNamed, type KnownKeys, requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import { compileScalar, compileVector, type ScalarFunction, type VectorFunction } from './compile.js';
import { derivative } from './differentiate.js';
import { type Graph, type Node, graph as newGraph } from './graph.js';
import { requireNames } from './names.js';
import { requireNode } from './node.js';
import { symbolsOf } from './order.js';
import { parse } from './parse.js';
import { print } from './print.js';
import { printLatex } from './print-latex.js';
import { requireGraph } from './require-graph.js';
import { substitute } from './substitute.js';

/** A formula in time and state, ready to compute. */
export interface Expression {
  readonly graph: Graph;
  /** Parameters are symbols here. */
  readonly node: Node;
  /** The names that x[0], x[1], … stand for. */
  readonly state: readonly string[];
  readonly time: string;
  readonly parameters: Readonly<Record<string, number>>;
  /** The value at time t and state x, shape (d). Compiled on the first call. */
  evaluate: ScalarFunction;
  /** Writes ∂/∂x_i, shape (d). Compiled on the first call. */
  gradient: VectorFunction;
  /** ∂/∂name: of a state, the time or a parameter. */
  derivative(name: string): Expression;
  /** Whether the value depends on a name. */
  dependsOn(name: string): boolean;
  /** The formula, which parses back to the same. */
  toString(): string;
  /** The formula as LaTeX, without dollars. */
  toLatex(): string;
  /** What `expression(text, { state, time, parameters })` makes it of again. */
  toJSON(): ExpressionData;
}

/** An expression as plain data. */
export interface ExpressionData {
  readonly text: string;
  readonly state: readonly string[];
  readonly time: string;
  readonly parameters: Readonly<Record<string, number>>;
}

/** What a formula may name. */
export interface ExpressionContext {
  readonly state: readonly string[];
  /** Default `'t'`. */
  readonly time?: string;
  readonly parameters?: Readonly<Record<string, number>>;
  /** The graph to build in; default a new one. */
  readonly graph?: Graph;
  /** How an error names the place; default `expression(text)`. */
  readonly where?: string;
}

/**
 * A formula as text, compiled to a function of (t, x).
 *
 * Real arithmetic: `+ − * / ^`, comparisons (1 or 0), `and`, `or`, `not`, `c ? a : b`, n-ary `min` and `max`, `abs`, `sign`, `sqrt`, `cbrt`,
 * `exp`, `expm1`, `log` (natural), `log1p`, `sin` … `tanh` and inverses, `atan2`, `erf`, `normcdf` (normal distribution function),
 * `pi`, `e`.
 *
 * @throws SdeError `expression`, `unknown-symbol`, `unknown-function`, with the place.
 *
 * @example
 * import { expression } from 'sde-core';
 * const f = expression('a*x^2 + sin(y)', { state: ['x', 'y'], parameters: { a: 3 } });
 * f.evaluate(0, [2, 0]); // → 12
 * f.derivative('x').evaluate(0, [2, 0]); // → 12
 */
export function expression(text: string | number, context: ExpressionContext): Expression {
  requireKeys<ExpressionContext>(context, CONTEXT, 'expression(text, context)', {
    states: 'state',
    params: 'parameters',
  });
  const { state, time = 't', parameters = {}, graph = newGraph(), where = 'expression(text)' } = context ?? {};
  if (!Array.isArray(state)) throw noState(state);
  requireGraph(graph, 'expression(text, { graph })');
  requireParameters(parameters, 'expression(text, { parameters })');
  requireNames([...state, time, ...Object.keys(parameters)], where);
  for (const [name, value] of Object.entries(parameters))
    requireFinite(value, `${where}: parameters.${name}`, 'give each parameter a finite number');
  const names = [...state, time, ...Object.keys(parameters)];
  const symbols = new Map(names.map((name) => [name, graph.symbol(name)]));
  return expressionOf(parse(graph, text, { symbols, where }), { graph, state, time, parameters });
}

const CONTEXT: KnownKeys<ExpressionContext> = {
  state: true,
  time: true,
  parameters: true,
  graph: true,
  where: true,
};

const noState = (state: unknown, where = 'expression(text, { state })'): SdeError =>
  new SdeError('value', {
    what: 'no names of the state',
    where,
    expected: "a list of names: ['x', 'y']",
    got: describe(state),
    remedy: 'say what x[0], x[1], … are called',
  });

function requireContext(context: unknown): void {
  const where = 'expressionOf(node, context)';
  const { graph, state, time, parameters } = (context ?? {}) as Partial<Expression>;
  requireGraph(graph, where);
  if (!Array.isArray(state)) throw noState(state, where);
  requireParameters(parameters, where);
  const nameless = [...state, time].find((name) => typeof name !== 'string');
  if (nameless !== undefined || time === undefined) throw noState(nameless, where);
}

function requireParameters(parameters: unknown, where: string): void {
  if (!isNamed(parameters)) throw noParameters(parameters, where);
  const other = Object.values(parameters).find((value) => typeof value !== 'number');
  if (other !== undefined) throw noParameters(other, where);
}

const noParameters = (got: unknown, where: string): SdeError =>
  new SdeError('value', {
    what: 'not values of parameters',
    where,
    expected: 'an object with a number for each parameter',
    got: describe(got),
    remedy: 'write parameters: { a: 1 }',
  });

/** The expression that a node stands for; its symbols are those of the context. */
export function expressionOf(
  node: Node,
  context: Pick<Expression, 'graph' | 'state' | 'time' | 'parameters'>,
): Expression {
  requireNode(node, 'expressionOf(node, context)');
  requireContext(context);
  const { graph, state, time, parameters } = context;
  const given = { time: graph.symbol(time), state: state.map((name) => graph.symbol(name)) };
  const bound = (nodes: Node[]): Node[] => bind(graph, nodes, parameters);
  let value: ScalarFunction | undefined;
  let slopes: VectorFunction | undefined;
  const formula: Omit<Expression, 'toLatex' | 'toJSON'> = {
    graph,
    node,
    state,
    time,
    parameters,
    evaluate: (t, x) => {
      value ??= compileScalar(bound([node])[0], given);
      return value(t, x);
    },
    gradient: (t, x, out) => {
      slopes ??= compileVector(bound(given.state.map((symbol) => derivative(graph, symbol)(node))), given);
      slopes(t, x, out);
    },
    derivative: (name) => {
      if (![...state, time, ...Object.keys(parameters)].includes(name)) throw unknownName(name, state);
      return expressionOf(derivative(graph, graph.symbol(name))(node), context);
    },
    dependsOn: (name) => symbolsOf(node).includes(graph.symbol(name)),
    toString: () => print(node),
  };
  return Object.freeze(
    inspectedAs(formula, () => `Expression(${print(node)})`, {
      toLatex: () => printLatex(node),
      toJSON: () => ({ text: print(node), state, time, parameters }),
    }),
  );
}

/** Whether this is an {@link Expression}, and no text, number or anything else. */
export function isExpression(given: unknown): given is Expression {
  const { graph, node } = (given ?? {}) as Readonly<Record<string, unknown>>;
  return typeof given === 'object' && typeof graph === 'object' && typeof node === 'object' && node !== null;
}

/** The nodes with parameters replaced by their values. */
export function bind(graph: Graph, nodes: readonly Node[], parameters: Readonly<Record<string, number>>): Node[] {
  const values = Object.entries(parameters).map(([name, value]): [Node, Node] => [
    graph.symbol(name),
    graph.constant(value),
  ]);
  return values.length === 0 ? [...nodes] : substitute(graph, nodes, new Map(values));
}

function unknownName(name: string, state: readonly string[]): SdeError {
  return new SdeError('unknown-symbol', {
    what: `unknown symbol ${describe(name)}`,
    where: 'expression.derivative(name)',
    expected: `a state (${state.join(', ')}), the time or a parameter`,
    got: describe(name),
    remedy: 'differentiate with respect to a name that was declared',
  });
}
