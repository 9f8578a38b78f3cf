import { requireLength, SdeError } from 'sde-core';
import { applyAffine } from '../network/affine-map.js';
import type { Dataset } from '../network/dataset.js';
import { crossEntropy, type Loss } from '../network/loss.js';
import type { ResidualNetwork } from '../network/residual-network.js';

/** Final states are judged by a loss each: states of shape (images, d), and the loss of every one. */
export interface JudgedStates {
  readonly states: readonly ArrayLike<number>[];
  loss(image: number): Loss;
}

/** A dataset's test images as states, each with the cross-entropy of its label. */
export function judgedImages(network: ResidualNetwork, dataset: Dataset, where: string): JudgedStates {
  const { readIn, readOut } = network;
  if (readOut === undefined) {
    throw new SdeError('unsupported', {
      what: 'a network without a read-out has no cross-entropy',
      where,
      expected: 'a network with readOut, one row a class',
      got: 'no readOut',
      remedy: 'give { states, loss }, or a network with a read-out',
    });
  }
  const inputs = readIn?.columns ?? network.dimension;
  requireLength({ length: dataset.features }, inputs, where, 'the read-in takes one column for each feature');
  requireLength({ length: dataset.classes }, readOut.rows, where, 'the read-out gives one row for each class');
  const states = Array.from(dataset.test, (row) => {
    const input = dataset.inputs.subarray(row * dataset.features, (row + 1) * dataset.features);
    return readIn ? applyAffine(readIn, input, new Float64Array(readIn.rows)) : input;
  });
  const losses = Array.from({ length: readOut.rows }, (_, label) => crossEntropy(readOut, label));
  return { states, loss: (image) => losses[dataset.labels[dataset.test[image]]] };
}

/** States that share one loss. */
export interface SharedLoss {
  readonly loss: Loss;
  /** Which of the states they are. */
  readonly images: readonly number[];
  readonly starts: readonly (readonly number[])[];
}

/** States by the loss object that they share, in the order of their first appearance. */
export function byLoss(judged: JudgedStates): readonly SharedLoss[] {
  const classes = new Map<Loss, number[]>();
  judged.states.forEach((_, image) => {
    const loss = judged.loss(image);
    classes.set(loss, [...(classes.get(loss) ?? []), image]);
  });
  return Array.from(classes, ([loss, images]) => ({
    loss,
    images,
    starts: images.map((image) => Array.from(judged.states[image])),
  }));
}
