import { describe, expect, it } from 'vitest';
import { newton } from '#sde-core/schemes/newton';

describe('newton', () => {
  it('finds roots to rounding', () => {
    const [root] = newton(([x]) => [x ** 3 + x - 10], [1]);
    expect(root).toBeCloseTo(2, 15);
    const pair = newton(([x, y]) => [x ** 2 + y ** 2 - 25, x * y - 12], [3.3, 3.9]);
    expect(pair[0]).toBeCloseTo(3, 13);
    expect(pair[1]).toBeCloseTo(4, 13);
  });

  it('exchanges rows where a pivot is 0', () => {
    expect(newton(([x, y]) => [y - 2, x + 1], [0, 0])).toEqual([-1, 2]);
  });

  it('gives NaN where there is no root', () => {
    expect(newton(([x]) => [x ** 2 + 1], [0.3])).toEqual([Number.NaN]);
    expect(newton(() => [1], [0])).toEqual([Number.NaN]);
  });
});
