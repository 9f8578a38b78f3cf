import { describe, expect, it } from 'vitest';
import type { ClosedForm } from '#studies/closed-forms/closed-form';
import { faster, ladder, secondsToError } from '#studies/closed-forms/ladder';

/** An error of 3 h² + h⁴ with h = 1 / (n − 1), and a clock that counts its readings. */
const made: ClosedForm = {
  name: 'made up',
  exact: 2,
  points: 5,
  solve: (n) => 2 + 3 / (n - 1) ** 2 + 1 / (n - 1) ** 4,
  extrapolate: (n) => 2 + 4 / (n - 1) ** 4,
};

describe('a ladder', () => {
  it('has three grids of half the spacing, their orders, and each extrapolated', () => {
    let readings = 0;
    const { rungs, orders, extrapolated } = ladder(made, () => readings++);
    expect(rungs.map(({ points }) => points)).toEqual([5, 9, 17]);
    expect(extrapolated.map(({ points }) => points)).toEqual([5, 9, 17]);
    expect(rungs.map(({ seconds }) => seconds)).toEqual([1, 1, 1]);
    expect(orders[0]).toBeCloseTo(Math.log2((3 / 16 + 1 / 256) / (3 / 64 + 1 / 4096)), 12);
    expect(extrapolated[2].error).toBeCloseTo(4 / 16 ** 4, 14);
  });

  it('keeps the shorter of two times', () => {
    const times = (step: number) => {
      let now = 0;
      return () => {
        now += step;
        return now;
      };
    };
    const best = faster(ladder(made, times(3)), ladder(made, times(2)));
    for (const { seconds } of [...best.rungs, ...best.extrapolated]) expect(seconds).toBe(2);
  });

  it('reads a time off between its grids, and none beyond the finest', () => {
    const rungs = [
      { points: 5, error: -4e-2, seconds: 1 },
      { points: 9, error: 1e-2, seconds: 4 },
      { points: 17, error: 2.5e-3, seconds: 16 },
    ];
    expect(secondsToError(rungs, 1e-2)).toBeCloseTo(4, 12);
    expect(secondsToError(rungs, -5e-3)).toBeCloseTo(8, 12);
    expect(secondsToError(rungs, 1)).toBe(1);
    expect(secondsToError(rungs, 1e-3)).toBeUndefined();
  });
});
