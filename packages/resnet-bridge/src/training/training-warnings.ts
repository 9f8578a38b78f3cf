import type { Warning } from 'sde-core';
import { numbers } from 'sde-core/numerics';
import type { Epoch } from './epoch.js';

/** What a training is warned of. */
export type TrainingWarning = 'diverged' | 'no-progress' | 'overfitted' | 'device-fallback';

/** The test loss above its best epoch from which on that is said. Empirical. */
const OVERFITTED = 1.2;

/** What the epochs of a training say against using its network. */
export function trainingWarnings(
  kind: 'trained' | 'diverged',
  epochs: readonly Epoch[],
  classes: number,
): readonly Warning<TrainingWarning>[] {
  const warnings: Warning<TrainingWarning>[] = [];
  if (kind === 'diverged') {
    warnings.push({
      kind: 'diverged',
      message: `The loss stopped being finite after ${epochs.length} epochs, and the network is that of the last finite one${epochs.length === 0 ? ': it is not trained at all' : ''}. Take a smaller learning rate.`,
      epochs: epochs.length,
    });
  }
  const last = epochs.at(-1);
  if (last === undefined) return warnings;
  // Guessing all classes alike costs log(classes).
  if (last.testLoss >= numbers.log(classes)) {
    warnings.push({
      kind: 'no-progress',
      message: `The test loss ${last.testLoss.toPrecision(3)} is not below that of guessing, ${numbers.log(classes).toPrecision(3)}: the network does not classify, and its weak error says little. Train longer, or with another rate.`,
      testLoss: last.testLoss,
    });
  }
  const best = epochs.reduce((a, b) => (b.testLoss < a.testLoss ? b : a));
  if (last.testLoss > OVERFITTED * best.testLoss) {
    warnings.push({
      kind: 'overfitted',
      message: `The test loss was ${best.testLoss.toPrecision(3)} after epoch ${best.epoch} and is ${last.testLoss.toPrecision(3)} now: training stopped improving it. Train for fewer epochs.`,
      best: best.epoch,
      testLoss: last.testLoss,
    });
  }
  return warnings;
}
