import { powerOfTwo } from './bits.js';
import { mergeShapes, type SampleShape, shapeOf } from './sample-shape.js';

/** Count, mean and scatter of a sample. Values that are not finite are counted, never averaged. */
export interface Moments {
  /** Finite values. */
  readonly count: number;
  /** Between the least and the largest of them, and so finite. */
  readonly mean: number;
  /** Σ (value − mean)²; infinite where the squares overflow. */
  readonly m2: number;
  /** Absent where there is no finite value, or a backend does not say. */
  readonly shape?: SampleShape;
  readonly nonFinite: number;
  /** Number of the first value that is not finite, if any. */
  readonly firstNonFinite?: number;
  /** Members of the sample that were marked, where marks are kept. */
  readonly negative?: number;
  /** Number of the first of them. */
  readonly firstNegative?: number;
}

/** The moments of nothing. */
export const noMoments: Moments = { count: 0, mean: 0, m2: 0, nonFinite: 0 };

/**
 * The moments of two samples together: mean_a + δ n_b/n and M2_a + M2_b + δ² n_a n_b/n with δ = mean_b − mean_a.
 *
 * @see [chan1983]
 */
export function mergeMoments(a: Moments, b: Moments): Moments {
  const nonFinite = a.nonFinite + b.nonFinite;
  const firstNonFinite = earlier(a.firstNonFinite, b.firstNonFinite);
  const firstNegative = earlier(a.firstNegative, b.firstNegative);
  const marked = a.negative !== undefined || b.negative !== undefined;
  const trace = {
    nonFinite,
    ...(firstNonFinite !== undefined && { firstNonFinite }),
    ...(marked && { negative: (a.negative ?? 0) + (b.negative ?? 0) }),
    ...(firstNegative !== undefined && { firstNegative }),
  };
  const count = a.count + b.count;
  if (a.count === 0 || b.count === 0) {
    const { mean, m2, shape } = b.count === 0 ? a : b;
    return { count, mean, m2, ...(shape && { shape }), ...trace };
  }
  const delta = b.mean - a.mean;
  const mean = mergedMean(a, b);
  const m2 = a.m2 + b.m2 + (delta * delta * a.count * b.count) / count;
  const shape = a.shape && b.shape && mergeShapes({ ...a, shape: a.shape }, { ...b, shape: b.shape }, m2);
  return { count, mean, m2, ...(shape && { shape }), ...trace };
}

function mergedMean(a: Moments, b: Moments): number {
  const count = a.count + b.count;
  const mean = a.mean + ((b.mean - a.mean) * b.count) / count;
  if (Number.isFinite(mean)) return mean;
  // Means near the largest number, whose difference or multiple is none.
  const shares = a.mean * (a.count / count) + b.mean * (b.count / count);
  return Math.min(Math.max(a.mean, b.mean), Math.max(Math.min(a.mean, b.mean), shares));
}

const earlier = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);

/** Moments of values in the order given. */
export function momentsOf(values: ArrayLike<number>): Moments {
  let count = 0;
  let mean = 0;
  let m2 = 0;
  let nonFinite = 0;
  let first = -1;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Number.isFinite(value)) {
      if (nonFinite++ === 0) first = i;
      continue;
    }
    count++;
    const delta = value - mean;
    // Halves cannot overflow: only where their difference would are they taken.
    mean = Number.isFinite(delta) ? mean + delta / count : 2 * (mean / 2 + (value / 2 - mean / 2) / count);
    m2 += Number.isFinite(delta) ? delta * (value - mean) : Number.POSITIVE_INFINITY;
  }
  const shape = shapeOf(values, values.length, { mean, m2 });
  return { count, mean, m2, ...(shape && { shape }), nonFinite, ...(first < 0 ? {} : { firstNonFinite: first }) };
}

/** Merges the summaries of numbered blocks; see {@link mergeTree}. */
export interface MergeTree<T> {
  /** Adds block `index`; false if it is there already. */
  add(index: number, value: T): boolean;
  /** Blocks added. */
  readonly size: number;
  /** The merge of all blocks added; undefined for none. */
  total(): T | undefined;
}

/**
 * Merges values in a fixed binary tree over their index, so that the order of arrival changes no bit.
 *
 * Node (level, i) covers blocks [i 2^level, (i + 1) 2^level) and is always left child merged with right child. What is left
 * over at the end is merged from the right. Once blocks 0 … n − 1 have all arrived, n alone decides the tree.
 * Memory: one value a gap in the arrivals, and one a binary digit of n.
 */
export function mergeTree<T>(merge: (left: T, right: T) => T): MergeTree<T> {
  const levels: Map<number, T>[] = [];
  let size = 0;

  const covered = (index: number): boolean => {
    for (let level = 0, i = index; level < levels.length; level++, i = Math.floor(i / 2)) {
      if (levels[level].has(i)) return true;
    }
    return false;
  };

  const add = (index: number, value: T): boolean => {
    if (covered(index)) return false;
    size++;
    let node = value;
    let i = index;
    for (let level = 0; ; level++) {
      if (level === levels.length) levels.push(new Map());
      const sibling = levels[level].get(i % 2 === 0 ? i + 1 : i - 1);
      if (sibling === undefined) {
        levels[level].set(i, node);
        return true;
      }
      levels[level].delete(i % 2 === 0 ? i + 1 : i - 1);
      node = i % 2 === 0 ? merge(node, sibling) : merge(sibling, node);
      i = Math.floor(i / 2);
    }
  };

  const total = (): T | undefined => {
    const pending = levels.flatMap((nodes, level) =>
      [...nodes].map(([i, value]) => ({ start: i * powerOfTwo(level), value })),
    );
    pending.sort((a, b) => b.start - a.start);
    return pending
      .map((node) => node.value)
      .reduce<T | undefined>((right, left) => (right === undefined ? left : merge(left, right)), undefined);
  };

  return {
    add,
    total,
    get size() {
      return size;
    },
  };
}
