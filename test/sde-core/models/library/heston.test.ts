import { heston, polynomialMoment, SdeError } from 'sde-core';
import { describe, expect, it } from 'vitest';

describe('heston', () => {
  const parameters = { mu: 0.1, kappa: 0.5, theta: 0.3, xi: 0.7, rho: 0.3 };

  it('has moments of price and variance that the generator closes', () => {
    const model = heston(parameters);
    const { mean, second } = model.exactMoments(0.9, [1.1, 0.4]);
    const at = (phi: string): number => polynomialMoment(model, phi, { t: 0.9, x0: [1.1, 0.4] });
    // Rounding of e^(tG), ‖tG‖ below 4, over a few terms of size 2.
    const bound = 2 ** 8 * 2 ** -52;
    expect(Math.abs(mean[0] - at('S'))).toBeLessThan(bound);
    expect(Math.abs(mean[1] - at('v'))).toBeLessThan(bound);
    expect(Math.abs(second[1] - at('S*v'))).toBeLessThan(bound);
    expect(Math.abs(second[3] - at('v^2'))).toBeLessThan(bound);
    expect(() => at('S^2')).toThrow(/do not close/);
  });

  it.each([
    ['complex roots', parameters],
    ['real roots', { mu: -0.1, kappa: 0.2, theta: 0.3, xi: 0.5, rho: 0.95 }],
  ])('has an E S² that grows without bound before it is infinite: %s', (_, exploding) => {
    const model = heston(exploding);
    const square = (t: number): number => model.exactMoments(t, [1, 0.4]).second[0];
    let [finite, infinite] = [0, 64];
    while (infinite - finite > 2 ** -40) {
      const middle = (finite + infinite) / 2;
      if (square(middle) === Number.POSITIVE_INFINITY) infinite = middle;
      else finite = middle;
    }
    // B has a pole: B ≈ 2 / (ξ² (t* − t)).
    for (const distance of [2 ** -7, 2 ** -8]) {
      const ratio = Math.log(square(infinite - distance)) * distance * exploding.xi ** 2;
      // Next to the pole's 2 v₀ are terms of relative size distance · log distance.
      expect(Math.abs(ratio - 2 * 0.4)).toBeLessThan(20 * distance * -Math.log(distance));
    }
    expect(square(infinite + 1)).toBe(Number.POSITIVE_INFINITY);
  });

  it('has finite moments for ever where the variance reverts fast', () => {
    const reverting = heston({ ...parameters, mu: -0.2, kappa: 3 });
    const logarithm = (t: number): number => Math.log(reverting.exactMoments(t, [1, 0.4]).second[0]);
    // From t = 400 on, the exponent is linear in t up to e^(−2 · root · 400).
    const difference = logarithm(1600) - 2 * logarithm(1000) + logarithm(400);
    expect(Math.abs(difference)).toBeLessThan(16 * 2 ** -52 * 1600);
  });

  it.each([
    ['rho', { rho: 1.5 }],
    ['rho', { rho: Number.NaN }],
    ['kappa', { kappa: 0 }],
    ['kappa', { kappa: Number.NaN }],
  ])('refuses %s = %o', (field, change) => {
    expect(() => heston({ ...parameters, ...change })).toThrow(SdeError);
    expect(() => heston({ ...parameters, ...change })).toThrow(new RegExp(field));
  });
});
