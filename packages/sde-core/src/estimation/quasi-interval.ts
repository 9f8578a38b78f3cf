import type { SampleFacts } from './sample-facts.js';
import { isTrusted, sampleInterval } from './sample-interval.js';

/** What the interval of a mean over randomizations is made of. */
export interface QuasiSampled {
  readonly mean: number;
  readonly standardError: number;
  /** Randomizations less one. */
  readonly degreesOfFreedom: number;
  /** Of the means of the randomizations. */
  readonly means?: SampleFacts;
  /** Of all values, as if their points were independent. */
  readonly sample?: SampleFacts;
}

/** Hits or misses from which a scatter of means is taken for that of a probability. Empirical. */
const FEW_HITS = 50;

/**
 * The interval of a mean over randomizations at a level: Student's, by their scatter, exact where that is one of two neighboring fractions of the points.
 * Where few values carry the variance, or one value is all that was seen, that scatter has seen no more than they have: then it reaches as far as the
 * interval of as many independent paths, on the assumption that a scrambled net scatters no more than those.
 */
export function quasiInterval(
  { mean, standardError, degreesOfFreedom, means, sample }: QuasiSampled,
  level: number,
): { readonly low: number; readonly high: number } {
  const own = sampleInterval({ mean, standardError, degreesOfFreedom, sample: means }, level);
  if (!sample || (sample.lowest !== undefined && sample.lowest === sample.highest)) return own;
  if (isSeen(sample)) return own;
  const asPaths = { mean, standardError: Math.max(standardError, pathError(sample, mean)), sample };
  const plain = sampleInterval({ ...asPaths, degreesOfFreedom: sample.count - 1 }, level);
  return { low: Math.min(own.low, plain.low), high: Math.max(own.high, plain.high) };
}

/** Whether the values of all points show their variance. */
export function isSeen(sample: SampleFacts): boolean {
  if (sample.least === sample.most) return false;
  if (sample.twoValued) return Math.min(sample.atLeast, sample.atMost) >= FEW_HITS;
  return isTrusted(sample);
}

/** The standard error that as many independent values would have: from the share of the value farthest from the mean. */
function pathError({ count, least, most, largestShare }: SampleFacts, mean: number): number {
  const farthest = Math.max(most - mean, mean - least);
  return largestShare > 0 ? farthest / Math.sqrt(largestShare) / count : 0;
}
