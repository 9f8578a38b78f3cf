import { describe, requireArray, requireFunction, requireInteger, requireLength } from '../errors/at-the-door.js';
import { isNamed, type KnownKeys, requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import { type Arguments, compileVector, type VectorFunction } from '../expression/compile.js';
import { derivative } from '../expression/differentiate.js';
import { bind } from '../expression/expression.js';
import { type Graph, type Node, graph as newGraph } from '../expression/graph.js';
import { requireNames } from '../expression/names.js';
import { symbolsOf } from '../expression/order.js';
import { parse } from '../expression/parse.js';
import { type Calculus, type JacobianModel, requireAscending, requireCalculus } from './model.js';
import { noiseStructure } from './noise-structure.js';

/** A model whose coefficients are expressions: it can be differentiated, traced into kernels, and given a generator. */
export interface SymbolicModel extends JacobianModel {
  readonly kind: 'symbolic';
  /** Shape (d). */
  readonly state: readonly string[];
  readonly time: string;
  readonly parameters: Readonly<Record<string, number>>;
  readonly graph: Graph;
  /** Shape (d). */
  readonly stateNodes: readonly Node[];
  readonly timeNode: Node;
  /** In the order of `parameters`. */
  readonly parameterNodes: readonly Node[];
  /** b, shape (d); parameters are symbols in it. */
  readonly driftNodes: readonly Node[];
  /** σ, shape (d, m), row-major; parameters are symbols in it. */
  readonly diffusionNodes: readonly Node[];
  /** The same model with other values of some parameters. */
  withParameters(values: Readonly<Record<string, number>>): SymbolicModel;
}

/** What {@link symbolic} takes. */
export interface SymbolicOptions {
  /** Names of the states, shape (d). */
  readonly state: readonly string[];
  /** b, shape (d); one expression alone where d = 1. */
  readonly drift: readonly (string | number)[] | string | number;
  /** σ: rows = states, columns = Wiener processes, shape (d, m); one expression alone where d = m = 1. */
  readonly diffusion: readonly (readonly (string | number)[])[] | string | number;
  /** Names and values of constants. */
  readonly parameters?: Readonly<Record<string, number>>;
  /** Default `'ito'`. */
  readonly calculus?: Calculus;
  /** The name of time; default `'t'`. */
  readonly time?: string;
  /** Times at which the coefficients jump, ascending. */
  readonly breakpoints?: readonly number[];
  /**
   * Names of the states that the equation keeps at or above 0. Nothing checks it; schemes take coefficients that are no number below at max(x_i, 0),
   * and estimates count the paths that fall below.
   */
  readonly nonNegative?: readonly string[];
}

/**
 * A model from formulas: dX_i = b_i(t, X) dt + Σ_k σ_ik(t, X) dW_k.
 *
 * The noise structure is decided from σ; Jacobians are exact; coefficients are compiled on their first call.
 *
 * @throws SdeError `shape` for rows that do not match the states or each other; `expression`, `unknown-symbol`, `unknown-function` for the
 * formulas; `value` for parameters that are not numbers.
 *
 * @example
 * import { symbolic } from 'sde-core';
 * const model = symbolic({ state: ['x'], drift: ['mu*x'], diffusion: [['sigma*x']], parameters: { mu: 0.3, sigma: 0.5 } });
 * model.noise.kind; // → scalar
 */
export function symbolic(options: SymbolicOptions): SymbolicModel {
  requireKeys<SymbolicOptions>(options, SYMBOLIC_KEYS, 'symbolic({ … })', { diffusions: 'diffusion', states: 'state' });
  const { state, parameters = {}, calculus = 'ito', time = 't', breakpoints } = options ?? {};
  if (!Array.isArray(state) || state.length === 0) {
    throw shapeError('no states', 'symbolic({ state })', "the names of the states, as in ['x', 'y']", describe(state));
  }
  requireValues(parameters, 'symbolic({ parameters })');
  requireNames([...state, time, ...Object.keys(parameters)], 'symbolic({ state, time, parameters })');
  requireCalculus(calculus, 'symbolic({ calculus })');
  requireAscending(breakpoints, 'symbolic({ breakpoints })');
  const graph = newGraph();
  const symbols = new Map([...state, time, ...Object.keys(parameters)].map((name) => [name, graph.symbol(name)]));
  const rows = diffusionRows(options.diffusion, state.length);
  const driftNodes = driftEntries(options.drift, state.length).map((text, i) =>
    parse(graph, text, { symbols, where: `symbolic({ drift })[${i}]` }),
  );
  const diffusionNodes = rows.flatMap((row, i) =>
    row.map((text, k) => parse(graph, text, { symbols, where: `symbolic({ diffusion })[${i}][${k}]` })),
  );
  const noiseDimension = rows[0].length;
  const coefficients = { driftNodes, diffusionNodes, noiseDimension };
  if (options.nonNegative !== undefined)
    requireArray(options.nonNegative, 'symbolic({ nonNegative })', "name the states, as in ['x']");
  const nonNegative = options.nonNegative && Array.from(options.nonNegative, (name) => requireState(name, state));
  return symbolicModel({
    graph,
    state: [...state],
    time,
    parameters,
    calculus,
    breakpoints,
    nonNegative,
    ...coefficients,
  });
}

const SYMBOLIC_KEYS: KnownKeys<SymbolicOptions> = {
  state: true,
  drift: true,
  diffusion: true,
  parameters: true,
  calculus: true,
  time: true,
  breakpoints: true,
  nonNegative: true,
};

/** What a symbolic model is made of: {@link symbolic} makes it from text. */
export type SymbolicParts = Pick<
  SymbolicModel,
  | 'graph'
  | 'state'
  | 'time'
  | 'parameters'
  | 'calculus'
  | 'breakpoints'
  | 'nonNegative'
  | 'driftNodes'
  | 'diffusionNodes'
  | 'noiseDimension'
>;

/**
 * A model whose coefficients are nodes of a graph: what {@link symbolic} makes from text, for formulas that are derived.
 *
 * Nodes may name the states, the time and the parameters as symbols of the same graph.
 *
 * @example
 * import { derivative, graph, symbolicModel } from 'sde-core/expression';
 * const g = graph();
 * const x = g.symbol('x');
 * const potential = g.cos(x);
 * const parts = { graph: g, state: ['x'], time: 't', parameters: {}, calculus: 'ito', breakpoints: undefined } as const;
 * const driftNodes = [g.negate(derivative(g, x)(potential))];
 * const model = symbolicModel({ ...parts, driftNodes, diffusionNodes: [g.constant(1)], noiseDimension: 1 });
 * model.noise.kind; // → additive
 */
export function symbolicModel(parts: SymbolicParts): SymbolicModel {
  requireParts(parts);
  const { graph, state, time, calculus, breakpoints, nonNegative, driftNodes, diffusionNodes, noiseDimension } = parts;
  const parameters = Object.freeze({ ...parts.parameters });
  const stateNodes = state.map((name) => graph.symbol(name));
  const timeNode = graph.symbol(time);
  const given: Arguments = { time: timeNode, state: stateNodes };
  const drift = bind(graph, driftNodes, parameters);
  const diffusion = bind(graph, diffusionNodes, parameters);
  return Object.freeze<SymbolicModel>({
    kind: 'symbolic',
    dimension: state.length,
    noiseDimension,
    calculus,
    noise: noiseStructure({ graph, stateNodes, noiseDimension, diffusionNodes: diffusion }),
    drift: onFirstCall(() => compileVector(drift, given)),
    diffusion: onFirstCall(() => compileVector(diffusion, given)),
    driftJacobian: onFirstCall(() => compileVector(jacobian(graph, drift, stateNodes), given)),
    diffusionJacobian: onFirstCall(() => compileVector(jacobian(graph, diffusion, stateNodes), given)),
    ...(breakpoints && { breakpoints }),
    ...(nonNegative && { nonNegative: Object.freeze([...nonNegative]) }),
    autonomous: !symbolsOf(...drift, ...diffusion).includes(timeNode),
    state,
    time,
    parameters,
    graph,
    stateNodes,
    timeNode,
    parameterNodes: Object.keys(parameters).map((name) => graph.symbol(name)),
    driftNodes,
    diffusionNodes,
    withParameters: (values) => {
      requireValues(values, 'model.withParameters(values)');
      requireKnown(values, parameters);
      return symbolicModel({ ...parts, parameters: { ...parameters, ...values } });
    },
  });
}

function requireParts(parts: SymbolicParts): void {
  const where = (field: string): string => `symbolicModel({ ${field} })`;
  const { graph, state, time, parameters, calculus, breakpoints, driftNodes, diffusionNodes } = parts ?? {};
  requireFunction(graph?.symbol, where('graph'), 'give graph(), in which the nodes were built');
  requireArray(state, where('state'), "name the states, as in ['x']");
  requireInteger(parts.noiseDimension, 0, where('noiseDimension'), 'give m, the columns of σ', 2 ** 24);
  requireValues(parameters, where('parameters'));
  requireNames([...state, time, ...Object.keys(parameters)], 'symbolicModel({ state, time, parameters })');
  requireCalculus(calculus, where('calculus'));
  requireAscending(breakpoints, where('breakpoints'));
  requireNodes(driftNodes, state.length, where('driftNodes'));
  requireNodes(diffusionNodes, state.length * parts.noiseDimension, where('diffusionNodes'));
}

function requireNodes(nodes: readonly Node[], length: number, where: string): void {
  const remedy = 'give one node of the graph for each entry, by rows';
  requireArray(nodes, where, remedy);
  requireLength(nodes, length, where, remedy);
  const wrong = Array.from(nodes).findIndex((node) => !Array.isArray(node?.operands));
  if (wrong < 0) return;
  throw new SdeError('value', {
    what: 'not a node of a graph',
    where: `${where}[${wrong}]`,
    expected: 'what graph().symbol, constant, add, … give',
    got: describe(nodes[wrong]),
    remedy: 'write formulas as text with symbolic({ state, drift, diffusion })',
  });
}

/** Whether a model is made of expressions. */
export function isSymbolicModel(model: { readonly kind: string }): model is SymbolicModel {
  // A caller without types may have nothing here; the question is then answered all the same.
  return (model as { readonly kind: string } | null | undefined)?.kind === 'symbolic' && 'graph' in model;
}

/** ∂entry/∂x_j for every entry, shape (entries, d), row-major. */
export function jacobian(graph: Graph, entries: readonly Node[], stateNodes: readonly Node[]): Node[] {
  const slopes = stateNodes.map((symbol) => derivative(graph, symbol));
  return entries.flatMap((entry) => slopes.map((slope) => slope(entry)));
}

/** Compiling takes milliseconds, and not every coefficient is asked for. */
function onFirstCall(make: () => VectorFunction): VectorFunction {
  let made: VectorFunction | undefined;
  return (t, x, out) => {
    made ??= make();
    made(t, x, out);
  };
}

function driftEntries(drift: SymbolicOptions['drift'], d: number): readonly (string | number)[] {
  const entries = Array.isArray(drift) ? (drift as readonly (string | number)[]) : [drift as string | number];
  if (entries.length === d) return entries;
  throw shapeError('a drift of another dimension', 'symbolic({ drift })', `shape (${d})`, `shape (${entries.length})`);
}

function diffusionRows(diffusion: SymbolicOptions['diffusion'], d: number): readonly (readonly (string | number)[])[] {
  const where = 'symbolic({ diffusion })';
  const alone = typeof diffusion === 'string' || typeof diffusion === 'number';
  if (alone && d === 1) return [[diffusion]];
  const expected = `${d} rows, one a state, each with one entry a Wiener process: [['…', '…'], …]`;
  if (alone || !Array.isArray(diffusion)) throw shapeError('not a matrix', where, expected, describe(diffusion));
  const rows = diffusion as readonly (readonly (string | number)[])[];
  if (rows.length !== d) throw shapeError('wrong number of rows', where, expected, `${rows.length} rows`);
  const flat = rows.findIndex((row) => !Array.isArray(row));
  if (flat >= 0) throw shapeError('not a matrix', where, expected, `${describe(rows[flat])} as row ${flat}`);
  const ragged = rows.findIndex((row) => row.length !== rows[0].length);
  if (ragged < 0) return rows;
  const lengths = `row 0 with ${rows[0].length} entries, row ${ragged} with ${rows[ragged].length}`;
  throw shapeError('rows of different lengths', where, expected, lengths);
}

function shapeError(what: string, where: string, expected: string, got: string): SdeError {
  const remedy = 'give one drift entry and one diffusion row for each state';
  return new SdeError('shape', { what, where, expected, got, remedy });
}

function requireValues(parameters: Readonly<Record<string, number>>, where: string): void {
  if (!isNamed(parameters)) throw notNamed(parameters, where);
  for (const [name, value] of Object.entries(parameters)) {
    if (typeof value === 'number' && Number.isFinite(value)) continue;
    throw new SdeError('value', {
      what: `the parameter '${name}' is not a finite number`,
      where,
      expected: 'a finite number',
      got: describe(value),
      remedy: `give '${name}' a number`,
    });
  }
}

const notNamed = (got: unknown, where: string): SdeError =>
  new SdeError('value', {
    what: 'no names and values of parameters',
    where,
    expected: 'an object, as in { mu: 0.3 }',
    got: describe(got),
    remedy: 'write each parameter by its name',
  });

function requireState(name: string, state: readonly string[]): number {
  const index = state.indexOf(name);
  if (index >= 0) return index;
  throw new SdeError('unknown-symbol', {
    what: `the model has no state ${describe(name)}`,
    where: 'symbolic({ nonNegative })',
    expected: `states: ${state.join(', ')}`,
    got: describe(name),
    remedy: 'name states that stay at or above 0',
  });
}

function requireKnown(values: Readonly<Record<string, number>>, parameters: Readonly<Record<string, number>>): void {
  const unknown = Object.keys(values).find((name) => !Object.hasOwn(parameters, name));
  if (unknown === undefined) return;
  throw new SdeError('unknown-symbol', {
    what: `the model has no parameter '${unknown}'`,
    where: 'model.withParameters(values)',
    expected: Object.keys(parameters).join(', ') || 'no parameters',
    got: `'${unknown}'`,
    remedy: 'change parameters that the model was made with',
  });
}
