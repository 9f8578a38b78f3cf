import { crankNicolson, implicitEuler } from 'kolmogorov';
import { SdeError } from 'sde-core';
import { describe, expect, test } from 'vitest';
import { timeMesh } from '#kolmogorov/stepping/time-mesh';

describe('the time mesh', () => {
  test('goes from T back to t0 in equal steps', () => {
    const mesh = timeMesh(implicitEuler({ steps: 4 }), 1, 2, [], 'test');
    expect(mesh.map(({ high, low }) => [high, low])).toEqual([
      [2, 1.75],
      [1.75, 1.5],
      [1.5, 1.25],
      [1.25, 1],
    ]);
    expect(mesh.every(({ before, high }) => before === high)).toBe(true);
  });

  test('gives equal steps one length, whatever their ends round to, and half of it to halves', () => {
    const mesh = timeMesh(crankNicolson({ steps: 365 }), 0, 1, [], 'test');
    expect(new Set(mesh.map(({ length }) => length))).toEqual(new Set([1 / 730, 1 / 365]));
    expect(new Set(mesh.map(({ high, low }) => high - low)).size).toBeGreaterThan(2);
    for (const { high, low, length } of mesh) expect(Math.abs(high - low - length)).toBeLessThan(2 * Number.EPSILON);
  });

  test('ends steps on breakpoints, at least one a stretch, and looks just before them', () => {
    const mesh = timeMesh(implicitEuler({ steps: 10 }), 0, 1, [0.999, 0.5, 0.5, 7, 0], 'test');
    expect(mesh.map(({ high }) => high)).toContain(0.999);
    expect(mesh.map(({ low }) => low)).toContain(0.5);
    expect(mesh).toHaveLength(11);
    expect(new Set(mesh.map(({ piece }) => piece))).toEqual(new Set([0, 1, 2]));
    for (const { high, low, before } of mesh) {
      const jumps = high === 0.5 || high === 0.999;
      expect(before < high).toBe(jumps);
      expect(high - before).toBeLessThan((high - low) * 1e-6);
    }
  });

  test('takes breakpoints that differ by rounding for one', () => {
    let sum = 0;
    const layers = Array.from({ length: 12 }, () => {
      sum += 1 / 12;
      return sum;
    });
    // The last sum is 1 but for rounding, and 1/3 is there twice.
    const mesh = timeMesh(implicitEuler({ steps: 12 }), 0, 1, [...layers, 1 / 3], 'test');
    expect(mesh).toHaveLength(12);
    expect(mesh[0].before).toBeLessThan(1);
    for (const { high, low } of mesh) expect(high - low).toBeCloseTo(1 / 12, 12);
  });

  test('looks just before T where the coefficients jump there', () => {
    expect(timeMesh(implicitEuler({ steps: 2 }), 0, 1, [1], 'test')[0].before).toBeLessThan(1);
  });

  test('halves the first steps for Rannacher', () => {
    const mesh = timeMesh(crankNicolson({ steps: 4, smoothing: 1 }), 0, 1, [], 'test');
    expect(mesh.map(({ low }) => low)).toEqual([0.875, 0.75, 0.5, 0.25, 0]);
  });

  test('a fine and a coarse mesh of a pair share every coarse time', () => {
    const stepping = crankNicolson({ steps: 14, smoothing: 2 });
    const times = (halved: 'fine' | 'coarse') =>
      timeMesh(stepping, 0, 0.7, [0.1, 0.3], 'test', { halved }).map(({ low }) => low);
    const fine = new Set(times('fine'));
    for (const t of times('coarse')) expect(fine.has(t)).toBe(true);
  });

  test.each([
    [0, 0],
    [1, 0],
    [0, Number.POSITIVE_INFINITY],
    [Number.NaN, 1],
  ])('refuses t0 = %d, T = %d', (t0, T) => {
    expect(() => timeMesh(implicitEuler({ steps: 1 }), t0, T, [], 'test')).toThrow(SdeError);
  });
});
