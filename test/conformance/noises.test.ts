import { asChain, branchMoments, NOISES, type Noise } from 'resnet-bridge';
import { describe, expect, it } from 'vitest';
import { enumerated } from '../laws/exact-network.js';
import { exampleNetwork, exampleState } from '../resnet-bridge/example-networks.js';

const d = 2;
const width = 3;
const network = exampleNetwork({ dimension: d, width, depth: 2 });
const x = exampleState(d);

/** Every value of B(x, w) at layer 1 with its weight, from the chain's own step. */
function enumerate(noise: Noise): { probability: number; B: number[] }[] {
  const chain = asChain(network, noise, { x0: x });
  return enumerated(chain.driver.laws).map(({ probability, noise: w }) => {
    const out = new Float64Array(d);
    chain.step(1, x, w, out);
    return { probability, B: Array.from(out, (next, i) => (next - x[i]) / network.h) };
  });
}

describe.each(NOISES.map((noise) => [noise.name, noise] as const))('%s', (_, noise) => {
  const moments = branchMoments(network, noise, { layer: 1, x });
  const values = enumerate(noise);
  const expectation = (f: (B: number[]) => number): number =>
    values.reduce((sum, { probability, B }) => sum + probability * f(B), 0);
  const central = (i: number) => (B: number[]) => B[i] - moments.mean[i];
  const size = Math.max(...values.map(({ B }) => Math.hypot(...B)));
  // Enumeration adds up to 27 products of numbers of size |B|^k / h, each rounded.
  const rounding = (degree: number): number => (64 * Number.EPSILON * (1 + size) ** degree) / network.h;
  const indices = [0, 1];

  it('has the mean of its enumerated law', () => {
    for (const i of indices) {
      expect(Math.abs(expectation((B) => B[i]) - moments.mean[i])).toBeLessThan(rounding(1));
    }
  });

  it('has the covariance of its enumerated law, and a factor of it', () => {
    const r = moments.covarianceFactor.length / d;
    for (const i of indices) {
      for (const j of indices) {
        const exact = expectation((B) => central(i)(B) * central(j)(B));
        expect(Math.abs(exact - moments.covariance[i * d + j])).toBeLessThan(rounding(2));
        let product = 0;
        for (let k = 0; k < r; k++)
          product += moments.covarianceFactor[i * r + k] * moments.covarianceFactor[j * r + k];
        expect(Math.abs(product - moments.covariance[i * d + j])).toBeLessThan(rounding(2));
      }
    }
  });

  it('has the third cumulant of its enumerated law', () => {
    for (const i of indices) {
      for (const j of indices) {
        for (const k of indices) {
          const exact = expectation((B) => central(i)(B) * central(j)(B) * central(k)(B));
          expect(Math.abs(exact - moments.thirdCumulant[(i * d + j) * d + k])).toBeLessThan(rounding(3));
        }
      }
    }
  });

  it('has the gate moments that it declares', () => {
    const points = enumerated(noise.laws);
    const moment = (f: (g: number) => number): number =>
      points.reduce((sum, { probability, noise: w }) => sum + probability * f(noise.gate(w, 0)), 0);
    const tolerance = 32 * Number.EPSILON;
    expect(Math.abs(moment((g) => g) - noise.mean)).toBeLessThan(tolerance);
    expect(Math.abs(moment((g) => (g - noise.mean) ** 2) - noise.variance)).toBeLessThan(tolerance);
    expect(Math.abs(moment((g) => (g - noise.mean) ** 3) - noise.thirdCumulant)).toBeLessThan(tolerance);
  });

  it('fluctuates: the suite above tests something', () => {
    expect(Math.hypot(...moments.covariance)).toBeGreaterThan(rounding(2));
  });
});
