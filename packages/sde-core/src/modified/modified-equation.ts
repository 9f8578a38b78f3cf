import { requireKeys } from '../errors/options.js';
import type { Warning } from '../errors/warning.js';
import { breaks } from '../expression/breaks.js';
import { derivative } from '../expression/differentiate.js';
import { bind, type Expression, expressionOf } from '../expression/expression.js';
import type { Node } from '../expression/graph.js';
import { tidy } from '../expression/normal-form.js';
import { numbers } from '../expression/numbers.js';
import { print } from '../expression/print.js';
import { toIto } from '../models/calculus.js';
import { generatorNode } from '../models/generator.js';
import type { Model } from '../models/model.js';
import { type SymbolicModel, symbolicModel } from '../models/symbolic.js';
import type { Scheme } from '../schemes/scheme.js';
import { type DifferentialOperator, orderOf, printOperator } from './differential-operator.js';
import { rootOfCovariance } from './root-of-covariance.js';
import { localErrors, requireFirstOrder, requireFormulas, requireOrder, vanishesFor } from './weak-error-operator.js';

/** The coefficients of h^order in the modified equation. */
export interface ModifiedTerm {
  /** k of h^k. */
  readonly order: number;
  /** f_k, shape (d). */
  readonly drift: readonly Expression[];
  /** g_k, shape (d, m), row-major. */
  readonly diffusion: readonly Expression[];
}

/** The SDE that a scheme with step h solves to one order better for each correction, or why there is none. */
export type ModifiedEquation =
  | {
      readonly kind: 'exists';
      /** f₁, the coefficient of h in the drift; shape (d). */
      readonly drift: readonly Expression[];
      /** g₁, the coefficient of h in the diffusion; shape (d, m), row-major. */
      readonly diffusion: readonly Expression[];
      /** (f₁, g₁), (f₂, g₂), … as far as was asked. */
      readonly corrections: readonly ModifiedTerm[];
      /**
       * dX = (f + h f₁ + h² f₂ + …) dt + (g + h g₁ + h² g₂ + …) dW, in Itô form.
       *
       * With one correction and −h, the equation that makes the scheme second order.
       */
      at(h: number): SymbolicModel;
      /** `kinks`: the coefficients jump or kink, and what their derivatives hold there is left out. */
      readonly warnings: readonly Warning<'kinks'>[];
    }
  | {
      readonly kind: 'none';
      /** The part of the local error that no drift and diffusion can absorb, as text: `-0.5*x^3*sigma^4 ∂x^3`. */
      readonly obstruction: string;
      /** The same as an operator on the model's graph. */
      readonly operator: DifferentialOperator;
      /** k of the L_k that it is a part of: up to order k − 1 there is a modified equation. */
      readonly order: number;
      readonly reason: string;
    };

/** How far a modified equation goes. */
export interface ModifiedOptions {
  /** Corrections h, h², … : 1, 2 or 3; default 1. */
  readonly order?: number;
}

/**
 * The modified equation of a scheme, order by order: f_k and g_k for which the equation with f + h f₁ + … + h^k f_k, g + h g₁ + … + h^k g_k has
 * the generator L + h L₁ + … + h^k L_k, the operators of {@link weakErrorOperator}. The scheme solves it to weak order k + 1.
 *
 *   f_k·∇ + ½ (g_k gᵀ + g g_kᵀ + Σ_(0<i<k) g_i g_(k−i)ᵀ):∇² = L_k.
 *
 * It exists where L₁, …, L_k have no derivative above the second and no half powers of h, and their second-order parts can be shared out so. With a
 * scheme of weak order 2, f₁ = g₁ = 0, and the first correction is that of order 2. f and g are the Itô coefficients; any dimension.
 *
 * Cost: that of `weakErrorOperator`.
 *
 * @throws SdeError `unsupported` for a model without formulas, a scheme that has no expansion, or one that is not consistent with it;
 * `value` for an order other than 1, 2, 3.
 * @see [abdulle2012] @see [zygalakis2011] @see [debussche2012]
 *
 * @example
 * import { eulerMaruyama, modifiedEquation, symbolic } from 'sde-core';
 * const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['x']] });
 * const outcome = modifiedEquation(model, eulerMaruyama);
 * outcome.kind === 'none' && outcome.obstruction; // → -0.5*x^3 ∂x^3
 */
export function modifiedEquation(model: Model, scheme: Scheme, options: ModifiedOptions = {}): ModifiedEquation {
  requireKeys<ModifiedOptions>(options ?? null, { order: true }, 'modifiedEquation(model, scheme, options)', {
    k: 'order',
  });
  const { order = 1 } = options;
  const { symbolic, expanded } = requireFormulas(model, scheme, 'modifiedEquation(model, scheme)');
  requireOrder(order, 1, 'modifiedEquation(model, scheme, { order })');
  const ito = toIto(symbolic);
  const { graph, state, time, parameters, dimension: d } = ito;
  const errors = localErrors(symbolic, expanded, order);
  requireFirstOrder(symbolic, expanded, errors[0]);
  const drifts: Node[][] = [];
  const diffusions: Node[][] = [];
  for (let k = 1; k <= order; k++) {
    const [half, operator] = [errors[2 * k - 2], errors[2 * k - 1]];
    const none = (part: DifferentialOperator, at: number, reason: string): ModifiedEquation => ({
      kind: 'none',
      obstruction: printOperator(part, state),
      operator: part,
      order: at,
      reason,
    });
    if (half.length > 0) return none(half, k - 1 / 2, 'an equation that is smooth in h has no half powers of it');
    const high = operator.filter((term) => orderOf(term) > 2);
    if (high.length > 0) {
      return none(high, k, 'an SDE has derivatives up to the second in its generator; these are higher');
    }
    const covariance = lessProducts(ito, covarianceCorrection(ito, operator), diffusions);
    const root =
      rootFromExpansion(ito, covariance) ?? rootOfCovariance(ito, covariance, (node) => vanishesFor(ito, node));
    if (!root) {
      const second = operator.filter((term) => orderOf(term) === 2);
      return none(second, k, `no g${k} gives this second-order part: σσᵀ is singular where it must act`);
    }
    drifts.push(Array.from({ length: d }, (_, i) => coefficientOf(ito, operator, [i])));
    diffusions.push(root);
  }
  const expressions = (nodes: readonly Node[]): Expression[] =>
    nodes.map((node) => expressionOf(node, { graph, state, time, parameters }));
  const corrections = drifts.map((nodes, index) => ({
    order: index + 1,
    drift: expressions(nodes),
    diffusion: expressions(diffusions[index]),
  }));
  return {
    kind: 'exists',
    drift: corrections[0].drift,
    diffusion: corrections[0].diffusion,
    corrections,
    at: (h) => {
      const moved = (base: readonly Node[], terms: readonly (readonly Node[])[]): Node[] =>
        base.map((node, index) =>
          terms.reduce(
            (sum, term, k) => graph.add(sum, graph.multiply(graph.constant(numbers.power(h, k + 1)), term[index])),
            node,
          ),
        );
      return symbolicModel({
        ...ito,
        driftNodes: moved(ito.driftNodes, drifts),
        diffusionNodes: moved(ito.diffusionNodes, diffusions),
      });
    },
    warnings: kinks(ito),
  };
}

/** Where the coefficients are not smooth: the expansion differentiates them twice for each power of h, almost everywhere. */
function kinks({ graph, driftNodes, diffusionNodes, parameters }: SymbolicModel): readonly Warning<'kinks'>[] {
  const loci = breaks(graph, bind(graph, [...driftNodes, ...diffusionNodes], parameters)).map(({ locus }) =>
    print(locus),
  );
  if (loci.length === 0) return [];
  return [
    {
      kind: 'kinks',
      loci,
      message:
        `The coefficients jump or kink where ${loci.join(' = 0, ')} = 0: the corrections take derivatives almost everywhere, without what these hold there, and the order is not ` +
        'proved. Smooth the coefficients, or measure the order.',
    },
  ];
}

/** M with ½ M:∇² the second-order part; shape (d, d). */
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

/** M − Σ_(0<i<k) g_i g_(k−i)ᵀ, given g₁ … g_(k−1). */
function lessProducts(
  { graph, noiseDimension: m }: SymbolicModel,
  covariance: readonly (readonly Node[])[],
  diffusions: readonly (readonly Node[])[],
): Node[][] {
  return covariance.map((row, i) =>
    row.map((entry, j) => {
      let left = entry;
      diffusions.forEach((g, index) => {
        const other = diffusions[diffusions.length - 1 - index];
        for (let k = 0; k < m; k++) left = graph.subtract(left, graph.multiply(g[i * m + k], other[j * m + k]));
      });
      return tidy(graph, left);
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
