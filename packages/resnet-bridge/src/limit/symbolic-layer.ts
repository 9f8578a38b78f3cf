import type { Graph, Node } from 'sde-core';
import { derivative } from 'sde-core/expression';
import type { Activation } from '../network/residual-network.js';
import type { Noise, Placement } from '../noise/noise.js';

/** The formulas of F(x) = V ψ(U x + c) + d, with weights as symbols of one graph. */
export interface SymbolicLayer {
  readonly graph: Graph;
  /** Shape (d). */
  readonly x: readonly Node[];
  /** F, shape (d). */
  readonly F: readonly Node[];
  /** V_ik ψ_k, shape (d, width). */
  readonly terms: readonly (readonly Node[])[];
  /** d, shape (d). */
  readonly offset: readonly Node[];
}

/** Names of the weights: U_1_2 is row 1, column 2. */
export interface WeightNames {
  /** Shape (width, d), row-major. */
  readonly U: readonly string[];
  /** Shape (width). */
  readonly c: readonly string[];
  /** Shape (d, width), row-major. */
  readonly V: readonly string[];
  /** Shape (d). */
  readonly d: readonly string[];
}

/** Names for a layer of these sizes. */
export function weightNames(dimension: number, width: number): WeightNames {
  return {
    U: matrixNames('U', width, dimension),
    c: vectorNames('c', width),
    V: matrixNames('V', dimension, width),
    d: vectorNames('d', dimension),
  };
}

/** letter_1, letter_2, … */
export function vectorNames(letter: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${letter}_${i + 1}`);
}

/** letter_1_1, letter_1_2, …, row-major. */
export function matrixNames(letter: string, rows: number, columns: number): string[] {
  return vectorNames(letter, rows).flatMap((row) => vectorNames(row, columns));
}

/** ψ as a formula. */
const FORMULAS: Readonly<Record<Activation, (g: Graph, z: Node) => Node>> = {
  tanh: (g, z) => g.tanh(z),
  sigmoid: (g, z) => g.divide(g.constant(1), g.add(g.constant(1), g.exp(g.negate(z)))),
  softplus: (g, z) => g.add(g.maximum(z, g.constant(0)), g.log1p(g.exp(g.negate(g.abs(z))))),
  sin: (g, z) => g.sin(z),
  relu: (g, z) => g.maximum(z, g.constant(0)),
};

/** F and its parts in a graph. */
export function symbolicLayer(
  graph: Graph,
  state: readonly string[],
  names: WeightNames,
  activation: Activation,
): SymbolicLayer {
  const [d, width] = [names.d.length, names.c.length];
  const x = state.map((name) => graph.symbol(name));
  const symbols = (all: readonly string[]): Node[] => all.map((name) => graph.symbol(name));
  const [U, c, V, offset] = [names.U, names.c, names.V, names.d].map(symbols);
  const hidden = c.map((bias, k) =>
    FORMULAS[activation](graph, sum(graph, [...x.map((x_j, j) => graph.multiply(U[k * d + j], x_j)), bias])),
  );
  const terms = offset.map((_, i) => hidden.map((psi, k) => graph.multiply(V[i * width + k], psi)));
  return { graph, x, F: offset.map((d_i, i) => sum(graph, [...terms[i], d_i])), terms, offset };
}

/** The mean of B and its columns: B = F̄ + Σ_j (g_j − m) C_j with gates g_j of mean m. */
export interface NoisyFormulas {
  /** F̄, shape (d). */
  readonly mean: readonly Node[];
  /** √h C, shape (d, gates): finite as h → 0 where B is not. */
  readonly columns: readonly (readonly Node[])[];
}

/** The formulas by placement; none where a second branch is mixed in. */
export const NOISY_FORMULAS: Readonly<
  Record<Placement, ((layer: SymbolicLayer, noise: Noise, h: number) => NoisyFormulas) | undefined>
> = {
  branch: (layer, noise, h) => ({
    mean: scaled(layer.graph, noise.mean, layer.F),
    columns: scaled(layer.graph, Math.sqrt(h), layer.F).map((value) => [value]),
  }),
  coordinate: (layer, noise, h) => ({
    mean: scaled(layer.graph, noise.mean, layer.F),
    columns: diagonal(layer.graph, scaled(layer.graph, Math.sqrt(h), layer.F)),
  }),
  hidden: ({ graph, terms, offset }, noise, h) => ({
    mean: terms.map((row, i) => sum(graph, [...scaled(graph, noise.mean, row), offset[i]])),
    columns: terms.map((row) => scaled(graph, Math.sqrt(h), row)),
  }),
  twin: undefined,
  state: ({ graph, F }) => ({
    mean: F,
    columns: diagonal(
      graph,
      F.map(() => graph.constant(1)),
    ),
  }),
};

/** Df · v for a vector field f, shape (d). */
export function along({ graph, x }: SymbolicLayer, f: readonly Node[], v: readonly Node[]): Node[] {
  const slopes = x.map((x_j) => derivative(graph, x_j));
  return f.map((f_i) =>
    sum(
      graph,
      slopes.map((slope, j) => graph.multiply(slope(f_i), v[j])),
    ),
  );
}

/** Δf, shape (d). */
export function laplacian({ graph, x }: SymbolicLayer, f: readonly Node[]): Node[] {
  const slopes = x.map((x_j) => derivative(graph, x_j));
  return f.map((f_i) =>
    sum(
      graph,
      slopes.map((slope) => slope(slope(f_i))),
    ),
  );
}

/** factor · v. */
export function scaled(graph: Graph, factor: number, v: readonly Node[]): Node[] {
  return v.map((value) => graph.multiply(graph.constant(factor), value));
}

/** v + factor · w. */
export function plus(graph: Graph, v: readonly Node[], factor: number, w: readonly Node[]): Node[] {
  return v.map((value, i) => graph.add(value, graph.multiply(graph.constant(factor), w[i])));
}

/** The sum of some nodes. */
export function sum(graph: Graph, nodes: readonly Node[]): Node {
  return nodes.reduce((total, node) => graph.add(total, node));
}

function diagonal(graph: Graph, entries: readonly Node[]): Node[][] {
  return entries.map((entry, i) => entries.map((_, k) => (i === k ? entry : graph.constant(0))));
}
