import {
  flowAdjoint,
  lossShift,
  NOISES,
  type ResidualNetwork,
  refine,
  residualNetwork,
  squaredLoss,
  stochasticDepth,
} from 'resnet-bridge';
import { describe, expect, it } from 'vitest';
import { difference, STEP } from '../example-networks.js';
import { expectedLossByCounts, kinkedNetwork } from '../kinked-networks.js';

const noise = stochasticDepth({ survival: 0.8, rescaled: true });
const bent = { U: [[1]], c: [0], V: [[1]], d: [1] };
const straight = { U: [[1]], c: [-100], V: [[1]], d: [1] };
const line = (layers: (typeof bent)[], horizon = layers.length): ResidualNetwork =>
  residualNetwork({ layers, activation: 'relu', horizon });
const shiftOf = (network: ResidualNetwork, x0: ArrayLike<number>, target: ArrayLike<number>) =>
  lossShift(network, noise, { states: [x0], loss: () => squaredLoss(target) });
const kindsOf = ({ warnings }: { warnings: readonly { kind: string }[] }): string[] => warnings.map(({ kind }) => kind);

describe('a kink that the flow crosses', () => {
  const x0 = [-1 / 2];
  const network = line([bent]);

  it('adds its jump to the Hessian: 2e − √e, and not e', () => {
    const { hessians, gradients, states } = flowAdjoint(network, noise, x0, squaredLoss([0]), { hessian: true });
    expect(hessians![0]).toBeCloseTo(2 * Math.E - Math.sqrt(Math.E), 11);
    expect(gradients[0]).toBeCloseTo(Math.E - Math.sqrt(Math.E), 11);
    expect(states[1]).toBeCloseTo(Math.sqrt(Math.E) - 1, 14);
  });

  it('gives C₁ 0.1392, which exact networks tend to, and not 0.0724', async () => {
    const { total, flowLoss, smooth, warnings } = await shiftOf(network, x0, [0]);
    expect(total).toBeCloseTo(0.139242624, 8);
    const measured = [256, 1024, 4096].map(
      (m) => (expectedLossByCounts(network, noise, x0, squaredLoss([0]), m) - flowLoss) * m,
    );
    measured.forEach((value, i) => {
      expect(Math.abs(value - total)).toBeLessThan(2e-3 / 4 ** i);
    });
    expect(smooth).toBe(false);
    expect(warnings.map(({ kind }) => kind)).toEqual(['kinks']);
  });

  it.each([2, 3, 8])('is crossed once by %i sub-layers, at their boundary too', async (m) => {
    expect((await shiftOf(refine(network, m), x0, [0])).total).toBeCloseTo(0.139242624, 8);
  });
});

describe('Hessians of random ReLU networks are the differences of their exact gradients', () => {
  const noises = NOISES.filter(({ placement }) => placement !== 'state');
  it.each(noises)('$name', (each) => {
    for (let seed = 0; seed < 12; seed++) {
      const dimension = 1 + (seed % 3);
      const { network, x0, target } = kinkedNetwork(seed, { dimension, depth: 3, twin: true });
      const loss = squaredLoss(target);
      const along = flowAdjoint(network, each, x0, loss, { hessian: true });
      if (along.warnings.length > 0) continue;
      const gradient = (x: Float64Array): Float64Array =>
        flowAdjoint(network, each, x, loss).gradients.slice(0, dimension);
      for (let j = 0; j < dimension; j++) {
        difference(gradient, Float64Array.from(x0), j, STEP).forEach((slope, i) => {
          const entry = along.hessians![i * dimension + j];
          // The gradient has kinks of its own, at worst within the step.
          expect(Math.abs(slope - entry)).toBeLessThan(STEP * (1 + Math.abs(entry)));
        });
      }
    }
  });
});

describe('C₁ of random ReLU networks is what exact networks tend to', () => {
  it.each(Array.from({ length: 24 }, (_, seed) => seed))('seed %i', async (seed) => {
    const depth = 1 + (Math.floor(seed / 4) % 2);
    const { network, x0, target } = kinkedNetwork(100 + seed, { dimension: 1 + (seed % 3), depth });
    const { total, flowLoss } = await shiftOf(network, x0, target);
    const off = (m: number): number =>
      ((expectedLossByCounts(network, noise, x0, squaredLoss(target), m) - flowLoss) * m) / network.h - total;
    const [coarse, fine] = depth === 1 ? [off(256), off(4096)] : [off(16), off(256)];
    // O(h) away from kinks, and √h where the flow is near one as a layer ends.
    expect(Math.abs(fine)).toBeLessThan(Math.max(0.5 * Math.abs(coarse), 2e-3 * (1 + Math.abs(total))));
  });
});

describe('kinks met in special places', () => {
  it.each([
    ['as a layer begins', [straight, bent]],
    ['as a layer ends', [bent, straight]],
    ['as one ends and the next begins', [bent, bent]],
  ])('%s: half of each jump, and it is said', async (_, layers) => {
    const network = line(layers);
    const shift = await shiftOf(network, [-1], [0]);
    expect(kindsOf(shift)).toContain('kink-at-layer-end');
    const off = [256, 1024].map((m) =>
      Math.abs((expectedLossByCounts(network, noise, [-1], squaredLoss([0]), m) - shift.flowLoss) * m - shift.total),
    );
    expect(off[1]).toBeLessThan(0.7 * off[0]);
    expect(off[1]).toBeLessThan(0.01);
  });

  it('several at once', async () => {
    const layers = [
      {
        U: [
          [1, 0],
          [0, 1],
          [1, 1],
        ],
        c: [0, 0, 0],
        V: [
          [1, 0.5, 0.2],
          [-0.3, 1, 0.4],
        ],
        d: [1, 1],
      },
    ];
    const network = residualNetwork({ layers, activation: 'relu' });
    const shift = await shiftOf(network, [-0.5, -0.5], [0, 0]);
    const measured =
      (expectedLossByCounts(network, noise, [-0.5, -0.5], squaredLoss([0, 0]), 1024) - shift.flowLoss) * 1024;
    expect(Math.abs(measured - shift.total)).toBeLessThan(3e-3);
    expect(kindsOf(shift)).toEqual(['kinks']);
  });

  // x' = 1, y' = 2 x, w' = max(y, 0): y = x² + y₀ − 1 touches zero at x = 0.
  const touching = residualNetwork({
    layers: [
      {
        U: [
          [1, 0, 0],
          [-1, 0, 0],
          [0, 1, 0],
        ],
        c: [0, 0, 0],
        V: [
          [0, 0, 0],
          [2, -2, 0],
          [0, 0, 1],
        ],
        d: [1, 0, 0],
      },
    ],
    activation: 'relu',
    horizon: 2,
  });
  it.each([0, -1e-5, 1e-5, -1e-9, 1e-9])('a kink that is grazed, %d above it, is said', async (above) => {
    expect(kindsOf(await shiftOf(touching, [-1, 1 + above, 0], [0, 0, 0]))).toContain('grazing-kink');
  });

  it.each([-0.5, 0.5])('and one that is not, %d above it, is not', async (above) => {
    expect(kindsOf(await shiftOf(touching, [-1, 1 + above, 0], [0, 0, 0]))).not.toContain('grazing-kink');
  });

  it('a flow that rests on one is said', async () => {
    expect(kindsOf(await shiftOf(line([{ ...bent, d: [0] }]), [0], [1]))).toContain('resting-on-kink');
  });

  it('a flow that starts on one is said where the Hessian there is given', async () => {
    const network = line([{ ...bent, V: [[-1]] }]);
    const along = flowAdjoint(network, noise, [0], squaredLoss([0]), { hessian: true });
    expect(kindsOf(along)).toEqual(['kink-at-layer-end']);
    expect(kindsOf(flowAdjoint(network, noise, [0], squaredLoss([0])))).toEqual([]);
    // C₁ needs second derivatives after time 0 alone.
    expect(kindsOf(await shiftOf(network, [0], [0]))).toEqual(['kinks']);
  });
});

describe('a stiff layer', () => {
  const stiff = (weight: number, horizon: number): ReturnType<typeof flowAdjoint> =>
    flowAdjoint(
      line([{ U: [[weight]], c: [0], V: [[-weight]], d: [1] }], horizon),
      stochasticDepth({ survival: 1 }),
      [-1 / 2],
      squaredLoss([0]),
      { hessian: true },
    );

  it('is resolved, x at rest at 1/w² after the kink', () => {
    const { states, gradients, hessians, resolved, warnings } = stiff(30, 1);
    expect(states[1]).toBeCloseTo(1 / 900, 14);
    expect(gradients[0]).toBeCloseTo(0, 14);
    expect(hessians![0]).toBeCloseTo(0, 14);
    expect([resolved, warnings]).toEqual([true, []]);
  });

  it('is given up, in bounded work and without NaN, and said where it would take millions of steps', () => {
    const { gradients, hessians, resolved, warnings } = stiff(1000, 2);
    expect(resolved).toBe(false);
    expect(warnings.map(({ kind }) => kind)).toEqual(['unresolved-flow']);
    expect([...gradients, ...hessians!].every(Number.isFinite)).toBe(true);
  });
});
