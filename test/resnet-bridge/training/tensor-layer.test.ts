import {
  type Activation,
  type Branch,
  type Device,
  type Layer,
  NOISES,
  type Noise,
  type ResidualNetwork,
  useDevice,
} from 'resnet-bridge';
import { beforeAll, describe, expect, it } from 'vitest';
import { noisyLayer } from '#resnet-bridge/noise/noisy-layer';
import { tensorBranch } from '#resnet-bridge/training/tensor-branch';
import { TENSOR_LAYERS } from '#resnet-bridge/training/tensor-layer';
import { exampleNetwork, exampleState, STEP } from '../example-networks.js';

const devices: Device[] = [];
beforeAll(async () => {
  devices.push(await useDevice('cpu'), await useDevice('wasm'));
});

const dimension = 3;
// Sums of at most 4 products of numbers of order 1, twice, times gates of order 1: some tens of f32 roundings. The f64 side of a
// gradient is a central difference, whose own error STEP² is far below that.
const ROUNDING = 64 * 2 ** -24;

const gatesFor = (count: number): Float64Array => Float64Array.from({ length: count }, (_, j) => 0.4 + 0.3 * j);

function layerValue(network: ResidualNetwork, layer: Layer, noise: Noise, x: Float64Array): Float64Array {
  const noisy = noisyLayer(network, noise, layer);
  const out = new Float64Array(dimension);
  noisy.moveTo(x);
  noisy.apply(gatesFor(noisy.gates), out);
  return out;
}

describe.each(NOISES.map((noise) => [noise.name, noise] as const))('a tensor layer under %s', (_, noise) => {
  const activations: readonly Activation[] = ['tanh', 'sigmoid', 'softplus', 'sin', 'relu'];
  it.each(activations)('is the layer in f64, with its gradients: %s', async (activation) => {
    const network = exampleNetwork({ dimension, activation });
    const [layer] = network.layers;
    const x = exampleState(dimension);
    const v = Float64Array.of(0.3, -0.7, 0.5);
    const { gates } = noisyLayer(network, noise, layer);
    const branches: readonly Branch[] = noise.placement === 'twin' && layer.twin ? [layer, layer.twin] : [layer];
    const along = (l: Layer, at: Float64Array): number =>
      layerValue(network, l, noise, at).reduce((sum, value, i) => sum + value * v[i], 0);
    const slope = (f: (epsilon: number) => number): number => (f(STEP) - f(-STEP)) / (2 * STEP);
    for (const device of devices) {
      const tensors = await device.compute((tf) => {
        const at = tf.tensor2d(Float32Array.from(x), [1, dimension]);
        const drawn = tf.tensor2d(Float32Array.from(gatesFor(gates)), [1, gates]);
        const uploaded = branches.map((branch) => tensorBranch(tf, branch));
        const B = TENSOR_LAYERS[noise.placement]({ tf, activation, h: network.h }, uploaded, at, drawn);
        const back = B.pullback(tf.tensor2d(Float32Array.from(v), [1, dimension]));
        const gradients = back.branches.map((g) => ({ U: tf.transpose(g.U), c: g.c, V: tf.transpose(g.V), d: g.d }));
        return { value: B.value, dx: back.x, gradients };
      });
      const value = await tensors.value.data();
      layerValue(network, layer, noise, x).forEach((exact, i) => {
        expect(Math.abs(value[i] - exact)).toBeLessThan(ROUNDING);
      });
      const dx = await tensors.dx.data();
      for (let j = 0; j < dimension; j++) {
        const exact = slope((epsilon) =>
          along(
            layer,
            x.map((entry, i) => entry + (i === j ? epsilon : 0)),
          ),
        );
        expect(Math.abs(dx[j] - exact)).toBeLessThan(ROUNDING);
      }
      for (const [b, gradient] of tensors.gradients.entries()) {
        for (const name of ['U', 'c', 'V', 'd'] as const) {
          const measured = await gradient[name].data();
          const moved = (entry: number, epsilon: number): Layer => {
            const branch = branches[b];
            const other = { ...branch, [name]: branch[name].map((value, i) => value + (i === entry ? epsilon : 0)) };
            return b === 0 ? { ...layer, ...other, twin: layer.twin } : { ...layer, twin: other };
          };
          expect(measured.length).toBe(branches[b][name].length);
          measured.forEach((entry, i) => {
            expect(Math.abs(entry - slope((epsilon) => along(moved(i, epsilon), x)))).toBeLessThan(ROUNDING);
          });
        }
      }
    }
  });
});
