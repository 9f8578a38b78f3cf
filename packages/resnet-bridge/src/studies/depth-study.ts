import type { ErrorPoint, OrderFit } from 'sde-core';

/** The three limits a network is held against: theory.md §1, scaling S. */
export type LimitName = 'flow' | 'leading' | 'modified';

/** One refinement of the trained network: every trained layer split into `refinement` sub-layers. */
export interface DepthLevel {
  readonly refinement: number;
  readonly h: number;
  /** Noise draws for each image: of the network, and of each SDE. */
  readonly draws: number;
  /** E ℓ(X_N), averaged over the images, with the standard error of the sampling. */
  readonly network: { readonly mean: number; readonly standardError: number };
  /** Variance of E ℓ without the control variate over the variance with it. */
  readonly varianceReduction: number;
  /** Network minus limit. */
  readonly errors: Readonly<Record<LimitName, ErrorPoint>>;
}

/** A network's weak error under refinement, against what the modified equation predicts. */
export interface DepthStudy {
  readonly kind: 'depth-study';
  readonly noise: string;
  readonly functional: string;
  readonly images: number;
  /** C₁ and its two parts. */
  readonly predicted: { readonly euler: number; readonly curvature: number; readonly total: number };
  /** Coarse to fine. */
  readonly levels: readonly DepthLevel[];
  readonly orders: Readonly<Record<LimitName, OrderFit>>;
  /** measured − h C₁ against the flow: expected order 2. */
  readonly remainder: OrderFit;
  /** measured / h extrapolated to h = 0, to be held against `predicted.total`. */
  readonly constant: { readonly value: number; readonly interval: readonly [number, number]; readonly agrees: boolean };
  readonly provenance: Readonly<Record<string, unknown>>;
}
