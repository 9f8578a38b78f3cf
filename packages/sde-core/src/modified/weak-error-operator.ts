import { describe } from '../errors/at-the-door.js';
import { requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import { derivative } from '../expression/differentiate.js';
import { bind, type Expression, expressionOf } from '../expression/expression.js';
import type { Node } from '../expression/graph.js';
import { isZero, normalizer } from '../expression/normal-form.js';
import { toIto } from '../models/calculus.js';
import type { Model } from '../models/model.js';
import { isSymbolicModel, type SymbolicModel } from '../models/symbolic.js';
import type { Scheme } from '../schemes/scheme.js';
import {
  addOperators,
  composeOperators,
  type DifferentialOperator,
  orderOf,
  printOperator,
} from './differential-operator.js';
import { generatorOperator } from './generator-operator.js';
import { type ExpandedScheme, expandedScheme, oneStepExpansion } from './one-step-expansion.js';

/** coefficient(t, x) · ∂^derivative: one term of a scheme's local weak error. */
export interface WeakErrorTerm {
  /** Orders of differentiation in the states; shape (d). */
  readonly derivative: readonly number[];
  readonly coefficient: Expression;
}

/** Which order of the local weak error is meant. */
export interface WeakErrorOptions {
  /** k of L_k: 1/2, 1, 3/2, … 3; default 1. */
  readonly order?: number;
}

/** Seventh derivatives of coefficients and eighth of φ are as far as formulas stay of use. */
const MOST_ORDER = 3;

/**
 * The local weak error of a scheme, order by order: the operators L₁, L₂, … for which one step of size h is the time h of the equation
 * u_t + (L + h L₁ + h² L₂ + …) u = 0.
 *
 * So E φ(X_h) = (1 + h L + ½ h² (L² + ∂ₜL) + h² L₁) φ + O(h³), L₁ = A₂ − ½ (L² + ∂ₜL), and L_k is A_(k+1) less what L, …, L_(k−1) put at
 * h^(k+1) in Σ h^n D_n / n!, D_(n+1) = (∂ₜ + L + h L₁ + …) D_n. A_j comes from the step itself, run over series in √h, and the laws' moments.
 * Terms that vanish are left out: an empty list for `order: 1` is weak order 2, and then `order: 2` is the leading error. L_k of a half k
 * is 0 but for schemes whose weak order is half a number. Parameters stay symbols, and a term is dropped where it vanishes for their values.
 *
 * Cost: milliseconds for order 1 and tenths of a second for order 2 where d ≤ 3; it grows with the formulas of the model.
 *
 * @throws SdeError `unsupported` for a model without formulas; for a scheme that has no expansion or is not smooth in √h; for one
 * that is not consistent with the model: E φ(X_h) ≠ φ + h L φ, or, where an order above 1/2 is asked for, a term of order h^(3/2). `value` for
 * an order that is not a multiple of 1/2 up to 3.
 * @see [talay1990] @see [debussche2012]
 *
 * @example
 * import { eulerMaruyama, symbolic, weakErrorOperator } from 'sde-core';
 * const flow = symbolic({ state: ['x'], drift: '-x', diffusion: '0' });
 * // Euler's (1 − h)ᴺ is the flow of x' = log(1 − h)/h x = −(1 + h/2 + h²/3 + …) x.
 * weakErrorOperator(flow, eulerMaruyama, { order: 2 })[0].coefficient.evaluate(0, [3]); // → -1.00000000000
 */
export function weakErrorOperator(
  model: Model,
  scheme: Scheme,
  options: WeakErrorOptions = {},
): readonly WeakErrorTerm[] {
  requireKeys<WeakErrorOptions>(options, { order: true }, 'weakErrorOperator(model, scheme, options)', { k: 'order' });
  const where = 'weakErrorOperator(model, scheme)';
  const { symbolic, expanded } = requireFormulas(model, scheme, where);
  const { order = 1 } = options;
  requireOrder(order, 1 / 2, 'weakErrorOperator(model, scheme, { order })');
  const { graph, state, time, parameters } = symbolic;
  const errors = localErrors(symbolic, expanded, order);
  if (order > 1 / 2) requireFirstOrder(symbolic, expanded, errors[0]);
  return errors[2 * order - 1].map(({ derivative, coefficient }) => ({
    derivative,
    coefficient: expressionOf(coefficient, { graph, state, time, parameters }),
  }));
}

/** Refuses an order that is not a multiple of `unit` up to 3. */
export function requireOrder(order: number, unit: number, where: string): void {
  if (Number.isInteger(order / unit) && order >= unit && order <= MOST_ORDER) return;
  throw new SdeError('value', {
    what: 'no order of an expansion that is kept',
    where,
    expected: unit === 1 ? '1, 2 or 3' : '1/2, 1, 3/2, 2, 5/2 or 3',
    got: describe(order),
    remedy: 'give a smaller order: beyond 3 the formulas are too long to be of use',
  });
}

/** Refuses a scheme whose weak order for this model is below 1. */
export function requireFirstOrder(model: SymbolicModel, scheme: ExpandedScheme, error: DifferentialOperator): void {
  if (error.length > 0) throw inconsistent(scheme, 'h^(3/2)', printOperator(error, model.state));
}

/** L_(1/2), L₁, L_(3/2), … L_order of {@link weakErrorOperator}, on the model's graph. */
export function localErrors(model: SymbolicModel, scheme: ExpandedScheme, order: number): DifferentialOperator[] {
  const { graph, stateNodes, timeNode, state } = model;
  const generator = generatorOperator(toIto(model));
  const most = 2 * order;
  const expansion = oneStepExpansion(model, scheme, most + 2);
  const refuse = (operator: DifferentialOperator, power: string): void => {
    const left = nonzero(model, operator);
    if (left.length > 0) throw inconsistent(scheme, power, printOperator(left, state));
  };
  refuse(expansion[1], 'h^(1/2)');
  refuse(addOperators(graph, expansion[2], generator, -1), 'h');

  const inTime = derivative(graph, timeNode);
  /** L, L_(1/2), L₁, … */
  const terms: DifferentialOperator[] = [generator];
  /** D_n = Σ_j h^(j/2) table[n][j]. */
  const table: DifferentialOperator[][] = [[], terms];
  const entry = (n: number, j: number): DifferentialOperator => {
    if (n === 1) return terms[j];
    table[n] ??= [];
    if (table[n][j]) return table[n][j];
    let sum: DifferentialOperator = entry(n - 1, j).map((term) => ({
      ...term,
      coefficient: inTime(term.coefficient),
    }));
    for (let i = 0; i <= j; i++) {
      sum = addOperators(graph, sum, composeOperators(graph, terms[i], entry(n - 1, j - i), stateNodes));
    }
    table[n][j] = sum;
    return sum;
  };
  for (let j = 1; j <= most; j++) {
    let left = expansion[j + 2];
    let factorial = 1;
    for (let n = 2; 2 * n <= j + 2; n++) {
      factorial *= n;
      left = addOperators(graph, left, entry(n, j + 2 - 2 * n), -1 / factorial);
    }
    terms.push(nonzero(model, left));
  }
  return terms.slice(1);
}

/** Refuses a model that cannot be differentiated, and a scheme that cannot be expanded. */
export function requireFormulas(
  model: Model,
  scheme: Scheme,
  where: string,
): { readonly symbolic: SymbolicModel; readonly expanded: ExpandedScheme } {
  const refusal = (expected: string, got: string): SdeError =>
    new SdeError('unsupported', {
      what: 'the local error is found by expanding the step over formulas',
      where,
      expected,
      got,
      remedy: 'write the model with symbolic(), and take a scheme whose step is traced or has an expansion',
    });
  if (!isSymbolicModel(model) || !model.graph) throw refusal('a symbolic model', nameOf(model, 'model'));
  if (!isScheme(scheme)) throw refusal('a scheme, such as eulerMaruyama', nameOf(scheme, 'scheme'));
  const expanded = expandedScheme(scheme);
  if (!expanded) throw refusal('a scheme whose step can be expanded', `the native scheme ${scheme.name}`);
  return { symbolic: model, expanded };
}

const isScheme = (scheme: unknown): scheme is Scheme => {
  const { kind, driver, step } = (scheme ?? {}) as Partial<Scheme>;
  return (kind === 'traced' || kind === 'native') && driver !== undefined && typeof step === 'function';
};

/** What came instead of a model or a scheme, in words. */
function nameOf(value: unknown, what: string): string {
  const { kind } = (value ?? {}) as { readonly kind?: unknown };
  return typeof kind === 'string' ? `a ${kind} ${what}` : describe(value);
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

function inconsistent(scheme: ExpandedScheme, power: string, operator: string): SdeError {
  return new SdeError('unsupported', {
    what: `one step of ${scheme.name} is not φ + h L φ + O(h²) for this model`,
    where: 'weakErrorOperator(model, scheme)',
    expected: 'a scheme of weak order 1 or more for this model',
    got: `a term ${power} (${operator}) φ`,
    remedy: 'take a scheme that is proved for the calculus and the noise structure of the model',
  });
}
