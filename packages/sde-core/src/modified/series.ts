import type { Graph, Node } from '../expression/graph.js';

/** coefficient · s^order · Π ξ_k^powers[k]. */
export interface SeriesTerm {
  readonly coefficient: Node;
  readonly order: number;
  readonly powers: readonly number[];
}

/** A truncated Laurent series in s = √h whose coefficients are polynomials in the noise variables ξ of the step. */
export type Series = readonly SeriesTerm[];

/** The series of one value that depends on neither h nor the noise. */
export const constantSeries = (coefficient: Node): Series =>
  coefficient.operation === 'constant' && coefficient.value === 0 ? [] : [{ coefficient, order: 0, powers: [] }];

/** s^order, or s^order ξ_k. */
export function monomialSeries(graph: Graph, order: number, k?: number): Series {
  const powers = k === undefined ? [] : [...Array.from({ length: k }, () => 0), 1];
  return [{ coefficient: graph.constant(1), order, powers }];
}

/** a + factor · b. */
export function addSeries(graph: Graph, a: Series, b: Series, factor = 1): Series {
  const scale = graph.constant(factor);
  return collect(graph, [
    ...a,
    ...b.map((term) => ({ ...term, coefficient: graph.multiply(scale, term.coefficient) })),
  ]);
}

/** a · b without the powers of s above `most`. */
export function multiplySeries(graph: Graph, a: Series, b: Series, most: number): Series {
  const terms: SeriesTerm[] = [];
  for (const p of a) {
    for (const q of b) {
      if (p.order + q.order > most) continue;
      const coefficient = graph.multiply(p.coefficient, q.coefficient);
      terms.push({ coefficient, order: p.order + q.order, powers: sumOfPowers(p.powers, q.powers) });
    }
  }
  return collect(graph, terms);
}

/** The part that depends on neither h nor the noise, and the rest. */
export function split(graph: Graph, series: Series): { readonly start: Node; readonly rest: Series } {
  const isStart = (term: SeriesTerm): boolean => term.order === 0 && term.powers.length === 0;
  return {
    start: series.find(isStart)?.coefficient ?? graph.constant(0),
    rest: series.filter((term) => !isStart(term)),
  };
}

function collect(graph: Graph, terms: readonly SeriesTerm[]): Series {
  const sums = new Map<string, SeriesTerm>();
  for (const term of terms) {
    const key = `${term.order}:${term.powers.join()}`;
    const before = sums.get(key);
    const coefficient = before ? graph.add(before.coefficient, term.coefficient) : term.coefficient;
    sums.set(key, { ...term, coefficient });
  }
  return [...sums.values()].filter(
    (term) => !(term.coefficient.operation === 'constant' && term.coefficient.value === 0),
  );
}

function sumOfPowers(a: readonly number[], b: readonly number[]): readonly number[] {
  const [long, short] = a.length >= b.length ? [a, b] : [b, a];
  return long.map((power, k) => power + (short[k] ?? 0));
}
