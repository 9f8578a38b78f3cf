import type { Divergence } from '../estimation/divergence.js';
import type { OrderFit } from './order-fit.js';
import type { LevelWarning } from './study-warnings.js';

/** What is said of a level whose standard error was never seen: it may be far too small, and an error of 0 is not one that is exact. */
const UNSEEN: readonly LevelWarning['kind'][] = ['rare-event', 'heavy-tail', 'out-of-scale'];

/**
 * A fit that decides nothing where a level of it is no evidence: it lost paths, and a mean of those that stayed finite is not the level's; or it warns of one
 * of the `kinds`. Exact levels, whose standard error is 0, are evidence.
 */
export function undecided(
  fit: OrderFit,
  levels: readonly {
    readonly steps: number;
    readonly divergence?: Divergence;
    readonly warnings: readonly LevelWarning[];
  }[],
  kinds: readonly LevelWarning['kind'][] = UNSEEN,
): OrderFit {
  const { samplesFactor: _, ...rest } = fit;
  const because = (steps: number, message: string): OrderFit => ({
    ...rest,
    verdict: 'inconclusive',
    reason: `at ${steps} steps ${message.replace(/\.$/, '')}`,
  });
  for (const { steps, divergence } of levels) {
    if (divergence) return because(steps, divergence.message);
  }
  for (const { steps, warnings } of levels) {
    const unseen = warnings.find(({ kind }) => kinds.includes(kind));
    if (unseen) return because(steps, `the standard error is no evidence (${unseen.kind}): ${unseen.message}`);
  }
  return fit;
}
