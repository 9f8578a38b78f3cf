import { type Moments, mergeMoments, momentsOf, noMoments } from '../numerics/moments.js';
import type { Key } from '../randomness/key.js';
import type { LostPaths } from './arguments.js';
import type { Interval } from './confidence.js';
import type { Jointly, SampleContext } from './estimate.js';
import type { FunctionalRecord } from './functional.js';
import { type Joint, jointly } from './joint.js';
import { isSeen, quasiInterval } from './quasi-interval.js';
import { factsOf, type SampleFacts } from './sample-facts.js';
import { type EstimateWarning, sampleWarnings } from './sample-warnings.js';

/** A mean over randomizations of a low-discrepancy sequence: plain data, and what {@link confidence} takes. */
export interface QuasiEstimate {
  /** NaN where paths were lost, unless `lostPaths: 'exclude'` was asked for. */
  readonly mean: number;
  /** Of the mean, from the scatter of the randomizations alone. NaN where the mean is. */
  readonly standardError: number;
  /** Of one path's value, pooled: what independent paths would have had. NaN where the mean is. */
  readonly variance: number;
  /** At the `confidence` that was asked for; {@link confidence} gives it at others. */
  readonly interval: Interval;
  /** What there is to say about all this: empty for nothing. */
  readonly warnings: readonly EstimateWarning[];
  /** Points times randomizations. */
  readonly paths: number;
  /** Paths whose value was not finite: they are in no mean. */
  readonly nonFinite: number;
  /** Randomizations less one. */
  readonly degreesOfFreedom: number;
  /** Variance of as many independent paths over that of this mean: by what factor the sequence saves paths. */
  readonly gain: number;
  /** What the interval is made of: facts of the means, and of all values. Absent where the mean is withheld. */
  readonly means?: SampleFacts;
  readonly sample?: SampleFacts;
  readonly provenance: QuasiProvenance;
}

/** One of the estimates of a run of several functionals. */
export interface JointQuasiEstimate extends Omit<QuasiEstimate, 'provenance'> {
  /** What the run says of this estimate and those after it, by their names. */
  readonly joint: Joint;
  readonly provenance: JointQuasiProvenance;
}

/** Of an estimate that was made with others from the same points. */
export type JointQuasiProvenance = Jointly<QuasiProvenance>;

/** Enough to compute a quasi-expectation again: with the chain that `program` was made of, {@link rerun} gives the same bits. */
export interface QuasiProvenance {
  readonly kind: 'quasi';
  /** Hash of chain and functional, as that of a sampled estimate. */
  readonly program: string;
  readonly chain: string;
  readonly functional: FunctionalRecord;
  readonly key: Key;
  readonly points: number;
  readonly randomizations: number;
  /** Of the interval, where it is not 0.95. */
  readonly confidence?: number;
  /** Present where the mean is that of the paths that stayed finite. */
  readonly lostPaths?: 'exclude';
  readonly version: string;
}

/** The estimate of one functional from the moments of its randomizations. */
export function quasiEstimateOf(
  parts: readonly Moments[],
  points: number,
  { known, confidence, lostPaths }: SampleContext,
  said: readonly EstimateWarning[],
): Omit<QuasiEstimate, 'provenance'> {
  const over = momentsOf(parts.map(({ count, mean }) => (count > 0 ? mean : Number.NaN)));
  const pooled = parts.reduce(mergeMoments, noMoments);
  const { count, nonFinite } = pooled;
  const sample = factsOf(pooled, known);
  const means = meansOf(over, points, sample);
  const standardError = over.count > 1 ? Math.sqrt(over.m2 / (over.count - 1) / over.count) : Number.POSITIVE_INFINITY;
  const variance = pooled.m2 / Math.max(1, count - 1);
  const withheld = nonFinite > 0 && lostPaths === 'withhold';
  const sampled = {
    mean: over.count > 0 ? over.mean : Number.NaN,
    standardError,
    degreesOfFreedom: Math.max(0, over.count - 1),
    ...(means && { means }),
    ...(sample && { sample }),
  };
  const { low, high } = withheld
    ? { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }
    : quasiInterval(sampled, confidence);
  const seen = !sample || withheld || isSeen(sample) ? [] : sampleWarnings(sample, { low, high, basis: 'few' });
  const certain = sample !== undefined && sample.lowest !== undefined && sample.lowest === sample.highest;
  const { means: _, sample: __, ...bare } = sampled;
  return {
    ...(withheld ? { ...bare, mean: Number.NaN, standardError: Number.NaN } : sampled),
    variance: withheld ? Number.NaN : variance,
    interval: { low, high, level: confidence },
    warnings: [
      ...(nonFinite > 0 ? [lost(nonFinite, count + nonFinite, lostPaths)] : []),
      ...(certain ? [] : seen),
      ...said,
    ],
    paths: count + nonFinite,
    nonFinite,
    gain: standardError > 0 ? variance / count / (standardError * standardError) : 1,
  };
}

/** What the randomizations say of pairs of functionals: the scatter of their means, and of the differences of those. `parts` has one row for each functional. */
export function quasiJoint(
  parts: readonly (readonly Moments[])[],
  names: readonly string[],
  lostPaths: LostPaths,
): readonly Joint[] {
  const isLost = parts.map((of) => lostPaths === 'withhold' && of.some(({ nonFinite }) => nonFinite > 0));
  return jointly(names, (i, j) => {
    const [first, second] = [i, j].map((k) =>
      parts[k].map(({ count, mean }) => (count > 0 && !isLost[i] && !isLost[j] ? mean : Number.NaN)),
    );
    const whole = first.flatMap((mean, r) => (Number.isFinite(mean - second[r]) ? [[mean, second[r]]] : []));
    const count = whole.length;
    const [a, b] = [0, 1].map((k) => momentsOf(whole.map((pair) => pair[k])));
    const comoment = whole.reduce((sum, [one, other]) => sum + (one - a.mean) * (other - b.mean), 0);
    const difference = momentsOf(whole.map(([one, other]) => one - other));
    const scatter = (m2: number): number => (count > 1 ? m2 / (count - 1) / count : Number.NaN);
    const square = scatter(difference.m2);
    return {
      covariance: scatter(comoment),
      difference: {
        mean: count > 0 ? difference.mean : Number.NaN,
        standardError: Math.sqrt(square),
        variance: square * count,
      },
    };
  });
}

/** Facts of the means. Of two values each mean is a fraction of the points, and one that is always the same may be the nearest to what lies between two. */
function meansOf(over: Moments, points: number, sample: SampleFacts | undefined): SampleFacts | undefined {
  const facts = factsOf(over, { lowest: Number.NEGATIVE_INFINITY, highest: Number.POSITIVE_INFINITY, closed: false });
  if (!facts || !sample?.twoValued) return undefined;
  const fraction = (sample.most - sample.least) / points;
  const { least, most } = facts;
  // To rounding: means are sums of fractions.
  if (most - least > 1.5 * fraction) return undefined;
  const within = (end: number | undefined, move: number, take: (x: number, y: number) => number): number =>
    end === undefined ? least + move : take(end, least + move);
  if (least !== most) return { ...facts, twoValued: facts.atLeast + facts.atMost === facts.count };
  const [lowest, highest] = [within(sample.lowest, -fraction, Math.max), within(sample.highest, fraction, Math.min)];
  return { ...facts, lowest, highest };
}

const lost = (lost: number, paths: number, lostPaths: LostPaths): EstimateWarning => ({
  kind: 'lost-paths',
  lost,
  paths,
  message:
    `${lost} of ${paths} paths are not finite. ` +
    (lostPaths === 'exclude'
      ? 'The mean is that of the other paths, which are not a sample of the same law.'
      : "The mean is withheld: { lostPaths: 'exclude' } gives that of the other paths, which are not a sample of the same law.") +
    ' expectation(chain, functional, …) says where the first of its paths is lost, and what would hold it.',
});
