import { inspectedAs } from '../errors/inspection.js';
import type { Moments } from '../numerics/moments.js';
import type { Key } from '../randomness/key.js';
import type { LostPaths } from './arguments.js';
import type { Interval } from './confidence.js';
import { type Divergence, lossWarnings, type NegativeStates } from './divergence.js';
import type { FunctionalRecord } from './functional.js';
import type { Joint } from './joint.js';
import type { KnownValues } from './known-values.js';
import { factsOf, type SampleFacts } from './sample-facts.js';
import { type Sampled, sampleInterval } from './sample-interval.js';
import { type EstimateWarning, outOfScale, sampleWarnings } from './sample-warnings.js';
import type { Untaken } from './untaken-branches.js';

/** Enough to compute the number again: with the chain that `program` was made of, {@link rerun} gives the same bits. */
export interface SamplingProvenance {
  readonly kind: 'sampled';
  /** Hash of chain and functional: code, coefficients, steps, x0, driver. */
  readonly program: string;
  readonly chain: string;
  readonly functional: FunctionalRecord;
  readonly key: Key;
  readonly paths: number;
  readonly antithetic: boolean;
  /** The control variate: φ − coefficient · (control − mean) was averaged. */
  readonly control?: { readonly functional: FunctionalRecord; readonly mean: number; readonly coefficient: number };
  /** Of the interval, where it is not 0.95. */
  readonly confidence?: number;
  /** Present where the mean is that of the paths that stayed finite. */
  readonly lostPaths?: 'exclude';
  readonly backend: string;
  /** `bitwise`: any other such backend gives the same bits. */
  readonly determinism: 'bitwise' | 'statistical';
  readonly version: string;
}

/** One of several functionals of a run: the provenance of that run, with the name of this one. {@link rerun} gives all of them again. */
export type Jointly<Of extends { readonly kind: string; readonly functional: FunctionalRecord }> = Omit<
  Of,
  'kind' | 'functional'
> & {
  readonly kind: `joint-${Of['kind']}`;
  readonly name: string;
  /** All functionals of the run, in its order. */
  readonly functionals: Readonly<Record<string, FunctionalRecord>>;
};

/** Of an estimate that was made with others from the same paths. */
export type JointSamplingProvenance = Jointly<SamplingProvenance>;

/** What a ratio or a difference of two estimates of one run was made of. */
export interface PairProvenance {
  readonly kind: 'ratio' | 'difference';
  readonly of: readonly [first: string, second: string];
  /** Of the first of the two: {@link rerun} of it gives all estimates of the run again. */
  readonly from: object;
  readonly version: string;
}

/** The estimates that a combination was made of. */
export interface CombinedProvenance {
  readonly kind: 'extrapolated';
  readonly h: readonly number[];
  readonly order: number;
  /** Shape of h. */
  readonly weights: readonly number[];
  readonly levels: readonly (
    | Provenance
    | { readonly kind: 'given'; readonly mean: number; readonly standardError: number }
  )[];
  readonly version: string;
}

/** Where an estimate comes from: sampled paths, or other estimates. */
export type Provenance = SamplingProvenance | JointSamplingProvenance | CombinedProvenance | PairProvenance;

/** A number with its error and its provenance: plain data. */
export interface Estimate {
  /** NaN where paths were lost, unless `lostPaths: 'exclude'` was asked for. */
  readonly mean: number;
  /** Of the mean. Infinite with fewer than two finite paths, and where squares of the values are no floating-point numbers; NaN where the mean is. */
  readonly standardError: number;
  /** Of one path's value; with antithetic paths, of one pair's mean. NaN where the mean is. */
  readonly variance: number;
  /** At the `confidence` that was asked for, with what the sample says of itself; {@link confidence} gives it at others. */
  readonly interval: Interval;
  /** What there is to say about all this: empty for nothing. */
  readonly warnings: readonly EstimateWarning[];
  /** Paths computed. */
  readonly paths: number;
  /** Paths whose value was not finite: they are in no mean. */
  readonly nonFinite: number;
  /** The first of them, for `simulate(chain, { key, path })`. */
  readonly firstNonFinite?: number;
  /** How they went wrong, where there are any. */
  readonly divergence?: Divergence;
  /** Paths with a state below 0 that the model declares never to be; absent where it declares none. Their values are in the mean. */
  readonly negative?: NegativeStates;
  /** Of the standard error. */
  readonly degreesOfFreedom: number;
  /** What the interval is made of beside mean and standard error; absent where estimates were combined, or the mean is withheld. */
  readonly sample?: SampleFacts;
  /** Where a tolerance was asked for: whether it was met, by an interval that there is reason to trust, before the paths ran out or one diverged. */
  readonly converged?: boolean;
  /** Of estimates of one run: what it says of this one and those after it, by their names; {@link covariance}, {@link ratio} and {@link difference} read it. */
  readonly joint?: Joint;
  /** Of a ratio or a difference of estimates that have one: a bound on the bias, which is in the interval. */
  readonly bias?: number;
  readonly provenance: Provenance;
}

/** One of the estimates of a run of several functionals. */
export interface JointEstimate extends Estimate {
  readonly joint: Joint;
  readonly provenance: JointSamplingProvenance;
}

/** What is known of a sample before and beside its moments. */
export interface SampleContext {
  readonly known: KnownValues & { readonly closed: boolean; readonly untaken?: Untaken };
  readonly confidence: number;
  readonly lostPaths: LostPaths;
}

/** Mean, variance and standard error of moments, without any policy, and what an interval is made of. */
export function sampledOf(
  moments: Moments,
  { known }: Pick<SampleContext, 'known'>,
): Sampled & { readonly variance: number } {
  const { count, m2, shape } = moments;
  const sample = factsOf(moments, known);
  const constant = shape !== undefined && shape.least === shape.most;
  // What differs by less than its square can say has a variance that is not 0.
  const scaled = m2 > 0 || constant || !shape;
  const variance = constant && count > 1 ? 0 : count > 1 && scaled ? m2 / (count - 1) : Number.POSITIVE_INFINITY;
  return {
    mean: count === 0 ? Number.NaN : constant ? shape.least : moments.mean,
    standardError: count === 0 ? Number.POSITIVE_INFINITY : Math.sqrt(variance / count),
    variance,
    degreesOfFreedom: Math.max(0, count - 1),
    ...(sample && { sample }),
  };
}

/** An estimate of merged moments, with everything it has to say about itself. */
export function estimateOf(
  moments: Moments,
  context: SampleContext,
  about: {
    readonly troubles: { readonly divergence?: Divergence; readonly negative?: NegativeStates };
    readonly warnings: readonly EstimateWarning[];
    readonly provenance: Provenance;
  },
): Estimate {
  const { count, nonFinite, firstNonFinite } = moments;
  const { confidence: level, lostPaths } = context;
  const { troubles, provenance } = about;
  const withheld = nonFinite > 0 && lostPaths === 'withhold';
  const sampled = sampledOf(moments, context);
  const { sample, ...seen } = sampled;
  const based = sampleInterval(sampled, level);
  const own =
    !sample || withheld || count < 2
      ? []
      : Number.isFinite(seen.standardError)
        ? sampleWarnings(sample, based)
        : [outOfScale(sample)];
  const unknown = Number.NaN;
  const [low, high] = withheld ? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] : [based.low, based.high];
  return shortly({
    ...seen,
    ...(withheld && { mean: unknown, standardError: unknown, variance: unknown }),
    interval: { low, high, level },
    warnings: [...lossWarnings(troubles, { paths: count + nonFinite, lostPaths }), ...own, ...about.warnings],
    paths: count + nonFinite,
    nonFinite,
    ...(firstNonFinite === undefined ? {} : { firstNonFinite }),
    ...troubles,
    ...(sample && !withheld && { sample }),
    provenance,
  });
}

/** The estimate, which Node prints in one line. */
export const shortly = <E extends Pick<Estimate, 'mean' | 'interval' | 'paths' | 'warnings'>>(estimate: E): E =>
  inspectedAs(
    estimate,
    () => {
      const {
        mean,
        interval: { low, high, level },
        paths,
        warnings,
      } = estimate;
      const kinds = warnings.map(({ kind }) => kind).join(', ');
      const about = `${paths} paths${kinds ? `, warnings: ${kinds}` : ''}`;
      return `Estimate(${mean.toPrecision(6)}, in [${low.toPrecision(6)}, ${high.toPrecision(6)}] at ${level}, ${about})`;
    },
    {},
  );
