import { SdeError } from 'sde-core';
import { describe } from 'sde-core/errors';
import type { Epoch } from './epoch.js';

/** Where a training stands after an epoch: plain data, which JSON keeps to the last bit (but for signs of zeros, which decide nothing). */
export interface FitCheckpoint {
  readonly kind: 'fit-checkpoint';
  /** What is trained, and how: all but the number of epochs. */
  readonly of: string;
  /** Those that are done. */
  readonly epochs: readonly Epoch[];
  /** The trained numbers and Adam's two running moments, in f32, each of shape (parameters). */
  readonly values: readonly number[];
  readonly first: readonly number[];
  readonly second: readonly number[];
  /** Updates done. */
  readonly updates: number;
}

/** What a training is, as its checkpoints have to be of. */
export interface FitIdentity {
  readonly of: string;
  readonly parameters: number;
  /** In all. */
  readonly epochs: number;
  /** An epoch. */
  readonly updates: number;
}

const EPOCH_FIELDS = ['epoch', 'loss', 'testLoss', 'trainAccuracy', 'testAccuracy'] as const;

/**
 * Refuses what is no checkpoint of this training.
 *
 * @throws SdeError `value`.
 */
export function requireFitCheckpoint(
  checkpoint: unknown,
  identity: FitIdentity,
  where: string,
): asserts checkpoint is FitCheckpoint {
  const refuse = (expected: string, got: string): SdeError => notThisTraining(where, expected, got);
  if (typeof checkpoint !== 'object' || checkpoint === null)
    throw refuse('what onCheckpoint was given', describe(checkpoint));
  // Unchecked until here; every field is looked at below.
  const { kind, of, epochs, updates, ...arrays } = checkpoint as Partial<Record<keyof FitCheckpoint, unknown>>;
  if (kind !== 'fit-checkpoint') throw refuse('what onCheckpoint was given', describe(checkpoint));
  if (of !== identity.of) throw refuse(identity.of, typeof of === 'string' ? of : describe(of));
  const listed: unknown[] = Array.isArray(epochs) ? epochs : [];
  if (listed.length === 0 || listed.length > identity.epochs) {
    throw refuse(`1 to ${identity.epochs} epochs`, describe(epochs));
  }
  const inOrder = listed.every((one, i) => {
    if (typeof one !== 'object' || one === null) return false;
    const epoch = one as Partial<Record<string, unknown>>; // an object whose fields are looked at here
    return epoch.epoch === i + 1 && EPOCH_FIELDS.every((name) => Number.isFinite(epoch[name]));
  });
  if (!inOrder) throw refuse('epochs 1, 2, … with finite losses and accuracies', 'others');
  if (updates !== listed.length * identity.updates) {
    throw refuse(`${listed.length * identity.updates} updates`, describe(updates));
  }
  for (const name of ['values', 'first', 'second'] as const) {
    const array = arrays[name];
    const inF32 =
      Array.isArray(array) && array.every((value) => Number.isFinite(value) && Math.fround(value) === value);
    if (!inF32 || array.length !== identity.parameters) {
      throw refuse(`${identity.parameters} f32 numbers in ${name}`, describe(array));
    }
  }
}

/** The last epoch is measured again: numbers of f32, added in another order at most. */
const SAME = 2 ** -12;

/**
 * Refuses a checkpoint whose weights do not have the loss that it says they have.
 *
 * @throws SdeError `value`.
 */
export function requireSameLoss({ epochs }: FitCheckpoint, testLoss: number, where: string): void {
  const said = epochs[epochs.length - 1].testLoss;
  if (Math.abs(said - testLoss) <= SAME * (1 + Math.abs(testLoss))) return;
  throw notThisTraining(where, `a test loss of ${testLoss} with its weights`, String(said));
}

function notThisTraining(where: string, expected: string, got: string): SdeError {
  return new SdeError('value', {
    what: 'a checkpoint of another training, or a damaged one',
    where,
    expected,
    got,
    remedy: 'resume with the network, the dataset and the options that the checkpoint was made with',
  });
}
