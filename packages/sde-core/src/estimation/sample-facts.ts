import type { Moments } from '../numerics/moments.js';
import type { KnownValues } from './known-values.js';
import type { Untaken } from './untaken-branches.js';

/** What a sample says beyond its mean and variance, and the formula of φ beyond the sample: what an interval is made of. Plain data. */
export interface SampleFacts {
  /** Finite values: of paths, or of pairs. */
  readonly count: number;
  readonly least: number;
  readonly most: number;
  /** Values equal to the least. */
  readonly atLeast: number;
  /** Values equal to the largest. */
  readonly atMost: number;
  readonly skewness: number;
  /** Σ (value − mean)⁴ / count over the variance squared: 3 for normal values. */
  readonly kurtosis: number;
  /** How many values carry the variance, count / kurtosis: its relative standard error is one over the root of this. */
  readonly carriers: number;
  /** Part of the variance that the value farthest from the mean has. */
  readonly largestShare: number;
  /** No value is below this, as the formula shows. */
  readonly lowest?: number;
  /** No value is above this, as the formula shows. */
  readonly highest?: number;
  /** What φ is on branches of its formula that no path took, where there are such. */
  readonly untaken?: Untaken;
  /** Only two values occur: the formula has no others, or a closure gave both of them again and again. */
  readonly twoValued: boolean;
}

/** The facts of merged moments; undefined for no finite value. */
export function factsOf(
  { count, mean, m2, shape }: Moments,
  known: KnownValues & { readonly closed: boolean; readonly untaken?: Untaken },
): SampleFacts | undefined {
  if (count === 0 || !shape) return undefined;
  const { least, most, atLeast, atMost, third, fourth } = shape;
  const farthest = Math.max(most - mean, mean - least) / Math.sqrt(m2);
  const repeated = atLeast > 1 && atMost > 1 && atLeast + atMost === count;
  const constant = least === most;
  return {
    count,
    least,
    most,
    atLeast,
    atMost,
    skewness: constant ? 0 : third * Math.sqrt(count),
    kurtosis: constant ? 1 : fourth * count,
    carriers: constant || fourth === 0 ? count : 1 / fourth,
    largestShare: constant ? 0 : Math.min(1, farthest * farthest || 1),
    ...(Number.isFinite(known.lowest) && { lowest: known.lowest }),
    ...(Number.isFinite(known.highest) && { highest: known.highest }),
    ...(known.untaken && { untaken: known.untaken }),
    twoValued: known.values ? known.values.length === 2 : known.closed && repeated,
  };
}
