import type { NdArray } from 'ndarray';
import { studentHalfWidth } from '../numerics/distributions.js';
import { stridedArray } from '../numerics/strided-array.js';
import type { Estimate, PairProvenance } from './estimate.js';
import { factsOf, membersOf, type PairedEstimate, type PairedEstimates, pairOf } from './one-run.js';
import type { SampleFacts } from './sample-facts.js';
import { freedomOf, type Sampled, sampleInterval } from './sample-interval.js';
import { type EstimateWarning, outOfScale, sampleWarnings } from './sample-warnings.js';
import { VERSION } from './version.js';

/**
 * The covariance of estimates of one run: of their means, in the order of their names; the diagonal has the squares of their standard errors.
 *
 * That of one path's values is `paths` times as large, for estimates from independent paths. Shape (k, k). NaN where a mean is withheld.
 *
 * @throws SdeError `value` for what is no estimates by name, or estimates that are not of one run.
 *
 * @example
 * ```ts
 * import { covariance, discretize, eulerMaruyama, expectation, inline, key, problem, symbolic, terminal } from 'sde-core';
 * const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['1']] });
 * const chain = discretize(problem({ model, x0: [1], T: 1 }), eulerMaruyama, 10);
 * const run = { paths: 1000, key: key(1), backend: inline() };
 * const estimates = await expectation(chain, { x: terminal('x'), twice: terminal('2*x') }, run);
 * const matrix = covariance(estimates);
 * matrix.shape; // → [ 2, 2 ]
 * Math.abs(matrix.get(0, 1) / matrix.get(0, 0) - 2) < 1e-12; // → true
 * ```
 */
export function covariance(estimates: PairedEstimates): NdArray<Float64Array> {
  const where = 'covariance(estimates)';
  const all = membersOf(estimates, where);
  const k = all.length;
  const values = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    values[i * k + i] = all[i].standardError * all[i].standardError;
    for (let j = i + 1; j < k; j++) {
      const { covariance: across } = factsOf(all[i], all[j], where);
      values[i * k + j] = across;
      values[j * k + i] = across;
    }
  }
  return stridedArray(values, [k, k]);
}

/**
 * The mean of `first` less that of `second`, two estimates of one run: its standard error is that of the differences path by path, which the paths' common noise
 * makes small.
 *
 * Its interval is what these differences allow, as that of any estimate: exact where they have two values, without end where they show no variance and nothing
 * bounds them. The warnings of both estimates stand on it.
 *
 * @throws SdeError `value` for names that are not there, or estimates that are not of one run.
 *
 * @example
 * ```ts
 * import { difference, discretize, eulerMaruyama, expectation, inline, key, problem, symbolic, terminal } from 'sde-core';
 * const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['1']] });
 * const chain = discretize(problem({ model, x0: [1], T: 1 }), eulerMaruyama, 10);
 * const run = { paths: 1000, key: key(1), backend: inline() };
 * const estimates = await expectation(chain, { above: terminal('max(x, 0)'), below: terminal('max(-x, 0)') }, run);
 * const { mean } = difference(estimates, 'above', 'below');
 * Math.abs(mean - (estimates.above.mean - estimates.below.mean)) < 1e-12; // → true
 * ```
 */
export function difference<Of extends PairedEstimates>(
  estimates: Of,
  first: keyof Of & string,
  second: keyof Of & string,
): Estimate {
  const where = 'difference(estimates, first, second)';
  const [a, b] = pairOf(estimates, first, second, where);
  const { mean, standardError, variance, sample } = factsOf(a, b, where).difference;
  const whole = { mean, standardError, degreesOfFreedom: leastFreedom(a, b), ...(sample && { sample }) };
  const based = sampleInterval(whole, a.interval.level);
  const own = !sample || Number.isNaN(mean) ? [] : ownWarnings(sample, standardError, based);
  // Without facts of the differences what is in doubt of one estimate is in doubt of both.
  const known = sample === undefined && isDoubted(a, b) ? apart(a.interval, b.interval) : based;
  return combination('difference', [a, b], { ...whole, variance }, known, own, (a.bias ?? 0) + (b.bias ?? 0));
}

/**
 * The mean of `first` over that of `second`, two estimates of one run, by the delta method: SE² = (SE_a² − 2 R C + R² SE_b²)/b², R = a/b, C the covariance of the means.
 *
 * Its bias is of order 1/paths, its interval Student's; within 30 standard errors of a denominator 0, where that is too short, Fieller's: all R for which
 * a − R b may be 0. Where this has no ends, or the interval of the denominator holds 0, it is (−∞, ∞), and the estimate warns, `denominator-near-zero`. The warnings of both estimates stand on it.
 *
 * @throws SdeError `value` for names that are not there, or estimates that are not of one run.
 * @see [cochran1977, section 6.3]
 * @see [fieller1954]
 *
 * @example
 * ```ts
 * import { discretize, eulerMaruyama, expectation, inline, key, problem, ratio, symbolic, terminal } from 'sde-core';
 * const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['1']] });
 * const chain = discretize(problem({ model, x0: [1], T: 1 }), eulerMaruyama, 10);
 * const run = { paths: 1000, key: key(1), backend: inline() };
 * const estimates = await expectation(chain, { gain: terminal('max(x, 0)'), share: terminal('x > 0 ? 1 : 0') }, run);
 * // E(X | X > 0): far better known than its parts are apart.
 * const { mean, interval } = ratio(estimates, 'gain', 'share');
 * interval.low < mean && mean < interval.high; // → true
 * ```
 */
export function ratio<Of extends PairedEstimates>(
  estimates: Of,
  first: keyof Of & string,
  second: keyof Of & string,
): Estimate {
  const where = 'ratio(estimates, first, second)';
  const [a, b] = pairOf(estimates, first, second, where);
  const { covariance: across } = factsOf(a, b, where);
  const mean = a.mean / b.mean;
  const [va, vb, vab] = [
    a.standardError * a.standardError,
    mean * mean * b.standardError * b.standardError,
    mean * across,
  ];
  // No smaller than what the rounding of terms that cancel leaves of it.
  const square = Math.max(va - 2 * vab + vb, ROUNDING * (va + vb));
  const standardError = a.standardError === 0 && b.standardError === 0 ? 0 : Math.sqrt(square) / Math.abs(b.mean);
  const freedom = Math.min(...[a, b].map((of) => freedomOf(of)));
  const whole = { mean, standardError, degreesOfFreedom: freedom };
  const bias = ((a.bias ?? 0) + Math.abs(mean) * (b.bias ?? 0)) / Math.abs(b.mean);
  const variance = square * (Math.min(a.paths - a.nonFinite, b.paths - b.nonFinite) / (b.mean * b.mean));
  const scaled = { ...whole, variance };
  const unbounded = (): Estimate => combination('ratio', [a, b], scaled, EVERYTHING, [nearZero(b)], 0);
  const withheld = Number.isNaN(a.mean) || Number.isNaN(b.mean);
  if (!Number.isNaN(b.mean) && b.interval.low <= 0 && b.interval.high >= 0) return unbounded();
  if (!withheld && leastFreedom(a, b) < 1) return unbounded();
  if (!withheld && isDoubted(a, b))
    return combination('ratio', [a, b], scaled, divided(a.interval, b.interval), [], bias);
  if (withheld || Math.abs(b.mean) >= NEAR * b.standardError)
    return combination('ratio', [a, b], scaled, sampleInterval(whole, a.interval.level), [], bias);
  const t = studentHalfWidth(a.interval.level, freedom);
  const ends = fieller([a, b], across, t);
  return ends ? combination('ratio', [a, b], scaled, ends, [], bias) : unbounded();
}

/** All R for which a − R b is within t of its standard errors of 0, where they are an interval. */
function fieller(
  [a, b]: readonly [PairedEstimate, PairedEstimate],
  across: number,
  t: number,
): { readonly low: number; readonly high: number } | undefined {
  const [relative, R] = [b.standardError / b.mean, a.mean / b.mean];
  const g = t * t * relative * relative;
  if (!(g < 1)) return undefined;
  // Of the mean of a on that of b: what is left of a has no correlation with b.
  const [va, vb] = [a.standardError * a.standardError, b.standardError * b.standardError];
  const slope = across / vb;
  const rest = Math.max(0, va - slope * across);
  const [off, scale] = [R - slope, 1 - g];
  const center = slope + off / scale;
  // No smaller than what the rounding of terms that cancel leaves of it.
  const square = Math.max(off * off * vb + rest * scale, ROUNDING * (va + R * R * vb));
  const half = (t / (Math.abs(b.mean) * scale)) * Math.sqrt(square);
  return { low: center - half, high: center + half };
}

/** Standard errors from a denominator to 0 within which the interval of the delta method is too short: of normal means at 6 it holds the ratio in 91 of 100 runs. Empirical. */
const NEAR = 30;

/** Of the sum of the terms' sizes: what their rounding, and that of the moments that they are made of, may be. */
const ROUNDING = 64 * Number.EPSILON;

interface Ends {
  readonly low: number;
  readonly high: number;
}

const EVERYTHING: Ends = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };

/** What the intervals of both allow. */
const apart = (a: Ends, b: Ends): Ends => ({ low: a.low - b.high, high: a.high - b.low });

function divided(a: Ends, b: Ends): Ends {
  const corners = [a.low / b.low, a.low / b.high, a.high / b.low, a.high / b.high];
  return corners.some(Number.isNaN) ? EVERYTHING : { low: Math.min(...corners), high: Math.max(...corners) };
}

/** Whether the scatter of one of them may not be the true one. */
const isDoubted = (...of: readonly PairedEstimate[]): boolean =>
  of.some(({ warnings }) => warnings.some(({ kind }) => DOUBTS.includes(kind)));

const DOUBTS: readonly string[] = ['rare-event', 'heavy-tail', 'out-of-scale'];

const leastFreedom = (a: PairedEstimate, b: PairedEstimate): number => Math.min(a.degreesOfFreedom, b.degreesOfFreedom);

const ownWarnings = (
  sample: SampleFacts,
  standardError: number,
  based: ReturnType<typeof sampleInterval>,
): readonly EstimateWarning[] =>
  sample.count < 2 ? [] : Number.isFinite(standardError) ? sampleWarnings(sample, based) : [outOfScale(sample)];

const nearZero = ({ interval: { low, high }, provenance }: PairedEstimate): EstimateWarning => ({
  kind: 'denominator-near-zero',
  low,
  high,
  message: `${provenance.name}, in the interval from ${digits(low)} to ${digits(high)}, is not known to be other than 0: no interval of the ratio is bounded. Take more paths, or another denominator.`,
});

const beyond = (kind: PairProvenance['kind']): EstimateWarning => ({
  kind: 'out-of-scale',
  message: `The ${kind} of the means leaves the floating-point numbers. Scale the functionals to values near 1.`,
});

const digits = (value: number): string => String(Number(value.toPrecision(3)));

function combination(
  kind: PairProvenance['kind'],
  [a, b]: readonly [PairedEstimate, PairedEstimate],
  seen: Sampled & { readonly variance: number },
  ends: Ends,
  own: readonly EstimateWarning[],
  bias: number,
): Estimate {
  const overflown = !Number.isFinite(seen.mean) && Number.isFinite(a.mean) && Number.isFinite(b.mean) && b.mean !== 0;
  const withheld = Number.isNaN(seen.mean) || overflown;
  const biased = a.bias !== undefined || b.bias !== undefined;
  const of = (estimate: PairedEstimate): readonly EstimateWarning[] =>
    estimate.warnings.map((warning) => ({ ...(warning as EstimateWarning), estimate: estimate.provenance.name }));
  const { low, high } = withheld ? EVERYTHING : { low: ends.low - bias, high: ends.high + bias };
  return {
    ...seen,
    interval: { low, high, level: a.interval.level },
    warnings: [...(overflown ? [beyond(kind)] : []), ...own, ...of(a), ...(a === b ? [] : of(b))],
    paths: a.paths,
    nonFinite: Math.max(a.nonFinite, b.nonFinite),
    ...(biased && { bias }),
    provenance: { kind, of: [a.provenance.name, b.provenance.name], from: a.provenance, version: VERSION },
  };
}
