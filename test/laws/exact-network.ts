import type { Loss } from 'resnet-bridge';
import type { Chain } from 'sde-core';

type Law = Chain['driver']['laws'][number];

/**
 * E ℓ(X_N) of a chain by enumeration, with equal states merged.
 *
 * Sub-layers of one layer under one coin commute bit for bit (a skipped layer leaves the state alone), so a layer of m sub-layers
 * has m + 1 outcomes instead of 2^m. Variables with a density are replaced by three points of the same moments up to the fifth,
 * which changes E ℓ by no more than h⁵ and so leaves every order below it as it is.
 */
export function exactLoss(chain: Chain, loss: Loss): number {
  const outcomes = enumerated(chain.driver.laws);
  let law = new Map<string, { probability: number; x: Float64Array }>([['', { probability: 1, x: chain.x0 }]]);
  for (let n = 0; n < chain.steps; n++) {
    const next: typeof law = new Map();
    for (const { probability, x } of law.values()) {
      for (const outcome of outcomes) {
        const out = new Float64Array(chain.dimension);
        chain.step(n, x, outcome.noise, out);
        const name = out.join();
        const known = next.get(name);
        if (known) known.probability += probability * outcome.probability;
        else next.set(name, { probability: probability * outcome.probability, x: out });
      }
    }
    law = next;
  }
  let sum = 0;
  for (const { probability, x } of law.values()) sum += probability * loss.value(x);
  return sum;
}

/** All values of independent variables, with their probabilities. */
export function enumerated(laws: readonly Law[]): { probability: number; noise: Float64Array }[] {
  let partial: { probability: number; noise: number[] }[] = [{ probability: 1, noise: [] }];
  for (const law of laws) {
    partial = partial.flatMap((head) =>
      points(law).map(({ probability, value }) => ({
        probability: head.probability * probability,
        noise: [...head.noise, value],
      })),
    );
  }
  return partial.map(({ probability, noise }) => ({ probability, noise: Float64Array.from(noise) }));
}

/** A discrete law itself; a Gauss rule of three points for the others: √3 for N(0, 1), √(3/5) of the half-width for a uniform law. */
function points(law: Law): readonly { readonly probability: number; readonly value: number }[] {
  if (law.outcomes) return law.outcomes;
  const [outer, spread] = law.kind === 'gaussian' ? [1 / 6, Math.sqrt(3)] : [5 / 18, 3 * Math.sqrt(law.variance / 5)];
  return [-1, 0, 1].map((sign) => ({
    probability: sign === 0 ? 1 - 2 * outer : outer,
    value: law.mean + sign * spread,
  }));
}
