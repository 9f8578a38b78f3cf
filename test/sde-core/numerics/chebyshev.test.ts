import { describe, expect, test } from 'vitest';
import { chebyshevNode, chebyshevSurface, evaluateSurface } from '#sde-core/numerics/chebyshev';

const box = { low: [-1, 0.5], high: [2, 3] } as const;
const scratch = new Float64Array(200);

describe('chebyshevSurface', () => {
  test('a polynomial has its degree and no error', () => {
    const surface = chebyshevSurface((x, y) => 3 + x * y ** 2 - x ** 3, box, 64);
    expect(surface.size).toEqual([4, 3]);
    expect(Math.abs(evaluateSurface(surface, 0.3, 1.7, scratch) - (3 + 0.3 * 1.7 ** 2 - 0.027))).toBeLessThan(1e-13);
  });

  test('a smooth function is within its stated error, everywhere', () => {
    const f = (x: number, y: number): number => Math.exp(-x * x) * Math.sin(3 * y);
    const surface = chebyshevSurface(f, box, 64);
    for (let i = 0; i <= 20; i++) {
      const [x, y] = [-1 + (3 * i) / 20, 0.5 + (2.5 * ((7 * i) % 21)) / 20];
      // Rounding of a hundred terms of size 1 beside the truncation.
      const bound = surface.error + 100 * Number.EPSILON;
      expect(Math.abs(evaluateSurface(surface, x, y, scratch) - f(x, y))).toBeLessThan(bound);
    }
    expect(surface.error).toBeLessThan(1e-12);
  });

  test('a kink is admitted', () => {
    expect(chebyshevSurface((x) => Math.abs(x - 0.1), box, 64).error).toBeGreaterThan(1e-4);
  });

  test('a side without width is a constant', () => {
    const flat = chebyshevSurface((x, y) => x + 10 * y, { low: [1, 2], high: [1, 3] }, 64);
    expect(flat.size).toEqual([1, 2]);
    expect(Math.abs(evaluateSurface(flat, 1, 2.5, scratch) - 26)).toBeLessThan(1e-13);
  });

  test('nodes reach both ends exactly', () => {
    expect(chebyshevNode(0, 16, -1.1, 0.3)).toBe(0.3);
    expect(chebyshevNode(16, 16, -1.1, 0.3)).toBe(-1.1);
  });
});
