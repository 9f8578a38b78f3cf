import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../device/device.js';
import type { Activation, Branch } from '../network/residual-network.js';

/** A branch on a device, its matrices transposed: states are rows there, and only plain products are fast on every backend. */
export interface TensorBranch {
  /** Uᵀ, shape (d, width). */
  readonly U: Tensor2D;
  /** Shape (width). */
  readonly c: Tensor1D;
  /** Vᵀ, shape (width, d). */
  readonly V: Tensor2D;
  /** Shape (d). */
  readonly d: Tensor1D;
}

/** Uploads a branch. */
export function tensorBranch(tf: TensorFlow, { U, c, V, d }: Branch): TensorBranch {
  return tf.tidy(() => ({
    U: tf.transpose(tf.tensor2d(Float32Array.from(U), [c.length, d.length])),
    c: tf.tensor1d(Float32Array.from(c)),
    V: tf.transpose(tf.tensor2d(Float32Array.from(V), [d.length, c.length])),
    d: tf.tensor1d(Float32Array.from(d)),
  }));
}

/** U x + c, shape (batch, width), for states x that are rows, shape (batch, d). */
export function preactivation(tf: TensorFlow, branch: TensorBranch, x: Tensor2D): Tensor2D {
  return tf.fused.matMul({ a: x, b: branch.U, bias: branch.c }) as Tensor2D; // of two matrices: a matrix
}

/** V y + d, shape (batch, d), for hidden values y, shape (batch, width). */
export function output(tf: TensorFlow, branch: TensorBranch, hidden: Tensor2D): Tensor2D {
  return tf.fused.matMul({ a: hidden, b: branch.V, bias: branch.d }) as Tensor2D;
}

/**
 * ψ(z). tanh z is taken as 2 σ(2z) − 1, of the same absolute error in f32: the wasm backend's σ is vectorized, its tanh is not, which
 * is a factor of ten there.
 */
export function activate(tf: TensorFlow, activation: Activation, z: Tensor2D): Tensor2D {
  switch (activation) {
    case 'tanh':
      return tf.sub(tf.mul(tf.sigmoid(tf.mul(z, 2)), 2), 1);
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
