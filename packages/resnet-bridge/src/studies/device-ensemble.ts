import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { SdeError } from 'sde-core';
import type { Device, TensorFlow } from '../device/device.js';
import type { Loss } from '../network/loss.js';
import type { ResidualNetwork } from '../network/residual-network.js';
import type { Noise } from '../noise/noise.js';
import { PLACEMENTS } from '../noise/placement.js';
import { disposeBranch, type TensorBranch, tensorBranch } from '../training/tensor-branch.js';
import { UNIT_DRAWS } from './allocation.js';
import type { Drawn, Ensemble } from './ensemble.js';
import type { Expansion } from './expansion.js';
import type { Move, Process } from './process.js';
import { byUnit, correctedMean, type FieldContext, fieldRule, inner } from './tensor-field.js';
import { gateWeights, normalWeights } from './weights.js';

/** On a CPU a batch should stay in the cache; a GPU wants all it can get of this much memory for the gates of one batch. */
const ROWS = { cpu: 4096, gpu: 65_536 } as const;
const GATE_BYTES = 2 ** 26;

/** Paths as rows of tensors on a device, in f32. */
export async function deviceEnsemble(network: ResidualNetwork, noise: Noise, device: Device): Promise<Ensemble> {
  const rule = PLACEMENTS[noise.placement];
  if (fieldRule(noise.placement) === undefined) throw onHost(noise);
  const upload = (tf: TensorFlow, of: 'raw' | 'mean'): TensorBranch[][] =>
    network.layers.map((layer) => {
      const raw = rule.twin && layer.twin ? [layer, layer.twin] : [layer];
      return (of === 'raw' ? raw : rule.meanBranches(layer, noise.mean)).map((branch) => tensorBranch(tf, branch));
    });
  const { raw, mean } = await device.compute((tf) => ({ raw: upload(tf, 'raw'), mean: upload(tf, 'mean') }));
  const gates = rule.gates(network);
  const largest = Math.min(GATE_BYTES, device.largestTensor) / 4;
  const rows = Math.max(1, Math.min(device.isGpu ? ROWS.gpu : ROWS.cpu, Math.floor(largest / (gates * network.depth))));
  const run = async (process: Process, batch: Batch): Promise<Paths> => {
    const { ends, controls } = await device.compute((tf) =>
      runOn(tf, network, noise, { gates, raw, mean }, process, batch),
    );
    const paths = { ends: Float32Array.from(await ends.data()), controls: Float32Array.from(await controls.data()) };
    ends.dispose();
    controls.dispose();
    return paths;
  };
  const end = new Float64Array(network.dimension);
  /** ℓ at the end of a row, in f64. */
  const lossAt = ({ ends }: Paths, row: number, loss: Loss): number => {
    for (let i = 0; i < end.length; i++) end[i] = ends[row * end.length + i];
    return loss.value(end);
  };
  return {
    precision: 'f32',
    close() {
      for (const branch of [...raw, ...mean].flat()) disposeBranch(branch);
    },
    async quiet(process, { judged, along }) {
      const losses = new Float64Array(along.images);
      for (let at = 0; at < losses.length; at += rows) {
        const images = Array.from({ length: Math.min(rows, losses.length - at) }, (_, i) => at + i);
        const weights = new Float32Array(process.kicks * images.length * gates);
        const paths = await run(process, { expansion: along, images, draws: 1, weights });
        for (const [row, image] of images.entries()) losses[image] = lossAt(paths, row, judged.loss(image));
      }
      return losses;
    },
    async *sample(process, { judged, along, units, stream }) {
      const weights = (process.own ? gateWeights : normalWeights)(noise, gates, process.kicks, stream);
      const together = Math.max(1, Math.floor(rows / UNIT_DRAWS));
      for (let at = 0; at < units.length; at += together) {
        const now = units.slice(at, at + together);
        const images = now.map(({ image }) => image);
        const batch = { expansion: along, images, draws: UNIT_DRAWS, weights: weights(now, UNIT_DRAWS) };
        const paths = await run(process, batch);
        yield images.map((image, unit) => {
          const loss = judged.loss(image);
          return { image, ...valuesOf(process, unit, (row) => lossAt(paths, row, loss), paths) };
        });
      }
    },
  };
}

/** The independent values of a unit's rows. */
function valuesOf(
  { together }: Process,
  unit: number,
  lossAt: (row: number) => number,
  { controls: of }: Paths,
): Omit<Drawn, 'image'> {
  const count = UNIT_DRAWS / together;
  const [losses, controls] = [new Float64Array(count), new Float64Array(count)];
  for (let i = 0; i < count; i++) {
    for (let row = unit * UNIT_DRAWS + i * together, last = row + together; row < last; row++) {
      losses[i] += lossAt(row) / together;
      controls[i] += of[row] / together;
    }
  }
  return { losses, controls };
}

/** Paths to compute together: units of so many draws of one image each. */
interface Batch {
  readonly expansion: Expansion;
  /** The image of each unit, shape (units). */
  readonly images: readonly number[];
  /** Draws a unit. */
  readonly draws: number;
  /** Centered gates, shape (kicks, units · draws, gates): draw `i` of unit `u` is row u · draws + i. */
  readonly weights: Float32Array;
}

/** What came out, in the order of the rows. */
interface Paths {
  /** x(T), shape (units · draws, d). */
  readonly ends: Float32Array;
  /** The control variate, shape (units · draws). */
  readonly controls: Float32Array;
}

const onHost = (noise: Noise): SdeError =>
  new SdeError('unsupported', {
    what: `no device computes paths under ${noise.name}`,
    where: "depthStudy(network, noise, { precision: 'f32' })",
    expected: 'a noise of small-noise scaling',
    got: noise.kind,
    remedy: "leave precision out, or give 'f64'",
  });

interface Layers {
  /** Gates a layer. */
  readonly gates: number;
  readonly raw: readonly (readonly TensorBranch[])[];
  readonly mean: readonly (readonly TensorBranch[])[];
}
/** A type and not an interface, because `tidy` asks for an index signature. */
type State = {
  readonly ends: Tensor2D;
  /** Shape (units, draws). */
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
  const { draws, images, expansion } = batch;
  const units = images.length;
  const { dimension: d, activation } = network;
  const context: FieldContext = { tf, activation, noise, units, draws };
  let state = tf.tidy((): State => {
    const start: Tensor3D = tf.tensor3d(gathered(expansion.states, 0, d, batch), [units, 1, d]);
    const ends: Tensor2D = tf.reshape(tf.tile(start, [1, draws, 1]), [units * draws, d]);
    return { ends, controls: tf.zeros([units, draws]) };
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

/** A kick with its part of the control variate: p·k + (y − x_n)·P k + ½ (kᵀP k − scale² v Σ_j C_jᵀP C_j). */
function noisyMove(
  context: FieldContext,
  layers: Layers,
  move: Move & { kind: 'layer' | 'kick' },
  { ends: x, controls }: State,
  batch: Batch,
  index: number,
): State {
  const { tf, noise, units, draws } = context;
  const { gates } = layers;
  const rows = units * draws;
  const d = x.shape[1];
  const rule = fieldRule(noise.placement);
  if (rule === undefined) throw new Error('unreachable: refused at the door');
  const field = rule(context, layers.raw[move.layer], x);
  const drawn = batch.weights.subarray(index * rows * gates, (index + 1) * rows * gates);
  const weights: Tensor2D = tf.mul(tf.tensor2d(drawn, [rows, gates]), move.scale);
  const kick = field.kick(weights);
  const y: Tensor2D = move.kind === 'layer' ? tf.add(x, tf.mul(field.mean(), move.duration)) : x;
  const { states, gradients, hessians } = batch.expansion;
  const reference: Tensor3D = tf.tensor3d(gathered(states, move.time, d, batch), [units, 1, d]);
  const p: Tensor3D = tf.tensor3d(gathered(gradients, move.time, d, batch), [units, 1, d]);
  const P: Tensor3D = tf.tensor3d(gathered(hessians, move.time, d * d, batch), [units, d, d]);
  const first = inner(context, byUnit(context, kick), p);
  const second = field.second(
    P,
    tf.sub(byUnit(context, y), reference),
    weights,
    kick,
    move.scale * move.scale * noise.variance,
  );
  return { ends: tf.add(y, kick), controls: tf.add(controls, tf.add(first, second)) };
}

/** The entries of each unit's image at one time, from an array of shape (times, images, size): shape (units, size). */
function gathered(of: Float64Array, time: number, size: number, { images, expansion }: Batch): Float32Array {
  const out = new Float32Array(images.length * size);
  images.forEach((image, unit) => {
    const from = (time * expansion.images + image) * size;
    for (let i = 0; i < size; i++) out[unit * size + i] = of[from + i];
  });
  return out;
}
