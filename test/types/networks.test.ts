import { asChain, diffusionLimit, residualNetwork, stochasticDepth } from 'resnet-bridge';
import { key } from 'sde-core';
import { describe, expect, it } from 'vitest';

// Checked by `tsc -p test`: an expectation that is not met is a compile error.
describe('the types of networks', () => {
  it('refuse what cannot be', () => {
    const network = residualNetwork({ dimension: 1, width: 1, depth: 1, key: key(1) });
    const noise = stochasticDepth({ survival: 0.5 });
    const refused: (() => unknown)[] = [
      // @ts-expect-error an activation that is not known
      () => residualNetwork({ dimension: 1, width: 1, depth: 1, key: key(1), activation: 'gelu' }),
      // @ts-expect-error random weights without a key
      () => residualNetwork({ dimension: 1, width: 1, depth: 1 }),
      // @ts-expect-error a noise without its probability
      () => stochasticDepth({}),
      // @ts-expect-error a chain without its start
      () => asChain(network, noise, {}),
      // @ts-expect-error an accuracy that is not known
      () => diffusionLimit(network, noise, { accuracy: 'exact' }),
      () => {
        // @ts-expect-error networks are not changed in place
        network.depth = 2;
      },
    ];
    expect(refused).toHaveLength(6);
  });
});
