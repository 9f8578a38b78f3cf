import { describe, expect, it } from 'vitest';
import { plane } from '#studies/main-job/plane';

const at = (...values: number[]): Float64Array => Float64Array.from(values);

describe('the plane of paths', () => {
  it('has the flow along its first axis and the widest spread across it along its second', () => {
    const view = plane([at(1, 0, 0), at(1, 2, 0)], [at(1, 2, 3), at(1.1, 2, -3), at(0.9, 9, 0)]);
    const [along, second] = view(at(1, 2, 0));
    expect([along, second]).toEqual([2, expect.closeTo(0, 12)]);
    const [x, y] = view(at(1, 2, 5));
    expect(x).toBe(2);
    // The spread is (±0.1, ·, ∓3) across the flow: all but 1/900 of the axis is the last coordinate.
    expect(Math.abs(y)).toBeGreaterThan(4.98);
    expect(Math.abs(y)).toBeLessThanOrEqual(5);
  });

  it('is a plane without noise and without movement too', () => {
    const still = [at(1, 1), at(1, 1)];
    const view = plane(still, still);
    const basis = [view(at(2, 1)), view(at(1, 2))];
    const determinant = basis[0][0] * basis[1][1] - basis[0][1] * basis[1][0];
    expect(Math.abs(determinant)).toBeCloseTo(1, 12);
  });
});
