import { extrapolation } from '../limit/extrapolated-step.js';
import { longestStep } from '../limit/longest-step.js';
import { ACTIVATIONS } from '../network/activation.js';
import type { ResidualNetwork } from '../network/residual-network.js';
import type { MeanField } from '../noise/mean-field.js';
import type { Noise } from '../noise/noise.js';
import { correctedDrift } from './corrected-drift.js';

/** Of the final state: far below any sampling error. */
const TOLERANCE = 1e-11;

/** The end x(T) of the flow of an SDE's drift from a state, in f64. Cost: 10 to 50 evaluations a layer. */
export function driftFlow(
  network: ResidualNetwork,
  noise: Noise,
  fields: readonly MeanField[],
  correction: number,
): (x0: ArrayLike<number>) => Float64Array {
  const d = network.dimension;
  const integrate = extrapolation(d);
  const { smooth } = ACTIVATIONS[network.activation];
  const drift = correctedDrift(noise, d);
  return (x0) => {
    const x = Float64Array.from(x0);
    for (const field of fields) {
      const longest = smooth ? { longest: longestStep(field, d) } : {};
      integrate((at, out) => drift(field, correction, at, out), x, network.h, TOLERANCE, longest);
    }
    return x;
  };
}
