import { branchMoments, shakeShake, stochasticDepth } from 'resnet-bridge';
import { SdeError } from 'sde-core';
import { describe, expect, test } from 'vitest';
import { exampleNetwork } from '../example-networks.js';

const network = exampleNetwork({ dimension: 2, width: 3, depth: 2 });
const x = Float64Array.of(0.4, -0.7);

describe('branchMoments', () => {
  test.each([
    [{ layer: 2, x }, /0 ≤ layer < 2/],
    [{ layer: -1, x }, /layers count from 0/],
    [{ layer: 0.5, x }, /layers count from 0/],
    [{ layer: 0, x: [1] }, /branchMoments/],
    [{ layer: 0, x: [1, Number.NaN] }, /branchMoments/],
    [{ layer: 0, x, n: 1 }, /layer/],
    [undefined, /branchMoments/],
  ])('refuses %o', (at, message) => {
    const act = () => branchMoments(network, stochasticDepth({ survival: 0.8 }), at as { layer: number; x: number[] });
    expect(act).toThrow(SdeError);
    expect(act).toThrow(message);
  });

  test('refuses what is no network, what is no noise, and a noise that lacks twins', () => {
    const noise = stochasticDepth({ survival: 0.8 });
    expect(() => branchMoments({} as never, noise, { layer: 0, x })).toThrow(/branchMoments/);
    expect(() => branchMoments(network, {} as never, { layer: 0, x })).toThrow(/not a noise/);
    const { twin: _, ...bare } = network.layers[0];
    expect(() => branchMoments({ ...network, layers: [bare, bare] }, shakeShake(), { layer: 0, x })).toThrow(
      /needs two branches/,
    );
  });
});
