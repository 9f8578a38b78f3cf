import { uniformLaw } from 'sde-core/randomness';
import type { Noise } from './noise.js';

/**
 * Shake-shake: B = α F₁ + (1 − α) F₂ with α ~ U(0, 1), one variable a layer and sample; the layers need a `twin`.
 *
 * F̄ = ½ (F₁ + F₂), Σ = (1/12) (F₁ − F₂)(F₁ − F₂)ᵀ, third cumulant 0. The law is that of the forward pass.
 *
 * @see [gastaldi2017]
 *
 * @example
 * ```ts
 * import { shakeShake } from 'resnet-bridge';
 * const { mean, variance, thirdCumulant } = shakeShake();
 * [mean, variance, thirdCumulant]; // → [ 0.5, 0.083333, 0 ]
 * ```
 */
export function shakeShake(): Noise {
  const law = uniformLaw(0, 1);
  return {
    kind: 'shake-shake',
    name: 'shake-shake',
    citation: 'gastaldi2017',
    rescaled: false,
    coin: 'sample',
    placement: 'twin',
    parameters: {},
    laws: [law],
    gate: (noise, offset) => noise[offset],
    mean: law.mean,
    variance: law.variance,
    thirdCumulant: law.thirdCumulant,
  };
}
