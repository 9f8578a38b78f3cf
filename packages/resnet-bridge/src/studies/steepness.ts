import { flowFrom, readState } from '../limit/flow.js';
import type { ResidualNetwork } from '../network/residual-network.js';
import { type MeanField, meanFields } from '../noise/mean-field.js';
import type { Noise } from '../noise/noise.js';
import { noisyLayers } from '../noise/noisy-layer.js';
import type { JudgedStates } from './judged-states.js';

/** States whose flows are looked at, and iterations for a norm: a few digits are enough. */
const STATES = 32;
const ITERATIONS = 12;

/**
 * How large a step h is for expansions in h: the larger of h ‖DF̄‖ (spectral), and of the standard deviation that the noise of all steps gives the
 * argument of a hidden unit, (h T U_kᵀ Σ U_k)^{1/2}. Both at the layer boundaries of the flows of the first states; near 1 expansions say nothing.
 */
export function steepness(
  network: ResidualNetwork,
  noise: Noise,
  judged: JudgedStates,
  options: { readonly h: number; readonly where: string },
): number {
  const { dimension: d, depth, width, horizon } = network;
  const { h, where } = options;
  const fields = meanFields(network, noise);
  const noisy = noisyLayers(network, noise, where);
  const Sigma = new Float64Array(d * d);
  let [slope, spread] = [0, 0];
  for (const state of judged.states.slice(0, STATES)) {
    const { states } = flowFrom(network, fields, readState(network, state, where));
    for (let n = 0; n < depth; n++) {
      for (const at of [n, n + 1]) {
        const x = states.slice(at * d, (at + 1) * d);
        fields[n].differentiateAt(x);
        slope = Math.max(slope, spectralNorm(fields[n], d));
        noisy[n].moveTo(x);
        noisy[n].covariance(Sigma);
        for (const { U } of fields[n].branches)
          for (let k = 0; k < width; k++) spread = Math.max(spread, form(Sigma, U.subarray(k * d, (k + 1) * d)));
      }
    }
  }
  return Math.max(h * slope, Math.sqrt(h * horizon * spread));
}

/** uᵀ A u. */
function form(A: Float64Array, u: Float64Array): number {
  const d = u.length;
  let sum = 0;
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) sum += u[i] * A[i * d + j] * u[j];
  return sum;
}

/** By power iteration on DFᵀDF: from below. */
function spectralNorm(field: MeanField, d: number): number {
  let v: Float64Array = Float64Array.from({ length: d }, (_, i) => 1 + i / d);
  const image = new Float64Array(d);
  const back = new Float64Array(d);
  let norm = 0;
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const length = Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));
    if (length === 0) return 0;
    v = v.map((x) => x / length);
    field.times(v, image);
    norm = Math.sqrt(image.reduce((sum, x) => sum + x * x, 0));
    field.transposedTimes(image, back);
    v = Float64Array.from(back);
  }
  return norm;
}
