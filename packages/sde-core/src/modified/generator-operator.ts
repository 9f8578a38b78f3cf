import { covariance } from '../models/generator.js';
import type { SymbolicModel } from '../models/symbolic.js';
import type { DifferentialOperator, OperatorTerm } from './differential-operator.js';

/** L = b·∇ + ½ σσᵀ:∇² of an Itô model. */
export function generatorOperator(model: SymbolicModel): DifferentialOperator {
  const { graph, dimension: d, driftNodes } = model;
  const unit = (...axes: number[]): number[] => {
    const derivative = Array.from({ length: d }, () => 0);
    for (const axis of axes) derivative[axis] += 1;
    return derivative;
  };
  const terms: OperatorTerm[] = driftNodes.map((coefficient, i) => ({ derivative: unit(i), coefficient }));
  for (let i = 0; i < d; i++) {
    for (let j = i; j < d; j++) {
      const entry = covariance(model, i, j);
      const coefficient = i === j ? graph.multiply(graph.constant(1 / 2), entry) : entry;
      terms.push({ derivative: unit(i, j), coefficient });
    }
  }
  return terms;
}
