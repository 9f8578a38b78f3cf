import { fit, type ResidualNetwork } from 'resnet-bridge';
import { fold, type Key } from 'sde-core';
import { requireTrained } from '../main-job/trained.js';
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

/** Trains by Adam in stages of falling rates, each from where the last one ended. */
export async function trainByGradients(
  task: DigitsTask,
  stages: readonly Stage[],
  options: { readonly key: Key; readonly batch?: number; readonly signal?: AbortSignal },
): Promise<GradientTraining> {
  let network = task.network;
  const losses: number[] = [];
  for (const [index, { epochs, learningRate }] of stages.entries()) {
    const history = await fit(network, task.data, {
      noise: task.noise,
      epochs,
      learningRate,
      batch: options.batch ?? 32,
      device: 'cpu',
      key: fold(options.key, 'stage', index),
      signal: options.signal,
    });
    network = requireTrained(history);
    losses.push(...history.epochs.map(({ loss }) => loss));
  }
  return { network, losses };
}
