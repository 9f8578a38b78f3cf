import type { Algebra } from '../expression/algebra.js';
import type { JacobianModel, Model } from '../models/model.js';
import { total } from '../schemes/stage.js';
import type { SymbolInput } from '../schemes/step-input.js';

/** What a step can ask of a model, over a carrier V. */
export type Coefficients<V> = Pick<
  SymbolInput<V>,
  | 'drift'
  | 'implicitDrift'
  | 'diffusion'
  | 'diffusionAlongNoise'
  | 'driftAlongNoise'
  | 'generatorOfDrift'
  | 'generatorOfDiffusion'
>;

/** The coefficients of a model that has Jacobians, or of one that does not, over numbers. */
export function numericCoefficients(
  model: Model | JacobianModel,
  algebra: Algebra<number>,
): Partial<Coefficients<number>> {
  const { dimension: d, noiseDimension: m } = model;
  const state = new Float64Array(d);
  const drift = new Float64Array(d);
  const sigma = new Float64Array(d * m);
  const jacobian = new Float64Array(d * m * d);
  const columns = (t: number, x: readonly number[]): number[][] => {
    state.set(x);
    model.diffusion(t, state, sigma);
    return Array.from({ length: m }, (_, k) => Array.from({ length: d }, (_, i) => sigma[i * m + k]));
  };
  return {
    drift(t, x) {
      state.set(x);
      model.drift(t, state, drift);
      return Array.from(drift);
    },
    diffusion: columns,
    ...(model.diffusionJacobian && {
      diffusionAlongNoise(t: number, x: readonly number[]) {
        const sigmaColumns = columns(t, x);
        model.diffusionJacobian?.(t, state, jacobian);
        return alongNoise(algebra, sigmaColumns, (i, k, l) => jacobian[(i * m + k) * d + l]);
      },
    }),
  };
}

/** L^j b^k = Σ_l σ_lj ∂_l σ_ik from the columns of σ and ∂σ_ik/∂x_l; indexed [j][k][i]. */
export function alongNoise<V>(
  algebra: Algebra<V>,
  columns: readonly (readonly V[])[],
  jacobian: (i: number, k: number, l: number) => V,
): readonly (readonly (readonly V[])[])[] {
  return columns.map((direction) =>
    columns.map((column, k) =>
      column.map((_, i) =>
        total(
          algebra,
          direction.map((component, l) => algebra.multiply(component, jacobian(i, k, l))),
        ),
      ),
    ),
  );
}
