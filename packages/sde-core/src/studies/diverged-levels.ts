import type { Divergence } from '../estimation/divergence.js';
import type { OrderFit } from './order-fit.js';

/** A fit that decides nothing where a level lost paths: a mean of those that stayed finite is not the level's. */
export function undecided(
  fit: OrderFit,
  levels: readonly { readonly steps: number; readonly divergence?: Divergence }[],
): OrderFit {
  const lost = levels.find(({ divergence }) => divergence);
  if (!lost?.divergence) return fit;
  const { samplesFactor: _, ...rest } = fit;
  return {
    ...rest,
    verdict: 'inconclusive',
    reason: `at ${lost.steps} steps ${lost.divergence.message.replace(/\.$/, '')}`,
  };
}
