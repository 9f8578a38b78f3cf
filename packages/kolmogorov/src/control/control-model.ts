import {
  compileVector,
  expression,
  type Node,
  SdeError,
  type SymbolicModel,
  substitute,
  symbolsOf,
  toIto,
} from 'sde-core';

/** Everything in the equation as functions of (x, θ): compiled once, whatever the intervals and iterations. */
export interface ControlModel {
  readonly dimension: number;
  readonly noiseDimension: number;
  /** Number of controls, q. */
  readonly controls: number;
  /** Writes b, shape (d), at `point` = (x, θ), shape (d + q). */
  drift(point: Float64Array, out: Float64Array): void;
  /** Writes σ, shape (d, m). */
  diffusion(point: Float64Array, out: Float64Array): void;
  /** Writes c and r, shape (2). */
  rates(point: Float64Array, out: Float64Array): void;
}

/**
 * Compiles a model with some of its parameters left open.
 *
 * @throws SdeError `unknown-symbol` for a name that is no parameter of the model; `unsupported` if anything depends on time by itself; the errors of
 * expressions for `killing` and `running`.
 */
export function controlModel(
  model: SymbolicModel,
  names: readonly string[],
  rates: { readonly killing: string | number; readonly running: string | number },
  where: string,
): ControlModel {
  requireParameters(model, names, where);
  const ito = toIto(model);
  const { graph, stateNodes, timeNode, dimension: d, noiseDimension: m, state, time, parameters } = ito;
  const context = { state, time, parameters, graph };
  const [killing, running] = (['killing', 'running'] as const).map(
    (name) => expression(rates[name], { ...context, where: `${where}({ ${name} })` }).node,
  );
  const controlNodes = names.map((name) => graph.symbol(name));
  const others = Object.entries(parameters).filter(([name]) => !names.includes(name));
  const values = new Map(others.map(([name, value]): [Node, Node] => [graph.symbol(name), graph.constant(value)]));
  const bound = (nodes: readonly Node[]): Node[] => substitute(graph, nodes, values);
  const drift = bound(ito.driftNodes);
  const sigma = bound(ito.diffusionNodes);
  const [c, r] = bound([killing, running]);
  if (symbolsOf(...drift, ...sigma, c, r).includes(timeNode)) throw timeDependent(where);
  const given = { state: [...stateNodes, ...controlNodes] };
  const compiled = (nodes: readonly Node[]): ((point: Float64Array, out: Float64Array) => void) => {
    const evaluate = compileVector(nodes, given);
    return (point, out) => evaluate(0, point, out);
  };
  return {
    dimension: d,
    noiseDimension: m,
    controls: names.length,
    drift: compiled(drift),
    diffusion: compiled(sigma),
    rates: compiled([c, r]),
  };
}

function requireParameters(model: SymbolicModel, names: readonly string[], where: string): void {
  const unknown = names.find((name) => !Object.hasOwn(model.parameters, name));
  if (names.length > 0 && unknown === undefined) return;
  throw new SdeError(unknown === undefined ? 'value' : 'unknown-symbol', {
    what: unknown === undefined ? 'no parameter to control' : `the model has no parameter '${unknown}'`,
    where: `${where}({ parameters })`,
    expected: `names among ${Object.keys(model.parameters).join(', ') || '(the model has no parameters)'}`,
    got: unknown === undefined ? '[]' : `'${unknown}'`,
    remedy: 'declare what is to be controlled in symbolic({ parameters })',
  });
}

function timeDependent(where: string): SdeError {
  return new SdeError('unsupported', {
    what: 'coefficients that depend on time by themselves',
    where: `${where}({ model, killing, running })`,
    expected: 'time enters through the control alone, which is constant on each interval',
    got: 'an expression with the time symbol in it',
    remedy: 'make time a state, or approximate it by constants on intervals',
  });
}
