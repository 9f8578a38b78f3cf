import type { Backend } from '../execution/backend.js';
import { studentHalfWidth } from '../numerics/distributions.js';
import { hypot } from '../numerics/elementary.js';
import { pairPlace } from '../numerics/joint-moments.js';
import type { Coupling } from '../paths/coupled.js';
import type { Observation } from '../paths/observation.js';
import { type Key, keyRecord } from '../randomness/key.js';
import type { Scheme } from '../schemes/scheme.js';
import type { Need } from '../schemes/step-input.js';
import { type Joint, jointly } from './joint.js';
import { covarianceOfMeans } from './joint-facts.js';
import { ANY } from './known-values.js';
import { levelError, varianceOf } from './level-error.js';
import type { LevelGroup, LevelSampler } from './level-sampler.js';
import { costOf, type MultilevelSettings } from './multilevel-refine.js';
import {
  type EitherMultilevelEstimate,
  type JointMultilevelProvenance,
  levelReports,
  type MultilevelProvenance,
  type MultilevelWarning,
  ratesOf,
  warningsOf,
} from './multilevel-report.js';
import { VERSION } from './version.js';

/** The estimate of one functional from its levels. */
export function multilevelEstimateOf<N extends Need>(
  levels: readonly LevelSampler[],
  parts: {
    readonly stalled: string | undefined;
    readonly bias: number;
    readonly scheme: Scheme<N>;
    readonly backend: Backend;
    readonly remedy: string;
    readonly taken: readonly MultilevelWarning[];
    readonly key: Key;
    readonly coupling: Coupling;
    readonly observations: Readonly<Record<string, Observation>> | undefined;
  },
  settings: MultilevelSettings,
  own:
    | Pick<MultilevelProvenance, 'kind' | 'functional'>
    | Pick<JointMultilevelProvenance, 'kind' | 'name' | 'functionals'>,
): EitherMultilevelEstimate {
  const { stalled, bias, scheme, backend, remedy, taken, key, coupling, observations } = parts;
  const { tolerance, confidence: level, steps, firstPaths, maxLevels, maxCost, lostPaths } = settings;
  const withheld = lostPaths === 'withhold' && levels.some(({ moments }) => moments.nonFinite > 0);
  const reports = levelReports(levels, withheld);
  const { mean, standardError } = withheld ? { mean: Number.NaN, standardError: Number.NaN } : sumOf(levels);
  const welch = reports.reduce(
    (sum, { standardError: error, paths }) => sum + (error * error * (error * error)) / Math.max(1, paths - 1),
    0,
  );
  const degreesOfFreedom =
    welch > 0
      ? Math.floor((standardError * standardError * (standardError * standardError)) / welch)
      : Number.MAX_SAFE_INTEGER;
  const errors = levels.map((of) => levelError(of, level));
  const half = errors.every(({ trusted }) => trusted)
    ? studentHalfWidth(level, degreesOfFreedom) * standardError + bias
    : hypot(...errors.map(({ reach }) => reach)) + bias;
  // The value of a chain without noise is that of its own steps: no bound for the equation.
  const { known } = levels[0];
  const bounds = known.lowest < known.highest ? known : ANY;
  const common = {
    mean,
    standardError,
    bias: withheld ? Number.NaN : bias,
    interval: withheld
      ? { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, level }
      : {
          low: Math.max(mean - half, bounds.lowest),
          high: Math.min(mean + half, bounds.highest),
          level,
        },
    tolerance,
    paths: reports.reduce((sum, { paths }) => sum + paths, 0),
    nonFinite: reports.reduce((sum, { nonFinite }) => sum + nonFinite, 0),
    degreesOfFreedom,
    cost: costOf(levels),
    levels: reports,
    rates: ratesOf(reports),
    warnings: [...taken, ...warningsOf(levels, reports, { confidence: level, remedy, withheld })],
    provenance: {
      ...own,
      scheme: scheme.name,
      coupling,
      key: keyRecord(key),
      tolerance,
      options: {
        confidence: level,
        steps,
        firstPaths,
        maxLevels,
        maxCost,
        ...(lostPaths === 'exclude' ? { lostPaths } : {}),
      },
      ...(observations && { observed: observedOf(observations) }),
      levels: levels.map(({ hash, steps, rounds }) => ({ program: hash, steps, rounds: [...rounds] })),
      backend: backend.name,
      determinism: backend.determinism.kind,
      version: VERSION,
    },
  };
  return stalled === undefined ? { ...common, kind: 'converged' } : { ...common, kind: 'stalled', reason: stalled };
}

const observedOf = (observations: Readonly<Record<string, Observation>>): MultilevelProvenance['observed'] =>
  Object.fromEntries(Object.entries(observations).map(([name, { kind, text }]) => [name, { kind, text }]));

/** The mean that levels add up to, and its standard error. */
export function sumOf(levels: readonly LevelSampler[]): { readonly mean: number; readonly standardError: number } {
  const mean = levels.reduce((sum, { moments }) => sum + moments.mean, 0);
  const square = levels.reduce((sum, { moments }) => sum + varianceOf(moments) / moments.count, 0);
  return { mean, standardError: Math.sqrt(square) };
}

/** What the levels say of pairs of functionals: they are independent of each other, so that covariances add. */
export function multilevelJoint(
  groups: readonly LevelGroup[],
  names: readonly string[],
  isWithheld: (functional: number) => boolean,
): readonly Joint[] {
  return jointly(names, (i, j) => {
    if (isWithheld(i) || isWithheld(j)) {
      const unknown = Number.NaN;
      return { covariance: unknown, difference: { mean: unknown, standardError: unknown, variance: unknown } };
    }
    let [covariance, mean, square, variance] = [0, 0, 0, 0];
    for (const { moments } of groups) {
      const pair = moments.pairs[pairPlace(i, j, names.length)];
      const [a, b] = [moments.each[i], moments.each[j]];
      covariance += covarianceOfMeans(pair, a, b);
      mean += a.mean - b.mean;
      variance += varianceOf(pair.difference);
      square += varianceOf(pair.difference) / pair.difference.count;
    }
    return { covariance, difference: { mean, standardError: Math.sqrt(square), variance } };
  });
}
