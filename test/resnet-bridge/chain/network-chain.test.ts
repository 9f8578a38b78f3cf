import { asChain, NOISES, outputDropout, shakeShake, stochasticDepth } from 'resnet-bridge';
import { describe, expect, it } from 'vitest';
import { exampleNetwork, exampleState } from '../example-networks.js';

const d = 3;
const network = exampleNetwork({ dimension: d, width: 4, depth: 2 });
const x0 = exampleState(d);

describe('a network as a chain', () => {
  it.each([
    ['branch', 1],
    ['coordinate', 3],
    ['hidden', 4],
    ['twin', 1],
    ['state', 3],
  ] as const)('has as many gates as its placement %s: %i', (placement, gates) => {
    for (const noise of NOISES.filter((each) => each.placement === placement)) {
      const chain = asChain(network, noise, { x0 });
      expect(chain.driver.size).toBe(gates * noise.laws.length);
      expect(chain).toMatchObject({ dimension: d, steps: 2, h: 0.5, t0: 0 });
      expect(chain.x0).toEqual(x0);
    }
  });

  it('lists its outcomes where they are few, with probabilities that add up to 1', () => {
    const { driver } = asChain(network, outputDropout({ keep: 0.75 }), { x0 });
    expect(driver.kind).toBe('bernoulli');
    expect(driver.outcomes).toHaveLength(8);
    expect(driver.outcomes!.reduce((sum, { probability }) => sum + probability, 0)).toBe(1);
    expect(asChain(network, shakeShake(), { x0 }).driver.outcomes).toBeUndefined();
    const wide = exampleNetwork({ dimension: 17, width: 2, depth: 1 });
    expect(asChain(wide, outputDropout({ keep: 0.5 }), { x0: exampleState(17) }).driver.outcomes).toBeUndefined();
  });

  it('skips the branch where the coin falls', () => {
    const chain = asChain(network, stochasticDepth({ survival: 0.5 }), { x0 });
    const out = new Float64Array(d);
    chain.step(0, x0, Float64Array.of(0), out);
    expect(out).toEqual(x0);
    chain.step(0, x0, Float64Array.of(1), out);
    expect(out).not.toEqual(x0);
  });

  it('steps without a memory: the same input gives the same bits whatever came between', () => {
    for (const noise of NOISES) {
      const chain = asChain(network, noise, { x0 });
      const w = Float64Array.from({ length: chain.driver.size }, (_, j) => (j % 2 ? 0.3 : 1));
      const [first, between, second] = [0, 1, 2].map(() => new Float64Array(d));
      chain.step(1, x0, w, first);
      chain.step(
        0,
        Float64Array.from(x0, (value) => 2 * value),
        w,
        between,
      );
      chain.step(1, x0, w, second);
      expect(second).toEqual(first);
    }
  });

  it('refuses a state of another shape or not finite, and missing twins', () => {
    const noise = stochasticDepth({ survival: 0.5 });
    const bare = { ...network, layers: network.layers.map(({ U, c, V, d: offset }) => ({ U, c, V, d: offset })) };
    expect(() => asChain(network, noise, { x0: [1] })).toThrowError(expect.objectContaining({ code: 'shape' }));
    expect(() => asChain(network, noise, { x0: [1, 2, Number.NaN] })).toThrowError(
      expect.objectContaining({ code: 'value' }),
    );
    expect(() => asChain(bare, shakeShake(), { x0 })).toThrowError(expect.objectContaining({ code: 'unsupported' }));
  });
});
