import {
  discretize,
  type EstimateWarning,
  exactExpectation,
  expectation,
  inline,
  type Key,
  model,
  platen,
  problem,
  terminal,
} from 'sde-core';
import { flowAdjoint } from '../limit/adjoint.js';
import { diffusionLimit } from '../limit/diffusion-limit.js';
import { withMartingale } from '../limit/martingale-control.js';
import type { Loss } from '../network/loss.js';
import { refine } from '../network/refinement.js';
import type { ResidualNetwork } from '../network/residual-network.js';
import type { Noise } from '../noise/noise.js';

/** E ℓ(X_T) from one state, sampled. */
export interface SampledLimit {
  readonly mean: number;
  readonly standardError: number;
  /** Of the time steps, from the deterministic part: signed. */
  readonly stepError: number;
  /** What its estimate says of itself: empty for nothing. */
  readonly warnings: readonly EstimateWarning[];
}

/**
 * E ℓ(X_T) of the modified SDE of a network from one state, by Monte Carlo: Platen's weak scheme of order 2, sub-stepped, with the
 * martingale ∫ ∇u₀·σ dW, ∇u₀ expanded about the flow, as control: it leaves O(h³) of the O(h) variance.
 */
export async function limitBySampling(
  network: ResidualNetwork,
  noise: Noise,
  judged: { readonly start: ArrayLike<number>; readonly loss: Loss },
  options: { readonly paths: number; readonly substeps: number; readonly key: Key; readonly signal?: AbortSignal },
): Promise<SampledLimit> {
  const { paths, substeps, key, signal } = options;
  const { start, loss } = judged;
  const d = network.dimension;
  const limit = diffusionLimit(network, noise, { accuracy: 'modified' });
  const adjoint = flowAdjoint(refine(network, 2 * substeps), noise, start, loss, { hessian: true });
  const controlled = problem({
    model: withMartingale(limit, adjoint),
    x0: [...Array.from(start), 0],
    T: network.horizon,
  });
  const chain = discretize(controlled, platen, network.depth * substeps);
  const functional = terminal((y: Float64Array) => loss.value(y.subarray(0, d)) - y[d]);
  const backend = inline();
  try {
    const { mean, standardError, warnings } = await expectation(chain, functional, { paths, key, backend, signal });
    return { mean, standardError, stepError: stepError(network, noise, judged, substeps), warnings };
  } finally {
    await backend.close();
  }
}

/** What Platen's scheme makes of the drift alone, against half the step: (4/3) of the change, as it is of order 2. */
function stepError(
  network: ResidualNetwork,
  noise: Noise,
  { start, loss }: { readonly start: ArrayLike<number>; readonly loss: Loss },
  substeps: number,
): number {
  const { dimension, drift, breakpoints } = diffusionLimit(network, noise, { accuracy: 'modified' });
  const silent = problem({
    model: model({ dimension, noiseDimension: 0, drift, diffusion: () => {}, breakpoints }),
    x0: start,
    T: network.horizon,
  });
  const [coarse, close] = [1, 2].map((factor) => {
    const chain = discretize(silent, platen, factor * substeps * network.depth);
    return exactExpectation(
      chain,
      terminal((x: Float64Array) => loss.value(x)),
    );
  });
  return (4 / 3) * (coarse - close);
}
