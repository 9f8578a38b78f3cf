import { type Expression, type Graph, isSymbolicModel, type Model, type Node } from 'sde-core';
import { type Break, breaks, compileScalar, substitute, symbolsOf } from 'sde-core/expression';
import type { AxisBoundary, Boundary, BoundaryInput } from './boundary.js';
import { type Named, type ScalarFunction, type ScalarInput, scalarFunction } from './scalar-function.js';

/** Where something that the caller wrote jumps or kinks: where `at` changes its sign. */
export interface Locus {
  readonly kind: Break['kind'];
  at(t: number, x: ArrayLike<number>): number;
  /** It depends on t. */
  readonly moves: boolean;
  /** It depends on a state. */
  readonly inSpace: boolean;
  /** Which states it depends on. */
  readonly axes: readonly number[];
}

/** Nodes of one graph, and what their symbols stand for; others, such as controls, may be among them. */
export interface Formulas {
  readonly graph: Graph;
  readonly nodes: readonly Node[];
  readonly state: readonly Node[];
  readonly time?: Node;
}

/** The loci of formulas. One that depends on anything but state and time has no place, and is left out. */
export function lociOf({ graph, nodes, state, time }: Formulas): Locus[] {
  const inSpace = new Set(state);
  return breaks(graph, nodes).flatMap(({ kind, locus }) => {
    const symbols = symbolsOf(locus);
    if (symbols.length === 0 || symbols.some((symbol) => symbol !== time && !inSpace.has(symbol))) return [];
    const moves = time !== undefined && symbols.includes(time);
    const axes = state.flatMap((symbol, k) => (symbols.includes(symbol) ? [k] : []));
    return [{ kind, at: compileScalar(locus, { time, state }), moves, inSpace: axes.length > 0, axes }];
  });
}

/** The loci of one formula, its parameters replaced by their values. */
export function lociOfFormula(formula: Expression | undefined): Locus[] {
  if (!formula) return [];
  const { graph, node, state, time, parameters } = formula;
  const values = new Map(
    Object.entries(parameters).map(([name, value]): [Node, Node] => [graph.symbol(name), graph.constant(value)]),
  );
  const bound = values.size > 0 ? substitute(graph, [node], values) : [node];
  return lociOf({ graph, nodes: bound, state: state.map((name) => graph.symbol(name)), time: graph.symbol(time) });
}

/** The loci of drift and diffusion; none are known of a model of closures. */
export function lociOfModel(model: Model): Locus[] {
  if (!isSymbolicModel(model)) return [];
  const { graph, stateNodes: state, timeNode: time, parameterNodes, parameters } = model;
  const values = Object.values(parameters);
  const bound = new Map(parameterNodes.map((symbol, i) => [symbol, graph.constant(values[i])]));
  const nodes = [...model.driftNodes, ...model.diffusionNodes];
  return lociOf({ graph, nodes: bound.size > 0 ? substitute(graph, nodes, bound) : nodes, state, time });
}

/** The loci of what is given on sides. */
export function lociOfSides(input: BoundaryInput | undefined, model: Named): Locus[] {
  const one = (side: Boundary | undefined): Locus[] => {
    const given: ScalarInput | undefined =
      side && 'value' in side ? side.value : side && 'slope' in side ? side.slope : undefined;
    // A function, or what its own door refuses, has no formula.
    if (typeof given !== 'string' && !(typeof given === 'object' && given !== null && 'dependsOn' in given)) return [];
    return lociOfFormula(scalarFunction(given, model, 'boundary').formula);
  };
  if (!Array.isArray(input)) return one(input as Boundary | undefined);
  return (input as readonly AxisBoundary[]).flatMap((axis) => [...one(axis?.lower), ...one(axis?.upper)]);
}

/** The loci of a function of time and state, where it has a formula. */
export const lociOfScalar = (input: ScalarFunction): Locus[] => lociOfFormula(input.formula);

/** Places at which a locus in time alone is looked at, and the most changes of its sign that are taken. Empirical. */
const SCANNED = 4096;

/**
 * The times inside an interval at which loci in t alone vanish, ascending: there coefficients jump, and a step is to end.
 *
 * Found by scanning, so two closer than a 4096th of the interval may be missed.
 */
export function breakingTimes(loci: readonly Locus[], t0: number, T: number): number[] {
  const nowhere = new Float64Array(0);
  const times = new Set<number>();
  for (const { at, inSpace } of loci) {
    if (inSpace) continue;
    let [low, below] = [t0, at(t0, nowhere)];
    for (let j = 1; j <= SCANNED; j++) {
      const high = j === SCANNED ? T : t0 + ((T - t0) * j) / SCANNED;
      const above = at(high, nowhere);
      if (below < 0 !== above < 0 || below > 0 !== above > 0) times.add(bisected((t) => at(t, nowhere), low, high));
      [low, below] = [high, above];
    }
  }
  return [...times].sort((a, b) => a - b);
}

/** Where a function changes between two numbers: 0 itself where it is met. */
function bisected(f: (s: number) => number, low: number, high: number): number {
  if (f(low) === 0) return low;
  if (f(high) === 0) return high;
  const negative = f(low) < 0;
  let [from, to] = [low, high];
  for (;;) {
    const middle = (from + to) / 2;
    if (middle === from || middle === to) return to;
    const value = f(middle);
    if (value === 0) return middle;
    if (value < 0 === negative) from = middle;
    else to = middle;
  }
}
