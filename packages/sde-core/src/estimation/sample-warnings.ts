import type { Warning } from '../errors/warning.js';
import { BLOCK_SIZE } from '../execution/backend.js';
import { expm1, log } from '../numerics/elementary.js';
import type { SampleFacts } from './sample-facts.js';
import { type BasedInterval, isTrusted } from './sample-interval.js';

/**
 * What an estimate says about itself. `lost-paths`: values that are not finite; `negative-states`: states below 0 that the equation keeps above; `rare-event`: what
 * decides the value occurred on few paths or none; `heavy-tail`: few large values carry the variance; `out-of-scale`: the squares of the values leave the
 * floating-point numbers; `control-unused`, `control-mean`: of a control that was left out, or whose mean is not the one given; `assumed-order`: an extrapolation
 * whose expansion was taken for granted; `truncation-reached`: states at which the scheme does not take the coefficients of the equation; `drift-tamed`: a drift that the scheme makes smaller;
 * `joint-bridges`, `bridge-not-gaussian`: what continuous monitoring takes for granted, and the functional or the noise does not give;
 * `denominator-near-zero`: of a ratio whose denominator may be 0.
 */
export type EstimateWarning = Warning<
  | 'lost-paths'
  | 'negative-states'
  | 'rare-event'
  | 'heavy-tail'
  | 'out-of-scale'
  | 'control-unused'
  | 'control-mean'
  | 'assumed-order'
  | 'truncation-reached'
  | 'drift-tamed'
  | 'joint-bridges'
  | 'bridge-not-gaussian'
  | 'denominator-near-zero'
>;

/** Fewer hits than this are said, although their interval is exact: its ends are then apart by a factor of about 3. Empirical. */
const FEW_HITS = 16;

/** In less than a block, so many values that carry the variance are none too few: their scatter is in the degrees of freedom of the interval. Empirical: of exp(N(0, 1)) it covers. */
const FEW_CARRIERS = 10;

/** What to do about what is seldom seen. */
const RARER = 'Take more paths, start nearer, or observe a smoother functional with the same mean';

/** What a sample shows that limits its variance, and with it every interval but an exact one. */
export function sampleWarnings(sample: SampleFacts, { basis, low, high }: BasedInterval): readonly EstimateWarning[] {
  if (basis === 'exact') return [];
  const { count, least, most, atLeast, atMost } = sample;
  if (least === most) return [unseen(sample, basis === 'bounded', { low, high })];
  if (sample.twoValued) {
    const hits = Math.min(atLeast, atMost);
    if (hits >= FEW_HITS) return [];
    const value = atLeast < atMost ? least : most;
    const message = `Only ${hits} of ${count} values are ${value}. The interval from ${digits(low)} to ${digits(high)} is exact for so few; mean ± standard errors is not one. ${RARER}.`;
    return [{ kind: 'rare-event', hits, count, value, message }];
  }
  if (isTrusted(sample)) return untaken(sample, { low, high });
  const usual = atLeast > atMost ? least : most;
  const hits = count - Math.max(atLeast, atMost);
  if (hits < count / 2) return [rare(sample, usual, hits)];
  return sample.carriers < Math.min(FEW_CARRIERS, count / 10) || count >= BLOCK_SIZE ? [heavy(sample)] : [];
}

/** Part of an interval's width that branches never taken may have without a word. Empirical. */
const QUIET_PART = 1 / 4;

function untaken(
  { untaken: branches, count }: SampleFacts,
  { low, high }: { readonly low: number; readonly high: number },
): readonly EstimateWarning[] {
  if (!branches) return [];
  const { branch, lowest, highest } = branches;
  const share = (3.7 / count) * (highest - lowest);
  if (!(share > QUIET_PART * (high - low))) return [];
  const message = `None of ${count} values is of the branch ${branch}, where φ is taken as from ${digits(lowest)} to ${digits(highest)}: the interval from ${digits(low)} to ${digits(high)} holds what it may add, and the standard error does not. ${RARER}.`;
  return [{ kind: 'rare-event', hits: 0, count, branch, lowest, highest, message }];
}

function unseen(
  { count, least }: SampleFacts,
  bounded: boolean,
  { low, high }: { low: number; high: number },
): EstimateWarning {
  const rest = bounded
    ? `the interval from ${digits(low)} to ${digits(high)} is what the bounds of φ leave`
    : Number.isFinite(low) || Number.isFinite(high)
      ? `φ is bounded on one side alone, where the interval ends at ${digits(Number.isFinite(low) ? low : high)}`
      : 'nothing is known that bounds φ, and so the interval has no ends';
  return {
    kind: 'rare-event',
    hits: 0,
    count,
    value: least,
    message: `All ${count} values are ${digits(least)}: no variance was seen. What occurs on a part below ${digits(-expm1(log(0.025) / count))} of all paths may have been missed; ${rest}. ${RARER}.`,
  };
}

function rare({ count, carriers, kurtosis }: SampleFacts, value: number, hits: number): EstimateWarning {
  return {
    kind: 'rare-event',
    hits,
    count,
    value,
    carriers,
    kurtosis,
    message: `${count - hits} of ${count} values are ${digits(value)}, and about ${digits(carriers)} of the others carry the variance: it may be far too small. ${RARER}.`,
  };
}

function heavy({ count, carriers, kurtosis, largestShare, skewness }: SampleFacts): EstimateWarning {
  return {
    kind: 'heavy-tail',
    carriers,
    kurtosis,
    skewness,
    largestShare,
    count,
    message:
      `About ${digits(carriers)} of ${count} values carry the variance, the largest ${digits(100 * largestShare)} % of it: ` +
      'larger ones have probably not been seen, so that mean, variance and interval may all be far too small. ' +
      'Take a functional with lighter tails (a logarithm, a capped payoff), a control that has the same tail, or many more paths.',
  };
}

/** Where mean ± standard errors has no standard error. */
export function outOfScale({ least, most }: SampleFacts): EstimateWarning {
  return {
    kind: 'out-of-scale',
    least,
    most,
    message: `The squares of the values, from ${digits(least)} to ${digits(most)}, leave the floating-point numbers: there is no standard error. Scale the functional to values near 1.`,
  };
}

const digits = (value: number): string => String(Number(value.toPrecision(3)));
