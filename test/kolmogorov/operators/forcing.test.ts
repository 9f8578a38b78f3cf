import { type Boundary, crankNicolson, solveKolmogorov, uniform } from 'kolmogorov';
import { symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';

const correlated = symbolic({
  state: ['x', 'y'],
  drift: ['0', '0'],
  diffusion: [
    ['1', '0'],
    ['0.6', '0.8'],
  ],
});
const both = (side: Boundary) => ({ lower: side, upper: side });
/** u + 2 ∂u is what it is for u = x y + 0.6 (½ − t). */
const robin = (slope: string) =>
  both({ kind: 'robin', weight: 1, slopeWeight: 2, value: `x*y + 0.6*(0.5 - t) + ${slope}` });
const grid = [uniform(-1, 1, 5), uniform(0, 2, 6)];

describe('what slopes along a side bring', () => {
  test.each([
    ['the first axis', [both({ kind: 'neumann', slope: 'y' }), both({ kind: 'vanishing-curvature' })]],
    ['the second axis', [both({ kind: 'vanishing-curvature' }), both({ kind: 'neumann', slope: 'x' })]],
    ['both', [both({ kind: 'neumann', slope: 'y' }), both({ kind: 'neumann', slope: 'x' })]],
    ['both, by Robin conditions', [robin('2*y'), robin('2*x')]],
    ['one by a slope, on the other by a Robin condition', [both({ kind: 'neumann', slope: 'y' }), robin('2*x')]],
  ] as const)('the mixed derivative of a slope given on %s: u = x y + 0.6 (T − t)', (_, boundary) => {
    const u = solveKolmogorov(
      { model: correlated, T: 0.5, terminal: 'x*y' },
      { grid, boundary, stepping: crankNicolson({ steps: 3, smoothing: 0 }) },
    );
    for (const x of grid[0].points)
      for (const y of grid[1].points) {
        // Differences of a bilinear function are exact, and its derivative in time is constant.
        expect(Math.abs(u.at(0, [x, y]) - (x * y + 0.6 * 0.5))).toBeLessThan(1e3 * Number.EPSILON);
      }
  });
});
