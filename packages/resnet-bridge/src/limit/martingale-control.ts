import { type Model, model } from 'sde-core';
import type { FlowAdjoint } from './adjoint.js';

/**
 * A limit with one more state Z: dZ = ∇u₀(t, x_flow(t))·σ(t, X) dW from Z = 0, a martingale.
 *
 * E ℓ(X_T) = E [ℓ(X_T) − Z_T], and for small noise the difference has variance O(h²) where ℓ(X_T) has O(h). Any scheme whose
 * noise has mean 0 given the past keeps E Z = 0 exactly, and ∇u₀ is a weight that need not be exact: between the times of
 * the adjoint it is interpolated linearly.
 *
 * @param adjoint - of the flow from the same initial state; on a refined network it is finer in time.
 */
export function withMartingale(limit: Model, adjoint: FlowAdjoint): Model {
  const { dimension: d, noiseDimension: m } = limit;
  const { times, gradients } = adjoint;
  const last = times.length - 1;
  const spacing = times[last] / last;
  const x = new Float64Array(d);
  const p = new Float64Array(d);

  const weightAt = (t: number): void => {
    const place = Math.max(0, Math.min(last, t / spacing));
    const k = Math.min(last - 1, Math.floor(place));
    const late = place - k;
    for (let i = 0; i < d; i++) p[i] = (1 - late) * gradients[k * d + i] + late * gradients[(k + 1) * d + i];
  };

  return {
    ...model({
      dimension: d + 1,
      noiseDimension: m,
      noise: m === 1 ? 'scalar' : m === 0 ? 'additive' : 'general',
      calculus: limit.calculus,
      breakpoints: limit.breakpoints,
      drift(t, y, out) {
        x.set(y.subarray(0, d));
        limit.drift(t, x, out.subarray(0, d));
        out[d] = 0;
      },
      diffusion(t, y, out) {
        x.set(y.subarray(0, d));
        limit.diffusion(t, x, out.subarray(0, d * m));
        weightAt(t);
        for (let k = 0; k < m; k++) {
          let sum = 0;
          for (let i = 0; i < d; i++) sum += p[i] * out[i * m + k];
          out[d * m + k] = sum;
        }
      },
    }),
  };
}
