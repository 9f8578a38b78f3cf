import { requireKeys } from 'sde-core/errors';
import { gaussianGate } from './gate.js';
import type { Noise } from './noise.js';
import { requireScale } from './probability.js';

/**
 * Gaussian noise added to the state: x⁺ = x + h F(x) + √h s ξ with ξ ~ N(0, I).
 *
 * This is diffusive scaling: as h → 0 the network tends to dX = F dt + s dW, not to a flow. In the notation of the other noises
 * B = F + s ξ / √h, so F̄ = F, Σ = (s²/h) I, third cumulant 0.
 *
 * @param options - `scale` s ≥ 0.
 * @throws SdeError `value` if s is negative or not finite.
 * @see [sun2018]
 *
 * @example
 * ```ts
 * import { gaussianInjection } from 'resnet-bridge';
 * const { mean, variance, thirdCumulant } = gaussianInjection({ scale: 0.3 });
 * [mean, variance, thirdCumulant]; // → [ 0, 0.09, 0 ]
 * ```
 */
export function gaussianInjection(options: { readonly scale: number }): Noise {
  requireKeys<{ scale: number }>(options, { scale: true }, 'gaussianInjection(options)', {
    sigma: 'scale',
    std: 'scale',
    variance: 'scale, its square root',
    amplitude: 'scale',
  });
  const s = requireScale(options?.scale, 'gaussianInjection({ scale })');
  return {
    kind: 'gaussian-injection',
    name: `Gaussian injection (scale ${s})`,
    citation: 'sun2018',
    rescaled: false,
    coin: 'sample',
    placement: 'state',
    parameters: { scale: s },
    ...gaussianGate(0, s),
  };
}
