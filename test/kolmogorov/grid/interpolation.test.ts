import { uniform } from 'kolmogorov';
import { describe, expect, test } from 'vitest';
import { pointsOf } from '#kolmogorov/grid/axis';
import { nodeAt, tensorGrid } from '#kolmogorov/grid/grid';
import { interpolate, interpolation } from '#kolmogorov/grid/interpolation';
import { everySecond, prolonged, restricted } from '#kolmogorov/grid/refinement';

const grid = tensorGrid([pointsOf([0, 0.3, 0.5, 1, 1.6, 2]), uniform(-1, 1, 5)], 2, 'test');
const sampled = (on: typeof grid, f: (x: Float64Array) => number): Float64Array => {
  const x = new Float64Array(on.dimension);
  return Float64Array.from({ length: on.size }, (_, p) => {
    nodeAt(on, p, x);
    return f(x);
  });
};
const cubic = (x: ArrayLike<number>): number => (x[0] ** 3 - 2 * x[0]) * (x[1] ** 3 + x[1] ** 2) + 1;

describe('interpolation', () => {
  test.each([[[0, -1]], [[0.1, 0.9]], [[1.99, 0.2]], [[0.5, 0]], [[2, 1]]])('is exact for cubics at %j', (x) => {
    const at = interpolation(grid, x, 'test');
    // Weights are O(1), values O(10).
    expect(Math.abs(interpolate(at, sampled(grid, cubic)) - cubic(x))).toBeLessThan(1e3 * Number.EPSILON);
  });

  test('differentiates cubics exactly', () => {
    const values = sampled(grid, cubic);
    const [x, y] = [0.7, -0.35];
    const dx = (3 * x ** 2 - 2) * (y ** 3 + y ** 2);
    const dy = (x ** 3 - 2 * x) * (3 * y ** 2 + 2 * y);
    expect(Math.abs(interpolate(interpolation(grid, [x, y], 'test', { orders: [1, 0] }), values) - dx)).toBeLessThan(
      1e-13,
    );
    expect(Math.abs(interpolate(interpolation(grid, [x, y], 'test', { orders: [0, 1] }), values) - dy)).toBeLessThan(
      1e-13,
    );
  });

  test('prolongs cubics from every second point exactly, and restriction undoes it', () => {
    const fine = tensorGrid([uniform(0, 2, 9), pointsOf([0, 0.1, 0.3, 0.6, 1, 1.1, 1.5, 1.6, 2])], 2, 'test');
    const coarse = everySecond(fine, 'test');
    const values = sampled(coarse, cubic);
    const up = prolonged(coarse, fine, values);
    const exact = sampled(fine, cubic);
    up.forEach((value, p) => {
      expect(Math.abs(value - exact[p])).toBeLessThan(1e4 * Number.EPSILON);
    });
    restricted(fine, coarse, up).forEach((value, p) => {
      expect(Math.abs(value - values[p])).toBeLessThan(1e4 * Number.EPSILON);
    });
  });

  test('cell volumes sum to the volume of the box', () => {
    expect(grid.volumes.reduce((sum, volume) => sum + volume, 0)).toBeCloseTo(4, 13);
  });
});
