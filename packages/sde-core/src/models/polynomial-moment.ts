import { describe, requireLength, requireNumbers } from '../errors/at-the-door.js';
import { requireKeys } from '../errors/options.js';
import { SdeError } from '../errors/sde-error.js';
import { bind, type Expression, expression, isExpression } from '../expression/expression.js';
import type { Node } from '../expression/graph.js';
import { normalForm } from '../expression/normal-form.js';
import { numbers } from '../expression/numbers.js';
import { operandsFirst } from '../expression/order.js';
import { substitute } from '../expression/substitute.js';
import { matrixExponential } from '../numerics/matrix-exponential.js';
import { toIto } from './calculus.js';
import { covariance } from './generator.js';
import { isSymbolicModel, type SymbolicModel } from './symbolic.js';

/** More monomials than this are not tried: e^(tG) costs n³. */
const MOST_MONOMIALS = 200;

/** A power product x^α, and its factor. */
interface Monomial {
  readonly exponents: readonly number[];
  readonly coefficient: number;
}

/** A sum of power products, by their exponents. */
type Powers = Map<string, Monomial>;

/**
 * E φ(X_t) given X_0 = x₀, for a polynomial φ of a model whose generator keeps finitely many polynomials: e^(tG) on their coefficients.
 *
 * L maps x^α to a sum of monomials; those that φ leads to are collected, and G is L on them. They are finitely many where the drift is affine and
 * σσᵀ quadratic (Ornstein–Uhlenbeck, geometric Brownian motion, square roots, linear systems, Brownian motion on the circle), and in triangular
 * systems such as dX = dW, dY = X² dt. No step and no sampling: exact to the rounding of the matrix exponential. Cost: (monomials)³.
 *
 * @throws SdeError `unsupported` for a model without formulas, for coefficients that are no polynomials or depend on t, and where more than 200
 * monomials are needed; `value` for a φ that is no polynomial, a t that is not ≥ 0; `shape` for another x₀.
 * @see [cuchiero2012]
 *
 * @example
 * import { polynomialMoment, symbolic } from 'sde-core';
 * const model = symbolic({ state: ['x', 'y'], drift: ['-x', 'x^2'], diffusion: [[1], [0]] });
 * polynomialMoment(model, 'y', { t: 2, x0: [0, 0] }); // → 0.754578…
 */
export function polynomialMoment(
  model: SymbolicModel,
  phi: string | number | Expression,
  options: { readonly t: number; readonly x0: ArrayLike<number> },
): number {
  const where = 'polynomialMoment(model, φ, { t, x0 })';
  requireModel(model, where);
  requireKeys<typeof options>(options ?? null, { t: true, x0: true }, where, { T: 't' });
  const { t, x0 } = options;
  requireNumbers(x0, where, 'start from a finite state');
  requireLength(x0, model.dimension, where, 'give one initial value for each state of the model');
  if (!(Number.isFinite(t) && t >= 0)) throw fault('value', 'not a time', where, 'a finite number ≥ 0', describe(t));
  const { graph, state, time, parameters } = model;
  const parsed = isExpression(phi) ? phi : expression(phi, { graph, state, time, parameters, where });
  const [node] =
    parsed.graph === graph
      ? [parsed.node]
      : substitute(graph, bind(parsed.graph, [parsed.node], parsed.parameters), new Map());
  const start = polynomialOf(model, node);
  if (!start) throw fault('value', 'φ is not a polynomial in the states', where, "for example 'x^2'", `${parsed}`);

  const image = generatorOnMonomials(model, where);
  const basis = [...start.keys()];
  const index = new Map(basis.map((key, i) => [key, i]));
  const exponents = [...start.values()].map((term) => term.exponents);
  const entries: { readonly row: number; readonly column: number; readonly value: number }[] = [];
  for (let column = 0; column < basis.length; column++) {
    for (const [key, term] of image(exponents[column])) {
      let row = index.get(key);
      if (row === undefined) {
        row = basis.push(key) - 1;
        index.set(key, row);
        exponents.push(term.exponents);
      }
      entries.push({ row, column, value: term.coefficient });
    }
    if (basis.length > MOST_MONOMIALS) throw notClosed(where);
  }
  const n = basis.length;
  const G = new Float64Array(n * n);
  for (const { row, column, value } of entries) G[row * n + column] += t * value;
  const flow = matrixExponential(G, n);
  const coefficients = [...start.values()].map((term) => term.coefficient);
  let sum = 0;
  for (let i = 0; i < n; i++) {
    let coefficient = 0;
    for (let j = 0; j < coefficients.length; j++) coefficient += flow[i * n + j] * coefficients[j];
    sum += exponents[i].reduce((product, exponent, k) => product * numbers.power(x0[k], exponent), coefficient);
  }
  return sum;
}

/** L x^α = Σ α_i b_i x^(α − e_i) + ½ Σ a_ij ∂_i ∂_j x^α, from b and a = σσᵀ as polynomials. */
function generatorOnMonomials(model: SymbolicModel, where: string): (alpha: readonly number[]) => Powers {
  const ito = toIto(model);
  const d = model.dimension;
  const polynomial = (node: Node): Powers => {
    const found = polynomialOf(ito, node);
    if (found) return found;
    throw fault(
      'unsupported',
      'a coefficient that is not a polynomial',
      where,
      'b and σσᵀ polynomials in the states, the same at all times',
      `${model.state.join(', ')} with another coefficient`,
    );
  };
  const drift = ito.driftNodes.map(polynomial);
  const rates = Array.from({ length: d }, (_, i) =>
    Array.from({ length: d }, (_, j) => polynomial(covariance(ito, i, j))),
  );
  return (alpha) => {
    const sum: Powers = new Map();
    const shifted = (factor: number, powers: Powers, lowered: readonly number[]): void => {
      if (factor === 0) return;
      for (const { exponents, coefficient } of powers.values()) {
        const raised = exponents.map((exponent, k) => exponent + alpha[k] - lowered.filter((i) => i === k).length);
        include(sum, raised, factor * coefficient);
      }
    };
    for (let i = 0; i < d; i++) {
      shifted(alpha[i], drift[i], [i]);
      for (let j = 0; j < d; j++)
        shifted((1 / 2) * alpha[i] * (i === j ? alpha[i] - 1 : alpha[j]), rates[i][j], [i, j]);
    }
    return sum;
  };
}

/** The polynomial that a node is, with the parameters' values; undefined if it is none. */
function polynomialOf(model: SymbolicModel, node: Node): Powers | undefined {
  const { graph, stateNodes, parameters } = model;
  const known = new Map<Node, Powers | undefined>();
  const whole = normalForm(graph, bind(graph, [node], parameters)[0]);
  const constant = (value: number): Powers =>
    include(
      new Map(),
      stateNodes.map(() => 0),
      value,
    );
  for (const part of operandsFirst([whole])) {
    if (part.operation === 'constant') known.set(part, constant(part.value));
    else if (part.operation === 'symbol') {
      const i = stateNodes.indexOf(part);
      known.set(
        part,
        i < 0
          ? undefined
          : include(
              new Map(),
              stateNodes.map((_, k) => (k === i ? 1 : 0)),
              1,
            ),
      );
    } else {
      const operands = part.operands.map((operand) => known.get(operand));
      const full = operands.every((operand) => operand !== undefined);
      known.set(part, full ? combined(part, operands as readonly Powers[]) : undefined);
    }
  }
  return known.get(whole);
}

function combined(part: Node, [p, q]: readonly Powers[]): Powers | undefined {
  switch (part.operation) {
    case 'negate':
      return scaledSum(new Map(), p, -1);
    case 'add':
      return scaledSum(p, q, 1);
    case 'subtract':
      return scaledSum(p, q, -1);
    case 'multiply':
      return product(p, q);
    case 'divide':
      return isConstant(q) ? scaledSum(new Map(), p, 1 / constantOf(q)) : undefined;
    case 'power': {
      const exponent = constantOf(q);
      if (!isConstant(q) || !Number.isInteger(exponent) || exponent < 1) return undefined;
      let power = p;
      for (let k = 1; k < exponent; k++) power = product(power, p);
      return power;
    }
    default:
      return undefined;
  }
}

const isConstant = (p: Powers): boolean => [...p.values()].every((term) => term.exponents.every((e) => e === 0));
const constantOf = (p: Powers): number => [...p.values()][0]?.coefficient ?? 0;

function include(sum: Powers, exponents: readonly number[], coefficient: number): Powers {
  if (coefficient === 0) return sum;
  const key = exponents.join();
  sum.set(key, { exponents, coefficient: (sum.get(key)?.coefficient ?? 0) + coefficient });
  return sum;
}

function scaledSum(p: Powers, q: Powers, scale: number): Powers {
  const sum = new Map(p);
  for (const { exponents, coefficient } of q.values()) include(sum, exponents, scale * coefficient);
  return sum;
}

function product(p: Powers, q: Powers): Powers {
  const sum: Powers = new Map();
  for (const a of p.values()) {
    for (const b of q.values()) {
      include(
        sum,
        a.exponents.map((exponent, k) => exponent + b.exponents[k]),
        a.coefficient * b.coefficient,
      );
    }
  }
  return sum;
}

function requireModel(model: SymbolicModel, where: string): void {
  if (isSymbolicModel(model)) return;
  throw fault('unsupported', 'the coefficients are closures', where, 'a symbolic model', 'a numeric model');
}

const notClosed = (where: string): SdeError =>
  fault(
    'unsupported',
    'the moments do not close',
    where,
    `at most ${MOST_MONOMIALS} monomials, as for an affine drift and a quadratic σσᵀ`,
    'a generator that raises the degree again and again',
  );

function fault(code: 'value' | 'unsupported', what: string, where: string, expected: string, got: string): SdeError {
  const remedy = 'take exactExpectation on a discrete chain, or expectation, for what no polynomial closes';
  return new SdeError(code, { what, where, expected, got, remedy });
}
