import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../device/device.js';
import type { Activation } from '../network/residual-network.js';
import type { Noise, Placement } from '../noise/noise.js';
import { activate, output, preactivation, slope, type TensorBranch } from '../training/tensor-branch.js';

/** What a field needs to know to act on a batch of paths: images · draws rows. */
export interface FieldContext {
  readonly tf: TensorFlow;
  readonly activation: Activation;
  readonly noise: Noise;
  readonly images: number;
  readonly draws: number;
}

/** A noisy layer at a batch of states, by values: B(x, g) = A(x) + Σ_j g_j C_j(x). */
export interface TensorField {
  /** F̄, shape (rows, d). */
  mean(): Tensor2D;
  /** Σ_j w_j C_j, shape (rows, d), for w of shape (rows, gates). */
  kick(weights: Tensor2D): Tensor2D;
  /** Σ_j C_jᵀ P C_j, shape (images, draws), for P of shape (images, d, d). */
  trace(P: Tensor3D): Tensor2D;
}

type FieldRule = (context: FieldContext, branches: readonly TensorBranch[], x: Tensor2D) => TensorField;

const hiddenOf = ({ tf, activation }: FieldContext, branch: TensorBranch, x: Tensor2D): Tensor2D =>
  activate(tf, activation, preactivation(tf, branch, x));

const branchValue = (context: FieldContext, branch: TensorBranch, x: Tensor2D): Tensor2D =>
  output(context.tf, branch, hiddenOf(context, branch, x));

/** Rows as (images, draws, columns). */
export function byImage({ tf, images, draws }: FieldContext, rows: Tensor2D): Tensor3D {
  return tf.reshape(rows, [images, draws, rows.shape[1]]);
}

/** Σ_i a_i b_i over the last axis, shape (images, draws). */
export function inner({ tf }: FieldContext, a: Tensor3D, b: Tensor3D): Tensor2D {
  return tf.sum(tf.mul(a, b), 2);
}

/** vᵀP v, shape (images, draws), for v of shape (rows, d). */
function quadratic(context: FieldContext, v: Tensor2D, P: Tensor3D): Tensor2D {
  const rows = byImage(context, v);
  return inner(context, context.tf.matMul(rows, P), rows);
}

/** Σ_k y_k² q_k over the last axis for one q an image, shape (images, columns). */
function weightedSquares(context: FieldContext, y: Tensor2D, q: Tensor2D): Tensor2D {
  const { tf, images } = context;
  const weights: Tensor3D = tf.reshape(q, [images, 1, q.shape[1]]);
  return inner(context, byImage(context, tf.square(y)), weights);
}

/** For the placements of small-noise scaling; the others have no flow to be held against. */
const FIELDS: Readonly<Record<Exclude<Placement, 'state'>, FieldRule>> = {
  branch: (context, [branch], x) => {
    const { tf, noise } = context;
    const F = branchValue(context, branch, x);
    return {
      mean: () => tf.mul(F, noise.mean),
      kick: (weights) => tf.mul(F, weights),
      trace: (P) => quadratic(context, F, P),
    };
  },
  coordinate: (context, [branch], x) => {
    const { tf, noise, images } = context;
    const F = branchValue(context, branch, x);
    return {
      mean: () => tf.mul(F, noise.mean),
      kick: (weights) => tf.mul(F, weights),
      trace(P) {
        const d = P.shape[1];
        const diagonal: Tensor2D = tf.sum(tf.mul(P, tf.reshape(tf.eye(d), [1, d, d])), 2);
        return weightedSquares(context, F, tf.reshape(diagonal, [images, d]));
      },
    };
  },
  hidden: (context, [branch], x) => {
    const { tf, noise, images } = context;
    const y = hiddenOf(context, branch, x);
    return {
      mean: () => output(tf, branch, tf.mul(y, noise.mean)),
      kick: (weights) => tf.matMul(tf.mul(y, weights), branch.V),
      trace(P) {
        // V_kᵀ P V_k for the columns V_k of V, which are the rows of Vᵀ.
        const [width, d] = branch.V.shape;
        const PV: Tensor3D = tf.reshape(tf.matMul(tf.reshape(P, [images * d, d]), tf.transpose(branch.V)), [
          images,
          d,
          width,
        ]);
        const V: Tensor3D = tf.reshape(tf.transpose(branch.V), [1, d, width]);
        return weightedSquares(context, y, tf.sum(tf.mul(PV, V), 1));
      },
    };
  },
  twin: (context, [first, second], x) => {
    const { tf, noise } = context;
    const F1 = branchValue(context, first, x);
    const F2 = branchValue(context, second, x);
    const difference: Tensor2D = tf.sub(F1, F2);
    return {
      mean: () => tf.add(F2, tf.mul(difference, noise.mean)),
      kick: (weights) => tf.mul(difference, weights),
      trace: (P) => quadratic(context, difference, P),
    };
  },
};

/** The rule for a placement; undefined for those of diffusive scaling. */
export function fieldRule(placement: Placement): FieldRule | undefined {
  return (FIELDS as Partial<Record<Placement, FieldRule>>)[placement];
}

/** F̄ − correction · DF̄ F̄, shape (rows, d), for branches whose sum is F̄. */
export function correctedMean(
  { tf, activation }: Pick<FieldContext, 'tf' | 'activation'>,
  branches: readonly TensorBranch[],
  x: Tensor2D,
  correction: number,
): Tensor2D {
  const sum = (terms: readonly Tensor2D[]): Tensor2D => terms.reduce((a, b) => tf.add(a, b));
  const visited = branches.map((branch) => {
    const z = preactivation(tf, branch, x);
    const y = activate(tf, activation, z);
    return { branch, z, y };
  });
  const F = sum(visited.map(({ branch, y }) => output(tf, branch, y)));
  if (correction === 0) return F;
  const along = visited.map(({ branch, z, y }): Tensor2D => {
    const dz: Tensor2D = tf.mul(tf.matMul(F, branch.U), slope(tf, activation, z, y));
    return tf.matMul(dz, branch.V);
  });
  return tf.sub(F, tf.mul(sum(along), correction));
}
