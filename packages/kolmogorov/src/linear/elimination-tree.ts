import type { Work } from 'sde-core';
import type { Graph } from './sparse-matrix.js';

/** What eliminating the nodes of a symmetric pattern one after another fills in. */
export interface EliminationTree {
  /** The first column that a column is needed for, by place in the order; −1 at the end of a tree. Shape (size). */
  readonly parent: Int32Array;
  /** Entries below the diagonal in each column of the factor. Shape (size). */
  readonly below: Int32Array;
}

/** Entries of the factor between two places where the work may pause: about a millisecond. */
const PART = 1 << 18;

/**
 * The elimination tree of a graph in a given order, and the column counts of its factor; `undefined` as soon as these pass `most` entries.
 *
 * Column k of the factor has an entry in row i if i is on the path up from k before it meets a node already seen from row i. Cost: the
 * entries of the factor.
 *
 * @see [liu1990]
 */
export function* eliminationTree(graph: Graph, order: Int32Array, most: number): Work<EliminationTree | undefined> {
  const { size, start, neighbor } = graph;
  const place = new Int32Array(size);
  order.forEach((p, i) => {
    place[p] = i;
  });
  const parent = new Int32Array(size).fill(-1);
  const below = new Int32Array(size);
  const ancestor = new Int32Array(size).fill(-1);
  const seen = new Int32Array(size).fill(-1);
  let [total, rested] = [0, 0];
  for (let i = 0; i < size; i++) {
    const p = order[i];
    seen[i] = i;
    for (let e = start[p]; e < start[p + 1]; e++) {
      // Climb by shortcuts to the root of what has been joined so far.
      for (let k = place[neighbor[e]]; k !== -1 && k < i; ) {
        const above = ancestor[k];
        ancestor[k] = i;
        if (above === -1) parent[k] = i;
        k = above;
      }
    }
    // Then by parents: all on the way have row i.
    for (let e = start[p]; e < start[p + 1]; e++) {
      if (place[neighbor[e]] > i) continue;
      for (let k = place[neighbor[e]]; seen[k] !== i; k = parent[k]) {
        seen[k] = i;
        below[k]++;
        total++;
      }
    }
    if (total > most) return undefined;
    if (total - rested > PART) {
      rested = total;
      yield;
    }
  }
  return { parent, below };
}
