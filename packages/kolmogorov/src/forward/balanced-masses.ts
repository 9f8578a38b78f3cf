import type { Work } from 'sde-core/turns';
import type { SparseMatrix } from '../linear/sparse-matrix.js';
import type { BoundaryClosure } from '../operators/boundary-closure.js';

/** Most multiplications, and most numbers held, for which the elimination is taken: a few seconds, 1 GiB. */
const MOST_WORK = 4e9;
const MOST_HELD = 2 ** 27;
/** Multiplications between two places where the work may pause. */
const PART = 1e6;
/** Beyond it masses are scaled down as they are found: far below overflow. */
const LARGE = 2 ** 500;
/** Relative to what flows through a node, an imbalance that is rounding, whatever the gap of the spectrum. */
const BALANCED = 2 ** -36;

/**
 * The masses ρ ≥ 0 with Aᵀ ρ = 0, for a matrix whose free rows sum to 0, by elimination without subtractions: a node's rate of leaving is the sum of its rates to
 * the nodes that are left, never a difference. Every mass is then right to a relative rounding error, however rare the passages between wells are.
 *
 * The node that is left to the end is in the middle of the longest axis: toward it the drift of what has a stationary law points from far out, also where
 * central differences have negative rates against it. Where a node has no way to those that are left, it is kept to the end itself.
 *
 * Undefined where it is too much work, or negative rates leave nothing to divide by. Cost: n w² for a band of width w, twice the product of the shorter axes.
 *
 * @see [grassmann1985]
 */
export function* balancedMasses(matrix: SparseMatrix, closure: BoundaryClosure): Work<Float64Array | undefined> {
  const { grid } = closure;
  const longest = grid.shape.indexOf(Math.max(...grid.shape));
  const along = (p: number): number => Math.floor(p / grid.strides[longest]) % grid.shape[longest];
  const roots = [grid.shape[longest] >> 1, 0];
  for (let attempt = 0; attempt < roots.length; attempt++) {
    const found = yield* eliminated(matrix, closure, roots[attempt]);
    if (found.masses) return found.masses;
    if (attempt === 0 && found.stuck !== undefined) roots.push(along(found.stuck));
  }
  return undefined;
}

/** The masses, or the node from which nothing led on. */
function* eliminated(
  matrix: SparseMatrix,
  closure: BoundaryClosure,
  root: number,
): Work<{ readonly masses?: Float64Array; readonly stuck?: number }> {
  const { grid } = closure;
  const order = eliminationOrder(closure, root);
  const n = order.length;
  const place = new Int32Array(grid.size).fill(-1);
  order.forEach((p, i) => {
    place[p] = i;
  });
  let width = 0;
  for (const p of order) {
    for (let e = matrix.rowStart[p]; e < matrix.rowStart[p + 1]; e++) {
      const j = place[matrix.column[e]];
      if (j >= 0) width = Math.max(width, Math.abs(j - place[p]));
    }
  }
  const band = 2 * width + 1;
  if (n * width * width > MOST_WORK || n * band > MOST_HELD) return {};
  // Rate from i to j at i · band + j − i + width.
  const rate = new Float64Array(n * band);
  for (const p of order) {
    const i = place[p];
    for (let e = matrix.rowStart[p]; e < matrix.rowStart[p + 1]; e++) {
      const j = place[matrix.column[e]];
      if (j >= 0 && j !== i) rate[i * band + j - i + width] += matrix.value[e];
    }
  }
  const pause = Math.ceil(PART / (width * width + 1));
  for (let last = n - 1; last > 0; last--) {
    if (last % pause === 0) yield;
    const from = last * band + width - last;
    const first = Math.max(0, last - width);
    let leaving = 0;
    for (let j = first; j < last; j++) leaving += rate[from + j];
    if (!(leaving > 0)) return { stuck: order[last] };
    for (let i = first; i < last; i++) {
      const at = i * band + width - i;
      const share = rate[at + last] / leaving;
      rate[at + last] = share;
      if (share === 0) continue;
      for (let j = first; j < last; j++) if (j !== i) rate[at + j] += share * rate[from + j];
    }
  }
  const found = new Float64Array(n);
  found[0] = 1;
  for (let j = 1; j < n; j++) {
    let sum = 0;
    for (let i = Math.max(0, j - width); i < j; i++) sum += found[i] * rate[i * band + j - i + width];
    found[j] = sum;
    if (Math.abs(sum) > LARGE) for (let i = 0; i <= j; i++) found[i] /= LARGE;
  }
  const masses = new Float64Array(grid.size);
  order.forEach((p, i) => {
    masses[p] = found[i];
  });
  return isBalanced(matrix, masses) ? { masses } : {};
}

/** The free nodes, line by line across the longest axis, its line `root` first and then one on either side in turn; so is a periodic axis gone through. */
function eliminationOrder({ grid, fixed, cyclic }: BoundaryClosure, root: number): Int32Array {
  const axes = grid.axes.map((_, k) => k).sort((a, b) => grid.shape[b] - grid.shape[a]);
  const along = grid.shape.map((n, k) => {
    const places = Array.from({ length: n }, (_, i) => i);
    if (!cyclic[k] && (k !== axes[0] || root === 0)) return places;
    const from = k === axes[0] ? root : 0;
    const distance = (i: number): number => {
      const apart = Math.abs(i - from);
      return cyclic[k] ? Math.min(apart, n - 1 - apart) : apart;
    };
    return places.sort((a, b) => distance(a) - distance(b) || a - b);
  });
  const nodes = axes.reduce<number[]>(
    (heads, k) => heads.flatMap((head) => along[k].map((i) => head + i * grid.strides[k])),
    [0],
  );
  return Int32Array.from(nodes.filter((p) => !fixed[p]));
}

/** Whether as much flows into every node as out of it. */
function isBalanced({ size, rowStart, column, value }: SparseMatrix, masses: Float64Array): boolean {
  const [net, through] = [new Float64Array(size), new Float64Array(size)];
  for (let p = 0; p < size; p++) {
    for (let e = rowStart[p]; e < rowStart[p + 1]; e++) {
      const flow = value[e] * masses[p];
      net[column[e]] += flow;
      through[column[e]] += Math.abs(flow);
    }
  }
  return net.every((sum, p) => Math.abs(sum) <= BALANCED * through[p]);
}
