import {
  depthStudy,
  depthTable,
  gaussianInjection,
  gaussianMultiplicative,
  residualNetwork,
  squaredLoss,
} from 'resnet-bridge';
import { key } from 'sde-core';
import { describe, expect, it } from 'vitest';

const draws = { network: 800, leading: 800, modified: 800 };

describe('a study of additive noise', () => {
  it('finds orders 1 and 2, and the exact means and constant of a linear network', async () => {
    // ψ = softplus(z) − softplus(−z) = z, so x⁺ = x − 0.8 h x + √h s ξ: means and variances are known.
    const [a, s, x0] = [-0.8, 0.4, 0.9];
    const network = residualNetwork({
      layers: [{ U: [[1], [-1]], c: [0, 0], V: [[a, -a]], d: [0] }],
      activation: 'softplus',
    });
    const study = await depthStudy(network, gaussianInjection({ scale: s }), {
      functional: { states: [[x0]], loss: () => squaredLoss([0]) },
      refinements: [2, 4, 8, 16],
      draws,
      key: key('linear'),
    });
    if (study.scaling !== 'diffusive') throw new Error(study.scaling);
    const limit = (x0 ** 2 * Math.exp(2 * a) + (s ** 2 * Math.expm1(2 * a)) / (2 * a)) / 2;
    for (const { h, network: measured, limits } of study.levels) {
      const factor = (1 + a * h) ** 2;
      const exact = (x0 ** 2 * factor ** (1 / h) + (s ** 2 * h * (factor ** (1 / h) - 1)) / (factor - 1)) / 2;
      expect(Math.abs(measured.mean - exact)).toBeLessThan(4 * measured.standardError + 1e-12);
      // The splitting's own error is (a δ)²/24 of the noise part, with δ = h/4.
      const splitting = ((a * h) / 4) ** 2 * limit;
      expect(Math.abs(limits.leading.mean - limit)).toBeLessThan(4 * limits.leading.standardError + splitting);
      // b = a − h a²/2, σ = s (1 − h a/2).
      const b = a - (h * a ** 2) / 2;
      const modified = (x0 ** 2 * Math.exp(2 * b) + ((s * (1 - (h * a) / 2)) ** 2 * Math.expm1(2 * b)) / (2 * b)) / 2;
      expect(Math.abs(limits.modified.mean - modified)).toBeLessThan(4 * limits.modified.standardError + splitting);
    }
    expect(study.orders.leading.verdict).toBe('confirmed');
    expect(study.orders.modified.verdict).not.toBe('refuted');
    const variance = (h: number): number => {
      const factor = (1 + a * h) ** 2;
      return (x0 ** 2 * factor ** (1 / h) + (s ** 2 * h * (factor ** (1 / h) - 1)) / (factor - 1)) / 2;
    };
    const C = (2 * (variance(1e-4) - limit)) / 1e-4 - (variance(2e-4) - limit) / 2e-4;
    expect(study.constant.interval.low).toBeLessThan(C);
    expect(study.constant.interval.high).toBeGreaterThan(C);
    expect(study.constant.verdict).toBe('agrees');
  });

  it('says that nothing is predicted without sampling, and prints its own tables', async () => {
    const network = residualNetwork({ dimension: 2, width: 3, depth: 2, key: key('diffusive') });
    const study = await depthStudy(network, gaussianInjection({ scale: 0.3 }), {
      functional: { states: [[0.4, -0.2]], loss: () => squaredLoss([0, 0]) },
      refinements: [1, 2, 4],
      draws: { network: 64, leading: 64, modified: 64 },
      key: key('small'),
    });
    expect(study.warnings.map(({ kind }) => kind)).toContain('no-prediction');
    expect(Object.keys(study.orders)).toEqual(['leading', 'modified']);
    expect(depthTable(study)).toContain('diffusive scaling');
    expect(depthTable(study)).not.toMatch(/undefined|NaN C/);
  });

  it.each([false, true])(
    'is not what multiplicative noise is: it has a flow and a prediction (elementwise %s)',
    async (elementwise) => {
      const network = residualNetwork({ dimension: 2, width: 3, depth: 2, key: key('diffusive') });
      const study = await depthStudy(network, gaussianMultiplicative({ scale: 0.3, elementwise }), {
        functional: { states: [[0.4, -0.2]], loss: () => squaredLoss([0, 0]) },
        refinements: [2, 4, 8, 16],
        draws: { network: 1000, leading: 200, modified: 200 },
        precision: 'f64',
        key: key('multiplicative'),
      });
      if (study.scaling !== 'small-noise') throw new Error(study.scaling);
      expect(study.constant.verdict).toBe('agrees');
      expect(study.orders.leading.verdict).toBe('confirmed');
    },
  );
});
