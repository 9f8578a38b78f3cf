import { SdeError } from '../errors/sde-error.js';
import { type Algebra, BINARY, UNARY } from '../expression/algebra.js';
import { bind } from '../expression/expression.js';
import type { Node } from '../expression/graph.js';
import { normalForm } from '../expression/normal-form.js';
import { operandsFirst } from '../expression/order.js';
import { carry } from '../kernels/carry.js';
import { toIto } from '../models/calculus.js';
import { covariance } from '../models/generator.js';
import type { SymbolicModel } from '../models/symbolic.js';

/** Σ c · Π variable^exponent; the key is the exponents joined by commas, time last. */
type Polynomial = ReadonlyMap<string, number>;

const exponentsOf = (key: string): number[] => key.split(',').map(Number);

/**
 * The moments E Π (X_i(t0 + h) − x0_i)^α_i of a model whose b and σσᵀ are polynomials in state and time, as the coefficients of
 * 1, h, …, h^terms: the Taylor series Σ_k h^k/k! (∂_t + L)^k applied to the monomial, exact to rounding.
 *
 * @returns for each exponent vector α, shape (d), the coefficients, shape (terms + 1).
 * @throws SdeError `unsupported` for coefficients that are not polynomials.
 */
export function localMoments(
  model: SymbolicModel,
  start: { readonly t0: number; readonly x0: ArrayLike<number> },
  terms: number,
): (alpha: readonly number[]) => readonly number[] {
  const operator = generatorTerms(toIto(model), start);
  const known = new Map<string, number>();
  // ((∂_t + L)^k monomial)(start), in variables centered at the start: a term of degree above 2k cannot come down to 1.
  const power = (k: number, exponents: readonly number[]): number => {
    const degree = exponents.reduce((sum, exponent) => sum + exponent, 0);
    if (k === 0 || degree > 2 * k) return k === 0 && degree === 0 ? 1 : 0;
    const key = `${k}:${exponents.join()}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    let sum = 0;
    for (const { coefficient, removed, added } of operator) {
      let factor = coefficient;
      const next = [...exponents];
      for (const i of removed) factor *= next[i]--;
      if (factor === 0) continue;
      sum += factor * power(k - 1, added ? next.map((exponent, i) => exponent + added[i]) : next);
    }
    known.set(key, sum);
    return sum;
  };
  return (alpha) => {
    let factorial = 1;
    return Array.from({ length: terms + 1 }, (_, k) => {
      factorial *= Math.max(1, k);
      return power(k, [...alpha, 0]) / factorial;
    });
  };
}

/** coefficient · Π variable^added · ∂^removed. */
interface OperatorTerm {
  readonly coefficient: number;
  readonly removed: readonly number[];
  readonly added?: readonly number[];
}

/** ∂_t + b·∇ + ½ σσᵀ:∇² about the start. */
function generatorTerms(
  model: SymbolicModel,
  { t0, x0 }: { readonly t0: number; readonly x0: ArrayLike<number> },
): readonly OperatorTerm[] {
  const { graph, dimension: d, stateNodes, timeNode, parameters } = model;
  const algebra = polynomials(d + 1);
  const variable = (i: number, center: number): Polynomial =>
    algebra.add(algebra.constant(center), new Map([[unit(i, d + 1), 1]]));
  const at = (nodes: readonly Node[]): readonly Polynomial[] =>
    carry(algebra, nodes, (symbol) => {
      if (symbol === timeNode) return variable(d, t0);
      const i = stateNodes.indexOf(symbol);
      return i < 0 ? algebra.constant(parameters[symbol.name]) : variable(i, x0[i]);
    });
  const drift = at(model.driftNodes);
  // σ may hold roots as long as they leave σσᵀ.
  const rates = Array.from({ length: d * d }, (_, index) => covariance(model, Math.floor(index / d), index % d));
  const rooted = operandsFirst(model.diffusionNodes).some(({ operation }) => operation === 'sqrt');
  const squares = at(rooted ? bind(graph, rates, parameters).map((rate) => normalForm(graph, rate)) : rates);
  const terms: OperatorTerm[] = [{ coefficient: 1, removed: [d] }];
  const push = (polynomial: Polynomial, scale: number, removed: readonly number[]): void => {
    for (const [key, coefficient] of polynomial)
      if (coefficient !== 0) terms.push({ coefficient: scale * coefficient, removed, added: exponentsOf(key) });
  };
  for (let i = 0; i < d; i++) {
    push(drift[i], 1, [i]);
    for (let j = 0; j < d; j++) push(squares[i * d + j], 1 / 2, [i, j]);
  }
  return terms;
}

const unit = (i: number, size: number): string => Array.from({ length: size }, (_, j) => (i === j ? 1 : 0)).join();

/** Polynomials in `size` variables as an algebra; what leads out of them is refused. */
function polynomials(size: number): Algebra<Polynomial> {
  const one = unit(-1, size);
  const constant = (value: number): Polynomial => new Map([[one, value]]);
  const plus = (p: Polynomial, q: Polynomial, scale: number): Polynomial => {
    const sum = new Map(p);
    for (const [key, coefficient] of q) sum.set(key, (sum.get(key) ?? 0) + scale * coefficient);
    return sum;
  };
  const multiply = (p: Polynomial, q: Polynomial): Polynomial => {
    const product = new Map<string, number>();
    for (const [left, a] of p) {
      for (const [right, b] of q) {
        const [x, y] = [exponentsOf(left), exponentsOf(right)];
        const key = x.map((exponent, i) => exponent + y[i]).join();
        product.set(key, (product.get(key) ?? 0) + a * b);
      }
    }
    return product;
  };
  const refuse = (operation: string) => (): never => {
    throw new SdeError('unsupported', {
      what: `${operation} of the state in a coefficient`,
      where: 'certify(scheme, { models })',
      expected: 'b and σσᵀ that are polynomials in state and time',
      got: operation,
      remedy: 'take another model: locally every smooth coefficient is a polynomial, so no order is hidden by this',
    });
  };
  const refused = Object.fromEntries([...UNARY, ...BINARY, 'select'].map((name) => [name, refuse(name)]));
  const scalar = (p: Polynomial): number | undefined =>
    [...p].every(([key, coefficient]) => key === one || coefficient === 0) ? (p.get(one) ?? 0) : undefined;
  // `refused` is built from the lists of operations that the type is.
  return {
    ...(refused as unknown as Algebra<Polynomial>),
    constant,
    negate: (p) => plus(new Map(), p, -1),
    add: (p, q) => plus(p, q, 1),
    subtract: (p, q) => plus(p, q, -1),
    multiply,
    divide: (p, q) => {
      const divisor = scalar(q);
      return divisor === undefined ? refuse('divide')() : multiply(p, constant(1 / divisor));
    },
    power: (p, q) => {
      const exponent = scalar(q);
      if (exponent === undefined || !Number.isInteger(exponent) || exponent < 0) return refuse('power')();
      return Array.from({ length: exponent }, () => p).reduce(multiply, constant(1));
    },
  };
}
