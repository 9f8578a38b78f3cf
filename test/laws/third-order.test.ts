import { crankNicolson, solveKolmogorov, uniform } from 'kolmogorov';
import { asChain, lossShift, refine, residualNetwork, squaredLoss, stochasticDepth } from 'resnet-bridge';
import { key, model } from 'sde-core';
import { describe, expect, it } from 'vitest';
import { branchPoint } from '#resnet-bridge/network/branch';
import { exactLoss } from './exact-network.js';

// In one dimension with B = ηF (mean m, variance v) the drift F̄ − (h/2) F̄F̄′ + h² [m³ (F²F″ + 4FF′²)/12 − (mv/4) F²F″] and the
// squared diffusion h v F² − 2 h² m v F²F′ are of weak order 3 if and only if the third cumulant of η vanishes: p = ½.

const network = residualNetwork({ dimension: 1, depth: 1, width: 3, key: key('third order') });
const x0 = [0.4];
const loss = squaredLoss([1]);

function thirdOrder(p: number, h: number) {
  const [m, v] = [p, p * (1 - p)];
  const point = branchPoint(network.layers[0], 1, 'tanh');
  const [F, D, DD] = [0, 1, 2].map(() => new Float64Array(1));
  const derivatives = (x: Float64Array): [number, number, number] => {
    point.differentiateAt(x);
    point.value(F);
    point.jacobian(D);
    point.laplacian(DD);
    return [F[0], D[0], DD[0]];
  };
  return model({
    dimension: 1,
    noiseDimension: 1,
    drift(_, x, out) {
      const [f, d, dd] = derivatives(x);
      const second = (m ** 3 * (f * f * dd + 4 * f * d * d)) / 12 - ((m * v) / 4) * f * f * dd;
      out[0] = m * f - (h / 2) * m ** 2 * f * d + h ** 2 * second;
    },
    diffusion(_, x, out) {
      const [f, d] = derivatives(x);
      out[0] = f * Math.sqrt(h * v - 2 * h ** 2 * m * v * d);
    },
  });
}

/** E ℓ(X_T) by two grids, extrapolated. */
function byEquation(p: number, h: number): number {
  const [coarse, close] = [401, 801].map((points) =>
    solveKolmogorov(
      { model: thirdOrder(p, h), T: 1, terminal: (x) => loss.value(x) },
      { grid: [uniform(-4, 4, points)], stepping: crankNicolson({ steps: points }), keep: 'ends' },
    ).at(0, x0),
  );
  return close + (close - coarse) / 3;
}

/** (E ℓ(X_N) − E ℓ(X_T)) / h² at h = 1/2, 1/4, 1/8, 1/16, and its limit by Neville. */
function quotients(p: number) {
  const ladder = [2, 4, 8, 16].map((steps) => {
    const fine = refine(network, steps);
    return (
      (exactLoss(asChain(fine, stochasticDepth({ survival: p }), { x0 }), loss) - byEquation(p, fine.h)) / fine.h ** 2
    );
  });
  let [row, previous] = [ladder, ladder];
  for (let k = 1; row.length > 1; k++) {
    previous = row;
    row = row.slice(1).map((fine, i) => fine + (fine - previous[i]) / (2 ** k - 1));
  }
  return { ladder, limit: row[0], change: Math.abs(row[0] - previous[0]) + Math.abs(row[0] - previous[1]) };
}

describe('the third-order equation of one dimension', () => {
  it('is O(h³) from the network where the third cumulant is zero', async () => {
    const { total } = await lossShift(network, stochasticDepth({ survival: 0.5 }), { states: [x0], loss: () => loss });
    const { limit, change, ladder } = quotients(0.5);
    expect(change).toBeLessThan(Math.abs(total) / 10);
    expect(Math.abs(limit)).toBeLessThan(change);
    expect(Math.abs(ladder[3])).toBeLessThan(Math.abs(ladder[2]) * 0.6);
  });

  it('is no better than O(h²) where it is not', () => {
    const { limit, change } = quotients(0.75);
    expect(Math.abs(limit)).toBeGreaterThan(4 * change);
  });
});
