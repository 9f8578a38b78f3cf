import { type Model, model } from 'sde-core';
import type { FlowAdjoint } from './adjoint.js';

/**
 * A limit with one more state Z: dZ = w(t, X)·σ(t, X) dW from Z = 0, a martingale, with w = ∇u₀(t, x_flow) or, where the adjoint
 * has Hessians, w = ∇u₀(t, x_flow) + ∇²u₀(t, x_flow)(X − x_flow), the expansion of ∇u₀(t, X).
 *
 * E ℓ(X_T) = E [ℓ(X_T) − Z_T], and for small noise the difference has variance O(h²), with Hessians O(h³), where ℓ(X_T) has O(h).
 * Any scheme whose noise has mean 0 given the past keeps E Z = 0 exactly, and the weight need not be exact: between the times
 * of the adjoint it is interpolated linearly.
 *
 * @param adjoint - of the flow from the same initial state; on a refined network it is finer in time.
 */
export function withMartingale(limit: Model, adjoint: FlowAdjoint): Model {
  const { dimension: d, noiseDimension: m } = limit;
  const { times, states, gradients, hessians } = adjoint;
  const last = times.length - 1;
  const spacing = times[last] / last;
  const x = new Float64Array(d);
  const weight = new Float64Array(d);

  const setWeight = (t: number): void => {
    const place = Math.max(0, Math.min(last, t / spacing));
    const k = Math.min(last - 1, Math.floor(place));
    const late = place - k;
    const between = (values: Float64Array, size: number, i: number): number =>
      (1 - late) * values[k * size + i] + late * values[(k + 1) * size + i];
    for (let i = 0; i < d; i++) {
      weight[i] = between(gradients, d, i);
      if (!hessians) continue;
      for (let j = 0; j < d; j++) weight[i] += between(hessians, d * d, i * d + j) * (x[j] - between(states, d, j));
    }
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
        setWeight(t);
        for (let k = 0; k < m; k++) {
          let sum = 0;
          for (let i = 0; i < d; i++) sum += weight[i] * out[i * m + k];
          out[d * m + k] = sum;
        }
      },
    }),
  };
}
