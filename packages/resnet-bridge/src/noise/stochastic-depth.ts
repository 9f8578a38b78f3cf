import { requireBoolean, requireKeys } from 'sde-core/errors';
import { scaledCoin } from './gate.js';
import type { Noise } from './noise.js';
import { requireKeepProbability } from './probability.js';

/**
 * Stochastic depth: B = η F with η ~ Bernoulli(p), one coin a layer and sample; rescaled, B = η F / p.
 *
 * F̄ = p F, Σ = p(1 − p) F Fᵀ, third cumulant p(1 − p)(1 − 2p) F⊗³; rescaled: F, (1 − p)/p · F Fᵀ, (1 − p)(1 − 2p)/p² · F⊗³.
 *
 * @param options - `survival` p in (0, 1]; `rescaled` defaults to false.
 * @throws SdeError `value` if p is outside (0, 1].
 * @see [huang2016]
 *
 * @example
 * ```ts
 * import { stochasticDepth } from 'resnet-bridge';
 * const { mean, variance, thirdCumulant } = stochasticDepth({ survival: 0.8 });
 * [mean, variance, thirdCumulant]; // → [ 0.8, 0.16, -0.096 ]
 * ```
 */
export function stochasticDepth(options: { readonly survival: number; readonly rescaled?: boolean }): Noise {
  requireKeys<{ survival: number; rescaled: boolean }>(
    options,
    { survival: true, rescaled: true },
    'stochasticDepth(options)',
    {
      rate: 'survival, which is 1 − rate',
      drop: 'survival, which is 1 − drop',
      p: 'survival, the probability of staying',
      keep: 'survival',
      rescale: 'rescaled',
    },
  );
  const p = requireKeepProbability(options?.survival, 'stochasticDepth({ survival })');
  const { rescaled = false } = options;
  requireBoolean(rescaled, 'stochasticDepth({ rescaled })');
  return {
    kind: 'stochastic-depth',
    name: `stochastic depth (survival ${p}${rescaled ? ', rescaled' : ''})`,
    citation: 'huang2016',
    rescaled,
    coin: 'sample',
    placement: 'branch',
    parameters: { survival: p, rescaled },
    ...scaledCoin(p, rescaled ? 1 / p : 1),
  };
}
