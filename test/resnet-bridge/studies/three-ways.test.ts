import {
  asChain,
  crossEntropy,
  gaussianInjection,
  gaussianMultiplicative,
  type JudgedStates,
  residualNetwork,
  stochasticDepth,
  type ThreeWays,
  threeWays,
} from 'resnet-bridge';
import { key } from 'sde-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { exactLoss } from '../../laws/exact-network.js';

const network = residualNetwork({ dimension: 2, width: 4, depth: 3, horizon: 2, readOut: 2, key: key('b') });
const noise = stochasticDepth({ survival: 0.8 });
const losses = [0, 1].map((label) => crossEntropy(network.readOut!, label));
const judged: JudgedStates = {
  states: [
    [0.5, -0.3],
    [-0.4, 0.8],
    [0.9, 0.1],
  ],
  loss: (image) => losses[image % 2],
};
const sizes = { key: key(3), points: 49, paths: 256, substeps: 4 };

describe('one number three ways', () => {
  let result: ThreeWays;
  const fractions: number[] = [];
  beforeAll(async () => {
    result = await threeWays(network, noise, judged, {
      ...sizes,
      onProgress: ({ done, of }) => fractions.push(done / of),
    });
  });

  it('enumerates every network', () => {
    const exact = judged.states.map((x0, i) => exactLoss(asChain(network, noise, { x0 }), judged.loss(i)));
    expect(result.enumeration.networks).toBe(8);
    // The sum of 24 products, in another order.
    expect(Math.abs(result.enumeration.mean - (exact[0] + exact[1] + exact[2]) / 3)).toBeLessThan(1e-14);
  });

  it('solves one SDE twice: equation and Monte Carlo agree within the errors that they state', () => {
    expect(result.agree).toBe(true);
    for (const { monteCarlo, equation, gridError } of result.levels) {
      expect(monteCarlo.standardError).toBeGreaterThan(0);
      expect(Math.abs(monteCarlo.mean - equation)).toBeLessThan(4 * monteCarlo.standardError + gridError);
    }
  });

  it('resolves the difference, which falls like h²: the quotient moves by less than itself while h falls by four', () => {
    const { levels, monteCarlo, differences, constant } = result;
    expect(levels.map(({ refinement }) => refinement)).toEqual([1, 2, 4]);
    const quotients = levels.map(({ overHSquared }) => overHSquared);
    expect(Math.abs(quotients[2] - quotients[0])).toBeLessThan(Math.abs(quotients[2]));
    expect(Math.abs(levels[2].difference)).toBeLessThan(Math.abs(levels[0].difference) / 8);
    expect(constant.interval.low).toBeLessThan(constant.value);
    expect(differences.networkMinusEquation).toBe(levels[0].difference);
    expect(monteCarlo.mean).toBe(levels[0].monteCarlo.mean);
    expect(result.kolmogorov.solves).toBe(2);
  });

  it('tells its progress, up to 1', () => {
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions[0]).toBe(0);
    expect(fractions.at(-1)).toBe(1);
  });

  it('is a function of its key', async () => {
    const again = await threeWays(network, noise, judged, sizes);
    expect(JSON.stringify(again)).toBe(JSON.stringify(result));
    const other = await threeWays(network, noise, judged, { ...sizes, key: key(4) });
    expect(other.levels[0].equation).toBe(result.levels[0].equation);
    expect(other.monteCarlo.mean).not.toBe(result.monteCarlo.mean);
  });

  it('refuses other dimensions, noise without outcomes, too few refinements, bad sizes, and stops when told', async () => {
    const line = residualNetwork({ dimension: 1, width: 2, depth: 2, readOut: 2, key: key(1) });
    const one = { states: [[1]], loss: () => crossEntropy(line.readOut!, 0) };
    const refused = (run: Promise<unknown>, code: string) => expect(run).rejects.toMatchObject({ code });
    await refused(threeWays(line, noise, one, sizes), 'unsupported');
    await refused(threeWays(network, gaussianMultiplicative({ scale: 0.1 }), judged, sizes), 'unsupported');
    await refused(threeWays(network, gaussianInjection({ scale: 0.1 }), judged, sizes), 'unsupported');
    await refused(threeWays(network, noise, { ...judged, states: [] }, sizes), 'shape');
    await refused(threeWays(network, noise, { ...judged, states: [[1, 2, 3]] }, sizes), 'shape');
    await refused(threeWays(network, noise, judged, { ...sizes, refinements: [1, 2] }), 'value');
    await refused(threeWays(network, noise, judged, { ...sizes, points: 50 }), 'value');
    await refused(threeWays(network, noise, judged, { ...sizes, paths: 1 }), 'value');
    await refused(threeWays(network, noise, judged, { ...sizes, signal: AbortSignal.abort() }), 'cancelled');
  });
});
