import { studentTail } from '../numerics/distributions.js';
import type { Moments } from '../numerics/moments.js';
import type { Coupling } from '../paths/coupled.js';
import type { Key } from '../randomness/key.js';
import { decayRate } from './allocation.js';
import type { Interval } from './confidence.js';
import type { FunctionalRecord } from './functional.js';
import type { LevelSampler } from './level-sampler.js';

/** One level of a multilevel estimate. */
export interface LevelReport {
  /** l: 0 is the coarsest. */
  readonly level: number;
  /** Of the fine copy. */
  readonly steps: number;
  readonly paths: number;
  /** Of Y_l = φ(X_l) − φ(X_(l−1)), and of φ(X_0) on level 0. */
  readonly mean: number;
  readonly variance: number;
  readonly standardError: number;
  /** Of Y_l, on its first paths. */
  readonly kurtosis: number;
  /** From level 1 on: (E φ(X_coarse) here − E φ(X_fine) on the level before) in standard errors; of size 1 if the levels telescope. */
  readonly consistency?: number;
  readonly nonFinite: number;
  /** Steps taken for it, those for diagnostics included. */
  readonly cost: number;
}

/** What in the levels makes the error estimate doubtful. */
export interface MultilevelWarning {
  /** `kurtosis`: rare large values carry the variance; `telescoping`: the levels do not add up; `non-finite`: values that are in no mean. */
  readonly kind: 'kurtosis' | 'telescoping' | 'non-finite';
  readonly level: number;
  readonly message: string;
}

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
    readonly level: number;
    readonly steps: number;
    readonly firstPaths: number;
    readonly mostLevels: number;
    readonly mostCost: number;
  };
  /** What the paths gathered, by name; observations must be given again, and their programs compared. */
  readonly observed?: Readonly<Record<string, { readonly kind: string; readonly text: string }>>;
  /** The program of each level, and the paths of its rounds, each under fold(key, 'level', l, 'round', r). */
  readonly levels: readonly { readonly program: string; readonly steps: number; readonly rounds: readonly number[] }[];
  readonly backend: string;
  readonly determinism: 'bitwise' | 'statistical';
  readonly version: string;
}

interface Common {
  /** Σ_l mean(Y_l). */
  readonly mean: number;
  /** Of the sampling: √(Σ V_l / N_l). */
  readonly standardError: number;
  /** A bound on |E φ(X_L) − E φ(X(T))|, from the last levels and the weak order. */
  readonly bias: number;
  /** mean ± (z standardError + bias). */
  readonly interval: Interval;
  readonly tolerance: number;
  /** Of all levels. */
  readonly paths: number;
  readonly nonFinite: number;
  /** Welch's degrees of freedom. */
  readonly freedom: number;
  /** Steps taken in all, those for diagnostics included. */
  readonly cost: number;
  readonly levels: readonly LevelReport[];
  /** Measured over the levels: |E Y_l| ≈ 2^(−weak l), Var Y_l ≈ 2^(−variance l); absent where too few levels differ from zero. */
  readonly rates: { readonly weak?: number; readonly variance?: number };
  readonly warnings: readonly MultilevelWarning[];
  readonly provenance: MultilevelProvenance;
}

/** A multilevel estimate: `converged` if the half-width of its interval is at most the tolerance; `stalled` with the reason if not. */
export type MultilevelEstimate =
  | (Common & { readonly kind: 'converged' })
  | (Common & { readonly kind: 'stalled'; readonly reason: string });

/** Above this the variance of a level is known badly. Empirical, as published. @see [giles2015] */
const MOST_KURTOSIS = 100;
/** A level that does not telescope is called so at this error probability. */
const ALARM = 1e-5;

/** Variance of one path; with fewer than two, unknown. */
export const varianceOf = ({ count, m2 }: Moments): number => (count > 1 ? m2 / (count - 1) : Number.POSITIVE_INFINITY);

/** The rows of the report. */
export function levelReports(levels: readonly LevelSampler[]): readonly LevelReport[] {
  return levels.map(({ steps, moments, diagnostics, cost }, level) => {
    const variance = varianceOf(moments);
    const before = levels[level - 1]?.diagnostics?.fine;
    const coarse = diagnostics?.coarse;
    return {
      level,
      steps,
      paths: moments.count + moments.nonFinite,
      mean: moments.mean,
      variance,
      standardError: Math.sqrt(variance / moments.count),
      kurtosis: diagnostics?.kurtosis ?? Number.NaN,
      ...(coarse && before ? { consistency: deviation(coarse, before) } : {}),
      nonFinite: moments.nonFinite,
      cost,
    };
  });
}

/** The difference of two independent means in standard errors; 0 for two constants that agree. */
function deviation(a: Moments, b: Moments): number {
  const difference = a.mean - b.mean;
  const error = Math.sqrt(varianceOf(a) / a.count + varianceOf(b) / b.count);
  // Two sums of the same constants differ by rounding.
  const rounding = 8 * Number.EPSILON * Math.max(Math.abs(a.mean), Math.abs(b.mean));
  return Math.abs(difference) <= rounding ? 0 : difference / error;
}

/** What the report warns of; `remedy` for values that are not finite. */
export function warningsOf(reports: readonly LevelReport[], remedy: string): readonly MultilevelWarning[] {
  return reports.flatMap(({ level, kurtosis, consistency, nonFinite, paths }): MultilevelWarning[] => [
    ...(kurtosis > MOST_KURTOSIS
      ? [
          {
            kind: 'kurtosis' as const,
            level,
            message: `kurtosis ${kurtosis.toPrecision(3)} on level ${level}: its variance rests on few paths; ask for more first paths`,
          },
        ]
      : []),
    ...(consistency !== undefined && studentTail(Math.abs(consistency), 1e6) < ALARM
      ? [
          {
            kind: 'telescoping' as const,
            level,
            message: `the coarse mean of level ${level} is ${consistency.toFixed(1)} standard errors from the fine one of level ${level - 1}`,
          },
        ]
      : []),
    ...(nonFinite > 0
      ? [
          {
            kind: 'non-finite' as const,
            level,
            message: `${nonFinite} of ${paths} values on level ${level} are not finite: the mean describes the others alone. ${remedy}`,
          },
        ]
      : []),
  ]);
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
