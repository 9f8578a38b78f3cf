import { asChain, NOISES, type Noise, refine, squaredLoss } from 'resnet-bridge';
import { exactExpectation, key, terminal } from 'sde-core';
import { noiseSource } from 'sde-core/randomness';
import { describe, expect, it } from 'vitest';
import { meanFields } from '#resnet-bridge/noise/mean-field';
import { controlledChain } from '#resnet-bridge/studies/controlled-chain';
import { correctedDrift } from '#resnet-bridge/studies/corrected-drift';
import { expansion } from '#resnet-bridge/studies/expansion';
import { limitProcess, networkProcess } from '#resnet-bridge/studies/process';
import { exampleNetwork, exampleState } from '../example-networks.js';

const d = 2;
const network = exampleNetwork({ dimension: d, width: 2, depth: 2, horizon: 2 });
const starts = [exampleState(d), exampleState(d).map((x) => x - 0.5)];
const loss = squaredLoss([0.3, -0.2]);
const along = (noise: Noise) => {
  const fine = refine(network, 2);
  return expansion(meanFields(fine, noise), fine.h, starts, () => loss);
};
const each = NOISES.map((noise) => [noise.name, noise] as const);

describe('a process as chains', () => {
  it.each(each)('is asChain for the network, to the bit, with one more state: %s', (_, noise) => {
    const made = controlledChain(network, noise, networkProcess(network, 2))(1, along(noise));
    const plain = asChain(refine(network, 2), noise, { x0: starts[1] });
    expect([made.steps, made.h, made.dimension]).toEqual([plain.steps, plain.h, d + 1]);
    const noiseOf = noiseSource(plain.driver.laws, key(1));
    const drawn = new Float64Array(plain.driver.size);
    let [x, next] = [Float64Array.from(plain.x0), new Float64Array(d)];
    let [y, after] = [Float64Array.from(made.x0), new Float64Array(d + 1)];
    for (let n = 0; n < plain.steps; n++) {
      noiseOf(0, n, drawn);
      plain.step(n, x, drawn, next);
      made.step(n, y, drawn, after);
      [x, next] = [next, x];
      [y, after] = [after, y];
      expect(y.slice(0, d)).toEqual(x);
    }
  });

  it('has a control of mean 0, over all outcomes of the network', () => {
    let enumerated = 0;
    for (const [, noise] of each) {
      if (noise.laws.some((law) => law.outcomes === undefined)) continue;
      const chain = controlledChain(network, noise, networkProcess(network, 2))(0, along(noise));
      if ((chain.driver.outcomes?.length ?? 0) > 4) continue;
      enumerated++;
      const control = terminal((state: Float64Array) => state[d]);
      const square = terminal((state: Float64Array) => state[d] * state[d]);
      const deviation = Math.sqrt(exactExpectation(chain, square, { method: 'tree' }));
      expect(deviation).toBeGreaterThan(1e-3);
      // Some hundred roundings of numbers of order 1.
      expect(Math.abs(exactExpectation(chain, control, { method: 'tree' }))).toBeLessThan(128 * 2 ** -53);
    }
    expect(enumerated).toBeGreaterThanOrEqual(4);
  });

  it('takes a step for each kick of an SDE, and the same drifts as its process', () => {
    for (const [, noise] of each) {
      const process = limitProcess(network, 2, { name: 'modified', correction: 0.25, substeps: 2 });
      const chain = controlledChain(network, noise, process)(0, along(noise));
      expect(chain.steps).toBe(process.kicks);
      const fields = meanFields(network, noise);
      const silence = new Float64Array(chain.driver.size);
      let [x, next] = [Float64Array.from(chain.x0), new Float64Array(d + 1)];
      for (let n = 0; n < chain.steps; n++) {
        chain.step(n, x, silence, next);
        [x, next] = [next, x];
      }
      // By the midpoint rule, written once more.
      const drift = correctedDrift(noise, d);
      const [y, half, F] = [Float64Array.from(starts[0]), new Float64Array(d), new Float64Array(d)];
      for (const move of process.moves) {
        if (move.kind !== 'drift') continue;
        drift(fields[move.layer], move.correction, y, F);
        for (let i = 0; i < d; i++) half[i] = y[i] + (move.duration / 2) * F[i];
        drift(fields[move.layer], move.correction, half, F);
        for (let i = 0; i < d; i++) y[i] += move.duration * F[i];
      }
      expect(x.slice(0, d)).toEqual(y);
    }
  });
});
