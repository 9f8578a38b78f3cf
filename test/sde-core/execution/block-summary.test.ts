import { describe, expect, it } from 'vitest';
import { summarize } from '#sde-core/execution/block-summary';

describe('summarize', () => {
  it('has count, mean and Σ (value − mean)² of a block', () => {
    const values = Float64Array.of(1, 2, 3, 6, 99);
    expect(summarize(3, 12_288, 4, values)).toEqual({
      block: 3,
      count: 4,
      mean: 3,
      m2: 14,
      shape: { least: 1, most: 6, atLeast: 1, atMost: 1, third: expect.any(Number), fourth: expect.any(Number) },
      nonFinite: 0,
    });
  });

  it('keeps its digits where the mean is large against the spread', () => {
    const values = Float64Array.from({ length: 4096 }, (_, i) => 1e9 + (i % 2));
    expect(summarize(0, 0, 4096, values)).toMatchObject({ mean: 1e9 + 0.5, m2: 1024 });
  });

  it('counts values that are not finite, names the first, and averages none', () => {
    const values = Float64Array.of(1, Number.NaN, 3, Number.POSITIVE_INFINITY);
    expect(summarize(1, 4096, 4, values)).toEqual({
      block: 1,
      count: 2,
      mean: 2,
      m2: 2,
      shape: { least: 1, most: 3, atLeast: 1, atMost: 1, third: 0, fourth: expect.any(Number) },
      nonFinite: 2,
      firstNonFinite: 4097,
    });
    expect(summarize(0, 0, 1, Float64Array.of(Number.NaN))).toMatchObject({ count: 0, mean: 0, m2: 0, nonFinite: 1 });
  });
});
