import type { Graph, Node } from '../expression/graph.js';
import { numbers } from '../expression/numbers.js';
import { withoutGuards } from '../expression/zero-by-infinity.js';
import { symbolicCoefficients } from '../kernels/symbolic-coefficients.js';
import { toIto, toStratonovich } from '../models/calculus.js';
import type { SymbolicModel } from '../models/symbolic.js';
import type { Scheme } from '../schemes/scheme.js';
import type { IncrementLaw } from '../schemes/scheme-driver.js';
import type { StepInputs } from '../schemes/step-input.js';
import { addOperators, type DifferentialOperator } from './differential-operator.js';
import { addSeries, constantSeries, monomialSeries, multiplySeries, type Series } from './series.js';
import { seriesAlgebra } from './series-algebra.js';

/** A scheme whose step can be run over series. */
export interface ExpandedScheme extends Pick<Scheme, 'name' | 'calculus' | 'driver'> {
  /** The step; where it solves an equation, right to √h to the power `rounds`. */
  expand<V>(input: StepInputs<V>['symbols'], rounds: number): readonly V[];
}

/** A scheme's step over series; undefined where it has none. */
export function expandedScheme(scheme: Scheme): ExpandedScheme | undefined {
  const { name, calculus, driver } = scheme;
  if (scheme.kind === 'traced') return { name, calculus, driver, expand: (input) => scheme.step(input) };
  const { expansion } = scheme;
  return expansion && { name, calculus, driver, expand: (input, rounds) => expansion(input, rounds) };
}

/**
 * E φ(X_h) = Σ_j h^(j/2) A_j φ: the operators A_0 … A_most of one step.
 *
 * With X_h = x + Δ, A_j = Σ_α (1/α!) [h^(j/2)] E Δ^α · ∂^α, |α| ≤ j, since Δ = O(√h).
 */
export function oneStepExpansion(
  model: SymbolicModel,
  scheme: ExpandedScheme,
  most: number,
): readonly DifferentialOperator[] {
  const { graph, dimension: d } = model;
  const laws = [
    ...Array.from({ length: model.noiseDimension }, () => scheme.driver.increments),
    ...scheme.driver.auxiliary(model.noiseDimension),
  ];
  // A step may divide by √h once.
  const increments = displacement(model, scheme, laws.length, most + 1);
  const operators: DifferentialOperator[] = Array.from({ length: most + 1 }, () => []);
  const add = (power: Series, derivative: readonly number[], weight: number): void => {
    for (let order = 0; order <= most; order++) {
      const coefficient = graph.multiply(graph.constant(weight), expectation(graph, power, order, laws));
      operators[order] = addOperators(graph, operators[order], [{ derivative, coefficient }]);
    }
  };
  // All multi-indices up to order `most`, each from the one before it by one more factor Δ_i.
  const visit = (power: Series, derivative: readonly number[], weight: number, from: number): void => {
    add(power, derivative, weight);
    if (derivative.reduce((sum, n) => sum + n, 0) === most) return;
    for (let i = from; i < d; i++) {
      const next = derivative.map((n, k) => (k === i ? n + 1 : n));
      const product = multiplySeries(graph, power, increments[i], most);
      if (product.length > 0) visit(product, next, weight / next[i], i);
    }
  };
  visit(
    constantSeries(graph.constant(1)),
    Array.from({ length: d }, () => 0),
    1,
    0,
  );
  return operators;
}

/** Δ = X_h − x as series, shape (d): the scheme's own step. */
function displacement(model: SymbolicModel, scheme: ExpandedScheme, size: number, most: number): Series[] {
  const converted = scheme.calculus === 'ito' ? toIto(model) : toStratonovich(model);
  const { graph, timeNode, stateNodes, noiseDimension: m, driftNodes, diffusionNodes } = converted;
  const algebra = seriesAlgebra(graph, most);
  const start = stateNodes.map((node) => constantSeries(node));
  const t = constantSeries(timeNode);
  const h = monomialSeries(graph, 2);
  const coefficients = symbolicCoefficients(
    {
      graph,
      time: timeNode,
      state: stateNodes,
      drift: driftNodes,
      diffusion: stateNodes.map((_, i) => diffusionNodes.slice(i * m, (i + 1) * m)),
    },
    algebra,
    (symbol) => constantSeries(symbol),
    (nodes) => withoutGuards(graph, nodes),
  );
  const input = {
    ...coefficients,
    algebra,
    dimension: stateNodes.length,
    noiseDimension: m,
    h,
    sqrtH: monomialSeries(graph, 1),
    y: start,
    dW: Array.from({ length: m }, (_, k) => monomialSeries(graph, 1, k)),
    auxiliary: Array.from({ length: size - m }, (_, k) => monomialSeries(graph, 0, m + k)),
    time: (c: number) => algebra.add(t, algebra.multiply(algebra.constant(c), h)),
  };
  const next = scheme.expand<Series>(input, most);
  return next.map((value, i) => addSeries(graph, value, start[i], -1));
}

/** The coefficient of s^order in E series. */
function expectation(graph: Graph, series: Series, order: number, laws: readonly IncrementLaw[]): Node {
  let sum = graph.constant(0);
  for (const term of series) {
    if (term.order !== order) continue;
    const moment = term.powers.reduce((product, power, k) => product * momentOf(laws[k], power), 1);
    sum = graph.add(sum, graph.multiply(graph.constant(moment), term.coefficient));
  }
  return sum;
}

/** E ξⁿ, exactly. */
function momentOf(law: IncrementLaw, n: number): number {
  if (n % 2 === 1) return 0;
  switch (law) {
    case 'two-point':
      return 1;
    case 'three-point':
      return n === 0 ? 1 : numbers.power(3, n / 2 - 1);
    case 'gaussian': {
      let product = 1;
      for (let k = n - 1; k > 1; k -= 2) product *= k;
      return product;
    }
    default:
      law satisfies never;
      return Number.NaN;
  }
}
