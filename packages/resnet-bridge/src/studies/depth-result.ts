import type { ConstantFit, ErrorPoint, OrderFit, Warning } from 'sde-core';
import type { DrawCounts, ProcessMean } from './depth-level.js';
import type { DepthWarning } from './depth-warnings.js';
import type { LossShiftWarning } from './loss-shift.js';
import type { ConstantVerdict } from './verdicts.js';

/** The limits that a network is held against: docs/theory.md, section 1. Under diffusive scaling there is no flow. */
export type LimitName = 'flow' | 'leading' | 'modified';

/** One refinement of the trained network: every trained layer split into `refinement` sub-layers. */
export interface DepthLevel<Limit extends LimitName = LimitName> {
  readonly refinement: number;
  readonly h: number;
  /** Noise draws an image, on average over the images. */
  readonly draws: DrawCounts;
  /** E ℓ(X_N), averaged over the images, with the standard error of the sampling. */
  readonly network: ProcessMean;
  /** E ℓ(X_T) of the two SDEs at this h. */
  readonly limits: { readonly leading: ProcessMean; readonly modified: ProcessMean };
  /** Variance of E ℓ of the network without the control variate over the variance with it. */
  readonly varianceReduction: number;
  /** Network minus limit. */
  readonly errors: Readonly<Record<Limit, ErrorPoint>>;
  /** Paths whose loss was not finite: left out of every mean. */
  readonly nonFinite: number;
}

/** What every depth study holds. */
interface CommonStudy<Limit extends LimitName> {
  readonly kind: 'depth-study';
  readonly noise: string;
  readonly functional: string;
  readonly images: number;
  /** False where the activation has kinks: then no order is proved, and none is called refuted. */
  readonly smooth: boolean;
  /** Coarse to fine. */
  readonly levels: readonly DepthLevel<Limit>[];
  readonly orders: Readonly<Record<Limit, OrderFit>>;
  /** The larger of h ‖DF̄‖ and of the standard deviation that noise gives a unit's argument, on the finest step: well below 1 for expansions in h. */
  readonly steepness: number;
  /** E ℓ in the study's precision less that in f64, same draws, for some images at the finest refinement: what rounding leaves. */
  readonly rounding: { readonly difference: number; readonly images: number };
  readonly warnings: readonly Warning<DepthWarning | LossShiftWarning>[];
  readonly provenance: Readonly<Record<string, unknown>>;
}

/** A network's weak error under refinement, against what the modified equation predicts: noise that vanishes with h. */
export interface SmallNoiseStudy extends CommonStudy<LimitName> {
  readonly scaling: 'small-noise';
  /** ℓ(x_flow(T)), averaged over the images. */
  readonly flow: number;
  /** C₁ and its two parts. */
  readonly predicted: { readonly euler: number; readonly curvature: number; readonly total: number };
  /** measured − h C₁ against the flow: expected order 2. */
  readonly remainder: OrderFit;
  /** The points that `remainder` was fitted to. */
  readonly remainders: readonly ErrorPoint[];
  /** measured / h extrapolated to h = 0, held against `predicted.total`. */
  readonly constant: ConstantVerdict;
}

/** The same under noise of order √h a step, which does not vanish: the limit is the leading SDE, whose weak error is measured. */
export interface DiffusiveStudy extends CommonStudy<'leading' | 'modified'> {
  readonly scaling: 'diffusive';
  /** (network − leading SDE) / h extrapolated to h = 0, held against the same of modified − leading, which is sampled too. */
  readonly constant: ConstantVerdict & { readonly modified: ConstantFit };
}

/** A depth study, in the scaling of its noise. */
export type DepthStudy = SmallNoiseStudy | DiffusiveStudy;
