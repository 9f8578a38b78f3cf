import { inline, key } from 'sde-core';
import { describe, expect, it } from 'vitest';
import { normalProbability } from '#sde-core/numerics/distributions';
import { costCases, costStudy, costTable } from '#studies/multilevel/cost-study';
import { blackScholesCall, hestonCall, hestonCharacteristic } from '#studies/multilevel/heston-call';

const parameters = { r: 0.05, kappa: 2, theta: 0.04, xi: 0.3, rho: -0.7, v0: 0.04 };

describe('the closed form of a call in the Heston model', () => {
  it('has a probability law: ψ(0) = 1 and E S_T = F, ψ(−i) = 1', () => {
    for (const u of [
      [0, 0],
      [0, -1],
    ] as const) {
      const [re, im] = hestonCharacteristic(u, 1, parameters);
      // Rounding of a dozen operations.
      expect(Math.abs(re - 1)).toBeLessThan(1e-14);
      expect(Math.abs(im)).toBeLessThan(1e-14);
    }
  });

  it('tends to Black and Scholes as the variance stands still, like ξ² for ρ = 0', () => {
    for (const [K, sigma] of [
      [0.8, 0.2],
      [1, 0.3],
      [1.3, 0.4],
    ]) {
      const exact = blackScholesCall(1, K, 1, { r: 0.05, sigma }, normalProbability);
      const [far, near] = [0.04, 0.02].map(
        (xi) => hestonCall(1, K, 1, { ...parameters, v0: sigma ** 2, theta: sigma ** 2, xi, rho: 0 }) - exact,
      );
      // Of the next order, ξ⁴: some ξ²/σ² of the first.
      expect(Math.abs(far / near - 4)).toBeLessThan(4 * (0.04 / sigma) ** 2);
    }
  });
});

describe('the cost study', () => {
  it.each(costCases().map((one) => [one.name, one] as const))('%s: slope −2, closed form inside', async (_, one) => {
    const tolerances = [2e-3, 1e-3, 5e-4, 2.5e-4];
    const study = await costStudy(one, { tolerances, key: key('cost'), backend: inline() });
    for (const { tolerance, estimate, covered } of study.rows) {
      expect(estimate.kind).toBe('converged');
      expect((estimate.interval.high - estimate.interval.low) / 2).toBeLessThanOrEqual(tolerance);
      expect(covered).toBe(true);
    }
    // The bound of the project: within 0.2 of −2.
    expect(Math.abs(study.slope + 2)).toBeLessThan(0.2);
    expect(costTable(study)).toContain(`closed form ${study.exact.toFixed(8)}`);
  });
});
