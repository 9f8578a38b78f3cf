import { requireKeys } from 'sde-core/errors';
import { scaledCoin } from './gate.js';
import type { Noise } from './noise.js';
import { requireKeepProbability } from './probability.js';

/**
 * Dropout on the branch's output: B_i = δ_i F_i / p with δ_i ~ Bernoulli(p), a coin a coordinate and sample.
 *
 * F̄ = F, Σ = (1 − p)/p · diag(F_i²), third cumulant (1 − p)(1 − 2p)/p² · F_i³ on the diagonal.
 *
 * @param options - `keep` p in (0, 1].
 * @throws SdeError `value` if p is outside (0, 1].
 * @see [srivastava2014]
 *
 * @example
 * ```ts
 * import { outputDropout } from 'resnet-bridge';
 * const { mean, variance, thirdCumulant } = outputDropout({ keep: 0.8 });
 * [mean, variance, thirdCumulant]; // → [ 1, 0.25, -0.1875 ]
 * ```
 */
export function outputDropout(options: { readonly keep: number }): Noise {
  requireKeys<{ keep: number }>(options, { keep: true }, 'outputDropout(options)', {
    rate: 'keep, which is 1 − rate',
    drop: 'keep, which is 1 − drop',
    p: 'keep, the probability of staying',
  });
  const p = requireKeepProbability(options?.keep, 'outputDropout({ keep })');
  return {
    kind: 'output-dropout',
    name: `output dropout (keep ${p})`,
    citation: 'srivastava2014',
    rescaled: true,
    coin: 'sample',
    placement: 'coordinate',
    parameters: { keep: p },
    ...scaledCoin(p, 1 / p),
  };
}
