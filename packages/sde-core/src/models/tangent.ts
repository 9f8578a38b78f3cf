import { describe, requireArray, requireLength, requireNumbers } from '../errors/at-the-door.js';
import { requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import { closest } from '../errors/suggest.js';
import { derivative } from '../expression/differentiate.js';
import { bind, type Expression, expression, isExpression } from '../expression/expression.js';
import type { Graph, Node } from '../expression/graph.js';
import { requireNames } from '../expression/names.js';
import { tidy } from '../expression/normal-form.js';
import { print } from '../expression/print.js';
import { substitute } from '../expression/substitute.js';
import { productOrZero } from '../expression/zero-by-infinity.js';
import { isSymbolicModel, type SymbolicModel, symbolicModel } from './symbolic.js';

/** What to differentiate with respect to. */
export interface TangentOptions {
  /** Names of parameters of the model; default none. */
  readonly parameters?: readonly string[];
  /** Names of states whose initial values are meant; default none. */
  readonly initial?: readonly string[];
}

/** A model together with the derivatives of its path. */
export interface TangentModel extends SymbolicModel {
  /** The model that was differentiated. */
  readonly base: SymbolicModel;
  /** What was asked for: states whose initial values vary, then parameters; shape (r). */
  readonly directions: readonly string[];
  /** The initial state, shape (d (1 + r)): x₀, then ∂x₀/∂ of each direction: a unit vector, or 0 for a parameter. */
  initialState(x0: ArrayLike<number>): Float64Array;
  /**
   * The formula of d φ(X)/d direction along a path, as text for `terminal`: ∇φ(x) · ∂x/∂direction + ∂φ/∂direction.
   *
   * φ may name states, the time and the model's parameters, which stand in the text by their values.
   */
  sensitivity(phi: string | number | Expression, direction: string): string;
  withParameters(values: Readonly<Record<string, number>>): TangentModel;
}

/**
 * The tangent model: the path with its derivatives J = ∂X/∂x₀_j and K = ∂X/∂p along the same noise,
 * dJ = Db J dt + Σ_k Dσ_k J dW_k, dK = (Db K + ∂b/∂p) dt + Σ_k (Dσ_k K + ∂σ_k/∂p) dW_k, in the calculus of the model.
 *
 * State: x, then ∂x/∂ each direction, named `dx_dx0` (of x, to the initial value of x) and `dx_dmu` (to a parameter). So d E φ(X_T)/dp is one expectation:
 * `terminal(model.sensitivity(φ, 'mu'))` on the chain from `model.initialState(x0)`. For Euler–Maruyama it is the derivative of the discrete expectation itself.
 * The interchange of d/dp and E needs φ Lipschitz and piecewise differentiable: a call, not a digital. Cost: d (1 + r) states, and at most as many times
 * the coefficients, with shared parts computed once.
 *
 * @throws SdeError `unsupported` for a model without formulas; `value` for no direction; `unknown-symbol` for what is no parameter or state;
 * `expression` where a new name is taken.
 * @see [broadie1996]
 * @see [glasserman2003, section 7.2]
 *
 * @example
 * import { geometricBrownianMotion, polynomialMoment, tangent } from 'sde-core';
 * const model = tangent(geometricBrownianMotion({ mu: 0.5, sigma: 0.2 }), { initial: ['x'], parameters: ['mu'] });
 * model.state; // → [ 'x', 'dx_dx0', 'dx_dmu' ]
 * const phi = model.sensitivity('x^2', 'mu'); // → dx_dmu*(x + x)
 * polynomialMoment(model, phi, { t: 1, x0: model.initialState([1]) }); // → 5.65843…
 */
export function tangent(model: SymbolicModel, options: TangentOptions): TangentModel {
  requireKeys<TangentOptions>(options, { parameters: true, initial: true }, 'tangent(model, { … })', {
    parameter: 'parameters',
    states: 'initial',
  });
  const { parameters = [], initial = [] } = options ?? {};
  requireOptions(model, parameters, initial);
  const { graph, state, time, dimension: d, driftNodes, diffusionNodes, noiseDimension: m } = model;
  const directions = [...initial, ...parameters];
  const names = [
    ...initial.map((start) => state.map((name) => tangentName(name, start, true))),
    ...parameters.map((parameter) => state.map((name) => tangentName(name, parameter, false))),
  ];
  requireNames(
    [...state, ...names.flat(), time, ...Object.keys(model.parameters)],
    'tangent(model, { initial, parameters })',
  );

  const slopes = model.stateNodes.map((symbol) => derivative(graph, symbol));
  const along = directions.map((direction, r) => {
    const vector = names[r].map((name) => graph.symbol(name));
    const explicit = r < initial.length ? undefined : derivative(graph, graph.symbol(direction));
    return (node: Node): Node => {
      let sum = explicit ? explicit(node) : graph.constant(0);
      for (let l = 0; l < d; l++) sum = graph.add(sum, productOrZero(graph, slopes[l](node), vector[l]));
      return sum;
    };
  });
  const tangentOf = (nodes: readonly Node[]): Node[] => [
    ...nodes,
    ...along.flatMap((differentiate) => nodes.map((node) => tidy(graph, differentiate(node)))),
  ];
  const whole = symbolicModel({
    ...model,
    state: [...state, ...names.flat()],
    driftNodes: tangentOf(driftNodes),
    diffusionNodes: tangentOf(diffusionNodes),
    noiseDimension: m,
  });
  return Object.freeze<TangentModel>({
    ...whole,
    base: model,
    directions,
    initialState: (x0) => {
      requireNumbers(x0, 'tangent(model).initialState(x0)', 'give one initial value for each state of the model');
      requireLength(x0, d, 'tangent(model).initialState(x0)', 'give one initial value for each state of the model');
      const start = new Float64Array(d * (1 + directions.length));
      start.set(Array.from(x0));
      for (const [r, name] of initial.entries()) start[d * (1 + r) + state.indexOf(name)] = 1;
      return start;
    },
    sensitivity: (phi, direction) => {
      const r = directions.indexOf(direction);
      if (r < 0) throw unknown(direction, directions, 'tangent(model).sensitivity(φ, direction)');
      const slope = along[r](nodeOf(model, phi));
      // As `terminal` names the time.
      const named = graph.symbol(whole.state.includes('t') ? 'time' : 't');
      const renamed = substitute(graph, [slope], new Map([[model.timeNode, named]]));
      return print(tidy(graph, bind(graph, renamed, model.parameters)[0]));
    },
    withParameters: (values) => tangent(model.withParameters(values), options),
  });
}

const tangentName = (name: string, direction: string, isInitial: boolean): string =>
  `d${name}_d${direction}${isInitial ? '0' : ''}`;

function nodeOf({ graph, state, time, parameters }: SymbolicModel, phi: string | number | Expression): Node {
  if (!isExpression(phi)) {
    return expression(phi, { graph, state, time, parameters, where: 'tangent(model).sensitivity(φ, direction)' }).node;
  }
  return phi.graph === graph ? phi.node : copied(graph, phi);
}

const copied = (graph: Graph, phi: Expression): Node =>
  substitute(graph, bind(phi.graph, [phi.node], phi.parameters), new Map())[0];

function requireOptions(model: SymbolicModel, parameters: readonly string[], initial: readonly string[]): void {
  const where = 'tangent(model, { initial, parameters })';
  if (!isSymbolicModel(model)) {
    throw new SdeError('unsupported', {
      what: 'the coefficients are closures, which cannot be differentiated',
      where,
      expected: 'a symbolic model',
      got: 'a numeric model',
      remedy: 'write the model with symbolic({ state, drift, diffusion })',
    });
  }
  requireArray(parameters, where, "name the parameters, as in ['mu']");
  requireArray(initial, where, "name the states, as in ['x']");
  if (parameters.length + initial.length === 0) {
    throw new SdeError('value', {
      what: 'nothing to differentiate with respect to',
      where,
      expected: 'names of parameters, of states whose initial values are meant, or both',
      got: 'neither',
      remedy: `give for example { initial: ['${model.state[0]}'] }`,
    });
  }
  const names: readonly unknown[] = [...Array.from(initial), ...Array.from(parameters)];
  const nameless = names.find((name) => typeof name !== 'string');
  if (names.some((name) => typeof name !== 'string'))
    throw unknown(describe(nameless), [...model.state, ...Object.keys(model.parameters)], where);
  for (const name of initial) if (!model.state.includes(name)) throw unknown(name, model.state, where);
  for (const name of parameters) {
    if (!Object.hasOwn(model.parameters, name)) throw unknown(name, Object.keys(model.parameters), where);
  }
}

function unknown(name: string, known: readonly string[], where: string): SdeError {
  const meant = typeof name === 'string' ? closest(name, known) : undefined;
  return new SdeError('unknown-symbol', {
    what: `no direction ${describe(name)}`,
    where,
    expected: known.join(', ') || 'no name: there are none',
    got: describe(name),
    remedy: meant ? `did you mean '${meant}'?` : 'give names that the model has',
  });
}
