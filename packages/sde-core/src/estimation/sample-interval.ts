import { binomialInterval } from '../numerics/binomial-interval.js';
import { studentHalfWidth } from '../numerics/distributions.js';
import { expm1, log } from '../numerics/elementary.js';
import type { SampleFacts } from './sample-facts.js';

/**
 * What an interval rests on. `exact`: the value is known; `binomial`: two values, counted; `bounded`: the bounds that the formula shows; `student`: a variance
 * that enough values carry; `few`: one that few carry, which may be far too small; `unseen`: no variance was seen, and no bound is known.
 */
export type Basis = 'exact' | 'binomial' | 'bounded' | 'student' | 'few' | 'unseen';

/** What an interval is made of. */
export interface Sampled {
  readonly mean: number;
  readonly standardError: number;
  /** Of the standard error. */
  readonly degreesOfFreedom: number;
  readonly sample?: SampleFacts;
}

/** Ends of an interval, and what they rest on. */
export interface BasedInterval {
  readonly low: number;
  readonly high: number;
  readonly basis: Basis;
}

/**
 * So many values have to carry a variance that it is trusted, or a tenth of them if they are fewer: it is then known to 14 %. Empirical: where it is infinite, or
 * finite and not yet seen, as for Pareto laws of index 1.5 and logarithms of standard deviation 2.5, fewer than one sample in fifty has as many.
 */
const LEAST_CARRIERS = 50;

/** Above this many hits and misses the binomial interval is that of Student, to one per cent. */
const MANY = 10_000;

/** Whether a sample's own variance can be taken for the true one. */
export const isTrusted = ({ count, carriers }: SampleFacts): boolean =>
  carriers >= Math.min(LEAST_CARRIERS, count / 10);

/**
 * The interval of a mean at a level, and its reason.
 *
 * Two values: Clopper and Pearson's, exact for any number of hits. No value but one: what occurs with a probability below that of no hits is not
 * seen, and reaches as far as the formula's bounds, or without end. Else mean ± t SE, with the degrees of freedom 2n/(kurtosis − 1) that the scatter
 * of the variance leaves, at most n − 1. Where few values carry the variance, and bounds are known, Maurer and Pontil's: √(2 V ln(4/α)/n) + 7 R ln(4/α)/(3(n − 1)).
 * All are cut at the bounds. Student's are wider by what branches of the formula that no path took may add.
 *
 * @see [clopper1934]
 * @see [maurer2009, theorem 4]
 * @see [student1908]
 */
export function sampleInterval(
  { mean, standardError, degreesOfFreedom, sample }: Sampled,
  level: number,
): BasedInterval {
  const { lowest = Number.NEGATIVE_INFINITY, highest = Number.POSITIVE_INFINITY } = sample ?? {};
  if (Number.isNaN(mean)) return { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, basis: 'unseen' };
  const around = (half: number, basis: Basis, [below, above]: readonly [number, number] = [0, 0]): BasedInterval => ({
    low: Math.max(lowest, mean - half - below),
    high: Math.min(highest, mean + half + above),
    basis,
  });
  const student = (freedom: number, basis: Basis): BasedInterval =>
    around(
      standardError === 0 ? 0 : studentHalfWidth(level, freedom) * standardError,
      basis,
      sample && untakenReach(mean, sample, level),
    );
  if (!sample) return student(degreesOfFreedom, 'student');
  if (lowest === highest) return { low: lowest, high: highest, basis: 'exact' };
  const { count, least, most, atMost, atLeast } = sample;
  const bounded = highest - lowest < Number.POSITIVE_INFINITY;
  const alpha = 1 - level;
  if (least === most) {
    const missed = -expm1(log(alpha / 2) / count);
    const beyond = (end: number): number => (end === mean ? mean : between(mean, end, missed));
    return { low: beyond(lowest), high: beyond(highest), basis: bounded ? 'bounded' : 'unseen' };
  }
  if (sample.twoValued && Math.min(atLeast, atMost) < MANY) {
    const [low, high] = binomialInterval(atMost, count, level);
    return { low: between(least, most, low), high: between(least, most, high), basis: 'binomial' };
  }
  const freedom = freedomOf({ degreesOfFreedom, sample });
  if (isTrusted(sample)) return student(freedom, 'student');
  if (!bounded || count < 2) return student(freedom, 'few');
  const logarithm = log(4 / alpha);
  return around(
    Math.sqrt(2 * logarithm) * standardError + ((highest - lowest) * 7 * logarithm) / (3 * (count - 1)),
    'bounded',
  );
}

/** What branches that no path took may add to a mean, below and above: as often as no hits leave possible, the farthest that they reach. */
export function untakenReach(mean: number, { untaken, count }: SampleFacts, level: number): readonly [number, number] {
  if (!untaken) return [0, 0];
  const missed = -expm1(log((1 - level) / 2) / count);
  return [missed * Math.max(0, mean - untaken.lowest), missed * Math.max(0, untaken.highest - mean)];
}

/** a + (b − a) share, where b − a may be no number. */
const between = (a: number, b: number, share: number): number => a * (1 - share) + b * share;

/** Degrees of freedom of a standard error: those of its sample, or as few as the scatter of the sample's variance leaves. */
export function freedomOf({ degreesOfFreedom, sample }: Pick<Sampled, 'degreesOfFreedom' | 'sample'>): number {
  if (!sample || sample.kurtosis <= 1) return degreesOfFreedom;
  return Math.min(degreesOfFreedom, Math.max(1, (2 * sample.count) / (sample.kurtosis - 1)));
}

/** The larger distance of an interval's ends from the mean. */
export const reachOf = (mean: number, { low, high }: { readonly low: number; readonly high: number }): number =>
  Math.max(high - mean, mean - low);
