import type { Algebra } from '../expression/algebra.js';
import { derivative } from '../expression/differentiate.js';
import { bind } from '../expression/expression.js';
import type { Graph, Node } from '../expression/graph.js';
import { productOrZero } from '../expression/zero-by-infinity.js';
import type { SymbolicModel } from '../models/symbolic.js';
import { carry } from './carry.js';
import type { Coefficients } from './coefficients.js';

/** The coefficients of a model as nodes of one graph. */
export interface CoefficientNodes {
  readonly graph: Graph;
  readonly time: Node;
  /** Shape (d). */
  readonly state: readonly Node[];
  /** Shape (d). */
  readonly drift: readonly Node[];
  /** Shape (d, m): rows are states. */
  readonly diffusion: readonly (readonly Node[])[];
}

/** The coefficients of a symbolic model, with its parameters replaced by their values. */
export function coefficientNodes(model: SymbolicModel): CoefficientNodes {
  const { graph, timeNode, stateNodes, driftNodes, diffusionNodes, parameters, noiseDimension: m } = model;
  const diffusion = bind(graph, diffusionNodes, parameters);
  return {
    graph,
    time: timeNode,
    state: stateNodes,
    drift: bind(graph, driftNodes, parameters),
    diffusion: stateNodes.map((_, i) => diffusion.slice(i * m, (i + 1) * m)),
  };
}

/**
 * All that a scheme can ask of a symbolic model, over any carrier: over numbers it is the reference, over a graph it is
 * what the traced kernel computes. Derivatives are taken once, when first asked for. `free` is what a symbol stands for
 * that is neither time nor state: a parameter that was not replaced by its value. `read` is applied to nodes before they are computed: the
 * algebra of expansions knows no branches.
 */
export function symbolicCoefficients<V>(
  model: CoefficientNodes,
  algebra: Algebra<V>,
  free?: (symbol: Node) => V,
  read: (nodes: readonly Node[]) => readonly Node[] = (nodes) => nodes,
): Coefficients<V> {
  const { time, state, drift, diffusion } = model;
  const m = diffusion[0].length;
  const columns = Array.from({ length: m }, (_, k) => diffusion.map((row) => row[k]));
  const rates = once(() => derivativesOf(model, columns));

  const places = new Map(state.map((symbol, i) => [symbol, i]));
  const symbolAt = (symbol: Node, t: V, x: readonly V[]): V => {
    if (symbol === time) return t;
    const place = places.get(symbol);
    if (place !== undefined) return x[place];
    if (free) return free(symbol);
    throw new RangeError(`the symbol '${symbol.name}' has no value`);
  };
  const at = (nodes: readonly Node[], t: V, x: readonly V[]): readonly V[] =>
    carry(algebra, read(nodes), (symbol) => symbolAt(symbol, t, x));
  const diffusionAt = (t: V, x: readonly V[]) => columns.map((column) => at(column, t, x));
  return {
    drift: (t, x) => at(drift, t, x),
    diffusion: diffusionAt,
    diffusionAlongNoise: (t, x) => rates().diffusionAlongNoise.map((along) => along.map((vector) => at(vector, t, x))),
    driftAlongNoise: (t, x) => rates().driftAlongNoise.map((vector) => at(vector, t, x)),
    generatorOfDrift: (t, x) => at(rates().generatorOfDrift, t, x),
    generatorOfDiffusion: (t, x) => rates().generatorOfDiffusion.map((vector) => at(vector, t, x)),
  };
}

function derivativesOf({ graph, time, state, drift }: CoefficientNodes, columns: readonly (readonly Node[])[]) {
  const { add, multiply } = graph;
  // Along a field that is exactly 0 the derivative is 0, whatever the slope.
  const alongField = (component: Node, slope: Node): Node => productOrZero(graph, component, slope);
  const partial = state.map((symbol) => derivative(graph, symbol));
  const inTime = derivative(graph, time);
  const sum = (nodes: readonly Node[]): Node => nodes.reduce(add, graph.constant(0));
  const along = (direction: readonly Node[], node: Node): Node =>
    sum(direction.map((component, l) => alongField(component, partial[l](node))));
  // L⁰ f = ∂_t f + b·∇f + ½ Σ_j σ_j·(∇²f) σ_j, the Hessian with the coefficients of its two directions held fixed.
  const curvature = (node: Node): Node =>
    sum(
      columns.flatMap((column) =>
        column.flatMap((left, k) =>
          column.map((right, l) => alongField(multiply(left, right), partial[l](partial[k](node)))),
        ),
      ),
    );
  const generator = (node: Node): Node =>
    add(add(inTime(node), along(drift, node)), multiply(graph.constant(1 / 2), curvature(node)));
  return {
    diffusionAlongNoise: columns.map((direction) =>
      columns.map((column) => column.map((entry) => along(direction, entry))),
    ),
    driftAlongNoise: columns.map((column) => drift.map((entry) => along(column, entry))),
    generatorOfDrift: drift.map(generator),
    generatorOfDiffusion: columns.map((column) => column.map(generator)),
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
