import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../device/device.js';
import type { Activation } from '../network/residual-network.js';
import type { Noise, Placement } from '../noise/noise.js';
import { activate, output, preactivation, slope, type TensorBranch } from '../training/tensor-branch.js';

/** What a field needs to know to act on a batch of paths: units · draws rows. */
export interface FieldContext {
  readonly tf: TensorFlow;
  readonly activation: Activation;
  readonly noise: Noise;
  readonly units: number;
  readonly draws: number;
}

/** A noisy layer at a batch of states, by values: B(x, g) = A(x) + Σ_j g_j C_j(x). P has shape (units, d, d). */
export interface TensorField {
  /** F̄, shape (rows, d). */
  mean(): Tensor2D;
  /** k = Σ_j w_j C_j, shape (rows, d), for w of shape (rows, gates). */
  kick(weights: Tensor2D): Tensor2D;
  /** aᵀP k + ½ (kᵀP k − variance · Σ_j C_jᵀP C_j), shape (units, draws), for a of shape (units, draws, d). */
  second(P: Tensor3D, a: Tensor3D, weights: Tensor2D, kick: Tensor2D, variance: number): Tensor2D;
}

type FieldRule = (context: FieldContext, branches: readonly TensorBranch[], x: Tensor2D) => TensorField;

const hiddenOf = ({ tf, activation }: FieldContext, branch: TensorBranch, x: Tensor2D): Tensor2D =>
  activate(tf, activation, preactivation(tf, branch, x));

const outputAt = (context: FieldContext, branch: TensorBranch, x: Tensor2D): Tensor2D =>
  output(context.tf, branch, hiddenOf(context, branch, x));

/** Rows as (units, draws, columns). */
export function byUnit({ tf, units, draws }: FieldContext, rows: Tensor2D): Tensor3D {
  return tf.reshape(rows, [units, draws, rows.shape[1]]);
}

/** Σ_i a_i b_i over the last axis, shape (units, draws). */
export function inner({ tf }: FieldContext, a: Tensor3D, b: Tensor3D): Tensor2D {
  return tf.sum(tf.mul(a, b), 2);
}

/** `second` for one column C a layer: k = w C takes a single product with P, w aᵀPC + ½ (w² − variance) CᵀPC. */
function secondOfOne(context: FieldContext, C: Tensor2D): TensorField['second'] {
  const { tf, units, draws } = context;
  return (P, a, weights, _, variance) => {
    const column = byUnit(context, C);
    const PC: Tensor3D = tf.matMul(column, P);
    const w: Tensor2D = tf.reshape(weights, [units, draws]);
    const excess: Tensor2D = tf.mul(tf.sub(tf.square(w), variance), 1 / 2);
    return tf.add(tf.mul(w, inner(context, a, PC)), tf.mul(excess, inner(context, column, PC)));
  };
}

/** `second` for columns y_j V_j with fixed vectors V_j: then Σ_j C_jᵀP C_j = Σ_j y_j² q_j with q_j = V_jᵀP V_j, shape (units, columns). */
function secondOfMany(context: FieldContext, y: Tensor2D, q: (P: Tensor3D) => Tensor2D): TensorField['second'] {
  const { tf, units } = context;
  return (P, a, _, kick, variance) => {
    const k = byUnit(context, kick);
    const along: Tensor3D = tf.matMul(tf.add(a, tf.mul(k, 1 / 2)) as Tensor3D, P);
    const squares = byUnit(context, tf.square(y));
    const weights: Tensor3D = tf.reshape(q(P), [units, 1, y.shape[1]]);
    return tf.sub(inner(context, along, k), tf.mul(inner(context, squares, weights), variance / 2));
  };
}

/** For the placements of small-noise scaling; the others have no flow to be held against. */
const FIELDS: Readonly<Record<Exclude<Placement, 'state'>, FieldRule>> = {
  branch: (context, [branch], x) => {
    const { tf, noise } = context;
    const F = outputAt(context, branch, x);
    return {
      mean: () => tf.mul(F, noise.mean),
      kick: (weights) => tf.mul(F, weights),
      second: secondOfOne(context, F),
    };
  },
  coordinate: (context, [branch], x) => {
    const { tf, noise, units } = context;
    const F = outputAt(context, branch, x);
    return {
      mean: () => tf.mul(F, noise.mean),
      kick: (weights) => tf.mul(F, weights),
      second: secondOfMany(context, F, (P) => {
        const d = P.shape[1];
        return tf.reshape(tf.sum(tf.mul(P, tf.reshape(tf.eye(d), [1, d, d])), 2), [units, d]);
      }),
    };
  },
  hidden: (context, [branch], x) => {
    const { tf, noise, units } = context;
    const y = hiddenOf(context, branch, x);
    return {
      mean: () => output(tf, branch, tf.mul(y, noise.mean)),
      kick: (weights) => tf.matMul(tf.mul(y, weights), branch.V),
      second: secondOfMany(context, y, (P) => {
        const [width, d] = branch.V.shape;
        const V: Tensor2D = tf.transpose(branch.V);
        const PV: Tensor3D = tf.reshape(tf.matMul(tf.reshape(P, [units * d, d]), V), [units, d, width]);
        return tf.sum(tf.mul(PV, tf.reshape(V, [1, d, width])), 1);
      }),
    };
  },
  twin: (context, [first, second], x) => {
    const { tf, noise } = context;
    const F2 = outputAt(context, second, x);
    const difference: Tensor2D = tf.sub(outputAt(context, first, x), F2);
    return {
      mean: () => tf.add(F2, tf.mul(difference, noise.mean)),
      kick: (weights) => tf.mul(difference, weights),
      second: secondOfOne(context, difference),
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
