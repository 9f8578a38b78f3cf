import { requireKeys } from 'sde-core/errors';
import { scaledCoin } from './gate.js';
import type { Noise } from './noise.js';
import { requireKeepProbability } from './probability.js';

/**
 * Dropout inside the branch: B = V (δ ∘ ψ(U x + c)) / p + d with δ_k ~ Bernoulli(p), a coin a hidden unit and sample.
 *
 * F̄ = F, Σ = (1 − p)/p · V diag(ψ_k²) Vᵀ, third cumulant (1 − p)(1 − 2p)/p² · Σ_k ψ_k³ v_k⊗³ with v_k the columns of V.
 *
 * @param options - `keep` p in (0, 1].
 * @throws SdeError `value` if p is outside (0, 1].
 * @see [srivastava2014]
 *
 * @example
 * ```ts
 * import { branchDropout } from 'resnet-bridge';
 * const { mean, variance, thirdCumulant } = branchDropout({ keep: 0.8 });
 * [mean, variance, thirdCumulant]; // → [ 1, 0.25, -0.1875 ]
 * ```
 */
export function branchDropout(options: { readonly keep: number }): Noise {
  requireKeys<{ keep: number }>(options, { keep: true }, 'branchDropout(options)', {
    rate: 'keep, which is 1 − rate',
    drop: 'keep, which is 1 − drop',
    p: 'keep, the probability of staying',
  });
  const p = requireKeepProbability(options?.keep, 'branchDropout({ keep })');
  return {
    kind: 'branch-dropout',
    name: `branch dropout (keep ${p})`,
    citation: 'srivastava2014',
    rescaled: true,
    coin: 'sample',
    placement: 'hidden',
    parameters: { keep: p },
    ...scaledCoin(p, 1 / p),
  };
}
