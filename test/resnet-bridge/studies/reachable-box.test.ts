import { asChain, stochasticDepth } from 'resnet-bridge';
import { describe, expect, it } from 'vitest';
import { reachableBox } from '#resnet-bridge/studies/reachable-box';
import { exampleNetwork } from '../example-networks.js';

describe('the reachable box', () => {
  it('holds every state of every outcome of a small network', () => {
    const network = exampleNetwork({ dimension: 2, depth: 6 });
    const chain = asChain(network, stochasticDepth({ survival: 0.5 }), { x0: [0.3, -0.7] });
    const box = reachableBox([chain]);
    for (let coins = 0; coins < 64; coins++) {
      let x = chain.x0;
      for (let n = 0; n < 6; n++) {
        const next = new Float64Array(2);
        chain.step(n, x, Float64Array.of((coins >> n) & 1), next);
        x = next;
        for (const i of [0, 1]) {
          expect(x[i]).toBeGreaterThan(box[i][0]);
          expect(x[i]).toBeLessThan(box[i][1]);
        }
      }
    }
  });
});
