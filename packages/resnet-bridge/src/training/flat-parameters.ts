import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../device/device.js';
import type { AffineMap, Branch, Layer, ResidualNetwork } from '../network/residual-network.js';
import type { TensorBranch } from './tensor-branch.js';

/** The trained numbers of a network in one vector: for each layer U, c, V, d (and its twin's), then the read-out's weight and bias. */
export interface FlatParameters {
  /** Shape (parameters). */
  readonly values: Float64Array;
  /** The tensors of a vector on a device. */
  split(tf: TensorFlow, values: Tensor1D): TrainedTensors;
  /** The vector of tensors in the same shapes: what `split` undoes. */
  join(tf: TensorFlow, tensors: TrainedTensors): Tensor1D;
  /** The network with other values. */
  withValues(values: ArrayLike<number>): ResidualNetwork;
}

/** A network's trained tensors. */
export interface TrainedTensors {
  /** For each layer its branch, and its twin's if it has one. */
  readonly layers: readonly (readonly TensorBranch[])[];
  /** W, shape (classes, d), and b, shape (classes). */
  readonly weight: Tensor2D;
  readonly bias: Tensor1D;
}

/** The vector of a network's parameters and the ways to and from it; without `twins`, second branches stay as they are. */
export function flatParameters(
  network: ResidualNetwork,
  readOut: AffineMap,
  options: { readonly twins: boolean },
): FlatParameters {
  const { dimension: d, width } = network;
  const branchesOf = (layer: Layer): Branch[] => [layer, ...(options.twins && layer.twin ? [layer.twin] : [])];
  const parts = network.layers
    .flatMap(branchesOf)
    .flatMap((b) => [b.U, b.c, b.V, b.d])
    .concat(readOut.weight, readOut.bias);
  const sizes = parts.map((part) => part.length);
  const values = Float64Array.from(parts.flatMap((part) => Array.from(part)));
  return {
    values,
    split(tf, vector) {
      const pieces = tf.split(vector, sizes) as Tensor[];
      let at = 0;
      const matrix = (rows: number, columns: number): Tensor2D => tf.reshape(pieces[at++], [rows, columns]);
      const row = (): Tensor1D => pieces[at++] as Tensor1D; // a piece of a vector is a vector
      const turned = (rows: number, columns: number): Tensor2D => tf.transpose(matrix(rows, columns));
      const branch = (): TensorBranch => ({ U: turned(width, d), c: row(), V: turned(d, width), d: row() });
      const layers = network.layers.map((layer) => branchesOf(layer).map(branch));
      return { layers, weight: matrix(readOut.rows, readOut.columns), bias: row() };
    },
    join(tf, { layers, weight, bias }) {
      const branches = layers.flat().flatMap((b): Tensor[] => [tf.transpose(b.U), b.c, tf.transpose(b.V), b.d]);
      return tf.concat1d([...branches, weight, bias].map((part) => tf.reshape<typeof tf.Rank.R1>(part, [part.size])));
    },
    withValues(next) {
      let at = 0;
      const take = (size: number): Float64Array => {
        const part = new Float64Array(size);
        for (let i = 0; i < size; i++) part[i] = next[at++];
        return part;
      };
      const branch = (): Branch => ({ U: take(width * d), c: take(width), V: take(d * width), d: take(d) });
      const layers = network.layers.map((layer): Layer => {
        const first = branch();
        if (layer.twin === undefined) return Object.freeze(first);
        return Object.freeze({ ...first, twin: options.twins ? Object.freeze(branch()) : layer.twin });
      });
      const trained = { ...readOut, weight: take(readOut.weight.length), bias: take(readOut.bias.length) };
      return Object.freeze({ ...network, layers: Object.freeze(layers), readOut: Object.freeze(trained) });
    },
  };
}
