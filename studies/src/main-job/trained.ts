import { type History, networkToJSON } from 'resnet-bridge';
import { SdeError } from 'sde-core';
import type { DeviceTaken } from './main-result.js';
import type { Trained } from './part-shapes.js';

/** The network of a training that did not diverge. */
export function requireTrained(history: History): History['network'] {
  if (history.kind === 'trained') return history.network;
  throw new SdeError('unsupported', {
    what: 'training diverged, and a network that does not classify has no weak error worth measuring',
    where: '--depth, --width, --epochs',
    expected: 'a loss that stays finite',
    got: `${history.epochs.length} finite epochs`,
    remedy: 'take another key, fewer layers or a smaller width',
  });
}

/** What is kept of a training that did not diverge. */
export function trainedOf(history: History): Trained {
  const network = networkToJSON(requireTrained(history));
  return { network, training: history.epochs, warnings: history.warnings, device: deviceOf(history) };
}

/** The device that a training took, from its provenance. */
function deviceOf(history: History): DeviceTaken {
  // fit records it there under this name.
  return (history.provenance as { readonly device: DeviceTaken }).device;
}
