import { crankNicolson, hundsdorferVerwer, solveKolmogorov, uniform } from 'kolmogorov';
import {
  type Accuracy,
  asChain,
  branchDropout,
  diffusionLimit,
  gaussianInjection,
  gaussianMultiplicative,
  type Loss,
  lossShift,
  type Noise,
  outputDropout,
  type ResidualNetwork,
  refine,
  residualNetwork,
  shakeDrop,
  shakeShake,
  squaredLoss,
  stochasticDepth,
} from 'resnet-bridge';
import { fitConstant, fitOrder, key } from 'sde-core';
import { describe, expect, it } from 'vitest';
import { exactLoss } from './exact-network.js';

// E ℓ of the network is enumerated, E ℓ of the limits comes from their backward Kolmogorov equations: no sampling anywhere.

interface Case {
  readonly noise: Noise;
  readonly network: ResidualNetwork;
  readonly x0: readonly number[];
  readonly loss: Loss;
  readonly refinements: readonly number[];
  /** Half-width of the grid, and its points an axis: those of one grid, and of the next with half the spacing. */
  readonly reach: number;
  readonly points: number;
}

/** E ℓ(X_T) of a limit by two grids, extrapolated: error O(Δ⁴) with Δ² both in space and time. */
function byEquation(at: Case, fine: ResidualNetwork, accuracy: Accuracy): number {
  const model = diffusionLimit(fine, at.noise, { accuracy });
  const [coarse, close] = [1, 2].map((factor) => {
    const axis = uniform(-at.reach, at.reach, factor * (at.points - 1) + 1);
    const steps = factor * at.points;
    const one = model.dimension === 1;
    return solveKolmogorov(
      { model, T: fine.horizon, terminal: (x) => at.loss.value(x) },
      {
        grid: one ? [axis] : [axis, axis],
        stepping: one ? crankNicolson({ steps }) : hundsdorferVerwer({ steps }),
        keep: 'ends',
      },
    ).at(0, at.x0);
  });
  return close + (close - coarse) / 3;
}

const network = (dimension: number, depth: number, width: number, twin = false): ResidualNetwork =>
  residualNetwork({ dimension, depth, width, twin, key: key('limits') });

const oneLayer = { network: network(1, 1, 2, true), x0: [0.4], loss: squaredLoss([1]), reach: 4, points: 201 };
const plane = { network: network(2, 1, 2), x0: [0.5, -0.3], loss: squaredLoss([0.2, -0.4]), reach: 2.5, points: 49 };

// Sub-layers under one coin merge (m + 1 states instead of 2^m), so stochastic depth goes far; the others grow like 4^m, 3^m.
const cases: readonly (readonly [string, Case])[] = [
  [
    'one dimension, two layers',
    {
      ...oneLayer,
      network: network(1, 2, 3),
      noise: stochasticDepth({ survival: 0.7 }),
      refinements: [1, 2, 4, 8, 16],
    },
  ],
  [
    'one dimension',
    { ...oneLayer, noise: stochasticDepth({ survival: 0.6, rescaled: true }), refinements: [2, 4, 8, 16, 32] },
  ],
  ['one dimension', { ...oneLayer, noise: outputDropout({ keep: 0.8 }), refinements: [2, 4, 8, 16, 32] }],
  ['one dimension', { ...oneLayer, noise: branchDropout({ keep: 0.8 }), refinements: [1, 2, 4, 8] }],
  ['one dimension', { ...oneLayer, noise: shakeShake(), refinements: [1, 2, 4, 8] }],
  ['one dimension', { ...oneLayer, noise: shakeDrop({ survival: 0.8 }), refinements: [1, 2, 4] }],
  ['one dimension', { ...oneLayer, noise: gaussianMultiplicative({ scale: 0.4 }), refinements: [1, 2, 4, 8] }],
  ['two dimensions', { ...plane, noise: stochasticDepth({ survival: 0.7 }), refinements: [2, 4, 8, 16] }],
  ['two dimensions', { ...plane, noise: outputDropout({ keep: 0.7 }), refinements: [1, 2, 4, 8] }],
  ['two dimensions', { ...plane, noise: branchDropout({ keep: 0.7 }), refinements: [1, 2, 4, 8] }],
];

describe.each(cases.map(([where, each]) => [each.noise.name, where, each] as const))('%s in %s', (_, __, each) => {
  const { noise, loss, x0 } = each;
  const shift = lossShift(each.network, noise, { states: [x0], loss: () => loss });
  const measured = each.refinements.map((m) => {
    const fine = refine(each.network, m);
    return { fine, h: fine.h, value: exactLoss(asChain(fine, noise, { x0 }), loss) };
  });
  const exact = (h: number, error: number) => ({ h, error, standardError: 0 });

  it('is flow + h C₁ to order 2, and the flow to order 1', async () => {
    const { flowLoss, total } = await shift;
    const againstFlow = measured.map(({ h, value }) => exact(h, value - flowLoss));
    const remainder = measured.map(({ h, value }) => exact(h, value - flowLoss - h * total));
    expect(fitOrder(againstFlow, { expected: 1 })).toMatchObject({ verdict: 'confirmed' });
    expect(fitOrder(remainder, { expected: 2 })).toMatchObject({ verdict: 'confirmed' });
    const { interval } = fitConstant(againstFlow, { order: 1 });
    expect(total).toBeGreaterThan(interval[0]);
    expect(total).toBeLessThan(interval[1]);
  });

  it('is its leading SDE to order 1, and its modified SDE to order 2', () => {
    const errors = (accuracy: Accuracy) =>
      measured.map(({ fine, h, value }) => exact(h, value - byEquation(each, fine, accuracy)));
    expect(fitOrder(errors('leading'), { expected: 1 })).toMatchObject({ verdict: 'confirmed' });
    expect(fitOrder(errors('modified'), { expected: 2 })).toMatchObject({ verdict: 'confirmed' });
  });
});

describe('additive noise of order √h a step', () => {
  const each: Case = { ...oneLayer, noise: gaussianInjection({ scale: 0.5 }), refinements: [1, 2, 4, 8], reach: 5 };

  it('is its leading SDE to order 1, and its modified SDE to order 2', () => {
    const errors = (accuracy: Accuracy) =>
      each.refinements.map((m) => {
        const fine = refine(each.network, m);
        const value = exactLoss(asChain(fine, each.noise, each), each.loss);
        return { h: fine.h, error: value - byEquation(each, fine, accuracy), standardError: 0 };
      });
    expect(fitOrder(errors('leading'), { expected: 1 })).toMatchObject({ verdict: 'confirmed' });
    expect(fitOrder(errors('modified'), { expected: 2 })).toMatchObject({ verdict: 'confirmed' });
  });
});
