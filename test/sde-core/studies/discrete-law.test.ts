import type { Law } from 'sde-core';
import { bernoulli, gaussian, threePoint, twoPoint, uniformLaw } from 'sde-core/randomness';
import { describe, expect, test } from 'vitest';
import { discreteLaw } from '#sde-core/studies/discrete-law';

const gaussians = (n: number): Law[] => Array.from({ length: n }, () => gaussian);
const sizeOf = (laws: readonly Law[], moments: number, enough?: number): number | undefined =>
  discreteLaw(laws, moments, enough)?.length;

describe('the law of a step as a list of outcomes', () => {
  test('has every combination of values once, the first variable moving slowest, with the product of weights', () => {
    const law = discreteLaw([bernoulli(0.25), twoPoint, threePoint], 3) ?? [];
    const root = Math.sqrt(3);
    expect(law.map(({ noise }) => [...noise])).toEqual(
      [0, 1].flatMap((coin) => [-1, 1].flatMap((sign) => [-root, 0, root].map((value) => [coin, sign, value]))),
    );
    const weights = [3 / 4, 1 / 4].flatMap((coin) =>
      [1 / 2, 1 / 2].flatMap((sign) => [1 / 6, 2 / 3, 1 / 6].map((value) => coin * sign * value)),
    );
    law.forEach(({ weight }, i) => {
      expect(weight).toBeCloseTo(weights[i], 15);
    });
    expect(discreteLaw([], 3)).toEqual([{ weight: 1, noise: Float64Array.of() }]);
  });

  test('of a normal variable is a quadrature with its moments, in increasing nodes, and no further one', () => {
    const normal = [1, 0, 1, 0, 3, 0, 15, 0, 105, 0, 945];
    for (const [nodes, enough] of [
      [5, 5],
      [3, 4],
      [2, 2],
    ]) {
      const law = discreteLaw([gaussian], 3, enough) ?? [];
      expect(law).toHaveLength(nodes);
      for (let n = 0; n <= 2 * nodes; n++) {
        const moment = law.reduce((sum, { weight, noise }) => sum + weight * noise[0] ** n, 0);
        // Of order n − 1 exact, and of the next even one less by n!.
        const missing = n === 2 * nodes ? [1, 1, 2, 6, 24, 120][nodes] : 0;
        expect(moment).toBeCloseTo(normal[n] - missing, 10);
      }
      const places = law.map(({ noise }) => noise[0]);
      expect(places).toEqual([...places].sort((a, b) => a - b));
    }
  });

  test('takes the finest quadrature that leaves enough, and at least one with the moments', () => {
    expect(sizeOf(gaussians(2), 3, 25)).toBe(25);
    expect(sizeOf(gaussians(2), 3, 24)).toBe(9);
    expect(sizeOf(gaussians(2), 3, 9)).toBe(9);
    expect(sizeOf(gaussians(2), 3, 8)).toBe(4);
    expect(sizeOf(gaussians(2), 3, 1)).toBe(4);
    expect(sizeOf(gaussians(2), 5, 1)).toBe(9);
    expect(sizeOf(gaussians(2), 4, 1)).toBe(9);
    expect(sizeOf(gaussians(2), 6, 1)).toBe(25);
    expect(sizeOf(gaussians(2), 9, 1)).toBe(25);
    expect(sizeOf(gaussians(2), 10, 1e9)).toBeUndefined();
    // By default 1024: 5⁴ = 625 and 2 · 5⁴ = 1250.
    expect(sizeOf(gaussians(4), 3)).toBe(625);
    expect(sizeOf([...gaussians(4), twoPoint], 3)).toBe(162);
    expect(sizeOf([...gaussians(4), twoPoint], 9)).toBe(1250);
  });

  test('is none where there are too many values, or a law is neither', () => {
    const coins = (n: number): Law[] => Array.from({ length: n }, () => twoPoint);
    expect(sizeOf(coins(16), 3)).toBe(65_536);
    expect(sizeOf(coins(17), 3)).toBeUndefined();
    expect(sizeOf([...coins(15), threePoint], 3)).toBeUndefined();
    expect(sizeOf([gaussian, uniformLaw(0, 1)], 3)).toBeUndefined();
    expect(sizeOf([gaussian, bernoulli(0.5)], 3)).toBe(10);
  });
});
