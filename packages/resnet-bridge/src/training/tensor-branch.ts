import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../device/device.js';
import type { Activation, Branch } from '../network/residual-network.js';

/** A branch on a device. */
export interface TensorBranch {
  /** Shape (width, d). */
  readonly U: Tensor2D;
  /** Shape (width). */
  readonly c: Tensor1D;
  /** Shape (d, width). */
  readonly V: Tensor2D;
  /** Shape (d). */
  readonly d: Tensor1D;
}

/** Uploads a branch. */
export function tensorBranch(tf: TensorFlow, { U, c, V, d }: Branch): TensorBranch {
  return {
    U: tf.tensor2d(Float32Array.from(U), [c.length, d.length]),
    c: tf.tensor1d(Float32Array.from(c)),
    V: tf.tensor2d(Float32Array.from(V), [d.length, c.length]),
    d: tf.tensor1d(Float32Array.from(d)),
  };
}

/** U x + c, shape (batch, width), for states x that are rows, shape (batch, d). */
export function preactivation(tf: TensorFlow, branch: TensorBranch, x: Tensor2D): Tensor2D {
  return tf.add(tf.matMul(x, branch.U, false, true), branch.c);
}

/** V y + d, shape (batch, d), for hidden values y, shape (batch, width). */
export function output(tf: TensorFlow, branch: TensorBranch, hidden: Tensor2D): Tensor2D {
  return tf.add(tf.matMul(hidden, branch.V, false, true), branch.d);
}

/** ψ(z). */
export function activate(tf: TensorFlow, activation: Activation, z: Tensor2D): Tensor2D {
  switch (activation) {
    case 'tanh':
      return tf.tanh(z);
    case 'sigmoid':
      return tf.sigmoid(z);
    case 'softplus':
      return tf.softplus(z);
    case 'sin':
      return tf.sin(z);
    case 'relu':
      return tf.relu(z);
    default:
      return activation satisfies never;
  }
}

/** ψ′(z) from z and y = ψ(z). */
export function slope(tf: TensorFlow, activation: Activation, z: Tensor2D, y: Tensor2D): Tensor2D {
  switch (activation) {
    case 'tanh':
      return tf.sub(1, tf.square(y));
    case 'sigmoid':
      return tf.mul(y, tf.sub(1, y));
    case 'softplus':
      return tf.sigmoid(z);
    case 'sin':
      return tf.cos(z);
    case 'relu':
      return tf.cast(tf.greaterEqual(z, 0), 'float32');
    default:
      return activation satisfies never;
  }
}

/** Frees every tensor of a branch. */
export function disposeBranch(branch: TensorBranch): void {
  for (const tensor of [branch.U, branch.c, branch.V, branch.d] as Tensor[]) tensor.dispose();
}
