import {
  accuracy,
  applyAffine,
  crossEntropy,
  type Dataset,
  digits,
  fit,
  type JudgedStates,
  networkFromJSON,
  principalComponents,
  type ResidualNetwork,
  residualNetwork,
  selectClasses,
  stochasticDepth,
  threeWays,
} from 'resnet-bridge';
import { fold } from 'sde-core';
import type { Parts } from '../run-folder/parts.js';
import type { TwoDigits } from './main-result.js';
import type { Options } from './options.js';
import { fitShape, type Trained, trainedShape, waysShape } from './part-shapes.js';
import { seedOf } from './seed.js';
import type { TaskNews } from './task.js';
import { trainedOf } from './trained.js';

const CLASSES = [3, 8];
/** 2¹² networks: as many as can be enumerated for every image. */
const DEPTH = 12;
const WIDTH = 8;
/** Empirical: enough for 96 % of the images, and few enough that the grid resolves the field that they make. */
const EPOCHS = 6;

/** Trains a 2-D network of two digits with stochastic depth, and computes its expected loss three ways. */
export async function twoDigits(options: Options, parts: Parts, onNews: (news: TaskNews) => void): Promise<TwoDigits> {
  const { survival, device } = options;
  const epochs = Math.min(EPOCHS, options.epochs);
  const seed = fold(seedOf(options.key), 'two digits');
  const noise = stochasticDepth({ survival });
  const data = selectClasses(digits(), CLASSES);
  const start = residualNetwork({
    dimension: 2,
    width: WIDTH,
    depth: DEPTH,
    key: fold(seed, 'weights'),
    readIn: principalComponents(data, 2),
  });
  const trained = await parts.part('trained', trainedShape, async (): Promise<Trained> => {
    const history = await parts.goOn('training', fitShape, (resume) =>
      fit(start, data, {
        noise,
        epochs,
        device,
        key: fold(seed, 'fit'),
        resume,
        onCheckpoint: (checkpoint) => parts.keep('training', checkpoint),
        onProgress: ({ done, of }) => onNews({ done: (TRAINING * done) / of, of: 1 }),
      }),
    );
    return trainedOf(history);
  });
  const network = networkFromJSON(trained.network);
  const ways = await parts.part('ways', waysShape, () =>
    threeWays(network, noise, judged(network, data, options.images), {
      ...options.threeWays,
      key: fold(seed, 'study'),
      onProgress: ({ done, of }) => onNews({ done: TRAINING + (1 - TRAINING) * 0.99 * (done / of), of: 1 }),
    }),
  );
  onNews({
    done: 1,
    of: 1,
    words: `digits ${CLASSES.join(' and ')} in two dimensions: one number computed three ways`,
  });
  return {
    classes: CLASSES,
    title: noise.name,
    accuracy: accuracy(network, data, { noise }),
    warnings: trained.warnings,
    ways,
    network: trained.network,
  };
}

/** The share of the time that training takes: empirical, for the progress bar alone. */
const TRAINING = 0.2;

/** The first test images as states; those of one class share one loss. */
function judged(network: ResidualNetwork, data: Dataset, images: number): JudgedStates {
  const { readIn, readOut } = network;
  if (!readIn || !readOut) throw new Error('a network that was made with a read-in and trained has both maps');
  const rows = images === 0 ? data.test : data.test.slice(0, images);
  const states = Array.from(rows, (row) =>
    applyAffine(readIn, data.inputs.subarray(row * data.features, (row + 1) * data.features), new Float64Array(2)),
  );
  const losses = CLASSES.map((_, label) => crossEntropy(readOut, label));
  return { states, loss: (image) => losses[data.labels[rows[image]]] };
}
