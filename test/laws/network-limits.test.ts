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
import { key } from 'sde-core';
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
      refinements: [1, 2, 4, 8],
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

/** What error / h tends to as h → 0 on a ladder of ratio 2 (Neville), and by how much its last two columns and rows differ. */
function slopeAtZero(errors: readonly { readonly h: number; readonly error: number }[]): {
  value: number;
  change: number;
} {
  let row = errors.map(({ h, error }) => error / h);
  let previous = row;
  for (let k = 1; row.length > 1; k++) {
    previous = row;
    row = row.slice(1).map((fine, i) => fine + (fine - previous[i]) / (2 ** k - 1));
  }
  return { value: row[0], change: Math.abs(row[0] - previous[0]) + Math.abs(row[0] - previous[1]) };
}

/** An error h·slope + O(h²); slope 0 is order 2. The change must also be small against the predicted shift: a test with power. */
function expectSlope(errors: Parameters<typeof slopeAtZero>[0], slope: number, scale: number): void {
  const { value, change } = slopeAtZero(errors);
  expect(change).toBeLessThan(scale / 10);
  expect(Math.abs(value - slope)).toBeLessThan(change);
}

describe.each(cases.map(([where, each]) => [each.noise.name, where, each] as const))('%s in %s', (_, __, each) => {
  const { noise, loss, x0 } = each;
  const shift = lossShift(each.network, noise, { states: [x0], loss: () => loss });
  const measured = each.refinements.map((m) => {
    const fine = refine(each.network, m);
    return { fine, h: fine.h, value: exactLoss(asChain(fine, noise, { x0 }), loss) };
  });
  const against = (accuracy: Accuracy) =>
    measured.map(({ fine, h, value }) => ({ h, error: value - byEquation(each, fine, accuracy) }));

  it('is h C₁ from its flow, to order 2', async () => {
    const { flowLoss, total, euler, curvature } = await shift;
    const scale = Math.abs(euler) + Math.abs(curvature);
    const errors = measured.map(({ h, value }) => ({ h, error: value - flowLoss }));
    expectSlope(errors, total, scale);
    expectSlope(
      errors.map(({ h, error }) => ({ h, error: error - h * total })),
      0,
      scale,
    );
  });

  it('is from its leading SDE as far as Euler is from the flow: order 1', async () => {
    const { euler, curvature } = await shift;
    expectSlope(against('leading'), euler, Math.abs(euler) + Math.abs(curvature));
  });

  it('is O(h²) from its modified SDE', async () => {
    const { euler, curvature } = await shift;
    expectSlope(against('modified'), 0, Math.abs(euler) + Math.abs(curvature));
  });
});

describe('additive noise of order √h a step', () => {
  const each: Case = { ...oneLayer, noise: gaussianInjection({ scale: 0.5 }), refinements: [1, 2, 4, 8], reach: 5 };
  const errors = (accuracy: Accuracy) =>
    each.refinements.map((m) => {
      const fine = refine(each.network, m);
      const value = exactLoss(asChain(fine, each.noise, { x0: each.x0 }), each.loss);
      return { h: fine.h, error: value - byEquation(each, fine, accuracy) };
    });

  it('is O(h) from its leading SDE, and O(h²) from its modified SDE', () => {
    const leading = slopeAtZero(errors('leading'));
    expect(leading.change).toBeLessThan(Math.abs(leading.value) / 4);
    expectSlope(errors('modified'), 0, Math.abs(leading.value));
  });
});
