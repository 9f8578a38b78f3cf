import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../device/device.js';
import type { Activation } from '../network/residual-network.js';
import type { Placement } from '../noise/noise.js';
import { activate, output, preactivation, slope, type TensorBranch } from './tensor-branch.js';

/** What a layer needs to know to act on a batch. */
export interface LayerStep {
  readonly tf: TensorFlow;
  readonly activation: Activation;
  readonly h: number;
}

/** B(x, g), shape (batch, d), with its vector–Jacobian product. */
export interface LayerValue {
  readonly value: Tensor2D;
  /** From ∂L/∂B, shape (batch, d): ∂L/∂x of the same shape, and the gradients of each branch in the branch's own shapes. */
  pullback(gradient: Tensor2D): { readonly x: Tensor2D; readonly branches: readonly TensorBranch[] };
}

/** A noisy layer on a device: x of shape (batch, d), gates of shape (batch, gates), or (1, gates) for one set of gates. */
export type TensorLayer = (
  step: LayerStep,
  branches: readonly TensorBranch[],
  x: Tensor2D,
  gates: Tensor2D,
) => LayerValue;

/**
 * F(x) = V (g ∘ ψ(U x + c)) + d and its pullback, written out: the tensor library's Node build registers no gradients, and
 * those that it has are wrong from the second derivative on.
 */
function branchValue({ tf, activation }: LayerStep, branch: TensorBranch, x: Tensor2D, gates?: Tensor2D): LayerValue {
  const z = preactivation(tf, branch, x);
  const y = activate(tf, activation, z);
  const hidden: Tensor2D = gates ? tf.mul(y, gates) : y;
  return {
    value: output(tf, branch, hidden),
    pullback(gradient) {
      const dHidden: Tensor2D = tf.matMul(gradient, branch.V, false, true);
      const dy: Tensor2D = gates ? tf.mul(dHidden, gates) : dHidden;
      const dz: Tensor2D = tf.mul(dy, slope(tf, activation, z, y));
      const gradients: TensorBranch = {
        U: tf.matMul(x, dz, true, false),
        c: tf.sum(dz, 0) as Tensor1D, // of a matrix over its rows: a vector
        V: tf.matMul(hidden, gradient, true, false),
        d: tf.sum(gradient, 0) as Tensor1D,
      };
      return { x: tf.matMul(dz, branch.U, false, true), branches: [gradients] };
    },
  };
}

const gatedOutput: TensorLayer = (step, [branch], x, gates) => {
  const { tf } = step;
  const F = branchValue(step, branch, x);
  return { value: tf.mul(F.value, gates), pullback: (gradient) => F.pullback(tf.mul(gradient, gates)) };
};

/** The placements by name, as `noise/placement.ts` has them for one state in f64. */
export const TENSOR_LAYERS: Readonly<Record<Placement, TensorLayer>> = {
  branch: gatedOutput,
  coordinate: gatedOutput,
  hidden: (step, [branch], x, gates) => branchValue(step, branch, x, gates),
  twin: (step, [first, second], x, gates) => {
    const { tf } = step;
    const others: Tensor2D = tf.sub(1, gates);
    const F1 = branchValue(step, first, x);
    const F2 = branchValue(step, second, x);
    return {
      value: tf.add(tf.mul(F1.value, gates), tf.mul(F2.value, others)),
      pullback(gradient) {
        const one = F1.pullback(tf.mul(gradient, gates));
        const two = F2.pullback(tf.mul(gradient, others));
        return { x: tf.add(one.x, two.x), branches: [...one.branches, ...two.branches] };
      },
    };
  },
  state: (step, [branch], x, gates) => {
    const F = branchValue(step, branch, x);
    return { value: step.tf.add(F.value, step.tf.div(gates, Math.sqrt(step.h))), pullback: F.pullback };
  },
};
