import { type ErrorPoint, fitConstant, fitOrder } from 'sde-core';
import type { ResidualNetwork } from '../network/residual-network.js';
import type { Noise } from '../noise/noise.js';
import { combinedError } from './combined-error.js';
import { type DrawCounts, type LevelMeans, PROCESSES } from './depth-level.js';
import type { DepthLevel, DepthStudy, DiffusiveStudy, SmallNoiseStudy } from './depth-result.js';
import { coarseSteps, impulse, noPrediction, samplingWarnings } from './depth-warnings.js';
import type { LossShift } from './loss-shift.js';
import { cautious, constantVerdict, type LadderFacts } from './verdicts.js';

/** What was measured at one refinement. */
export interface MeasuredLevel {
  readonly refinement: number;
  readonly h: number;
  readonly draws: DrawCounts;
  readonly means: LevelMeans;
}

type Common = Pick<DepthStudy, 'kind' | 'noise' | 'functional' | 'images' | 'smooth' | 'rounding' | 'provenance'>;

/** Errors, orders and verdicts of measured levels; `shift` is there where the noise vanishes with h. */
export function judge(
  measured: readonly MeasuredLevel[],
  of: {
    readonly network: ResidualNetwork;
    readonly noise: Noise;
    readonly shift: LossShift | undefined;
    readonly confidence: number;
    readonly steepness: number;
    readonly common: Common;
  },
): DepthStudy {
  const { network, noise, shift, confidence, steepness, common } = of;
  const sampling = samplingWarnings(network, noise, measured);
  const warnings = [...sampling, ...(shift?.warnings ?? []), ...coarseSteps(steepness)];
  const facts: LadderFacts = {
    steepness,
    smooth: common.smooth,
    ...(sampling.length > 0
      ? { sampling: `the samples are not to be trusted (${sampling.map(({ kind }) => kind).join(', ')})` }
      : {}),
  };
  const order = (points: readonly ErrorPoint[], expected: number) =>
    cautious(fitOrder(points, { expected, confidence }), points, facts);

  if (!shift) {
    const levels = measured.map((level): DepthLevel<'leading' | 'modified'> => {
      const errors = errorsOf(level);
      return { ...levelOf(level), errors };
    });
    const leading = levels.map(({ errors }) => errors.leading);
    const modified = fitConstant(
      measured.map(({ h, means }) => between(h, means.modified, means.leading)),
      { order: 1, confidence },
    );
    const study: DiffusiveStudy = {
      ...common,
      scaling: 'diffusive',
      steepness,
      levels,
      orders: {
        leading: order(leading, 1),
        modified: order(
          levels.map(({ errors }) => errors.modified),
          2,
        ),
      },
      constant: {
        ...constantVerdict(leading, [modified.interval.low, modified.interval.high], confidence, facts),
        modified,
      },
      warnings: [noPrediction(noise), ...(common.smooth ? [] : [impulse(network)]), ...warnings],
    };
    return study;
  }
  const levels = measured.map((level): DepthLevel => {
    const flow = between(level.h, level.means.network, { mean: shift.flowLoss, standardError: 0 });
    return { ...levelOf(level), errors: { flow, ...errorsOf(level) } };
  });
  const points = (name: 'flow' | 'leading' | 'modified'): ErrorPoint[] => levels.map(({ errors }) => errors[name]);
  const remainders = points('flow').map((point) => ({ ...point, error: point.error - point.h * shift.total }));
  const study: SmallNoiseStudy = {
    ...common,
    scaling: 'small-noise',
    flow: shift.flowLoss,
    predicted: { euler: shift.euler, curvature: shift.curvature, total: shift.total },
    steepness,
    levels,
    orders: {
      flow: order(points('flow'), 1),
      leading: order(points('leading'), 1),
      modified: order(points('modified'), 2),
    },
    remainder: order(remainders, 2),
    remainders,
    constant: constantVerdict(points('flow'), [shift.total, shift.total], confidence, facts),
    warnings,
  };
  return study;
}

interface Sampled {
  readonly mean: number;
  readonly standardError: number;
}

const between = (h: number, a: Sampled, b: Sampled): ErrorPoint => ({
  h,
  error: a.mean - b.mean,
  standardError: combinedError(a.standardError, b.standardError),
});

const errorsOf = ({ h, means }: MeasuredLevel): Record<'leading' | 'modified', ErrorPoint> => ({
  leading: between(h, means.network, means.leading),
  modified: between(h, means.network, means.modified),
});

function levelOf({ refinement, h, draws, means }: MeasuredLevel): Omit<DepthLevel, 'errors'> {
  return {
    refinement,
    h,
    draws,
    network: means.network,
    limits: { leading: means.leading, modified: means.modified },
    varianceReduction: means.network.varianceReduction,
    nonFinite: PROCESSES.reduce((sum, name) => sum + means[name].nonFinite, 0),
  };
}
