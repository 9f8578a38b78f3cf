import {
  applyAffine,
  type Dataset,
  digits,
  type Noise,
  principalComponents,
  type ResidualNetwork,
  residualNetwork,
  selectClasses,
} from 'resnet-bridge';
import { fold, type Key } from 'sde-core';

/** What is to be learned: to tell two handwritten digits apart from their first principal components, by a noisy network. */
export interface DigitsTask {
  readonly data: Dataset;
  readonly noise: Noise;
  /** With random weights, the read-out's included: where both ways of training start. */
  readonly network: ResidualNetwork;
  /** The training images after the read-in, by class: states of shape (d). */
  readonly states: readonly (readonly Float64Array[])[];
}

/** How large it is. */
export interface TaskSizes {
  readonly classes: readonly [number, number];
  /** Principal components, d. */
  readonly dimension: number;
  readonly width: number;
  readonly depth: number;
  readonly horizon: number;
}

/** The task of two digits under a noise. */
export function digitsTask(sizes: TaskSizes, noise: Noise, key: Key): DigitsTask {
  const { classes, dimension, width, depth, horizon } = sizes;
  const data = selectClasses(digits(), classes);
  const readIn = principalComponents(data, dimension);
  const network = residualNetwork({
    dimension,
    width,
    depth,
    horizon,
    readIn,
    readOut: classes.length,
    key: fold(key, 'weights'),
  });
  const states = classes.map((_, label) =>
    Array.from(data.train)
      .filter((row) => data.labels[row] === label)
      .map((row) =>
        applyAffine(
          readIn,
          data.inputs.subarray(row * data.features, (row + 1) * data.features),
          new Float64Array(dimension),
        ),
      ),
  );
  return { data, noise, network, states };
}

/** The number of training images. */
export function imagesOf({ states }: DigitsTask): number {
  return states.reduce((sum, some) => sum + some.length, 0);
}
