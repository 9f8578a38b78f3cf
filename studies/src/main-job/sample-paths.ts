import {
  applyAffine,
  asChain,
  type Dataset,
  diffusionLimit,
  flow,
  type Noise,
  type ResidualNetwork,
} from 'resnet-bridge';
import { type Chain, discretize, eulerMaruyama, fold, type Key, problem, simulate } from 'sde-core';
import type { PlanePath, SamplePaths } from './main-result.js';
import { plane } from './plane.js';

const PATHS = 24;
/** Steps of Euler–Maruyama for each layer: the modified SDE is not to be solved with the network's own step. */
const SUBSTEPS = 16;

/** One test image through the noisy network, through its modified SDE, and along the flow, seen in one plane. */
export function samplePaths(
  network: ResidualNetwork,
  noise: Noise,
  data: Dataset,
  image: number,
  key: Key,
): SamplePaths {
  const row = data.test[image];
  const x0 = new Float64Array(network.dimension);
  const input = data.inputs.slice(row * data.features, (row + 1) * data.features);
  if (network.readIn) applyAffine(network.readIn, input, x0);
  else x0.set(input);

  const model = diffusionLimit(network, noise, { accuracy: 'modified' });
  const sde = discretize(problem({ model, x0, T: network.horizon }), eulerMaruyama, network.depth * SUBSTEPS);
  const ofNetwork = draw(asChain(network, noise, { x0 }), fold(key, 'network'));
  const ofModified = draw(sde, fold(key, 'modified'));
  const middle = flow(network, noise, x0);
  const states = rowsOf(middle.states, network.dimension);
  const view = plane(
    states,
    ofNetwork.map((path) => path[path.length - 1]),
  );
  const seen = (path: readonly Float64Array[]): PlanePath => path.map(view);
  return {
    digit: data.labels[row],
    image,
    network: ofNetwork.map(seen),
    modified: ofModified.map(seen),
    flow: seen(states),
  };
}

function draw(chain: Chain, key: Key): Float64Array[][] {
  return Array.from({ length: PATHS }, (_, path) => rowsOf(simulate(chain, { key, path }).x.data, chain.dimension));
}

function rowsOf(values: Float64Array, width: number): Float64Array[] {
  return Array.from({ length: values.length / width }, (_, i) => values.slice(i * width, (i + 1) * width));
}
