import { crossEntropy, NOISES, type ResidualNetwork } from 'resnet-bridge';
import { describe, expect, it } from 'vitest';
import { meanFields } from '#resnet-bridge/noise/mean-field';
import { expansion } from '#resnet-bridge/studies/expansion';
import { DIFFERENCE_ERROR, difference, exampleNetwork, exampleState, STEP } from '../example-networks.js';

const smallNoise = NOISES.filter((noise) => noise.placement !== 'state');

describe.each(smallNoise.map((noise) => [noise.name, noise] as const))('the expansion under %s', (_, noise) => {
  it('holds the loss, its gradient and its Hessian at every layer', () => {
    const network: ResidualNetwork = exampleNetwork({ dimension: 3, depth: 3 });
    const d = network.dimension;
    const fields = meanFields(network, noise);
    const loss = crossEntropy(network.readOut!, 1);
    const starts = [exampleState(d), exampleState(d).map((x) => 0.3 - x)];
    const { states, gradients, hessians, losses } = expansion(fields, network.h, starts, () => loss);
    const lossFrom = (n: number, x: Float64Array): number => {
      const at = Float64Array.from(x);
      const F = new Float64Array(d);
      for (const field of fields.slice(n)) {
        field.moveTo(at);
        field.value(F);
        for (let i = 0; i < d; i++) at[i] += network.h * F[i];
      }
      return loss.value(at);
    };
    for (const [image] of starts.entries()) {
      expect(losses[image]).toBe(lossFrom(0, Float64Array.from(starts[image])));
      for (let n = 0; n <= network.depth; n++) {
        const from = n * starts.length + image;
        const x = states.slice(from * d, (from + 1) * d);
        for (let j = 0; j < d; j++) {
          const [slope] = difference((at) => [lossFrom(n, at)], x, j, STEP);
          expect(Math.abs(gradients[from * d + j] - slope)).toBeLessThan(DIFFERENCE_ERROR);
          // Of a difference of differences the rounding is that of a difference over another STEP.
          const slopes = (at: Float64Array): number[] =>
            Array.from({ length: d }, (_, k) => difference((y) => [lossFrom(n, y)], at, k, 1e-3)[0]);
          difference(slopes, x, j, 1e-3).forEach((second, k) => {
            const TRUNCATION = 1e-3 ** 2 * 10;
            expect(Math.abs(hessians[from * d * d + k * d + j] - second)).toBeLessThan(TRUNCATION);
          });
        }
      }
    }
  });
});
