import type { Algebra } from '../expression/algebra.js';
import type { SymbolInput } from '../schemes/step-input.js';
import type { Coefficients } from './coefficients.js';

/** Where and when one step is taken, over a carrier V. */
export interface StepPlace<V> {
  readonly h: number;
  /** t_n. */
  readonly t: V;
  /** For models with breakpoints: the last time just before t_(n+1). */
  readonly before?: V;
  /** X_n, shape (d). */
  readonly y: readonly V[];
  /** Standardized, shape (size): m increments, then the auxiliary variables. */
  readonly noise: readonly V[];
  readonly noiseDimension: number;
}

/**
 * What a scheme's step receives. Coefficients that the model does not have stay undefined: `discretize` has checked that
 * the scheme does not ask for them.
 */
export function stepInput<V>(
  algebra: Algebra<V>,
  place: StepPlace<V>,
  coefficients: Partial<Coefficients<V>>,
): SymbolInput<V> {
  const { h, t, before, y, noise, noiseDimension } = place;
  const sqrtH = algebra.constant(Math.sqrt(h));
  // Safe by the check that the comment above names. Field by field: one shape for all steps, where a spread would be the cost of a small one.
  const of = coefficients as Coefficients<V>;
  return {
    drift: of.drift,
    implicitDrift: of.implicitDrift,
    diffusion: of.diffusion,
    diffusionAlongNoise: of.diffusionAlongNoise,
    driftAlongNoise: of.driftAlongNoise,
    generatorOfDrift: of.generatorOfDrift,
    generatorOfDiffusion: of.generatorOfDiffusion,
    algebra,
    dimension: y.length,
    noiseDimension,
    h: algebra.constant(h),
    sqrtH,
    y,
    dW: noise.slice(0, noiseDimension).map((xi) => algebra.multiply(sqrtH, xi)),
    auxiliary: noise.slice(noiseDimension),
    time(c) {
      if (c === 0) return t;
      const stage = algebra.add(t, algebra.constant(c * h));
      return before === undefined ? stage : algebra.minimum(stage, before);
    },
  };
}
