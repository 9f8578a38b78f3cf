import { bernoulli, driver, gaussian, threePoint, twoPoint, uniformLaw } from 'sde-core/randomness';
import { describe, expect, it } from 'vitest';

describe('driver', () => {
  it('lists the whole law of a discrete noise', () => {
    const { outcomes, size, kind } = driver([threePoint, twoPoint, bernoulli(0.25)]);
    expect([size, kind, outcomes?.length]).toEqual([3, 'mixed', 12]);
    const total = outcomes?.reduce((sum, { probability }) => sum + probability, 0) ?? 0;
    expect(Math.abs(total - 1)).toBeLessThan(12 * Number.EPSILON);
    const mean = [0, 1, 2].map((j) => outcomes?.reduce((sum, o) => sum + o.probability * o.noise[j], 0) ?? Number.NaN);
    [0, 0, 0.25].forEach((value, j) => {
      expect(Math.abs(mean[j] - value)).toBeLessThan(12 * Number.EPSILON);
    });
  });

  it('has no list where the law is continuous, or too large to list', () => {
    expect(driver([twoPoint, gaussian]).outcomes).toBeUndefined();
    expect(driver([uniformLaw(0, 1)]).outcomes).toBeUndefined();
    expect(driver(new Array(16).fill(twoPoint)).outcomes).toHaveLength(65_536);
    expect(driver(new Array(17).fill(twoPoint)).outcomes).toBeUndefined();
  });

  it('names its law', () => {
    expect(driver([twoPoint, twoPoint]).kind).toBe('two-point');
    expect(driver([]).kind).toBe('none');
    expect(driver([]).outcomes).toEqual([{ probability: 1, noise: new Float64Array(0) }]);
  });
});
