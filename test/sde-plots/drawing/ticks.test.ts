import {
  decadeTicks,
  decimalExponent,
  linearTicks,
  logTicks,
  powerOfTen,
  shortNumber,
  stepLabel,
  stepTicks,
  unitOf,
} from 'sde-plots/drawing';
import { describe, expect, it } from 'vitest';

it('reads the exponent of a number from its digits, exactly at and beside every power of ten', () => {
  for (let k = -300; k <= 300; k++) {
    expect(powerOfTen(k)).toBe(Number.parseFloat(`1e${k}`));
    expect(decimalExponent(powerOfTen(k))).toBe(k);
    expect(decimalExponent(powerOfTen(k) * 9.5)).toBe(k);
    expect(decimalExponent(powerOfTen(k) * (1 - 2 ** -40))).toBe(k - 1);
  }
});

describe('axes', () => {
  it('count small numbers in the power of ten of the largest', () => {
    const unit = unitOf([1.1e-5, -1.8e-4, 0]);
    expect(unit.label).toBe('10⁻⁴ ');
    expect(unit.size).toBeCloseTo(1e-4, 15);
    expect(unitOf([0, 0])).toEqual({ size: 1, label: '' });
    expect(unitOf([3, -7])).toEqual({ size: 1, label: '' });
  });

  it('have ticks at 1, 2 and 5 on a logarithmic scale, and none outside it', () => {
    expect(decadeTicks(0.094, 2.3).map((tick) => Number(tick.toPrecision(6)))).toEqual([0.1, 0.2, 0.5, 1, 2]);
    expect(decadeTicks(1.1, 1.9)).toEqual([]);
  });
});

describe('labels', () => {
  it('tell every tick apart, in ranges of any size and place', () => {
    for (let k = -12; k <= 12; k++) {
      for (const [low, high] of [
        [0, 1],
        [-1, 1],
        [0.97, 1.03],
        [-3.7, 8.1],
        [100, 101],
      ]) {
        const { ticks, tickFormat } = linearTicks(low * powerOfTen(k), high * powerOfTen(k));
        expect(ticks.length).toBeGreaterThan(2);
        expect(ticks.length).toBeLessThan(12);
        expect(new Set(ticks.map(tickFormat)).size).toBe(ticks.length);
        for (const tick of ticks) expect(tickFormat(tick).length).toBeLessThan(9);
      }
    }
    expect(linearTicks(-1, 1).ticks.map(linearTicks(-1, 1).tickFormat)).toEqual(['−1.0', '−0.5', '0.0', '0.5', '1.0']);
    expect(linearTicks(0, 2.1e-7)).toMatchObject({ unit: ' (10⁻⁷)' });
  });

  it('of a logarithmic axis are powers, and over a short range some more', () => {
    const labels = (low: number, high: number): string[] => {
      const { ticks, tickFormat } = logTicks(low, high);
      return ticks.map(tickFormat);
    };
    expect(labels(1e-4, 1)).toEqual(['10⁻⁴', '10⁻³', '10⁻²', '10⁻¹', '10⁰']);
    expect(labels(0.04, 0.6)).toEqual(['5·10⁻²', '10⁻¹', '2·10⁻¹', '5·10⁻¹']);
    expect(labels(1.1, 1.9).length).toBeGreaterThan(2);
    expect(labels(1e-300, 1).length).toBeLessThan(9);
  });

  it('of steps leave room for one another', () => {
    const steps = Array.from({ length: 40 }, (_, i) => 0.01 * (1 + i));
    const { ticks } = stepTicks(steps, [0.008, 0.5], 500);
    expect(ticks[0]).toBe(0.01);
    expect(ticks.length).toBeLessThan(14);
    expect(stepTicks([1 / 8, 1 / 16], [1 / 20, 1 / 6], 500).ticks).toEqual([1 / 16, 1 / 8]);
  });

  it('are short', () => {
    expect([1e-9, 0.0125, -3, 123456, 2.5e7, 0, Number.NaN, -1e8].map((value) => shortNumber(value))).toEqual([
      '10⁻⁹',
      '0.0125',
      '−3',
      '123000',
      '2.5·10⁷',
      '0',
      'NaN',
      '−10⁸',
    ]);
    expect([1 / 8, 1, 0.3, 2, 1 / 3].map(stepLabel)).toEqual(['1/8', '1', '0.3', '2', '1/3']);
  });
});
