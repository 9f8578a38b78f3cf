import type { MeanField } from '../noise/mean-field.js';
import type { Noise } from '../noise/noise.js';
import { PLACEMENTS } from '../noise/placement.js';

/** The drift of an SDE at x, shape (d): F̄ where `correction` is 0. Leaves the field differentiated at x. */
export type CorrectedDrift = (field: MeanField, correction: number, x: Float64Array, out: Float64Array) => void;

/** F̄ − correction · DF̄ F̄, and under diffusive scaling F − correction · (DF F + ½ s² ΔF): with correction h/2 the modified SDE's. */
export function correctedDrift(noise: Noise, d: number): CorrectedDrift {
  const bent = new Float64Array(d);
  const Laplacian = new Float64Array(d);
  const diffusive = PLACEMENTS[noise.placement].scaling === 'diffusive';
  return (field, correction, x, out) => {
    field.differentiateAt(x);
    field.value(out);
    if (correction === 0) return;
    field.times(out, bent);
    if (diffusive) {
      field.laplacian(Laplacian);
      for (let i = 0; i < d; i++) bent[i] += (noise.variance / 2) * Laplacian[i];
    }
    for (let i = 0; i < d; i++) out[i] -= correction * bent[i];
  };
}
