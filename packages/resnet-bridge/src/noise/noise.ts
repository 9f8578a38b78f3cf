import type { Law } from 'sde-core';

/**
 * Where a layer's random gates g act on B(x, w):
 *
 * - `branch`: one gate, B = g F(x)
 * - `coordinate`: a gate a coordinate, B_i = g_i F_i(x)
 * - `hidden`: a gate a hidden unit, B = V (g ∘ ψ(U x + c)) + d
 * - `twin`: one gate, B = g F₁(x) + (1 − g) F₂(x)
 * - `state`: additive, B = F(x) + g / √h, a gate a coordinate
 */
export type Placement = 'branch' | 'coordinate' | 'hidden' | 'twin' | 'state';

/**
 * The noise of a residual layer x⁺ = x + h B(x, w), as data: where its gates act, and their law.
 *
 * Mean, covariance and third cumulant of B follow from the placement and the gate's moments, for every noise by the same code.
 */
export interface Noise {
  readonly kind: string;
  /** With its parameters, as tables print it. */
  readonly name: string;
  readonly citation: string;
  /** Whether the gate has mean 1. */
  readonly rescaled: boolean;
  /** The coin's owner: every sample draws its own, so that samples are independent. */
  readonly coin: 'sample';
  readonly placement: Placement;
  /** What it was made with, for provenance. */
  readonly parameters: Readonly<Record<string, number | boolean>>;
  /** The variables that make one gate. */
  readonly laws: readonly Law[];
  /** One gate from its variables, `noise[offset]`, `noise[offset + 1]`, …: as many as `laws`. */
  gate(noise: ArrayLike<number>, offset: number): number;
  /** Of the gate: mean, variance, third central moment. */
  readonly mean: number;
  readonly variance: number;
  readonly thirdCumulant: number;
}
