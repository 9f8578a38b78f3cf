import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core';
import { numbers } from 'sde-core/numerics';
import type { TensorFlow } from '../device/device.js';

/** A vector of parameters with Adam's two running moments, all on the device. */
export interface AdamState {
  readonly values: Tensor1D;
  readonly first: Tensor1D;
  readonly second: Tensor1D;
  /** Updates done. */
  readonly count: number;
}

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-7; // for f32; 1e-8 of the paper is below its resolution beside 0.1

/** No updates yet. */
export function startAdam(tf: TensorFlow, values: Float64Array): AdamState {
  const zeros = (): Tensor1D => tf.zeros([values.length]);
  return { values: tf.tensor1d(Float32Array.from(values)), first: zeros(), second: zeros(), count: 0 };
}

/** As it was after an update. */
export function resumedAdam(
  tf: TensorFlow,
  state: { readonly [K in 'values' | 'first' | 'second']: readonly number[] } & { readonly updates: number },
): AdamState {
  const tensor = (of: readonly number[]): Tensor1D => tf.tensor1d(Float32Array.from(of));
  return {
    values: tensor(state.values),
    first: tensor(state.first),
    second: tensor(state.second),
    count: state.updates,
  };
}

/**
 * One update, which frees the state before it:
 * m ← β₁m + (1 − β₁)g, s ← β₂s + (1 − β₂)g², θ ← θ − α m̂/(√ŝ + ε) with m̂ = m/(1 − β₁ᵏ), ŝ = s/(1 − β₂ᵏ).
 *
 * @see [kingma2015, algorithm 1]
 */
export function adamUpdate(
  tf: TensorFlow,
  state: AdamState,
  learningRate: number,
  objective: (values: Tensor1D) => { readonly loss: Scalar; readonly gradient: Tensor1D },
): { readonly state: AdamState; readonly loss: Scalar } {
  const count = state.count + 1;
  const [value, values, first, second] = tf.tidy(() => {
    const { loss, gradient: grad } = objective(state.values);
    const m: Tensor1D = tf.add(tf.mul(state.first, BETA1), tf.mul(grad, 1 - BETA1));
    const s: Tensor1D = tf.add(tf.mul(state.second, BETA2), tf.mul(tf.square(grad), 1 - BETA2));
    const size = tf.add(tf.mul(tf.sqrt(s), 1 / Math.sqrt(1 - numbers.power(BETA2, count))), EPSILON);
    const step = tf.mul(tf.div(m, size), learningRate / (1 - numbers.power(BETA1, count)));
    const next: [Scalar, Tensor1D, Tensor1D, Tensor1D] = [loss, tf.sub(state.values, step), m, s];
    return next;
  });
  disposeAdam(state);
  return { state: { values, first, second, count }, loss: value };
}

/** Frees the state's tensors. */
export function disposeAdam(state: AdamState): void {
  for (const tensor of [state.values, state.first, state.second]) tensor.dispose();
}
