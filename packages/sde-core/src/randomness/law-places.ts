import type { Law } from './law.js';

/** The components of a step's noise, by how their laws are drawn. */
export interface LawPlaces {
  readonly gaussians: Int32Array;
  /** ±1: one bit each. */
  readonly signs: Int32Array;
  /** Everything else, by its quantile function. */
  readonly others: Int32Array;
  /** Shape of `others`: from [0, 1) to values. */
  readonly quantiles: readonly ((u: number) => number)[];
}

/** Sorts the components of a driver. */
export function placesOf(laws: readonly Law[]): LawPlaces {
  const places = (holds: (law: Law) => boolean): Int32Array =>
    Int32Array.from(laws.flatMap((law, j) => (holds(law) ? [j] : [])));
  const others = places((law) => law.kind !== 'gaussian' && law.kind !== 'two-point');
  return {
    gaussians: places((law) => law.kind === 'gaussian'),
    signs: places((law) => law.kind === 'two-point'),
    others,
    quantiles: Array.from(others, (j) => quantile(laws[j])),
  };
}

/** The law's quantile function on [0, 1). */
function quantile(law: Law): (u: number) => number {
  if (!law.outcomes) {
    const [a, b] = law.parameters;
    return (u) => a + (b - a) * u;
  }
  const values = law.outcomes.map((outcome) => outcome.value);
  const last = values.length - 1;
  const upTo: number[] = [];
  law.outcomes.forEach(({ probability }, i) => {
    upTo.push((upTo[i - 1] ?? 0) + probability);
  });
  return (u) => {
    let i = 0;
    while (i < last && u >= upTo[i]) i++;
    return values[i];
  };
}
