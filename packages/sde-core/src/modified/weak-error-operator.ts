import { SdeError } from '../errors/sde-error.js';
import { derivative } from '../expression/differentiate.js';
import { bind, type Expression, expressionOf } from '../expression/expression.js';
import type { Node } from '../expression/graph.js';
import { isZero, normalizer } from '../expression/normal-form.js';
import { toIto } from '../models/calculus.js';
import type { Model } from '../models/model.js';
import { isSymbolicModel, type SymbolicModel } from '../models/symbolic.js';
import type { Scheme, TracedScheme } from '../schemes/scheme.js';
import {
  addOperators,
  composeOperators,
  type DifferentialOperator,
  orderOf,
  printOperator,
} from './differential-operator.js';
import { generatorOperator } from './generator-operator.js';
import { oneStepExpansion } from './one-step-expansion.js';

/** coefficient(t, x) · ∂^derivative: one term of a scheme's local weak error. */
export interface WeakErrorTerm {
  /** Orders of differentiation in the states; shape (d). */
  readonly derivative: readonly number[];
  readonly coefficient: Expression;
}

/**
 * The local weak error of a scheme: L₁ = A₂ − ½ (L² + ∂ₜL), so that one step is
 * E φ(X_h) = (1 + h L + ½ h² (L² + ∂ₜL) + h² L₁) φ + O(h³).
 *
 * A₂ comes from the step itself, run over series in √h, and the laws' moments. Terms that vanish are left out: an empty list is
 * weak order 2. Parameters stay symbols, and a term is dropped where it vanishes for their values.
 *
 * Cost: milliseconds for d ≤ 3; it grows with the fourth power of the terms of the step.
 *
 * @throws SdeError `unsupported` for a model without formulas; for a scheme that is not traced or not smooth in √h; for one
 * that is not consistent with the model: E φ(X_h) ≠ φ + h L φ, or a term of order h^(1/2) or h^(3/2).
 * @see [talay1990]
 */
export function weakErrorOperator(model: Model, scheme: Scheme): readonly WeakErrorTerm[] {
  const where = 'weakErrorOperator(model, scheme)';
  const { symbolic, traced } = requireFormulas(model, scheme, where);
  const { graph, state, time, parameters } = symbolic;
  return localError(symbolic, traced).map(({ derivative, coefficient }) => ({
    derivative,
    coefficient: expressionOf(coefficient, { graph, state, time, parameters }),
  }));
}

/** {@link weakErrorOperator} on the model's graph. */
export function localError(model: SymbolicModel, scheme: TracedScheme): DifferentialOperator {
  const { graph, stateNodes, timeNode, state } = model;
  const generator = generatorOperator(toIto(model));
  const expansion = oneStepExpansion(model, scheme);
  const defects = [
    { power: 'h^(1/2)', operator: expansion[1] },
    { power: 'h', operator: addOperators(graph, expansion[2], generator, -1) },
    { power: 'h^(3/2)', operator: expansion[3] },
  ];
  for (const { power, operator } of defects) {
    const left = nonzero(model, operator);
    if (left.length > 0) throw inconsistent(scheme, power, printOperator(left, state));
  }
  const inTime = derivative(graph, timeNode);
  const rate = generator.map((term) => ({ ...term, coefficient: inTime(term.coefficient) }));
  const square = addOperators(graph, composeOperators(graph, generator, generator, stateNodes), rate);
  return nonzero(model, addOperators(graph, expansion[4], square, -1 / 2));
}

/** Refuses a model that cannot be differentiated, and a scheme that cannot be expanded. */
export function requireFormulas(
  model: Model,
  scheme: Scheme,
  where: string,
): { readonly symbolic: SymbolicModel; readonly traced: TracedScheme } {
  const refusal = (expected: string, got: string): SdeError =>
    new SdeError('unsupported', {
      what: 'the local error is found by expanding the step over formulas',
      where,
      expected,
      got,
      remedy: 'write the model with symbolic(), and take a scheme whose step is traced',
    });
  if (!isSymbolicModel(model)) throw refusal('a symbolic model', `a ${model.kind} model`);
  if (scheme.kind !== 'traced') throw refusal('a traced scheme', `the native scheme ${scheme.name}`);
  return { symbolic: model, traced: scheme };
}

/** The terms that do not vanish for the values of the parameters, with like terms collected. */
function nonzero(model: SymbolicModel, operator: DifferentialOperator): DifferentialOperator {
  const collected = normalizer(model.graph);
  return operator
    .filter((term) => orderOf(term) > 0)
    .map((term) => ({ ...term, coefficient: collected(term.coefficient) }))
    .filter((term) => !vanishesFor(model, term.coefficient));
}

/** Whether a node is 0 for the values of the model's parameters. */
export function vanishesFor(model: SymbolicModel, node: Node): boolean {
  const [bound] = bind(model.graph, [node], model.parameters);
  return isZero(model.graph, bound) !== 'no';
}

function inconsistent(scheme: TracedScheme, power: string, operator: string): SdeError {
  return new SdeError('unsupported', {
    what: `one step of ${scheme.name} is not φ + h L φ + O(h²) for this model`,
    where: 'weakErrorOperator(model, scheme)',
    expected: 'a scheme of weak order 1 or more for this model',
    got: `a term ${power} (${operator}) φ`,
    remedy: 'take a scheme that is proved for the calculus and the noise structure of the model',
  });
}
