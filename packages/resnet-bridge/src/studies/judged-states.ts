import { SdeError } from 'sde-core';
import { describe, requireKeys, requireLength } from 'sde-core/errors';
import { readState } from '../limit/flow.js';
import { affineInto } from '../network/affine-map.js';
import { isObject } from '../network/at-the-door.js';
import { type Dataset, requireDataset } from '../network/dataset.js';
import { crossEntropy, type Loss, requireLoss } from '../network/loss.js';
import type { ResidualNetwork } from '../network/residual-network.js';

/** Final states are judged by a loss each: states of shape (images, d), and the loss of every one. */
export interface JudgedStates {
  readonly states: readonly ArrayLike<number>[];
  loss(image: number): Loss;
}

/**
 * What a study averages over, checked: states of the network with a loss each, made of a dataset's test images where one is given. A loss
 * stands on one state or on many.
 */
export function requireJudged(network: ResidualNetwork, data: unknown, where: string): JudgedStates {
  if (!isObject(data) || !('states' in data)) {
    if (!isObject(data)) requireDataset(data, where);
    // Checked as a dataset where it is none of the other form.
    const judged = judgedImages(network, data as unknown as Dataset, where);
    if (judged.states.length === 0) throw nothing(where);
    return judged;
  }
  requireKeys<JudgedStates>(data, { states: true, loss: true }, where, {
    losses: 'loss',
    x0: 'states',
    state: 'states',
  });
  const { states, loss } = data;
  if (!Array.isArray(states)) {
    throw new SdeError('shape', {
      what: 'not a list of states',
      where: `${where}: states`,
      expected: `an array of states of ${network.dimension} numbers each`,
      got: describe(states),
      remedy: 'give [x0] for a single state',
    });
  }
  if (states.length === 0) throw nothing(where);
  if (typeof loss !== 'function') {
    throw new SdeError('value', {
      what: 'not a function that gives a state its loss',
      where: `${where}: loss`,
      expected: '(image) => Loss',
      got: describe(loss),
      remedy: 'give () => loss where all states share one',
    });
  }
  const known = new Set<unknown>();
  // Of a list with holes too.
  Array.from(states).forEach((state, image) => {
    readState(network, state, `${where}: state ${image}`);
    const of: unknown = loss(image);
    if (!known.has(of)) requireLoss(of, network.dimension, `${where}: loss(${image})`);
    known.add(of);
  });
  // Its fields were checked above.
  return data as unknown as JudgedStates;
}

const nothing = (where: string): SdeError =>
  new SdeError('shape', {
    what: 'nothing to average over',
    where,
    expected: 'at least one state',
    got: 'none',
    remedy: 'give the states to start from, or a dataset with test images',
  });

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
  requireDataset(dataset, where);
  const inputs = readIn?.columns ?? network.dimension;
  requireLength({ length: dataset.features }, inputs, where, 'the read-in takes one column for each feature');
  requireLength({ length: dataset.classes }, readOut.rows, where, 'the read-out gives one row for each class');
  const states = Array.from(dataset.test, (row) => {
    const input = dataset.inputs.subarray(row * dataset.features, (row + 1) * dataset.features);
    return readIn ? affineInto(readIn, input, new Float64Array(readIn.rows)) : input;
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
