/** The graph of a formula: built, parsed, differentiated, compiled, printed. */
export type { Algebra } from './expression/algebra.js';
export { type Break, breaks } from './expression/breaks.js';
export {
  type Arguments,
  type ColumnArguments,
  type ColumnFunction,
  type ColumnSums,
  compileColumnSums,
  compileColumns,
  compileScalar,
  compileVector,
  type ScalarFunction,
  type VectorFunction,
} from './expression/compile.js';
export { type Derivative, derivative, gradient } from './expression/differentiate.js';
export { evaluate } from './expression/evaluate.js';
export {
  type Expression,
  type ExpressionContext,
  type ExpressionData,
  expression,
  expressionOf,
} from './expression/expression.js';
export { type Graph, graph, type Node } from './expression/graph.js';
export { numbers } from './expression/numbers.js';
export { operandsFirst, symbolsOf } from './expression/order.js';
export { print } from './expression/print.js';
export { printLatex } from './expression/print-latex.js';
export { reverseGradient } from './expression/reverse.js';
export type { Instruction, PlainNumber } from './expression/straightline.js';
export { substitute } from './expression/substitute.js';
export { symbolicModel } from './models/symbolic.js';
export { stateNames } from './paths/state-names.js';
