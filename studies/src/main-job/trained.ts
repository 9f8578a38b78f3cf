import type { History } from 'resnet-bridge';
import { SdeError } from 'sde-core';
import type { DeviceTaken } from './main-result.js';

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

/** The device that a training took, from its provenance. */
export function deviceOf(history: History): DeviceTaken {
  // fit records it there under this name.
  return (history.provenance as { readonly device: DeviceTaken }).device;
}
