import type { Loss } from 'resnet-bridge';
import type { Chain } from 'sde-core';

/**
 * E ℓ(X_N) of a chain with finitely many outcomes a step, without sampling: the law of the state, with equal states merged.
 *
 * Sub-layers of one layer under one coin commute bit for bit (a skipped layer leaves the state alone), so a layer of m sub-layers
 * has m + 1 outcomes instead of 2^m.
 */
export function exactLoss(chain: Chain, loss: Loss): number {
  let law = new Map<string, { probability: number; x: Float64Array }>([['', { probability: 1, x: chain.x0 }]]);
  for (let n = 0; n < chain.steps; n++) {
    const next: typeof law = new Map();
    for (const { probability, x } of law.values()) {
      for (const outcome of chain.driver.outcomes!) {
        const out = new Float64Array(chain.dimension);
        chain.step(n, x, outcome.noise, out);
        const known = next.get(out.join());
        if (known) known.probability += probability * outcome.probability;
        else next.set(out.join(), { probability: probability * outcome.probability, x: out });
      }
    }
    law = next;
  }
  let sum = 0;
  for (const { probability, x } of law.values()) sum += probability * loss.value(x);
  return sum;
}
