import type { Law } from 'sde-core';
import { bernoulli, threePoint, twoPoint, uniformLaw } from 'sde-core/randomness';
import { describe, expect, it } from 'vitest';

const discrete: readonly (readonly [string, Law])[] = [
  ['two-point', twoPoint],
  ['three-point', threePoint],
  ['bernoulli(0.3)', bernoulli(0.3)],
  ['bernoulli(1)', bernoulli(1)],
];

describe('a discrete law', () => {
  it.each(discrete)('%s: its moments are those of its outcomes', (_, law) => {
    const moment = (power: number): number =>
      law.outcomes?.reduce((sum, { probability, value }) => sum + probability * (value - law.mean) ** power, 0) ??
      Number.NaN;
    const rounding = 32 * Number.EPSILON;
    expect(Math.abs(moment(0) - 1)).toBeLessThan(rounding);
    expect(Math.abs(moment(1))).toBeLessThan(rounding);
    expect(Math.abs(moment(2) - law.variance)).toBeLessThan(rounding);
    expect(Math.abs(moment(3) - law.thirdCumulant)).toBeLessThan(rounding);
    expect(Math.abs(moment(4) - law.fourthMoment)).toBeLessThan(rounding);
  });

  it('three-point matches N(0, 1) to its fifth moment, two-point to its third', () => {
    expect([threePoint.variance, threePoint.thirdCumulant, threePoint.fourthMoment]).toEqual([1, 0, 3]);
    expect([twoPoint.variance, twoPoint.thirdCumulant, twoPoint.fourthMoment]).toEqual([1, 0, 1]);
  });
});

describe('uniformLaw', () => {
  it('has the moments of U(a, b)', () => {
    const { mean, variance, thirdCumulant, fourthMoment } = uniformLaw(-1, 3);
    // ∫ (x − 1)^k dx / 4 over (−1, 3): 2² / 3 and 2⁴ / 5.
    expect([mean, thirdCumulant]).toEqual([1, 0]);
    expect(Math.abs(variance - 4 / 3)).toBeLessThan(4 * Number.EPSILON);
    expect(Math.abs(fourthMoment - 16 / 5)).toBeLessThan(8 * Number.EPSILON);
  });
});
