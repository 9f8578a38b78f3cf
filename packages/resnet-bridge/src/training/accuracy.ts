import { fold, type Key, key, SdeError } from 'sde-core';
import { requireInteger, requireKeys, requireLength } from 'sde-core/errors';
import { affineInto } from '../network/affine-map.js';
import { requireKey, requireNetwork, requireWord } from '../network/at-the-door.js';
import { type Dataset, requireDataset } from '../network/dataset.js';
import { MOST_DRAWS } from '../network/limits.js';
import type { ResidualNetwork } from '../network/residual-network.js';
import type { Noise } from '../noise/noise.js';
import { type NoisyLayer, noisyLayers } from '../noise/noisy-layer.js';
import { requireNoise } from '../noise/require-noise.js';
import { type GateStream, gateStream } from './gate-stream.js';
import { initialStates } from './initial-states.js';

/** What `accuracy` takes. */
export interface AccuracyOptions {
  /** That the network was trained with. */
  readonly noise: Noise;
  /** Default 0: gates at their mean. */
  readonly draws?: number;
  /** Default `'test'`. */
  readonly split?: 'train' | 'test';
  /** Default `key('accuracy')`. */
  readonly key?: Key;
}

/**
 * The share of a dataset's rows that the network classifies rightly, in f64.
 *
 * With `draws` = 0 the gates are at their mean, which is how a network is used; with `draws` ≥ 1 they are drawn so often for each
 * row, and the share is that of all draws. Cost O(rows · draws · depth · d · width).
 *
 * @param options - `noise` that the network was trained with; `draws` defaults to 0, `split` to `'test'`, `key` to `key('accuracy')`.
 * @throws SdeError `shape` if the network does not take the dataset's inputs or has no read-out for its classes; `value` for
 * `draws` that is not an integer ≥ 0.
 */
export function accuracy(network: ResidualNetwork, dataset: Dataset, options: AccuracyOptions): number {
  const where = 'accuracy(network, dataset, options)';
  requireNetwork(network, where);
  requireDataset(dataset, where);
  requireKeys<AccuracyOptions>(options ?? null, { noise: true, draws: true, split: true, key: true }, where);
  const { noise, draws = 0, split = 'test' } = options;
  requireNoise(noise, `${where}, noise`);
  requireWord(split, ['train', 'test'], `${where}, split`);
  if (options.key !== undefined) requireKey(options.key, `${where}, key`);
  requireInteger(draws, 0, `${where}, draws`, 'give 0 for gates at their mean', MOST_DRAWS);
  const { readOut } = network;
  if (readOut === undefined) {
    throw new SdeError('shape', {
      what: 'a network without a read-out does not classify',
      where,
      expected: 'a network with a read-out',
      got: 'none',
      remedy: 'train it with fit, which adds one',
    });
  }
  requireLength(readOut.bias, dataset.classes, `${where}, read-out`, 'give the read-out a row for each class');
  const rows = dataset[split];
  if (rows.length === 0) {
    throw new SdeError('data', {
      what: 'no rows to count over',
      where,
      expected: `rows in dataset.${split}`,
      got: 'none',
      remedy: 'take the other split, or a dataset with rows in this one',
    });
  }
  const states = initialStates(network, dataset, rows, where);
  const layers = noisyLayers(network, noise, where);
  const stream = gateStream(noise, layers[0].gates, network.depth, fold(options.key ?? key('accuracy'), 'gates'));
  const path = noisyPath(network, layers, draws > 0 ? stream : meanGates(noise));
  const repeats = Math.max(draws, 1);
  const d = network.dimension;
  const logits = new Float64Array(dataset.classes);
  let right = 0;
  for (let i = 0; i < rows.length; i++) {
    for (let draw = 0; draw < repeats; draw++) {
      const x = path(states.subarray(i * d, (i + 1) * d), i * repeats + draw);
      affineInto(readOut, x, logits);
      const chosen = logits.reduce((best, z, k) => (z > logits[best] ? k : best), 0);
      if (chosen === dataset.labels[rows[i]]) right++;
    }
  }
  return right / (rows.length * repeats);
}

const meanGates =
  (noise: Noise): GateStream =>
  (_, out, at) => {
    out.fill(noise.mean, at);
  };

/** x(T) from x₀ with the gates of one path. */
function noisyPath(
  network: ResidualNetwork,
  layers: readonly NoisyLayer[],
  stream: GateStream,
): (x0: Float64Array, path: number) => Float64Array {
  const { dimension, depth, h } = network;
  const { gates } = layers[0];
  const drawn = new Float64Array(depth * gates);
  const x = new Float64Array(dimension);
  const B = new Float64Array(dimension);
  return (x0, path) => {
    x.set(x0);
    stream(path, drawn, 0, gates);
    layers.forEach((layer, n) => {
      layer.moveTo(x);
      layer.apply(drawn.subarray(n * gates, (n + 1) * gates), B);
      for (let i = 0; i < dimension; i++) x[i] += h * B[i];
    });
    return x;
  };
}
