import {
  compileColumns,
  type Graph,
  isSymbolicModel,
  type Model,
  type Node,
  type SymbolicModel,
  substitute,
  symbolsOf,
  toIto,
} from 'sde-core';
import { coordinateColumns } from '../grid/coordinates.js';
import { type Grid, nodeAt } from '../grid/grid.js';
import { byCoefficient, coefficientLayout, inOrder, inputOf, pairsOf } from './coefficient-layout.js';
import { type Coefficients, evaluateCoefficients, notFinite, zeroCoefficients } from './coefficients.js';
import type { ScalarFunction } from './scalar-function.js';

/** The coefficients of one equation on one grid, as functions of time. */
export interface CoefficientColumns {
  /** Arrays for one time. Those of coefficients that do not depend on time may be shared by all times. */
  make(): Coefficients;
  /**
   * Evaluates the coefficients at time t on all nodes; says whether any number changed.
   *
   * @throws SdeError `value` if a coefficient is not finite at a node.
   */
  evaluate(t: number, out: Coefficients): boolean;
}

/**
 * Prepares a model and a killing rate for a grid. Expressions that move are compiled to one loop over the nodes, and what of them does not
 * depend on time is evaluated once; where nothing moves, and for closures, functions are called node by node. `fixed` is 1 at rows that are empty: they have no mixed derivatives.
 */
export function coefficientColumns(
  model: Model,
  killing: ScalarFunction,
  grid: Grid,
  fixed: Uint8Array,
): CoefficientColumns {
  const known = killing.constant !== undefined || killing.formula !== undefined;
  // Compiling takes longer than evaluating once.
  const moves = !(model.autonomous && killing.autonomous);
  if (isSymbolicModel(model) && known && moves) return compiledColumns(nodesOf(toIto(model), killing), grid, fixed);
  return {
    make: () => zeroCoefficients(grid),
    evaluate: (t, out) => evaluateCoefficients(model, killing, grid, t, fixed, out),
  };
}

/** The coefficients of L as expressions, in the order of {@link coefficientLayout}. */
export interface CoefficientNodes {
  readonly graph: Graph;
  readonly nodes: readonly Node[];
  /** x, shape (d). */
  readonly state: readonly Node[];
  /** t, where it enters. */
  readonly time?: Node;
  /** What depends on time alone, and how it is read. */
  readonly shared?: { readonly symbols: readonly Node[]; read(t: number, out: Float64Array): void };
}

/** Compiles expressions to one loop over the nodes of a grid; what depends neither on time nor on `shared` is evaluated once. */
export function compiledColumns(
  { graph, nodes, state, time, shared = { symbols: [], read: () => {} } }: CoefficientNodes,
  grid: Grid,
  fixed: Uint8Array,
): CoefficientColumns {
  const layout = coefficientLayout(grid.dimension);
  // Not a name that a state can have.
  const inside = graph.symbol('row is not empty');
  const kept = nodes.map((node, i) =>
    i >= layout.covariance && i < layout.killing ? graph.select(inside, node, graph.constant(0)) : node,
  );
  const given = { time, state: [...state, inside], shared: shared.symbols };
  const moves = kept.map((node) =>
    symbolsOf(node).some((symbol) => symbol === time || shared.symbols.includes(symbol)),
  );
  const place = [...coordinateColumns(grid), Float64Array.from(fixed, (row) => (row ? 0 : 1))];
  const values = new Float64Array(shared.symbols.length);
  const program = (which: boolean) => {
    const chosen = kept.filter((_, i) => moves[i] === which);
    const names = kept.flatMap((_, i) => (moves[i] === which ? [inputOf(i, layout)] : []));
    const run = chosen.length > 0 ? compileColumns(chosen, given) : undefined;
    return (t: number, out: Coefficients): boolean => {
      const arrays = inOrder(out).filter((_, i) => moves[i] === which);
      shared.read(t, values);
      const changed = run?.(t, place, arrays, values) ?? false;
      if (changed) requireFinite(arrays, names, grid, t);
      return changed;
    };
  };
  const [still, moving] = [program(false), program(true)];
  const resting = zeroCoefficients(grid);
  let begun = false;
  return {
    make: () => {
      const shared = inOrder(resting);
      return byCoefficient(
        inOrder(zeroCoefficients(grid)).map((own, i) => (moves[i] ? own : shared[i])),
        layout,
      );
    },
    evaluate: (t, out) => {
      if (!begun) still(t, resting);
      begun = true;
      return moving(t, out);
    },
  };
}

/** The coefficients of a model in Itô's calculus, with the values of its parameters. */
function nodesOf(model: SymbolicModel, killing: ScalarFunction): CoefficientNodes {
  const { graph, dimension: d, noiseDimension: m, stateNodes: state, timeNode: time } = model;
  const values = Object.values(model.parameters);
  const bound = new Map(model.parameterNodes.map((symbol, i) => [symbol, graph.constant(values[i])]));
  const drift = substitute(graph, model.driftNodes, bound);
  const sigma = substitute(graph, model.diffusionNodes, bound);
  const covariance = (k: number, l: number): Node => {
    let sum = graph.constant(0);
    for (let j = 0; j < m; j++) sum = graph.add(sum, graph.multiply(sigma[k * m + j], sigma[l * m + j]));
    return sum;
  };
  const nodes = inOrder({
    drift,
    halfVariance: drift.map((_, k) => graph.divide(covariance(k, k), graph.constant(2))),
    covariance: pairsOf(d).map(([k, l]) => covariance(k, l)),
    killing: killingNode(model, killing),
  });
  return { graph, nodes, state, time };
}

/** The killing rate in the graph of the model, whatever its own names for time and state are. */
function killingNode({ graph, timeNode, stateNodes }: SymbolicModel, { constant, formula }: ScalarFunction): Node {
  if (formula === undefined) return graph.constant(constant ?? 0);
  const own = formula.graph;
  const names = new Map<Node, Node>([
    ...Object.entries(formula.parameters).map(([name, value]) => [own.symbol(name), graph.constant(value)] as const),
    ...formula.state.map((name, k) => [own.symbol(name), stateNodes[k]] as const),
    [own.symbol(formula.time), timeNode],
  ]);
  return substitute(graph, [formula.node], names)[0];
}

function requireFinite(arrays: readonly Float64Array[], names: readonly string[], grid: Grid, t: number): void {
  let sum = 0;
  for (const array of arrays) for (let p = 0; p < array.length; p++) sum += array[p] - array[p];
  if (sum === 0) return;
  const p = arrays[0].findIndex((_, at) => arrays.some((array) => !Number.isFinite(array[at])));
  const x = new Float64Array(grid.dimension);
  nodeAt(grid, p, x);
  const bad = arrays.findIndex((array) => !Number.isFinite(array[p]));
  throw notFinite(names[bad], t, x, arrays[bad][p]);
}
