import { describe } from '../errors/at-the-door.js';
import { SdeError } from '../errors/sde-error.js';
import { derivative } from '../expression/differentiate.js';
import { type Expression, expression, expressionOf, isExpression } from '../expression/expression.js';
import type { Node } from '../expression/graph.js';
import { tidy } from '../expression/normal-form.js';
import { substitute } from '../expression/substitute.js';
import { productOrZero } from '../expression/zero-by-infinity.js';
import { toIto } from './calculus.js';
import type { Model } from './model.js';
import { isSymbolicModel, type SymbolicModel } from './symbolic.js';

/** The generator L of a model, applied to formulas. */
export interface Generator {
  /** L φ = b·∇φ + ½ σσᵀ:∇²φ. */
  (phi: string | number | Expression): Expression;
  /** L*ρ = −∇·(bρ) + ½ ∇²:(σσᵀρ), the adjoint in x. */
  adjoint(rho: string | number | Expression): Expression;
  /** Lⁿ. */
  power(n: number): Generator;
  /** The same on nodes of the model's graph. */
  readonly node: (phi: Node) => Node;
  readonly model: SymbolicModel;
}

/**
 * The generator of the Itô form of a model: L = b·∇ + ½ σσᵀ:∇².
 *
 * It acts in x; time stays a symbol and is not differentiated. Cost: d(d + 3)/2 derivatives of the formula a power.
 *
 * @throws SdeError `unsupported` for a model without formulas.
 *
 * @example
 * import { generator, symbolic } from 'sde-core';
 * const L = generator(symbolic({ state: ['x'], drift: ['-x'], diffusion: [['s']], parameters: { s: 2 } }));
 * L('x^2').evaluate(0, [3]); // → -14
 */
export function generator(model: Model): Generator {
  if (!isSymbolicModel(model) || !model.graph) {
    throw new SdeError('unsupported', {
      what: 'the coefficients are closures, which cannot be differentiated',
      where: 'generator(model)',
      expected: 'a symbolic model',
      got: typeof model?.kind === 'string' ? `a ${model.kind} model` : describe(model),
      remedy: 'write the model with symbolic({ state, drift, diffusion })',
    });
  }
  const ito = toIto(model);
  return generatorOf(
    model,
    (phi) => generatorNode(ito, phi),
    (rho) => forward(ito, rho),
  );
}

type OnNodes = (phi: Node) => Node;

function generatorOf(model: SymbolicModel, node: OnNodes, adjointNode: OnNodes): Generator {
  const { graph, state, time, parameters } = model;
  const context = { graph, state, time, parameters };
  const nodeOf = (phi: string | number | Expression, where: string): Node => {
    if (!isExpression(phi)) return expression(phi, { ...context, where }).node;
    return phi.graph === graph ? phi.node : substitute(graph, [phi.node], new Map())[0];
  };
  const apply = (phi: string | number | Expression): Expression =>
    expressionOf(tidy(graph, node(nodeOf(phi, 'generator(model)(phi)'))), context);
  return Object.freeze(
    Object.assign(apply, {
      adjoint: (rho: string | number | Expression): Expression =>
        expressionOf(tidy(graph, adjointNode(nodeOf(rho, 'generator(model).adjoint(rho)'))), context),
      power: (n: number): Generator => {
        if (!Number.isInteger(n) || n < 0 || n > MOST_POWERS) throw notAPower(n);
        return generatorOf(model, repeated(node, n), repeated(adjointNode, n));
      },
      node,
      model,
    }),
  );
}

/** Each application multiplies the terms of a formula: what has more than so many is no formula any more. */
const MOST_POWERS = 64;

const repeated =
  (operator: OnNodes, n: number): OnNodes =>
  (phi) => {
    let image = phi;
    for (let k = 0; k < n; k++) image = operator(image);
    return image;
  };

/** σσᵀ, entry (i, j). */
export function covariance(model: SymbolicModel, i: number, j: number): Node {
  const { graph, diffusionNodes: sigma, noiseDimension: m } = model;
  let sum = graph.constant(0);
  for (let k = 0; k < m; k++) sum = graph.add(sum, graph.multiply(sigma[i * m + k], sigma[j * m + k]));
  return sum;
}

/** L φ on nodes, of an Itô model. */
export function generatorNode(model: SymbolicModel, phi: Node): Node {
  const { graph, stateNodes, driftNodes, dimension: d } = model;
  const slopes = stateNodes.map((symbol) => derivative(graph, symbol));
  const gradient = slopes.map((slope) => slope(phi));
  let sum = graph.constant(0);
  for (let i = 0; i < d; i++) sum = graph.add(sum, productOrZero(graph, driftNodes[i], gradient[i]));
  for (let i = 0; i < d; i++) {
    for (let j = i; j < d; j++) {
      const second = productOrZero(graph, covariance(model, i, j), slopes[j](gradient[i]));
      sum = graph.add(sum, i === j ? graph.multiply(graph.constant(1 / 2), second) : second);
    }
  }
  return sum;
}

function forward(model: SymbolicModel, rho: Node): Node {
  const { graph, stateNodes, driftNodes, dimension: d } = model;
  const slopes = stateNodes.map((symbol) => derivative(graph, symbol));
  let sum = graph.constant(0);
  for (let i = 0; i < d; i++) sum = graph.subtract(sum, slopes[i](graph.multiply(driftNodes[i], rho)));
  for (let i = 0; i < d; i++) {
    for (let j = i; j < d; j++) {
      const second = slopes[i](slopes[j](graph.multiply(covariance(model, i, j), rho)));
      sum = graph.add(sum, i === j ? graph.multiply(graph.constant(1 / 2), second) : second);
    }
  }
  return sum;
}

function notAPower(n: number): SdeError {
  return new SdeError('value', {
    what: 'not a power of the generator',
    where: 'generator(model).power(n)',
    expected: `an integer ≥ 0 and ≤ ${MOST_POWERS}`,
    got: describe(n),
    remedy: 'give a whole number of applications',
  });
}
