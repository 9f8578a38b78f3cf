import { SdeError } from 'sde-core';
import { requireInteger, requireKeys } from 'sde-core/errors';
import { requireNetwork, requireVector } from '../network/at-the-door.js';
import type { ResidualNetwork } from '../network/residual-network.js';
import { meanField } from './mean-field.js';
import type { Noise } from './noise.js';
import { noisyLayer, requireBranches } from './noisy-layer.js';
import { requireNoise } from './require-noise.js';

/** Mean and cumulants of B(x, w) at one layer and state. */
export interface BranchMoments {
  /** F̄ = E B, shape (d). */
  readonly mean: Float64Array;
  /** Σ^{1/2}, shape (d, r), row-major: a column a gate; its product with its transpose is Σ. */
  readonly covarianceFactor: Float64Array;
  /** Σ = Cov B, shape (d, d). */
  readonly covariance: Float64Array;
  /** Third central moment, shape (d, d, d). */
  readonly thirdCumulant: Float64Array;
}

/**
 * F̄, Σ^{1/2}, Σ and the third cumulant of B(x, w) of one layer.
 *
 * Every noise is affine in independent gates, B = A + Σ_j g_j C_j, so all four follow from A, the C_j and three moments of a
 * gate. Cost O(d · width + d³ r) for r gates.
 *
 * @param at - the layer's index and the state, shape (d).
 * @throws SdeError `shape` for a state that is not (d), `value` for a layer that is not there, `unsupported` if twins are missing.
 * @see [sun2018]
 *
 * @example
 * ```ts
 * import { branchMoments, residualNetwork, stochasticDepth } from 'resnet-bridge';
 * const network = residualNetwork({ layers: [{ U: [[1]], c: [0], V: [[1]], d: [0] }], activation: 'sin' });
 * const { mean, covariance } = branchMoments(network, stochasticDepth({ survival: 0.8 }), { layer: 0, x: [1] });
 * mean; // → [ 0.673177 ]
 * covariance; // → [ 0.113292 ]
 * ```
 */
export function branchMoments(
  network: ResidualNetwork,
  noise: Noise,
  at: { readonly layer: number; readonly x: ArrayLike<number> },
): BranchMoments {
  const where = 'branchMoments(network, noise, { layer, x })';
  requireNetwork(network, where);
  requireNoise(noise, where);
  requireKeys<{ layer: number; x: unknown }>(at ?? null, { layer: true, x: true }, where, {
    n: 'layer',
    state: 'x',
    x0: 'x',
  });
  requireInteger(at.layer, 0, where, 'layers count from 0');
  if (at.layer >= network.depth) {
    throw new SdeError('value', {
      what: 'no such layer',
      where,
      expected: `0 ≤ layer < ${network.depth}`,
      got: String(at.layer),
      remedy: 'layers count from 0 to depth − 1',
    });
  }
  const x = requireVector(at.x, network.dimension, where, 'give a finite state of the network');
  requireBranches(network, noise, where);

  const d = network.dimension;
  const layer = network.layers[at.layer];
  const field = meanField(network, noise, layer);
  const noisy = noisyLayer(network, noise, layer);
  field.moveTo(x);
  noisy.moveTo(x);
  const moments = {
    mean: new Float64Array(d),
    covarianceFactor: new Float64Array(d * noisy.gates),
    covariance: new Float64Array(d * d),
    thirdCumulant: new Float64Array(d * d * d),
  };
  field.value(moments.mean);
  noisy.factor(moments.covarianceFactor);
  noisy.covariance(moments.covariance);
  noisy.thirdCumulant(moments.thirdCumulant);
  return moments;
}
