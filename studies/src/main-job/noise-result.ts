import {
  accuracy,
  type Dataset,
  depthStudy,
  digits,
  fit,
  networkFromJSON,
  principalComponents,
  residualNetwork,
} from 'resnet-bridge';
import { fold } from 'sde-core';
import type { Parts } from '../run-folder/parts.js';
import type { NoiseResult } from './main-result.js';
import { NOISE_OF } from './noises.js';
import type { NoiseName, Options } from './options.js';
import { accuracyShape, depthShape, fitShape, studyShape, type Trained, trainedShape } from './part-shapes.js';
import { samplePaths } from './sample-paths.js';
import { seedOf } from './seed.js';
import type { TaskNews } from './task.js';
import { trainedOf } from './trained.js';

/** Draws of the noise for each image when the accuracy under noise is counted. */
const ACCURACY_DRAWS = 20;

/** A network trained with a noise, its accuracy, its depth study and its paths. */
export async function noiseResult(
  name: NoiseName,
  options: Options,
  parts: Parts,
  onNews: (news: TaskNews) => void,
): Promise<NoiseResult> {
  const { components, depth, width, epochs, rate, refinements, draws, images, device, confidence } = options;
  const seed = seedOf(options.key);
  const noise = NOISE_OF[name](options);
  const data = digits();
  // Every noise starts from the same weights.
  const start = residualNetwork({
    dimension: components,
    width,
    depth,
    key: fold(seed, 'weights'),
    readIn: principalComponents(data, components),
  });
  const trained = await parts.part('trained', trainedShape, async (): Promise<Trained> => {
    const history = await parts.goOn('training', fitShape, (resume) =>
      fit(start, data, {
        noise,
        epochs,
        learningRate: rate,
        device,
        key: fold(seed, name, 'fit'),
        resume,
        onCheckpoint: (checkpoint) => parts.keep('training', checkpoint),
        onProgress: ({ done, of }) => onNews({ done: (TRAINING * done) / of, of: 1 }),
      }),
    );
    return trainedOf(history);
  });
  const network = networkFromJSON(trained.network);
  const { quiet, noisy } = await parts.part('accuracy', accuracyShape, () => ({
    quiet: accuracy(network, data, { noise }),
    noisy: accuracy(network, data, { noise, draws: ACCURACY_DRAWS, key: fold(seed, name, 'accuracy') }),
  }));
  onNews({
    done: TRAINING,
    of: 1,
    words: `${noise.name}: trained, ${share(quiet)} of test images right with the noise off, ${share(noisy)} with it on`,
  });
  const study = await parts.part('study', studyShape, async () => {
    const measured = await parts.goOn('levels', depthShape, (resume) =>
      depthStudy(network, noise, {
        functional: images === 0 ? data : firstImages(data, images),
        refinements,
        draws: { network: draws, leading: even(draws / 2), modified: even(draws) },
        confidence,
        device,
        key: fold(seed, name, 'study'),
        resume,
        onCheckpoint: (checkpoint) => parts.keep('levels', checkpoint),
        onProgress: ({ done, of }) => onNews({ done: TRAINING + (1 - TRAINING) * 0.98 * (done / of), of: 1 }),
      }),
    );
    if (measured.scaling !== 'small-noise') throw new Error(`unreachable: ${name} vanishes with h`);
    return measured;
  });
  const paths = samplePaths(network, noise, data, 0, fold(seed, name, 'paths'));
  onNews({ done: 1, of: 1, words: `${noise.name}: weak error measured for ${refinements.length} values of h` });
  return {
    noise: name,
    title: noise.name,
    device: trained.device,
    training: trained.training,
    warnings: trained.warnings,
    accuracy: { quiet, noisy, images: data.test.length },
    study,
    paths,
    network: trained.network,
  };
}

/** The share of the time that training takes: empirical, for the progress bar alone. */
const TRAINING = 0.2;

const share = (value: number): string => `${(100 * value).toFixed(1)} %`;

/** The SDEs are sampled in antithetic pairs, of which a standard error takes two. */
const even = (draws: number): number => 2 * Math.max(2, Math.round(draws / 2));

function firstImages(data: Dataset, count: number): Dataset {
  return { ...data, test: data.test.slice(0, count) };
}
