import { solveKolmogorovAsync } from 'kolmogorov';
import { asChain, crossEntropy, diffusionLimit, type Loss, type ResidualNetwork } from 'resnet-bridge';
import { fold, type Key } from 'sde-core';
import { numbers } from 'sde-core/numerics';
import { noiseSource } from 'sde-core/randomness';
import { type DigitsTask, imagesOf } from './digits-task.js';
import { discretization, type GridSizes } from './equation-training.js';

/** The expected training loss of a network with noise, computed twice, and neither time as it was trained. */
export interface Judgement {
  /** E ℓ(X_T) of its modified SDE by the backward equation on a grid twice as fine, extrapolated; the error is infinite where none is known. */
  readonly equation: {
    readonly mean: number;
    readonly error: number;
    /** What its fields warn of, each kind once. */
    readonly warnings: readonly { readonly kind: string; readonly message: string }[];
  };
  /** E ℓ(X_N) of the network itself, sampled: each of these is a mean over all images, each with noise of its own. */
  readonly samples: Float64Array;
}

/** Judges a network of the task. The same key gives every network the same noise, so that differences are less noisy than losses. */
export async function judge(
  network: ResidualNetwork,
  task: DigitsTask,
  options: GridSizes & { readonly samples: number; readonly key: Key; readonly signal?: AbortSignal },
): Promise<Judgement> {
  return { equation: await byEquation(network, task, options), samples: await bySampling(network, task, options) };
}

async function byEquation(
  network: ResidualNetwork,
  task: DigitsTask,
  { signal, ...sizes }: GridSizes & { readonly signal?: AbortSignal },
): Promise<Judgement['equation']> {
  const model = diffusionLimit(network, task.noise, { accuracy: 'modified' });
  const fine = { ...sizes, points: 2 * sizes.points - 1, substeps: 2 * sizes.substeps };
  let [mean, error] = [0, 0];
  const warnings = new Map<string, string>();
  for (const [label, points] of task.states.entries()) {
    const loss = lossOf(network, label);
    const u = await solveKolmogorovAsync(
      { model, T: network.horizon, terminal: (x) => loss.value(x) },
      { ...discretization(network.dimension, network.depth, fine), extrapolate: true, keep: 'ends', signal },
    );
    for (const { kind, message } of u.warnings) warnings.set(kind, message);
    for (const x of points) {
      mean += u.at(0, x);
      error += u.error?.(0, x) ?? Number.POSITIVE_INFINITY;
    }
  }
  return {
    mean: mean / imagesOf(task),
    error: error / imagesOf(task),
    warnings: [...warnings].map(([kind, message]) => ({ kind, message })),
  };
}

async function bySampling(
  network: ResidualNetwork,
  task: DigitsTask,
  { samples, key, signal }: { readonly samples: number; readonly key: Key; readonly signal?: AbortSignal },
): Promise<Float64Array> {
  const images = imagesOf(task);
  const means = new Float64Array(samples);
  for (const [label, points] of task.states.entries()) {
    const loss = lossOf(network, label);
    for (const [image, x0] of points.entries()) {
      // Between two images a signal is heard.
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
      const chain = asChain(network, task.noise, { x0 });
      const noise = noiseSource(chain.driver.laws, fold(key, label, image));
      const drawn = new Float64Array(chain.driver.size);
      const x = new Float64Array(chain.dimension);
      const next = new Float64Array(chain.dimension);
      for (let sample = 0; sample < samples; sample++) {
        x.set(x0);
        for (let n = 0; n < chain.steps; n++) {
          noise(sample, n, drawn);
          chain.step(n, x, drawn, next);
          x.set(next);
        }
        means[sample] += loss.value(x) / images;
      }
    }
  }
  return means;
}

/** The loss of a label by the network's read-out. */
function lossOf({ readOut }: ResidualNetwork, label: number): Loss {
  if (!readOut) throw new Error('the networks of a task are made with a read-out');
  return crossEntropy(readOut, label);
}

/** The mean of samples with its standard error. */
export function meanOf(samples: ArrayLike<number>): { readonly mean: number; readonly standardError: number } {
  const count = samples.length;
  const mean = Array.from(samples).reduce((sum, value) => sum + value, 0) / count;
  const squares = Array.from(samples).reduce((sum, value) => sum + numbers.power(value - mean, 2), 0);
  return { mean, standardError: Math.sqrt(squares / (count - 1) / count) };
}
