import { describe, expect, it } from 'vitest';
import { allocate, UNIT_DRAWS } from '#resnet-bridge/studies/allocation';
import { imageAverage } from '#resnet-bridge/studies/image-average';

describe('the allocation of draws', () => {
  const countOf = (units: ReturnType<typeof allocate>, image: number): number =>
    units.filter((unit) => unit.image === image).length;

  it('is uniform where nothing is known', () => {
    const units = allocate(5, 3 * UNIT_DRAWS);
    expect([0, 1, 2, 3, 4].map((image) => countOf(units, image))).toEqual([3, 3, 3, 3, 3]);
    expect(units.slice(0, 3).map(({ firstDraw }) => firstDraw)).toEqual([0, UNIT_DRAWS, 2 * UNIT_DRAWS]);
  });

  it('follows the deviations, and leaves no image out', () => {
    const units = allocate(4, 100 * UNIT_DRAWS, Float64Array.of(4, 2, 2, 0));
    const [first, second, , last] = [0, 1, 2, 3].map((image) => countOf(units, image));
    expect(first).toBe(2 * second);
    // At least a fifth of the average image's share.
    expect(last).toBeGreaterThan(0.15 * 100);
    expect(units.length).toBeLessThanOrEqual(400 + 4); // one rounding an image
  });

  it('falls back to uniform on deviations that say nothing', () => {
    for (const none of [Float64Array.of(0, 0), Float64Array.of(Number.NaN, 1)]) {
      expect(allocate(2, 2 * UNIT_DRAWS, none)).toHaveLength(4);
    }
  });
});

describe('the average over images', () => {
  it('weighs images alike, whatever their draws, and counts what is not finite', () => {
    const average = imageAverage(2);
    for (const value of [1, 3]) average.add(0, value);
    for (const value of [10, 10, 13, 13, Number.NaN]) average.add(1, value);
    const { mean, standardError, variance, nonFinite, deviations } = average.result();
    expect(mean).toBe((2 + 11.5) / 2);
    expect(variance).toBeCloseTo((2 + 3) / 2, 14);
    expect(standardError).toBeCloseTo(Math.sqrt(2 / 2 + 3 / 4) / 2, 14);
    expect(nonFinite).toBe(1);
    expect(deviations[0]).toBeCloseTo(Math.SQRT2, 14);
  });
});
