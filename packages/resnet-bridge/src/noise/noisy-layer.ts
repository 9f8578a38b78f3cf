import { SdeError } from 'sde-core';
import { branchPoint } from '../network/branch.js';
import type { Layer, ResidualNetwork } from '../network/residual-network.js';
import { oncePerLayer } from './mean-field.js';
import type { Noise } from './noise.js';
import { PLACEMENTS } from './placement.js';

/**
 * B(x, g) of one layer and its fluctuations at one point, for any noise by the same code: B(x, g) = A(x) + Σ_j g_j C_j(x) with
 * independent gates of variance v and third cumulant κ gives Σ = v C Cᵀ and κ₃ = κ Σ_j C_j⊗³.
 *
 * `moveTo` sets the point; `factorJacobian` needs `differentiateAt` instead. Everything writes into `out`.
 */
export interface NoisyLayer {
  /** Gates, and columns of Σ^{1/2}: r. */
  readonly gates: number;
  /** Holds the units of each branch on their sides, as the mean field's. */
  hold(sides: readonly Uint8Array[] | undefined): void;
  moveTo(x: Float64Array): void;
  differentiateAt(x: Float64Array): void;
  /** B(x, g), shape (d), for gates of shape (r). Cost O(d · width). */
  apply(gates: Float64Array, out: Float64Array): void;
  /** Σ^{1/2} = √v C, shape (d, r): its product with its own transpose is Σ. */
  factor(out: Float64Array): void;
  /** ∂(Σ^{1/2})_ij/∂x_k, shape (d, r, d). */
  factorJacobian(out: Float64Array): void;
  /** Σ, shape (d, d). */
  covariance(out: Float64Array): void;
  /** κ₃, shape (d, d, d). */
  thirdCumulant(out: Float64Array): void;
}

/** A layer under a noise, for steps of size `network.h`. */
export function noisyLayer(network: ResidualNetwork, noise: Noise, layer: Layer): NoisyLayer {
  const d = network.dimension;
  const rule = PLACEMENTS[noise.placement];
  const branches = rule.twin && layer.twin ? [layer, layer.twin] : [layer];
  const points = branches.map((branch) => branchPoint(branch, d, network.activation));
  const gates = rule.gates(network);
  const deviation = Math.sqrt(noise.variance);
  const columns = new Float64Array(d * gates);

  return {
    gates,
    hold(sides) {
      points.forEach((point, i) => {
        point.hold(sides?.[i]);
      });
    },
    moveTo(x) {
      for (const point of points) point.moveTo(x);
    },
    differentiateAt(x) {
      for (const point of points) point.differentiateAt(x);
    },
    apply: (values, out) => rule.apply(points, values, network.h, out),
    factor(out) {
      rule.columns(points, network.h, out);
      for (let i = 0; i < out.length; i++) out[i] *= deviation;
    },
    factorJacobian(out) {
      rule.columnsJacobian(points, out);
      for (let i = 0; i < out.length; i++) out[i] *= deviation;
    },
    covariance(out) {
      rule.columns(points, network.h, columns);
      for (let i = 0; i < d; i++) {
        for (let k = 0; k <= i; k++) {
          let sum = 0;
          for (let j = 0; j < gates; j++) sum += columns[i * gates + j] * columns[k * gates + j];
          out[i * d + k] = noise.variance * sum;
          out[k * d + i] = out[i * d + k];
        }
      }
    },
    thirdCumulant(out) {
      rule.columns(points, network.h, columns);
      out.fill(0);
      for (let j = 0; j < gates; j++) {
        for (let a = 0; a < d; a++) {
          for (let b = 0; b < d; b++) {
            const factor = noise.thirdCumulant * columns[a * gates + j] * columns[b * gates + j];
            for (let c = 0; c < d; c++) out[(a * d + b) * d + c] += factor * columns[c * gates + j];
          }
        }
      }
    },
  };
}

/** One evaluator for each layer, shared by sub-layers of one layer. */
export function noisyLayers(network: ResidualNetwork, noise: Noise, where: string): readonly NoisyLayer[] {
  requireBranches(network, noise, where);
  return oncePerLayer(network, (layer) => noisyLayer(network, noise, layer));
}

/** Refuses a noise that mixes two branches on a network that has one a layer. */
export function requireBranches(network: ResidualNetwork, noise: Noise, where: string): void {
  if (!PLACEMENTS[noise.placement].twin) return;
  const bare = network.layers.findIndex((layer) => layer.twin === undefined);
  if (bare < 0) return;
  throw new SdeError('unsupported', {
    what: `${noise.name} needs two branches a layer`,
    where,
    expected: 'every layer with a `twin` { U, c, V, d }',
    got: `layer ${bare} without one`,
    remedy: 'make the network with `twin: true`, or give its layers a twin',
  });
}
