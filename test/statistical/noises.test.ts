import { asChain, branchMoments, NOISES } from 'resnet-bridge';
import { expectation, inline, key, terminal } from 'sde-core';
import { describe, expect, it } from 'vitest';
import { exampleNetwork, exampleState } from '../resnet-bridge/example-networks.js';

const d = 3;
const network = exampleNetwork({ dimension: d, width: 4, depth: 1 });
const x = exampleState(d);
const Z = 4;

describe.each(NOISES.map((noise) => [noise.name, noise] as const))('one sampled layer under %s', (_, noise) => {
  const chain = asChain(network, noise, { x0: x });
  const { mean, covariance } = branchMoments(network, noise, { layer: 0, x });
  const next = mean.map((F, i) => x[i] + network.h * F);
  const sample = (phi: (y: Float64Array) => number) =>
    expectation(chain, terminal(phi), { paths: 4096, key: key(noise.name), backend: inline() });

  it('has the mean x + h F̄', async () => {
    const weights = [1, -2, 0.5];
    const estimate = await sample((y) => weights.reduce((sum, w, i) => sum + w * y[i], 0));
    const exact = weights.reduce((sum, w, i) => sum + w * next[i], 0);
    expect(estimate.standardError).toBeGreaterThan(0);
    expect(Math.abs(estimate.mean - exact)).toBeLessThan(Z * estimate.standardError);
  });

  it('has the second moment |x + h F̄|² + h² tr Σ', async () => {
    const estimate = await sample((y) => y.reduce((sum, value) => sum + value * value, 0));
    let exact = next.reduce((sum, value) => sum + value * value, 0);
    for (let i = 0; i < d; i++) exact += network.h ** 2 * covariance[i * d + i];
    expect(Math.abs(estimate.mean - exact)).toBeLessThan(Z * estimate.standardError);
  });

  it('has the covariance h² Σ between two coordinates', async () => {
    const estimate = await sample((y) => (y[0] - next[0]) * (y[1] - next[1]));
    const exact = network.h ** 2 * covariance[1];
    expect(estimate.standardError).toBeGreaterThan(0);
    expect(Math.abs(estimate.mean - exact)).toBeLessThan(Z * estimate.standardError);
  });
});
