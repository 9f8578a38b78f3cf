import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { Device, TensorFlow } from '../device/device.js';
import type { ResidualNetwork } from '../network/residual-network.js';
import type { Noise } from '../noise/noise.js';
import { PLACEMENTS } from '../noise/placement.js';
import { disposeBranch, type TensorBranch, tensorBranch } from '../training/tensor-branch.js';
import type { Batch, Ensemble } from './ensemble.js';
import type { Move, Process } from './process.js';
import { byImage, correctedMean, type FieldContext, fieldRule, inner } from './tensor-field.js';

/** On a CPU a batch should stay in the cache; a GPU wants all it can get of this much memory for the gates of one batch. */
const ROWS = { cpu: 2048, gpu: 65_536 } as const;
const GATE_BYTES = 2 ** 26;

/** Paths as rows of tensors on a device, in f32. */
export async function deviceEnsemble(network: ResidualNetwork, noise: Noise, device: Device): Promise<Ensemble> {
  const rule = PLACEMENTS[noise.placement];
  const upload = (tf: TensorFlow, of: 'raw' | 'mean'): TensorBranch[][] =>
    network.layers.map((layer) => {
      const raw = rule.twin && layer.twin ? [layer, layer.twin] : [layer];
      return (of === 'raw' ? raw : rule.meanBranches(layer, noise.mean)).map((branch) => tensorBranch(tf, branch));
    });
  const { raw, mean } = await device.compute((tf) => ({ raw: upload(tf, 'raw'), mean: upload(tf, 'mean') }));
  const gates = rule.gates(network);
  const largest = Math.min(GATE_BYTES, device.largestTensor) / 4;
  return {
    precision: 'f32',
    rows: Math.max(1, Math.min(device.isGpu ? ROWS.gpu : ROWS.cpu, Math.floor(largest / (gates * network.depth)))),
    close() {
      for (const branch of [...raw, ...mean].flat()) disposeBranch(branch);
    },
    async run(process, batch) {
      const { ends, controls } = await device.compute((tf) =>
        runOn(tf, network, noise, { gates, raw, mean }, process, batch),
      );
      const paths = { ends: Float32Array.from(await ends.data()), controls: Float32Array.from(await controls.data()) };
      ends.dispose();
      controls.dispose();
      return paths;
    },
  };
}

interface Layers {
  /** Gates a layer. */
  readonly gates: number;
  readonly raw: readonly (readonly TensorBranch[])[];
  readonly mean: readonly (readonly TensorBranch[])[];
}
/** A type and not an interface, because `tidy` asks for an index signature. */
type State = {
  readonly ends: Tensor2D;
  /** Shape (images, draws). */
  readonly controls: Tensor2D;
};

function runOn(
  tf: TensorFlow,
  network: ResidualNetwork,
  noise: Noise,
  layers: Layers,
  process: Process,
  batch: Batch,
): State {
  const { images, states } = batch.expansion;
  const { draws } = batch;
  const { dimension: d, activation } = network;
  const context: FieldContext = { tf, activation, noise, images, draws };
  let state = tf.tidy((): State => {
    const start: Tensor3D = tf.tensor3d(Float32Array.from(states.subarray(0, images * d)), [images, 1, d]);
    const ends: Tensor2D = tf.reshape(tf.tile(start, [1, draws, 1]), [images * draws, d]);
    return { ends, controls: tf.zeros([images, draws]) };
  });
  let kicks = 0;
  for (const move of process.moves) {
    const next = tf.tidy((): State => {
      if (move.kind === 'drift')
        return { ends: midpoint(context, layers, move, state.ends), controls: tf.clone(state.controls) };
      return noisyMove(context, layers, move, state, batch, kicks++);
    });
    state.ends.dispose();
    state.controls.dispose();
    state = next;
  }
  return state;
}

/** One step of the explicit midpoint rule for b = F̄ − correction · DF̄ F̄. */
function midpoint(context: FieldContext, layers: Layers, move: Move & { kind: 'drift' }, x: Tensor2D): Tensor2D {
  const { tf } = context;
  const b = (at: Tensor2D): Tensor2D => correctedMean(context, layers.mean[move.layer], at, move.correction);
  const half: Tensor2D = tf.add(x, tf.mul(b(x), move.duration / 2));
  return tf.add(x, tf.mul(b(half), move.duration));
}

/** A kick with its part of the control variate: p·k + (y − x_n + ½ k)·P k − ½ scale² v Σ_j C_jᵀP C_j. */
function noisyMove(
  context: FieldContext,
  layers: Layers,
  move: Move & { kind: 'layer' | 'kick' },
  { ends: x, controls }: State,
  { expansion, weights }: Batch,
  index: number,
): State {
  const { tf, noise, images, draws } = context;
  const rows = images * draws;
  const d = x.shape[1];
  const { gates } = layers;
  const rule = fieldRule(noise.placement);
  if (rule === undefined) throw new Error('unreachable: refused at the door');
  const field = rule(context, layers.raw[move.layer], x);
  const drawn = tf.tensor2d(weights.subarray(index * rows * gates, (index + 1) * rows * gates), [rows, gates]);
  const kick: Tensor2D = field.kick(tf.mul(drawn, move.scale));
  const y: Tensor2D = move.kind === 'layer' ? tf.add(x, tf.mul(field.mean(), move.scale)) : x;
  const at = move.time * images;
  const slice = (of: Float64Array, size: number): Float32Array =>
    Float32Array.from(of.subarray(at * size, (at + images) * size));
  const reference: Tensor3D = tf.tensor3d(slice(expansion.states, d), [images, 1, d]);
  const p: Tensor3D = tf.tensor3d(slice(expansion.gradients, d), [images, 1, d]);
  const P: Tensor3D = tf.tensor3d(slice(expansion.hessians, d * d), [images, d, d]);
  const middle: Tensor3D = tf.sub(byImage(context, tf.add(y, tf.mul(kick, 1 / 2))), reference);
  const first = inner(context, tf.add(p, tf.matMul(middle, P)), byImage(context, kick));
  const trace: Tensor2D = tf.mul(field.trace(P), (move.scale ** 2 * noise.variance) / 2);
  return { ends: tf.add(y, kick), controls: tf.add(controls, tf.sub(first, trace)) };
}
