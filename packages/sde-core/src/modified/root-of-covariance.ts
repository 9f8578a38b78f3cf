import type { Graph, Node } from '../expression/graph.js';
import { tidy } from '../expression/normal-form.js';
import { covariance as covarianceEntry } from '../models/generator.js';
import type { SymbolicModel } from '../models/symbolic.js';

/** Beyond this the inverse, by cofactors, is too long to be of use. */
const MOST_DIMENSION = 4;

/**
 * A g₁ with g₁gᵀ + gg₁ᵀ = M, shape (d, m): g₁ = ½ M (ggᵀ)⁻¹ g where ggᵀ can be inverted.
 *
 * A g with entries on the diagonal alone and M diagonal too need no full rank: g₁_ii = M_ii / (2 g_ii), 0 where both vanish. Where the columns of g are
 * independent and fewer than d, it is g₁ = (I − ½ P) M g (gᵀg)⁻¹, P = g (gᵀg)⁻¹ gᵀ, if (I − P) M (I − P) = 0, which is necessary. Undefined elsewhere.
 */
export function rootOfCovariance(
  model: SymbolicModel,
  covariance: readonly (readonly Node[])[],
  vanishes: (node: Node) => boolean,
): Node[] | undefined {
  const { graph, dimension: d, noiseDimension: m, diffusionNodes: g } = model;
  const half = graph.constant(1 / 2);
  const diagonal = diagonalRoot(model, covariance, vanishes);
  if (diagonal) return diagonal;
  if (d > MOST_DIMENSION) return undefined;
  const axes = Array.from({ length: d }, (_, i) => i);
  const a = axes.map((i) => axes.map((j) => covarianceEntry(model, i, j)));
  const determinant = determinantOf(graph, a);
  if (vanishes(determinant)) return rootOfFullColumns(model, covariance, vanishes);
  // (M · adj(a))_ij, with adj(a)_kj the cofactor of a_jk.
  const numerators = axes.map((i) =>
    axes.map((j) =>
      axes.reduce(
        (sum, k) => graph.add(sum, graph.multiply(covariance[i][k], cofactor(graph, a, j, k))),
        graph.constant(0),
      ),
    ),
  );
  return g.map((_, index) => {
    const [i, k] = [Math.floor(index / m), index % m];
    const top = axes.reduce(
      (sum, j) => graph.add(sum, graph.multiply(numerators[i][j], g[j * m + k])),
      graph.constant(0),
    );
    return tidy(graph, graph.divide(graph.multiply(half, top), determinant));
  });
}

/** The root for independent columns, fewer than states. */
function rootOfFullColumns(
  { graph, dimension: d, noiseDimension: m, diffusionNodes: g }: SymbolicModel,
  covariance: readonly (readonly Node[])[],
  vanishes: (node: Node) => boolean,
): Node[] | undefined {
  if (m >= d) return undefined;
  const [rows, columns] = [d, m].map((n) => Array.from({ length: n }, (_, i) => i));
  const sum = (terms: readonly (readonly [Node, Node])[]): Node =>
    terms.reduce((total, [a, b]) => graph.add(total, graph.multiply(a, b)), graph.constant(0));
  const gram = columns.map((k) => columns.map((l) => sum(rows.map((i) => [g[i * m + k], g[i * m + l]]))));
  const determinant = determinantOf(graph, gram);
  if (vanishes(determinant)) return undefined;
  // g (gᵀg)⁻¹, shape (d, m), and M times it.
  const dual = rows.map((i) =>
    columns.map((k) => graph.divide(sum(columns.map((l) => [g[i * m + l], cofactor(graph, gram, k, l)])), determinant)),
  );
  const moved = rows.map((i) => columns.map((k) => sum(rows.map((j) => [covariance[i][j], dual[j][k]]))));
  const inside = columns.map((k) => columns.map((l) => sum(rows.map((j) => [dual[j][k], moved[j][l]]))));
  const half = graph.constant(1 / 2);
  const root = rows.flatMap((i) =>
    columns.map((k) => {
      const along = sum(columns.map((l) => [g[i * m + l], inside[l][k]]));
      return tidy(graph, graph.subtract(moved[i][k], graph.multiply(half, along)));
    }),
  );
  const solved = rows.every((i) =>
    rows.every((j) => {
      const product = sum(
        columns.flatMap((k) => [
          [root[i * m + k], g[j * m + k]],
          [g[i * m + k], root[j * m + k]],
        ]),
      );
      return vanishes(graph.subtract(product, covariance[i][j]));
    }),
  );
  return solved ? root : undefined;
}

function diagonalRoot(
  model: SymbolicModel,
  covariance: readonly (readonly Node[])[],
  vanishes: (node: Node) => boolean,
): Node[] | undefined {
  const { graph, dimension: d, noiseDimension: m, diffusionNodes: g } = model;
  const offDiagonal = (i: number, k: number): boolean => i !== k;
  if (d !== m || g.some((entry, index) => offDiagonal(Math.floor(index / m), index % m) && !vanishes(entry))) {
    return undefined;
  }
  if (covariance.some((row, i) => row.some((entry, j) => offDiagonal(i, j) && !vanishes(entry)))) return undefined;
  const root = g.map(() => graph.constant(0));
  for (let i = 0; i < d; i++) {
    const [entry, wanted] = [g[i * m + i], covariance[i][i]];
    if (vanishes(wanted)) continue;
    if (vanishes(entry)) return undefined;
    root[i * m + i] = tidy(graph, graph.divide(wanted, graph.multiply(graph.constant(2), entry)));
  }
  return root;
}

function determinantOf(graph: Graph, matrix: readonly (readonly Node[])[]): Node {
  if (matrix.length === 0) return graph.constant(1);
  return matrix[0].reduce(
    (sum, entry, k) => graph.add(sum, graph.multiply(entry, cofactor(graph, matrix, 0, k))),
    graph.constant(0),
  );
}

/** (−1)^(i+k) times the determinant without row i and column k. */
function cofactor(graph: Graph, matrix: readonly (readonly Node[])[], i: number, k: number): Node {
  const minor = matrix.filter((_, row) => row !== i).map((row) => row.filter((_, column) => column !== k));
  const value = determinantOf(graph, minor);
  return (i + k) % 2 === 0 ? value : graph.negate(value);
}
