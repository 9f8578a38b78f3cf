import { requireBoolean, requireKeys } from 'sde-core/errors';
import { gaussianGate } from './gate.js';
import type { Noise } from './noise.js';
import { requireScale } from './probability.js';

/**
 * Gaussian dropout: B = (1 + s ξ) F with ξ ~ N(0, 1), one variable a layer and sample; elementwise, one a coordinate.
 *
 * F̄ = F, Σ = s² F Fᵀ, elementwise s² diag(F_i²), third cumulant 0.
 *
 * @param options - `scale` s ≥ 0; `elementwise` defaults to false.
 * @throws SdeError `value` if s is negative or not finite.
 * @see [srivastava2014]
 *
 * @example
 * ```ts
 * import { gaussianMultiplicative } from 'resnet-bridge';
 * const { mean, variance, thirdCumulant } = gaussianMultiplicative({ scale: 0.3 });
 * [mean, variance, thirdCumulant]; // → [ 1, 0.09, 0 ]
 * ```
 */
export function gaussianMultiplicative(options: { readonly scale: number; readonly elementwise?: boolean }): Noise {
  requireKeys<{ scale: number; elementwise: boolean }>(
    options,
    { scale: true, elementwise: true },
    'gaussianMultiplicative(options)',
    { sigma: 'scale', std: 'scale', variance: 'scale, its square root', amplitude: 'scale' },
  );
  const s = requireScale(options?.scale, 'gaussianMultiplicative({ scale })');
  const { elementwise = false } = options;
  requireBoolean(elementwise, 'gaussianMultiplicative({ elementwise })');
  return {
    kind: 'gaussian-multiplicative',
    name: `Gaussian multiplicative (scale ${s}${elementwise ? ', elementwise' : ''})`,
    citation: 'srivastava2014',
    rescaled: true,
    coin: 'sample',
    placement: elementwise ? 'coordinate' : 'branch',
    parameters: { scale: s, elementwise },
    ...gaussianGate(1, s),
  };
}
