import type { SampleFacts } from './sample-facts.js';

/** Two estimates of one run, the one that holds this and a later one: what a ratio or a difference of them is made of. Plain data. */
export interface JointFacts {
  /** Of the two means. NaN where one of them is withheld. */
  readonly covariance: number;
  /** Of the mean of the one less that of the other, from the differences path by path. */
  readonly difference: {
    readonly mean: number;
    readonly standardError: number;
    readonly variance: number;
    /** What the differences say of themselves; absent where they are not those of independent paths. */
    readonly sample?: SampleFacts;
  };
}

/** By the name of the other estimate; of those that come after this one. */
export type Joint = Readonly<Record<string, JointFacts>>;

/** Facts of all pairs of names, each where the earlier of the two stands. */
export const jointly = (names: readonly string[], factsOf: (i: number, j: number) => JointFacts): readonly Joint[] =>
  names.map((_, i) =>
    Object.freeze(Object.fromEntries(names.slice(i + 1).map((name, after) => [name, factsOf(i, i + 1 + after)]))),
  );
