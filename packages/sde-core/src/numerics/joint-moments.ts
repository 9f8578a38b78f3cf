import { type Moments, mergeMoments, noMoments } from './moments.js';

/** Two values of each member of a sample, over the members where both are finite. */
export interface PairMoments {
  /** Members where both are. */
  readonly count: number;
  /** Means over those. */
  readonly first: number;
  readonly second: number;
  /** Σ (first value − first)(second value − second). */
  readonly comoment: number;
  /** Of first value − second value: where the two are nearly the same, its scatter is not that of their moments. */
  readonly difference: Moments;
}

/** The moments of several values of each member of a sample, and of their pairs. */
export interface JointMoments {
  /** Of each value, in order: at least one. */
  readonly each: readonly Moments[];
  /** Of the pairs (0, 1), (0, 2), …, (1, 2), …; none for a single value. */
  readonly pairs: readonly PairMoments[];
}

/** Where the pair (i, j), i < j, of k values stands among all pairs. */
export const pairPlace = (i: number, j: number, k: number): number => i * k - (i * (i + 1)) / 2 + j - i - 1;

/** The joint moments of nothing, for k values. */
export const noJointMoments = (k: number): JointMoments => ({
  each: Array.from({ length: k }, () => noMoments),
  pairs: Array.from({ length: (k * (k - 1)) / 2 }, () => NO_PAIR),
});

const NO_PAIR: PairMoments = { count: 0, first: 0, second: 0, comoment: 0, difference: noMoments };

/** The joint moments of two samples together: value by value {@link mergeMoments}, and C_a + C_b + δ ε n_a n_b/n for a pair. @see [chan1983] */
export function mergeJointMoments(a: JointMoments, b: JointMoments): JointMoments {
  return {
    each: a.each.map((moments, i) => mergeMoments(moments, b.each[i])),
    pairs: a.pairs.map((pair, place) => mergePairs(pair, b.pairs[place])),
  };
}

function mergePairs(a: PairMoments, b: PairMoments): PairMoments {
  const count = a.count + b.count;
  const difference = mergeMoments(a.difference, b.difference);
  if (a.count === 0 || b.count === 0) {
    const { first, second, comoment } = b.count === 0 ? a : b;
    return { count, first, second, comoment, difference };
  }
  const [delta, epsilon] = [b.first - a.first, b.second - a.second];
  return {
    count,
    first: a.first + (delta * b.count) / count,
    second: a.second + (epsilon * b.count) / count,
    comoment: a.comoment + b.comoment + (delta * epsilon * a.count * b.count) / count,
    difference,
  };
}
