import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { fold, type Key, SdeError, type Warning } from 'sde-core';
import {
  describe,
  requireFinite,
  requireFunction,
  requireInteger,
  requireKeys,
  requireNotCancelled,
} from 'sde-core/errors';
import { numbers } from 'sde-core/numerics';
import { turn } from 'sde-core/turns';
import type { Device, DeviceName, TensorFlow } from '../device/device.js';
import { fallbackWarnings } from '../device/fallback-warning.js';
import { requireDevice, useDevice } from '../device/use-device.js';
import { requireKey, requireNetwork, requireReporting } from '../network/at-the-door.js';
import { type Dataset, requireDataset } from '../network/dataset.js';
import { MOST_EPOCHS } from '../network/limits.js';
import { permutation } from '../network/permutation.js';
import type { AffineMap, ResidualNetwork } from '../network/residual-network.js';
import type { Noise } from '../noise/noise.js';
import { requireBranches } from '../noise/noisy-layer.js';
import { PLACEMENTS } from '../noise/placement.js';
import { requireNoise } from '../noise/require-noise.js';
import { adamUpdate, disposeAdam, resumedAdam, startAdam } from './adam.js';
import type { Epoch } from './epoch.js';
import { type FitCheckpoint, requireFitCheckpoint, requireSameLoss } from './fit-checkpoint.js';
import { type FlatParameters, flatParameters, type TrainedTensors } from './flat-parameters.js';
import { type GateStream, gateStream } from './gate-stream.js';
import { initialStates } from './initial-states.js';
import type { TensorBranch } from './tensor-branch.js';
import { type LayerValue, TENSOR_LAYERS } from './tensor-layer.js';
import { type TrainingWarning, trainingWarnings } from './training-warnings.js';

const KNOWN = {
  noise: true,
  epochs: true,
  batch: true,
  learningRate: true,
  key: true,
  device: true,
  resume: true,
  onProgress: true,
  onCheckpoint: true,
  signal: true,
} as const;

/** How training went. `diverged`: the loss stopped being finite, and the network is that of the last epoch in which it was. */
export interface History {
  readonly kind: 'trained' | 'diverged';
  /** The trained network, new and frozen. */
  readonly network: ResidualNetwork;
  readonly epochs: readonly Epoch[];
  readonly warnings: readonly Warning<TrainingWarning>[];
  readonly provenance: Readonly<Record<string, unknown>>;
}

/** What `fit` takes. */
export interface FitOptions {
  readonly noise: Noise;
  /** Default 30. */
  readonly epochs?: number;
  /** Rows a step. Default 32. */
  readonly batch?: number;
  /** Of Adam. Default 0.003. */
  readonly learningRate?: number;
  /** Names the order of the rows and every coin. */
  readonly key: Key;
  /** A device or its name. Default `'auto'`. */
  readonly device?: Device | 'auto' | DeviceName;
  /** A checkpoint to go on from, to the same bits on the same device as if there had been no interruption; the given weights are then not read. */
  readonly resume?: FitCheckpoint;
  /** After each epoch: `done` of `of` epochs, and what it came to. */
  onProgress?(progress: Epoch & { readonly done: number; readonly of: number }): void;
  /** After each epoch, with what `resume` takes: plain data, to be kept as JSON. */
  onCheckpoint?(checkpoint: FitCheckpoint): void;
  readonly signal?: AbortSignal;
}

/**
 * Trains U, c, V, d of every layer and the read-out by Adam on the cross-entropy with noisy layers; the read-in stays.
 *
 * Every sample draws its own gates, from Philox on the host: the same key on the same device gives the same weights bit for bit. A
 * network without read-out starts from one of zeros. The given network is not changed. Computes in f32; cost of an epoch O(rows ·
 * depth · d · width).
 *
 * @throws SdeError `shape` if the network does not take the dataset's inputs or classes; `value` for options out of range, and
 * for a checkpoint of another training; `unsupported` if the noise needs twin branches; `device`; `cancelled` if the signal aborts.
 * @see [kingma2015, algorithm 1]
 */
export async function fit(network: ResidualNetwork, dataset: Dataset, options: FitOptions): Promise<History> {
  const where = 'fit(network, dataset, options)';
  requireNetwork(network, where);
  requireDataset(dataset, where);
  for (const split of ['train', 'test'] as const) {
    if (dataset[split].length > 0) continue;
    throw new SdeError('data', {
      what: `no rows to ${split} on`,
      where,
      expected: `rows in dataset.${split}`,
      got: 'none',
      remedy: 'give each split at least one row',
    });
  }
  requireKeys<FitOptions>(options ?? null, KNOWN, where, {
    lr: 'learningRate',
    rate: 'learningRate',
    batchSize: 'batch',
    seed: 'key',
  });
  requireReporting(options, where);
  requireKey(options.key, `${where}, key`);
  requireNoise(options.noise, `${where}, noise`);
  if (options.device !== undefined) requireDevice(options.device, `${where}, device`);
  const { noise, epochs = 30, batch = 32, learningRate = 0.003, key, signal } = options;
  requireInteger(epochs, 1, `${where}, epochs`, 'train for at least one epoch', MOST_EPOCHS);
  requireInteger(batch, 1, `${where}, batch`, 'give at least one row a step');
  requirePositive(learningRate, `${where}, learningRate`);
  if (options.onCheckpoint !== undefined) {
    requireFunction(options.onCheckpoint, `${where}, onCheckpoint`, 'leave it out, or give one');
  }
  requireBranches(network, noise, where);
  const flat = flatParameters(network, requireReadOut(network, dataset, where), {
    twins: PLACEMENTS[noise.placement].twin,
  });
  const states = initialStates(
    network,
    dataset,
    Array.from({ length: dataset.count }, (_, row) => row),
    where,
  );
  const { device: wanted = 'auto' } = options;
  const device = typeof wanted === 'string' ? await useDevice(wanted) : wanted;
  const pass = passes(network, dataset, noise, flat, states);

  const of = JSON.stringify({
    dataset: { name: dataset.name, train: dataset.train.length, test: dataset.test.length },
    network: { dimension: network.dimension, width: network.width, depth: network.depth, horizon: network.horizon },
    activation: network.activation,
    noise: noise.name,
    batch,
    learningRate,
    key: key.label,
    device: device.name,
  });
  const { resume } = options;
  if (resume !== undefined) {
    const updates = Math.ceil(dataset.train.length / batch);
    requireFitCheckpoint(resume, { of, parameters: flat.values.length, epochs, updates }, `${where}, resume`);
  }
  let adam = await device.compute((tf) => (resume ? resumedAdam(tf, resume) : startAdam(tf, flat.values)));
  const done: Epoch[] = [...(resume?.epochs ?? [])];
  let trained: ArrayLike<number> = resume?.values ?? flat.values;
  let kind: History['kind'] = 'trained';
  try {
    if (resume) {
      const { testLoss } = await measure(device, pass, adam.values, dataset);
      requireSameLoss(resume, testLoss, `${where}, resume`);
    }
    for (let epoch = done.length + 1; epoch <= epochs; epoch++) {
      const order = permutation(dataset.train.length, fold(key, 'order', epoch)).map((i) => dataset.train[i]);
      const gates = gateStream(noise, pass.gates, network.depth, fold(key, 'gates', epoch));
      let total = 0;
      for (let at = 0; at < order.length; at += batch) {
        requireNotCancelled(signal, 'fit({ signal })', {
          what: 'training was cancelled',
          got: `an abort after ${done.length} of ${epochs} epochs`,
          remedy: 'run it again with the same key: it comes out the same',
        });
        const rows = order.subarray(at, Math.min(at + batch, order.length));
        const update = await device.compute((tf) =>
          adamUpdate(tf, adam, learningRate, (values) => pass.objective(tf, values, rows, gates)),
        );
        adam = update.state;
        total += (await update.loss.data())[0] * rows.length;
        update.loss.dispose();
      }
      const measured = await measure(device, pass, adam.values, dataset);
      const loss = total / order.length;
      if (![loss, measured.testLoss].every(Number.isFinite)) {
        kind = 'diverged';
        break;
      }
      trained = await adam.values.data();
      done.push({ epoch, loss, ...measured });
      options.onProgress?.({ ...done[done.length - 1], done: epoch, of: epochs });
      options.onCheckpoint?.({
        kind: 'fit-checkpoint',
        of,
        epochs: [...done],
        values: Array.from(trained),
        first: Array.from(await adam.first.data()),
        second: Array.from(await adam.second.data()),
        updates: adam.count,
      });
      await turn(); // lets a signal in
    }
  } finally {
    disposeAdam(adam);
  }
  return Object.freeze({
    kind,
    network: flat.withValues(trained),
    epochs: Object.freeze(done),
    warnings: Object.freeze([...trainingWarnings(kind, done, dataset.classes), ...fallbackWarnings(device)]),
    provenance: Object.freeze({
      dataset: dataset.name,
      noise: noise.name,
      epochs,
      batch,
      learningRate,
      key: key.label,
      device: { name: device.name, description: device.description },
    }),
  });
}

interface Passes {
  readonly gates: number;
  /** The mean loss of some rows with the gates of a stream, and its gradient in the parameters. */
  objective(
    tf: TensorFlow,
    values: Tensor1D,
    rows: Uint32Array,
    gates: GateStream,
  ): { readonly loss: Scalar; readonly gradient: Tensor1D };
  /** Logits with gates at their mean, shape (count, classes), of all rows of the dataset. */
  logits(tf: TensorFlow, values: Tensor1D): Tensor2D;
}

function passes(
  network: ResidualNetwork,
  dataset: Dataset,
  noise: Noise,
  flat: FlatParameters,
  states: Float64Array,
): Passes {
  const { dimension: d, depth, h, activation } = network;
  const { classes, labels } = dataset;
  const gates = PLACEMENTS[noise.placement].gates(network);
  const layer = TENSOR_LAYERS[noise.placement];
  const forward = (tf: TensorFlow, trained: TrainedTensors, x0: Tensor2D, gatesOf: (n: number) => Tensor2D) => {
    let x = x0;
    const visited = trained.layers.map((branches, n): LayerValue => {
      const B = layer({ tf, activation, h }, branches, x, gatesOf(n));
      x = tf.add(x, tf.mul(B.value, h));
      return B;
    });
    const logits: Tensor2D = tf.add(tf.matMul(x, trained.weight, false, true), trained.bias);
    return { visited, end: x, logits };
  };
  return {
    gates,
    objective(tf, values, rows, stream) {
      const count = rows.length;
      const start = new Float32Array(count * d);
      const hot = new Float32Array(count * classes);
      const drawn = new Float32Array(depth * count * gates);
      rows.forEach((row, i) => {
        start.set(states.subarray(row * d, (row + 1) * d), i * d);
        hot[i * classes + labels[row]] = 1;
        stream(row, drawn, i * gates, count * gates);
      });
      const gatesOf = (n: number): Tensor2D =>
        tf.tensor2d(drawn.subarray(n * count * gates, (n + 1) * count * gates), [count, gates]);
      const trained = flat.split(tf, values);
      const { visited, end, logits } = forward(tf, trained, tf.tensor2d(start, [count, d]), gatesOf);
      const target = tf.tensor2d(hot, [count, classes]);
      const loss: Scalar = tf.mul(tf.sum(tf.mul(tf.logSoftmax(logits), target)), -1 / count);

      // ∂ℓ/∂logits = softmax − target; then back through x⁺ = x + h B(x, g), layer by layer.
      const dLogits: Tensor2D = tf.mul(tf.sub(tf.softmax(logits), target), 1 / count);
      let dx: Tensor2D = tf.matMul(dLogits, trained.weight);
      const layers: (readonly TensorBranch[])[] = [];
      for (let n = depth - 1; n >= 0; n--) {
        const back = visited[n].pullback(tf.mul(dx, h));
        dx = tf.add(dx, back.x);
        layers.unshift(back.branches);
      }
      const bias = tf.sum(dLogits, 0) as Tensor1D; // of a matrix over its rows: a vector
      return { loss, gradient: flat.join(tf, { layers, weight: tf.matMul(dLogits, end, true, false), bias }) };
    },
    logits(tf, values) {
      const mean = tf.fill<typeof tf.Rank.R2>([1, gates], noise.mean);
      const x0 = tf.tensor2d(Float32Array.from(states), [dataset.count, d]);
      return forward(tf, flat.split(tf, values), x0, () => mean).logits;
    },
  };
}

/** Loss and accuracies without noise, finished in f64 from the logits. */
async function measure(
  device: Device,
  pass: Passes,
  values: Tensor1D,
  dataset: Dataset,
): Promise<Omit<Epoch, 'epoch' | 'loss'>> {
  const tensor = await device.compute((tf) => tf.tidy(() => pass.logits(tf, values)));
  const logits = await tensor.data();
  tensor.dispose();
  const { classes, labels } = dataset;
  const row = (i: number): Float64Array => Float64Array.from(logits.subarray(i * classes, (i + 1) * classes));
  const right = (rows: Uint32Array): number =>
    rows.reduce((sum, i) => sum + (row(i).every((z, _, all) => z <= all[labels[i]]) ? 1 : 0), 0) / rows.length;
  const lossOf = (i: number): number => {
    const z = row(i);
    const top = z.reduce((a, b) => Math.max(a, b));
    return top + numbers.log(z.reduce((sum, value) => sum + numbers.exp(value - top), 0)) - z[labels[i]];
  };
  return {
    testLoss: dataset.test.reduce((sum, i) => sum + lossOf(i), 0) / dataset.test.length,
    trainAccuracy: right(dataset.train),
    testAccuracy: right(dataset.test),
  };
}

function requireReadOut(network: ResidualNetwork, dataset: Dataset, where: string): AffineMap {
  const { readOut, dimension } = network;
  const { classes } = dataset;
  if (readOut === undefined) {
    const weight = new Float64Array(classes * dimension);
    return { rows: classes, columns: dimension, weight, bias: new Float64Array(classes) };
  }
  if (readOut.rows === classes) return readOut;
  throw new SdeError('shape', {
    what: 'the read-out does not have a row for each class',
    where,
    expected: `${classes} rows (${dataset.name})`,
    got: `${readOut.rows} rows`,
    remedy: 'give a read-out of one row a class, or none: training then starts from zeros',
  });
}

function requirePositive(value: number, where: string): void {
  requireFinite(value, where, 'give a number above 0');
  if (value > 0) return;
  throw new SdeError('value', {
    what: 'not above 0',
    where,
    expected: 'a number above 0',
    got: describe(value),
    remedy: 'Adam takes rates of about 0.001 to 0.01',
  });
}
