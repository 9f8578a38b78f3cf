import { derivative } from '../expression/differentiate.js';
import { type Expression, expressionOf } from '../expression/expression.js';
import type { Node } from '../expression/graph.js';
import { tidy } from '../expression/normal-form.js';
import { toIto } from '../models/calculus.js';
import { generatorNode } from '../models/generator.js';
import type { Model } from '../models/model.js';
import { type SymbolicModel, symbolicModel } from '../models/symbolic.js';
import type { Scheme } from '../schemes/scheme.js';
import { type DifferentialOperator, orderOf, printOperator } from './differential-operator.js';
import { rootOfCovariance } from './root-of-covariance.js';
import { localError, requireFormulas, vanishesFor } from './weak-error-operator.js';

/** The SDE that a scheme with step h solves to one order better than the SDE it is applied to, or why there is none. */
export type ModifiedEquation =
  | {
      readonly kind: 'exists';
      /** f₁, the coefficient of h in the drift; shape (d). */
      readonly drift: readonly Expression[];
      /** g₁, the coefficient of h in the diffusion; shape (d, m), row-major. */
      readonly diffusion: readonly Expression[];
      /** dX = (f + h f₁) dt + (g + h g₁) dW, in Itô form. With −h, the equation that makes the scheme second order. */
      at(h: number): SymbolicModel;
    }
  | {
      readonly kind: 'none';
      /** The part of the local error that no drift and diffusion can absorb, as text: `-0.5*x^3*sigma^4 ∂x^3`. */
      readonly obstruction: string;
      /** The same as an operator on the model's graph. */
      readonly operator: DifferentialOperator;
      readonly reason: string;
    };

/**
 * The modified equation of a scheme of weak order 1: f₁ and g₁ with f₁·∇ + ½ (g₁gᵀ + gg₁ᵀ):∇² = L₁, the scheme's local weak
 * error. It exists where L₁ has no derivative above the second, and its second-order part can be shared out so.
 *
 * With a weakly second-order scheme L₁ = 0 and the modified equation is the equation. f and g are the Itô coefficients.
 *
 * @throws SdeError `unsupported` for a model without formulas, a scheme that is not traced, or one that is not consistent with it.
 * @see [abdulle2012] @see [zygalakis2011]
 *
 * @example
 * import { eulerMaruyama, modifiedEquation, symbolic } from 'sde-core';
 * const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['x']] });
 * const outcome = modifiedEquation(model, eulerMaruyama);
 * outcome.kind === 'none' && outcome.obstruction; // → -0.5*x^3 ∂x^3
 */
export function modifiedEquation(model: Model, scheme: Scheme): ModifiedEquation {
  const { symbolic, traced } = requireFormulas(model, scheme, 'modifiedEquation(model, scheme)');
  const ito = toIto(symbolic);
  const { graph, state, time, parameters, dimension: d, noiseDimension: m } = ito;
  const operator = localError(symbolic, traced);
  const high = operator.filter((term) => orderOf(term) > 2);
  if (high.length > 0) {
    const reason = 'an SDE has derivatives up to the second in its generator; these are higher';
    return { kind: 'none', obstruction: printOperator(high, state), operator: high, reason };
  }
  const driftNodes = Array.from({ length: d }, (_, i) => coefficientOf(ito, operator, [i]));
  const covariance = covarianceCorrection(ito, operator);
  const diffusionNodes =
    rootFromExpansion(ito, covariance) ?? rootOfCovariance(ito, covariance, (node) => vanishesFor(ito, node));
  if (!diffusionNodes) {
    const second = operator.filter((term) => orderOf(term) === 2);
    const reason = 'no g₁ gives this second-order part: σσᵀ is singular where it must act';
    return { kind: 'none', obstruction: printOperator(second, state), operator: second, reason };
  }
  const expressions = (nodes: readonly Node[]): Expression[] =>
    nodes.map((node) => expressionOf(node, { graph, state, time, parameters }));
  return {
    kind: 'exists',
    drift: expressions(driftNodes),
    diffusion: expressions(diffusionNodes),
    at: (h) => {
      const step = graph.constant(h);
      const moved = (base: readonly Node[], correction: readonly Node[]): Node[] =>
        base.map((node, index) => graph.add(node, graph.multiply(step, correction[index])));
      return symbolicModel({
        ...ito,
        driftNodes: moved(ito.driftNodes, driftNodes),
        diffusionNodes: moved(ito.diffusionNodes, diffusionNodes),
        noiseDimension: m,
      });
    },
  };
}

/** M = g₁gᵀ + gg₁ᵀ with ½ M:∇² the second-order part; shape (d, d). */
function covarianceCorrection(model: SymbolicModel, operator: DifferentialOperator): Node[][] {
  const axes = Array.from({ length: model.dimension }, (_, i) => i);
  const two = model.graph.constant(2);
  return axes.map((i) =>
    axes.map((j) => {
      const coefficient = coefficientOf(model, operator, [i, j]);
      return i === j ? model.graph.multiply(two, coefficient) : coefficient;
    }),
  );
}

function coefficientOf(model: SymbolicModel, operator: DifferentialOperator, axes: readonly number[]): Node {
  const index = Array.from({ length: model.dimension }, (_, i) => axes.filter((axis) => axis === i).length).join();
  const term = operator.find(({ derivative }) => derivative.join() === index);
  return term?.coefficient ?? model.graph.constant(0);
}

/**
 * g₁ᵏ = −½ (L⁰gᵏ + Lᵏf), what the Itô–Taylor expansion has beyond the increments alone, if it solves g₁gᵀ + gg₁ᵀ = M; or 0 if M = 0.
 *
 * It needs no inverse of g: it holds for Euler–Maruyama with additive noise and for Milstein.
 */
function rootFromExpansion(model: SymbolicModel, covariance: readonly (readonly Node[])[]): Node[] | undefined {
  const { graph, dimension: d, noiseDimension: m, stateNodes, timeNode, driftNodes, diffusionNodes } = model;
  const none = Array.from({ length: d * m }, () => graph.constant(0));
  if (solves(model, none, covariance)) return none;
  const slopes = stateNodes.map((symbol) => derivative(graph, symbol));
  const inTime = derivative(graph, timeNode);
  const candidate = diffusionNodes.map((entry, index) => {
    const [i, k] = [Math.floor(index / m), index % m];
    let sum = graph.add(inTime(entry), generatorNode(model, entry));
    for (let l = 0; l < d; l++) {
      sum = graph.add(sum, graph.multiply(diffusionNodes[l * m + k], slopes[l](driftNodes[i])));
    }
    return tidy(graph, graph.multiply(graph.constant(-1 / 2), sum));
  });
  return solves(model, candidate, covariance) ? candidate : undefined;
}

/** Whether g₁gᵀ + gg₁ᵀ = M. */
function solves(model: SymbolicModel, candidate: readonly Node[], covariance: readonly (readonly Node[])[]): boolean {
  const { graph, dimension: d, noiseDimension: m, diffusionNodes: g } = model;
  for (let i = 0; i < d; i++) {
    for (let j = i; j < d; j++) {
      let defect = graph.negate(covariance[i][j]);
      for (let k = 0; k < m; k++) {
        defect = graph.add(defect, graph.multiply(candidate[i * m + k], g[j * m + k]));
        defect = graph.add(defect, graph.multiply(g[i * m + k], candidate[j * m + k]));
      }
      if (!vanishesFor(model, defect)) return false;
    }
  }
  return true;
}
