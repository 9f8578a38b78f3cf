import { requireKeys } from 'sde-core/errors';
import { bernoulli, uniformLaw } from 'sde-core/randomness';
import type { Noise } from './noise.js';
import { requireKeepProbability } from './probability.js';

/**
 * Shake-drop: B = (b + α − bα) F with b ~ Bernoulli(p) and α ~ U(−1, 1): F where b = 1, else α F.
 *
 * F̄ = p F, Σ = (1 − p)(1 + 3p)/3 · F Fᵀ, third cumulant −2p²(1 − p) F⊗³. The law is that of the forward pass.
 *
 * @param options - `survival` p in (0, 1].
 * @throws SdeError `value` if p is outside (0, 1].
 * @see [yamada2019]
 *
 * @example
 * ```ts
 * import { shakeDrop } from 'resnet-bridge';
 * const { mean, variance, thirdCumulant } = shakeDrop({ survival: 0.7 });
 * [mean, variance, thirdCumulant]; // → [ 0.7, 0.31, -0.294 ]
 * ```
 */
export function shakeDrop(options: { readonly survival: number }): Noise {
  requireKeys<{ survival: number }>(options, { survival: true }, 'shakeDrop(options)', {
    rate: 'survival, which is 1 − rate',
    drop: 'survival, which is 1 − drop',
    p: 'survival, the probability of staying',
    keep: 'survival',
    rescale: 'rescaled',
  });
  const p = requireKeepProbability(options?.survival, 'shakeDrop({ survival })');
  return {
    kind: 'shake-drop',
    name: `shake-drop (survival ${p})`,
    citation: 'yamada2019',
    rescaled: false,
    coin: 'sample',
    placement: 'branch',
    parameters: { survival: p },
    laws: [bernoulli(p), uniformLaw(-1, 1)],
    gate: (noise, offset) => {
      const b = noise[offset];
      // b + α − bα, arranged so that it is exactly 1 where b = 1.
      return b + (1 - b) * noise[offset + 1];
    },
    mean: p,
    variance: ((1 - p) * (1 + 3 * p)) / 3,
    thirdCumulant: -2 * (p * p) * (1 - p),
  };
}
