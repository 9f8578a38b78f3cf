import type { Warning } from '../errors/warning.js';
import { studentTail } from '../numerics/distributions.js';
import type { Moments } from '../numerics/moments.js';
import type { Coupling } from '../paths/coupled.js';
import type { Key } from '../randomness/key.js';
import { decayRate } from './allocation.js';
import type { Interval } from './confidence.js';
import type { Jointly } from './estimate.js';
import type { FunctionalRecord } from './functional.js';
import type { Joint } from './joint.js';
import { type LevelError, levelError, varianceOf } from './level-error.js';
import type { LevelSampler } from './level-sampler.js';

/** One level of a multilevel estimate. */
export interface LevelReport {
  /** l: 0 is the coarsest. */
  readonly level: number;
  /** Of the fine copy. */
  readonly steps: number;
  readonly paths: number;
  /** Of Y_l = φ(X_l) − φ(X_(l−1)), and of φ(X_0) on level 0. NaN, as what follows, where paths were lost, unless they are excluded. */
  readonly mean: number;
  readonly variance: number;
  readonly standardError: number;
  /** Of Y_l. */
  readonly kurtosis: number;
  /** From level 1 on: (E φ(X_coarse) here − E φ(X_fine) on the level before) in standard errors; of size 1 if the levels telescope. */
  readonly consistency?: number;
  readonly nonFinite: number;
  /** Steps taken for it, those for diagnostics included. */
  readonly cost: number;
}

/**
 * What in the levels makes the error estimate doubtful, each with its `level`. `heavy-tail`: few large values carry the variance; `rare-event`: what decides
 * the level was seen on few paths or none; `telescoping`: the levels do not add up; `lost-paths`: values that are not finite; `negative-states`: states below 0
 * that the equation keeps above; `out-of-scale`: the squares of the values leave the floating-point numbers; `truncation-reached`: states at which the scheme does not take the coefficients of the equation; `drift-tamed`: a drift that the scheme makes smaller; `joint-bridges`: a
 * functional of several observations that look between the steps, which never counts as converged; `bridge-not-gaussian`: as of an estimate.
 */
export type MultilevelWarning = Warning<
  | 'heavy-tail'
  | 'rare-event'
  | 'out-of-scale'
  | 'telescoping'
  | 'lost-paths'
  | 'negative-states'
  | 'truncation-reached'
  | 'drift-tamed'
  | 'joint-bridges'
  | 'bridge-not-gaussian'
> & {
  readonly level: number;
};

/** Everything that it takes to compute a multilevel estimate again. */
export interface MultilevelProvenance {
  readonly kind: 'multilevel';
  readonly scheme: string;
  readonly coupling: Coupling;
  readonly functional: FunctionalRecord;
  readonly key: Key;
  readonly tolerance: number;
  /** What else decides how the levels grow. */
  readonly options: {
    readonly confidence: number;
    readonly steps: number;
    readonly firstPaths: number;
    readonly maxLevels: number;
    readonly maxCost: number;
    readonly lostPaths?: 'exclude';
  };
  /** What the paths gathered, by name; observations must be given again, and their programs compared. */
  readonly observed?: Readonly<Record<string, { readonly kind: string; readonly text: string }>>;
  /** The program of each level, and the paths of its rounds, each under fold(key, 'level', l, 'round', r). */
  readonly levels: readonly { readonly program: string; readonly steps: number; readonly rounds: readonly number[] }[];
  readonly backend: string;
  readonly determinism: 'bitwise' | 'statistical';
  readonly version: string;
}

interface Common<Provenance> {
  /** Σ_l mean(Y_l). NaN where paths were lost, unless they are excluded. */
  readonly mean: number;
  /** Of the sampling: √(Σ V_l / N_l). */
  readonly standardError: number;
  /** A bound on |E φ(X_L) − E φ(X(T))|, from the last levels and the weak order. */
  readonly bias: number;
  /** mean ± (z standardError + bias), with what levels whose variance few values carry may have missed; cut at the bounds that the formula of φ shows. */
  readonly interval: Interval;
  readonly tolerance: number;
  /** Of all levels. */
  readonly paths: number;
  readonly nonFinite: number;
  /** Welch's. */
  readonly degreesOfFreedom: number;
  /** Steps taken in all, those for diagnostics included. */
  readonly cost: number;
  readonly levels: readonly LevelReport[];
  /** Measured over the levels: |E Y_l| ≈ 2^(−weak l), Var Y_l ≈ 2^(−variance l); absent where too few levels differ from zero. */
  readonly rates: { readonly weak?: number; readonly variance?: number };
  readonly warnings: readonly MultilevelWarning[];
  readonly provenance: Provenance;
}

/** A multilevel estimate: `converged` if the half-width of its interval is at most the tolerance; `stalled` with the reason if not. */
export type MultilevelEstimate = Common<MultilevelProvenance> & Ending;

/** Either, but for what a run of several says of pairs. */
export type EitherMultilevelEstimate = Common<MultilevelProvenance | JointMultilevelProvenance> & Ending;

/** One of the estimates of a run of several functionals. */
export type JointMultilevelEstimate = Common<JointMultilevelProvenance> &
  Ending & {
    /** What the run says of this estimate and those after it, by their names. */
    readonly joint: Joint;
  };

/** Of an estimate that was made with others from the same paths. */
export type JointMultilevelProvenance = Jointly<MultilevelProvenance>;

type Ending = { readonly kind: 'converged' } | { readonly kind: 'stalled'; readonly reason: string };

/** A level that does not telescope is called so at this error probability. */
const ALARM = 1e-5;

/** Fewer values than this may not carry the variance of a level above the first, without bounds on φ; on the first the rule is that of an expectation. Empirical. */
const CARRIERS = 10;

/** Whether a level's error may be far larger than it seems, and nothing limits it. */
export const isDoubtful = ({ trusted, carriers, bounded }: LevelError, { kind, moments }: LevelSampler): boolean =>
  !trusted && !bounded && (kind === 'single' || carriers < Math.min(CARRIERS, moments.count / 10));

/** The rows of the report; with `withheld`, those that lost paths have no numbers. */
export function levelReports(levels: readonly LevelSampler[], withheld: boolean): readonly LevelReport[] {
  return levels.map(({ steps, moments, diagnostics, cost }, level) => {
    const { count, nonFinite, shape } = moments;
    const hidden = withheld && nonFinite > 0;
    const variance = hidden ? Number.NaN : varianceOf(moments);
    const before = levels[level - 1]?.diagnostics?.fine;
    const coarse = diagnostics?.coarse;
    // A constant has no tails.
    const constant = shape !== undefined && shape.least === shape.most;
    return {
      level,
      steps,
      paths: count + nonFinite,
      mean: hidden ? Number.NaN : moments.mean,
      variance,
      standardError: Math.sqrt(variance / count),
      kurtosis: hidden || !shape ? Number.NaN : constant ? 1 : shape.fourth * count,
      ...(coarse && before ? { consistency: deviation(coarse, before) } : {}),
      nonFinite,
      cost,
    };
  });
}

/** The difference of two independent means in standard errors; 0 for two constants that agree. */
function deviation(a: Moments, b: Moments): number {
  const difference = a.mean - b.mean;
  const error = Math.sqrt(varianceOf(a) / a.count + varianceOf(b) / b.count);
  // Two sums of the same constants differ by rounding.
  const rounding = 8 * Number.EPSILON * Math.abs(a.mean);
  return Math.abs(difference) <= rounding ? 0 : difference / error;
}

/** What the report warns of; `remedy` for values that are not finite. */
export function warningsOf(
  levels: readonly LevelSampler[],
  reports: readonly LevelReport[],
  {
    confidence,
    remedy,
    withheld,
  }: { readonly confidence: number; readonly remedy: string; readonly withheld: boolean },
): readonly MultilevelWarning[] {
  return reports.flatMap(({ level, consistency, nonFinite, paths }): MultilevelWarning[] => {
    const { negative = 0 } = levels[level].moments;
    const warnings: MultilevelWarning[] = [];
    const warn = (kind: MultilevelWarning['kind'], message: string, facts: object): void => {
      warnings.push({ kind, level, ...facts, message });
    };
    if (nonFinite > 0) {
      const policy = withheld
        ? "the mean is withheld, and { lostPaths: 'exclude' } gives that of the others"
        : 'the mean describes the others alone';
      warn('lost-paths', `${nonFinite} of ${paths} values on level ${level} are not finite: ${policy}. ${remedy}`, {
        lost: nonFinite,
        paths,
      });
    } else warnings.push(...spreadWarnings(levels[level], level, confidence));
    if (consistency !== undefined && studentTail(Math.abs(consistency), 1e6) < ALARM) {
      const far = `${consistency.toFixed(1)} standard errors from the fine one of level ${level - 1}`;
      warn('telescoping', `the coarse mean of level ${level} is ${far}`, { consistency });
    }
    if (negative > 0) {
      const what = 'paths had a state below 0 that the equation keeps at or above it: their values are in the mean';
      warn('negative-states', `${negative} of ${paths} ${what}, on level ${level}`, { negative, paths });
    }
    return warnings;
  });
}

function spreadWarnings(of: LevelSampler, level: number, confidence: number): MultilevelWarning[] {
  const { moments } = of;
  const { shape, count } = moments;
  const error = levelError(of, confidence);
  if (!shape) return [];
  if (!Number.isFinite(varianceOf(moments))) {
    const { least, most } = shape;
    const message = `the squares of the values on level ${level}, from ${least.toPrecision(3)} to ${most.toPrecision(3)}, leave the floating-point numbers: there is no standard error; scale the functional to values near 1`;
    return [{ kind: 'out-of-scale', level, least, most, message }];
  }
  const { reach, carriers, trusted } = error;
  if (trusted) return [];
  const others = count - Math.max(shape.atLeast, shape.atMost);
  const rare = others < count / 2;
  const facts = { level, hits: others, count, carriers, reach };
  const away = Number.isFinite(reach)
    ? `its mean is taken as known to ${reach.toPrecision(2)}`
    : 'nothing bounds its mean';
  if (others === 0 && (of.kind === 'single' || !Number.isFinite(reach))) {
    const message = `all ${count} values on level ${level} are ${shape.least}: no variance was seen, and ${away}; ask for more first paths`;
    return [{ kind: 'rare-event', ...facts, message }];
  }
  if (carriers >= Math.min(CARRIERS, count / 10)) return [];
  const message = rare
    ? `${others} of ${count} values on level ${level} differ from ${shape.atLeast > shape.atMost ? shape.least : shape.most}, and decide its variance: ${away}; ask for more first paths`
    : `about ${carriers.toPrecision(2)} of ${count} values carry the variance of level ${level}: larger ones may not have been seen; ask for more first paths`;
  return [{ kind: rare ? 'rare-event' : 'heavy-tail', ...facts, message }];
}

/** The measured rates of means and variances over levels 1, 2, …. */
export function ratesOf(reports: readonly LevelReport[]): MultilevelEstimate['rates'] {
  const fine = reports.slice(1);
  const weak = decayRate(
    fine.map(({ mean }) => mean),
    fine.map(({ standardError }) => standardError),
  )?.rate;
  const variance = decayRate(
    fine.map((report) => report.variance),
    fine.map((report) => report.variance * Math.sqrt(Math.max(1, report.kurtosis - 1) / report.paths)),
  )?.rate;
  return { ...(weak === undefined ? {} : { weak }), ...(variance === undefined ? {} : { variance }) };
}
