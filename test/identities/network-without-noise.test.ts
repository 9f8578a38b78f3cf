import {
  asChain,
  branchDropout,
  diffusionLimit,
  outputDropout,
  refine,
  shakeDrop,
  stochasticDepth,
} from 'resnet-bridge';
import { describe, expect, it } from 'vitest';
import { exampleNetwork, exampleState } from '../resnet-bridge/example-networks.js';

const silent = [
  stochasticDepth({ survival: 1 }),
  stochasticDepth({ survival: 1, rescaled: true }),
  outputDropout({ keep: 1 }),
  branchDropout({ keep: 1 }),
  shakeDrop({ survival: 1 }),
];

describe.each(silent.map((noise) => [noise.name, noise] as const))('without noise (%s) a network', (_, noise) => {
  it.each([1, 3])('is Euler on its flow, bit for bit, at refinement %i', (m) => {
    const network = refine(exampleNetwork({ dimension: 4, width: 5, depth: 5, horizon: 1.7 }), m);
    const x0 = exampleState(4);
    const chain = asChain(network, noise, { x0 });
    const { drift, noiseDimension } = diffusionLimit(network, noise, { accuracy: 'flow' });
    expect(noiseDimension).toBe(0);
    const w = Float64Array.from({ length: chain.driver.size }, (_, j) => (noise.laws.length === 2 && j % 2 ? 0.4 : 1));
    let x = Float64Array.from(x0);
    let euler = Float64Array.from(x0);
    for (let n = 0; n < chain.steps; n++) {
      const out = new Float64Array(4);
      chain.step(n, x, w, out);
      x = out;
      const b = new Float64Array(4);
      drift((n * network.horizon) / network.depth, euler, b);
      euler = euler.map((value, i) => value + network.h * b[i]);
      expect(x).toEqual(euler);
    }
  });
});
