import { compileVector } from '../expression/compile.js';
import { bind } from '../expression/expression.js';
import { symbolsOf } from '../expression/order.js';
import { jacobian, type SymbolicModel } from '../models/symbolic.js';
import { type DenseFactors, denseFactors } from '../numerics/dense-factors.js';

/** The x of x − weight · b(t, x) = right, shape (d), for a drift that is affine in x. */
export type ImplicitDrift = (t: number, weight: number, right: readonly number[]) => number[];

/**
 * The direct solution of the equation of an implicit step where b(t, x) = A(t) x + a(t): whether it is shows in the Jacobian, which then names
 * no state. I − weight · A is factored once where A is constant, else once a call. Undefined for any other drift.
 */
export function implicitDrift(model: SymbolicModel): ImplicitDrift | undefined {
  const { graph, dimension: d, stateNodes, timeNode } = model;
  const entries = jacobian(graph, bind(graph, model.driftNodes, model.parameters), stateNodes);
  const named = new Set(symbolsOf(...entries));
  if (stateNodes.some((state) => named.has(state))) return undefined;
  const constant = !named.has(timeNode);
  const slopes = compileVector(entries, { time: timeNode, state: stateNodes });
  const A = new Float64Array(d * d);
  const offset = new Float64Array(d);
  const origin = new Float64Array(d);
  let held: { readonly weight: number; readonly factors: DenseFactors } | undefined;
  const factored = (t: number, weight: number): DenseFactors => {
    if (constant && held?.weight === weight) return held.factors;
    slopes(t, origin, A);
    const row = (i: number): number[] => Array.from({ length: d }, (_, j) => (i === j ? 1 : 0) - weight * A[i * d + j]);
    held = { weight, factors: denseFactors(Array.from({ length: d }, (_, i) => row(i))) };
    return held.factors;
  };
  return (t, weight, right) => {
    model.drift(t, origin, offset);
    return factored(t, weight).solve(right.map((value, i) => value + weight * offset[i]));
  };
}
