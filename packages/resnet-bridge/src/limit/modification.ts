import { numbers } from 'sde-core/numerics';
import type { MeanField } from '../noise/mean-field.js';
import type { Noise } from '../noise/noise.js';

/** How a limit's coefficients follow from F̄ and √h Σ^{1/2}. */
export interface Modification {
  drift(field: MeanField, x: Float64Array, out: Float64Array): void;
  /** ∂b_i/∂x_j, shape (d, d). */
  driftJacobian(field: MeanField, x: Float64Array, out: Float64Array): void;
  /** Where σ is not √h Σ^{1/2}: writes σ, shape (d, m), and ∂σ_ik/∂x_j, shape (d, m, d). */
  readonly reshape?: {
    value(field: MeanField, x: Float64Array, out: Float64Array): void;
    jacobian(field: MeanField, x: Float64Array, out: Float64Array): void;
  };
}

/** None; or the correction to weak order 2, which differs with the scaling of the noise. */
export const MODIFICATIONS: Readonly<
  Record<'none' | 'small-noise' | 'diffusive', (d: number, h: number, noise: Noise) => Modification>
> = {
  none: () => ({
    drift(field, x, out) {
      field.moveTo(x);
      field.value(out);
    },
    driftJacobian(field, x, out) {
      field.differentiateAt(x);
      field.jacobian(out);
    },
  }),

  // b = F̄ − (h/2) DF̄ F̄, Db = DF̄ − (h/2)(D²F̄[F̄, ·] + DF̄ DF̄).
  'small-noise': (d, h) => {
    const F = new Float64Array(d);
    const second = new Float64Array(d * d);
    const DF = new Float64Array(d * d);
    return {
      drift(field, x, out) {
        field.differentiateAt(x);
        field.value(F);
        field.times(F, out);
        for (let i = 0; i < d; i++) out[i] = F[i] - (h / 2) * out[i];
      },
      driftJacobian(field, x, out) {
        field.differentiateAt(x);
        field.value(F);
        field.jacobian(DF);
        second.fill(0);
        field.addSecondAlong(F, second);
        for (let i = 0; i < d; i++) {
          for (let j = 0; j < d; j++) {
            let sum = second[i * d + j];
            for (let k = 0; k < d; k++) sum += DF[i * d + k] * DF[k * d + j];
            out[i * d + j] = DF[i * d + j] - (h / 2) * sum;
          }
        }
      },
    };
  },

  // Of Euler–Maruyama with additive noise a = s² I: b = F − (h/2)(DF F + ½ s² ΔF), σ = s (I − (h/2) DF).
  diffusive: (d, h, noise) => {
    const F = new Float64Array(d);
    const Laplacian = new Float64Array(d);
    const DF = new Float64Array(d * d);
    const unit = new Float64Array(d);
    const s = Math.sqrt(noise.variance);
    const drift = (field: MeanField, x: Float64Array, out: Float64Array): void => {
      field.differentiateAt(x);
      field.value(F);
      field.times(F, out);
      field.laplacian(Laplacian);
      for (let i = 0; i < d; i++) out[i] = F[i] - (h / 2) * (out[i] + (noise.variance / 2) * Laplacian[i]);
    };
    return {
      drift,
      driftJacobian: centralDifferences(d, drift),
      reshape: {
        value(field, x, out) {
          field.differentiateAt(x);
          field.jacobian(DF);
          for (let i = 0; i < d; i++) {
            for (let k = 0; k < d; k++) out[i * d + k] = s * ((i === k ? 1 : 0) - (h / 2) * DF[i * d + k]);
          }
        },
        jacobian(field, x, out) {
          field.differentiateAt(x);
          for (let k = 0; k < d; k++) {
            DF.fill(0);
            unit.fill(0);
            unit[k] = 1;
            field.addSecondAlong(unit, DF);
            for (let i = 0; i < d; i++) {
              for (let j = 0; j < d; j++) out[(i * d + k) * d + j] = (-s * h * DF[i * d + j]) / 2;
            }
          }
        },
      },
    };
  },
};

/** The Jacobian where it would need third derivatives of ψ: central differences, accurate to about 1e-10. */
function centralDifferences(d: number, drift: Modification['drift']): Modification['driftJacobian'] {
  const above = new Float64Array(d);
  const below = new Float64Array(d);
  const at = new Float64Array(d);
  return (field, x, out) => {
    at.set(x);
    for (let j = 0; j < d; j++) {
      const step = numbers.power(Number.EPSILON, 1 / 3) * (1 + Math.abs(x[j]));
      at[j] = x[j] + step;
      drift(field, at, above);
      at[j] = x[j] - step;
      drift(field, at, below);
      at[j] = x[j];
      for (let i = 0; i < d; i++) out[i * d + j] = (above[i] - below[i]) / (2 * step);
    }
  };
}
