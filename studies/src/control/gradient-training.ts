import { fit, type NetworkFile, networkFromJSON, networkToJSON, type ResidualNetwork } from 'resnet-bridge';
import { fold, type Key } from 'sde-core';
import { fitShape, networkShape } from '../main-job/part-shapes.js';
import { requireTrained } from '../main-job/trained.js';
import { NOTHING_KEPT, type Parts } from '../run-folder/parts.js';
import { fields, list, number, type Shape } from '../run-folder/shape.js';
import type { DigitsTask } from './digits-task.js';

/** A stage of training by stochastic gradients. */
export interface Stage {
  readonly epochs: number;
  readonly learningRate: number;
}

/** A network trained by stochastic gradients of the loss with noise. */
export interface GradientTraining {
  readonly network: ResidualNetwork;
  /** The mean loss of each epoch's batches, with noise. */
  readonly losses: readonly number[];
}

const stageShape: Shape<{ readonly network: NetworkFile; readonly losses: readonly number[] }> = fields({
  network: networkShape,
  losses: list(number),
});

/** Trains by Adam in stages of falling rates, each from where the last one ended. */
export async function trainByGradients(
  task: DigitsTask,
  stages: readonly Stage[],
  options: {
    readonly key: Key;
    readonly batch?: number;
    readonly parts?: Parts;
    readonly name?: string;
    readonly signal?: AbortSignal;
  },
): Promise<GradientTraining> {
  const { parts = NOTHING_KEPT, name = 'training' } = options;
  let network = task.network;
  const losses: number[] = [];
  for (const [index, { epochs, learningRate }] of stages.entries()) {
    const from = network;
    const stage = await parts.part(`${name}, gradients, stage ${index}`, stageShape, async () => {
      const history = await parts.goOn(`${name}, training, stage ${index}`, fitShape, (resume) =>
        fit(from, task.data, {
          noise: task.noise,
          epochs,
          learningRate,
          batch: options.batch ?? 32,
          device: 'cpu',
          key: fold(options.key, 'stage', index),
          resume,
          onCheckpoint: (checkpoint) => parts.keep(`${name}, training, stage ${index}`, checkpoint),
          signal: options.signal,
        }),
      );
      return {
        network: networkToJSON(requireTrained(history)),
        losses: history.epochs.map(({ loss }) => loss),
      };
    });
    network = networkFromJSON(stage.network);
    losses.push(...stage.losses);
  }
  return { network, losses };
}
