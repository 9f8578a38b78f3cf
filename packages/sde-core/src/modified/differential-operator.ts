import { derivative } from '../expression/differentiate.js';
import type { Graph, Node } from '../expression/graph.js';
import { print } from '../expression/print.js';

/** coefficient(t, x) · ∂^derivative, one order of differentiation a state: shape (d). */
export interface OperatorTerm {
  readonly derivative: readonly number[];
  readonly coefficient: Node;
}

/** A linear differential operator: terms of different derivatives. */
export type DifferentialOperator = readonly OperatorTerm[];

/** Order of differentiation of a term. */
export const orderOf = (term: OperatorTerm): number => term.derivative.reduce((sum, n) => sum + n, 0);

/** P + factor · Q. */
export function addOperators(
  graph: Graph,
  p: DifferentialOperator,
  q: DifferentialOperator,
  factor = 1,
): DifferentialOperator {
  const scale = graph.constant(factor);
  const scaled = q.map((term) => ({ ...term, coefficient: graph.multiply(scale, term.coefficient) }));
  const parts = [...p, ...scaled];
  return collect(graph, parts).filter((term) => !isRounding(term, parts));
}

/** Where constants cancel to this part of their size, their sum is 0: they are products of doubles such as 0.1. */
const ROUNDING = 2 ** -44;

/** Whether a term is a constant that is left of larger ones of the same derivative: folding has forgotten what it was added up from. */
function isRounding({ derivative, coefficient }: OperatorTerm, parts: readonly OperatorTerm[]): boolean {
  if (coefficient.operation !== 'constant') return false;
  const same = parts.filter((part) => part.derivative.every((n, i) => n === derivative[i]));
  if (same.some((part) => part.coefficient.operation !== 'constant')) return false;
  const size = Math.max(...same.map((part) => Math.abs(part.coefficient.value)));
  return Math.abs(coefficient.value) <= ROUNDING * size;
}

/** P Q: φ ↦ P(Q φ), by the rule of Leibniz. */
export function composeOperators(
  graph: Graph,
  p: DifferentialOperator,
  q: DifferentialOperator,
  stateNodes: readonly Node[],
): DifferentialOperator {
  const slopes = stateNodes.map((symbol) => derivative(graph, symbol));
  const terms: OperatorTerm[] = [];
  for (const outer of p) {
    for (const inner of q) {
      for (const taken of belowOrEqual(outer.derivative)) {
        const times = taken.reduce((product, n, i) => product * binomial(outer.derivative[i], n), 1);
        const differentiated = taken.reduce((node, n, i) => repeat(slopes[i], n, node), inner.coefficient);
        terms.push({
          derivative: inner.derivative.map((n, i) => n + outer.derivative[i] - taken[i]),
          coefficient: graph.multiply(graph.multiply(graph.constant(times), outer.coefficient), differentiated),
        });
      }
    }
  }
  return collect(graph, terms);
}

/** The operator as text: `-0.5*x^3*sigma^4 ∂x^3`. */
export function printOperator(operator: DifferentialOperator, state: readonly string[]): string {
  if (operator.length === 0) return '0';
  const terms = operator.map(({ derivative, coefficient }) => {
    const text = print(coefficient);
    const factor = /^-?[^ ?]*$/.test(text) ? text : `(${text})`;
    const signs = derivative.map((n, i) => (n === 0 ? '' : `∂${state[i]}${n === 1 ? '' : `^${n}`}`));
    return [factor, ...signs.filter((sign) => sign !== '')].join(' ');
  });
  return terms.reduce((sum, term) => (term.startsWith('-') ? `${sum} - ${term.slice(1)}` : `${sum} + ${term}`));
}

function collect(graph: Graph, terms: readonly OperatorTerm[]): DifferentialOperator {
  const sums = new Map<string, OperatorTerm>();
  for (const term of terms) {
    const key = term.derivative.join();
    const before = sums.get(key);
    const coefficient = before ? graph.add(before.coefficient, term.coefficient) : term.coefficient;
    sums.set(key, { derivative: term.derivative, coefficient });
  }
  return [...sums.values()].sort((a, b) => orderOf(a) - orderOf(b) || compare(b.derivative, a.derivative));
}

function compare(a: readonly number[], b: readonly number[]): number {
  const first = a.findIndex((n, i) => n !== b[i]);
  return first < 0 ? 0 : a[first] - b[first];
}

/** All multi-indices up to the given one, component by component. */
function belowOrEqual(derivative: readonly number[]): number[][] {
  return derivative.reduce<number[][]>(
    (heads, most) => heads.flatMap((head) => Array.from({ length: most + 1 }, (_, n) => [...head, n])),
    [[]],
  );
}

function binomial(n: number, k: number): number {
  let value = 1;
  for (let i = 1; i <= k; i++) value = (value * (n - k + i)) / i;
  return value;
}

function repeat(map: (node: Node) => Node, n: number, node: Node): Node {
  let image = node;
  for (let k = 0; k < n; k++) image = map(image);
  return image;
}
