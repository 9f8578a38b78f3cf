import {
  type ColumnSums,
  compileColumnSums,
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
import type { CoefficientNodes } from '../operators/coefficient-columns.js';
import { coefficientLayout, inOrder } from '../operators/coefficient-layout.js';

/** A function of the state x, shape (d), and the chosen parameters p, shape (q), together `point` = (x, p), with its slope in p. */
export interface ParametricFunction {
  at(point: Float64Array): number;
  /** Writes ∂/∂p, shape (q). */
  slopes(point: Float64Array, out: Float64Array): void;
}

/** Everything in the equation as functions of (x, p): compiled once, whatever the intervals and iterations. */
export interface OpenLoopModel {
  readonly dimension: number;
  /** Number of chosen parameters, q. */
  readonly chosen: number;
  /** b, a and c, where p is to be read. */
  readonly coefficients: Omit<CoefficientNodes, 'shared'> & { readonly chosen: readonly Node[] };
  /** r: a number where it is one, else a function. */
  readonly running: number | ((point: Float64Array) => number);
  /** Coefficients of a node: b_k, ½ a_kk, a_kl (k < l), c and r, in that order. */
  readonly count: number;
  /** Which of them depend on p. Shape (count). */
  readonly open: readonly boolean[];
  /**
   * Σ_nodes H with the Hamiltonian H = Σ λ_i · coefficient_i(x, p) over those that are open, from columns x_k and λ_i, and p as what they share. With
   * λ the sensitivities of J to the coefficients, `slopes`, shape (q), are what the nodes contribute to ∂J/∂p. Nodes where λ = 0 are passed over.
   */
  readonly hamiltonian: { readonly value: ColumnSums; readonly slopes: ColumnSums };
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
  const covariance = (k: number, l: number): Node =>
    Array.from({ length: m }, (_, j) => graph.multiply(sigma[k * m + j], sigma[l * m + j])).reduce(
      (sum, product) => graph.add(sum, product),
      graph.constant(0),
    );
  const layout = coefficientLayout(d);
  const ofGenerator = inOrder({
    drift,
    halfVariance: drift.map((_, k) => graph.multiply(graph.constant(1 / 2), covariance(k, k))),
    covariance: layout.pairs.map(([k, l]) => covariance(k, l)),
    killing,
  });
  const numbers = [...ofGenerator, running];
  if (symbolsOf(...numbers).includes(timeNode)) throw timeDependent(where);
  const chosen = names.map((name) => graph.symbol(name));
  const open = numbers.map((node) => symbolsOf(node).some((symbol) => chosen.includes(symbol)));
  // No name of a model has a space.
  const lambda = numbers.flatMap((_, i) => (open[i] ? [graph.symbol(`adjoint of ${i}`)] : []));
  const hamiltonian = numbers
    .filter((_, i) => open[i])
    .reduce((sum, node, i) => graph.add(sum, graph.multiply(lambda[i], node)), graph.constant(0));
  const columns = { state: [...stateNodes, ...lambda], shared: chosen };
  const given = { state: [...stateNodes, ...chosen] };
  const parametric = (node: Node): ParametricFunction => {
    const value = compileScalar(node, given);
    const slopes = compileVector(reverseGradient(graph, node, chosen), given);
    return { at: (point) => value(0, point), slopes: (point, out) => slopes(0, point, out) };
  };
  const rate = compileScalar(running, given);
  return {
    dimension: d,
    chosen: names.length,
    coefficients: { graph, nodes: ofGenerator, state: stateNodes, chosen },
    running: running.operation === 'constant' ? running.value : (point) => rate(0, point),
    count: numbers.length,
    open,
    hamiltonian: {
      value: compileColumnSums([hamiltonian], columns, lambda),
      slopes: compileColumnSums(reverseGradient(graph, hamiltonian, chosen), columns, lambda),
    },
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
