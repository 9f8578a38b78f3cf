import {
  compileScalar,
  compileVector,
  type Expression,
  expression,
  type Node,
  reverseGradient,
  SdeError,
  type SymbolicModel,
  substitute,
  symbolsOf,
  toIto,
} from 'sde-core';
import type { StateInput } from '../backward/node-values.js';

/** A function of the state x, shape (d), and the chosen parameters p, shape (q), together `point` = (x, p), with its slope in p. */
export interface ParametricFunction {
  at(point: Float64Array): number;
  /** Writes ∂/∂p, shape (q). */
  slopes(point: Float64Array, out: Float64Array): void;
}

/** Everything in the equation as functions of (x, p): compiled once, whatever the intervals and iterations. */
export interface OpenLoopModel {
  readonly dimension: number;
  readonly noiseDimension: number;
  /** Number of chosen parameters, q. */
  readonly chosen: number;
  /** Writes b, shape (d), then σ, shape (d, m), then c, at `point` = (x, p). */
  coefficients(point: Float64Array, out: Float64Array): void;
  /** r: a number where it is one, else a function. */
  readonly running: number | ((point: Float64Array) => number);
  /** c is always 0. */
  readonly unkilled: boolean;
  /** Coefficients of a node: b_k, ½ a_kk, a_kl (k < l), c and r, in that order. */
  readonly count: number;
  /** Which of them depend on p. Shape (count). */
  readonly open: readonly boolean[];
  /**
   * The Hamiltonian H = Σ λ_i · coefficient_i(x, p), shape of λ (count), at `point` = (x, p, λ): with λ the sensitivities of J to the
   * coefficients of a node, ∂H/∂p is what the node contributes to ∂J/∂p.
   */
  readonly hamiltonian: ParametricFunction;
  /** φ as a function of (x, p), or undefined if it does not depend on p. */
  terminal(input: StateInput, where: string): ParametricFunction | undefined;
}

/**
 * Compiles a model with some of its parameters left open.
 *
 * @throws SdeError `unknown-symbol` for a name that is no parameter of the model, `value` for no name or one given twice; `unsupported` if
 * anything depends on time by itself; the errors of expressions for `killing` and `running`.
 */
export function openLoopModel(
  model: SymbolicModel,
  names: readonly string[],
  rates: { readonly killing: string | number; readonly running: string | number },
  where: string,
): OpenLoopModel {
  requireParameters(model, names, where);
  const ito = toIto(model);
  const { graph, stateNodes, timeNode, dimension: d, noiseDimension: m, state, time, parameters } = ito;
  const context = { state, time, parameters, graph };
  const others = Object.entries(parameters).filter(([name]) => !names.includes(name));
  const values = new Map(others.map(([name, value]): [Node, Node] => [graph.symbol(name), graph.constant(value)]));
  const bound = (nodes: readonly Node[]): Node[] => substitute(graph, nodes, values);
  const [killing, running] = bound(
    (['killing', 'running'] as const).map(
      (name) => expression(rates[name], { ...context, where: `${where}({ ${name} })` }).node,
    ),
  );
  const drift = bound(ito.driftNodes);
  const sigma = bound(ito.diffusionNodes);
  const axes = Array.from({ length: d }, (_, k) => k);
  const covariance = (k: number, l: number): Node =>
    Array.from({ length: m }, (_, j) => graph.multiply(sigma[k * m + j], sigma[l * m + j])).reduce(
      (sum, product) => graph.add(sum, product),
      graph.constant(0),
    );
  const numbers = [
    ...drift,
    ...axes.map((k) => graph.multiply(graph.constant(1 / 2), covariance(k, k))),
    ...axes.flatMap((k) => axes.slice(k + 1).map((l) => covariance(k, l))),
    killing,
    running,
  ];
  if (symbolsOf(...numbers).includes(timeNode)) throw timeDependent(where);
  const chosen = names.map((name) => graph.symbol(name));
  const open = numbers.map((node) => symbolsOf(node).some((symbol) => chosen.includes(symbol)));
  // No name of a model has a space.
  const lambda = numbers.map((_, i) => graph.symbol(`adjoint of ${i}`));
  const hamiltonian = numbers.reduce(
    (sum, node, i) => (open[i] ? graph.add(sum, graph.multiply(lambda[i], node)) : sum),
    graph.constant(0),
  );
  const given = { state: [...stateNodes, ...chosen] };
  const parametric = (node: Node, extra: readonly Node[] = []): ParametricFunction => {
    const all = { state: [...given.state, ...extra] };
    const value = compileScalar(node, all);
    const slopes = compileVector(reverseGradient(graph, node, chosen), all);
    return { at: (point) => value(0, point), slopes: (point, out) => slopes(0, point, out) };
  };
  const coefficients = compileVector([...drift, ...sigma, killing], given);
  const rate = compileScalar(running, given);
  return {
    dimension: d,
    noiseDimension: m,
    chosen: names.length,
    coefficients: (point, out) => coefficients(0, point, out),
    running: running.operation === 'constant' ? running.value : (point) => rate(0, point),
    unkilled: killing === graph.constant(0),
    count: numbers.length,
    open,
    hamiltonian: parametric(hamiltonian, lambda),
    terminal: (input, place) => {
      const text = textOf(input);
      if (text === undefined) return undefined;
      const [node] = bound([expression(text, { ...context, where: place }).node]);
      return symbolsOf(node).some((symbol) => chosen.includes(symbol)) ? parametric(node) : undefined;
    },
  };

  /** A formula that names a chosen parameter, as text. */
  function textOf(input: StateInput): string | undefined {
    if (typeof input === 'string') return input;
    if (typeof input !== 'object' || input === null || !('dependsOn' in input)) return undefined;
    const formula: Expression = input;
    return names.some((name) => formula.dependsOn(name)) ? formula.toString() : undefined;
  }
}

function requireParameters(model: SymbolicModel, names: readonly string[], where: string): void {
  const unknown = names.find((name) => !Object.hasOwn(model.parameters, name));
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (names.length > 0 && unknown === undefined && twice === undefined) return;
  const what =
    unknown !== undefined
      ? `the model has no parameter '${unknown}'`
      : twice !== undefined
        ? `the parameter '${twice}' is chosen twice`
        : 'no parameter to control';
  throw new SdeError(unknown === undefined ? 'value' : 'unknown-symbol', {
    what,
    where: `${where}({ parameters, constants })`,
    expected: `names among ${Object.keys(model.parameters).join(', ') || '(the model has no parameters)'}, each once`,
    got: names.length === 0 ? '[]' : names.map((name) => `'${name}'`).join(', '),
    remedy: 'declare what is to be controlled in symbolic({ parameters })',
  });
}

function timeDependent(where: string): SdeError {
  return new SdeError('unsupported', {
    what: 'coefficients that depend on time by themselves',
    where: `${where}({ model, killing, running })`,
    expected: 'time enters through the control alone',
    got: 'an expression with the time symbol in it',
    remedy: 'make time a state, or approximate it by constants on intervals',
  });
}
