import { crankNicolson, implicitEuler, type Stepping, trBdf2 } from 'kolmogorov';
import { SdeError } from 'sde-core';
import { describe, expect, test } from 'vitest';
import { type Halved, timeMesh } from '#kolmogorov/stepping/time-mesh';

describe('the time mesh', () => {
  test('goes from T back to t0 in equal steps', () => {
    const mesh = timeMesh(implicitEuler({ steps: 4 }), { t0: 1, T: 2, breakpoints: [] }, 'test');
    expect(mesh.map(({ high, low }) => [high, low])).toEqual([
      [2, 1.75],
      [1.75, 1.5],
      [1.5, 1.25],
      [1.25, 1],
    ]);
    expect(mesh.every(({ before, high }) => before === high)).toBe(true);
  });

  test('gives equal steps one length, whatever their ends round to, and half of it to halves', () => {
    const mesh = timeMesh(crankNicolson({ steps: 365 }), { t0: 0, T: 1, breakpoints: [] }, 'test');
    expect(new Set(mesh.map(({ length }) => length))).toEqual(new Set([1 / 730, 1 / 365]));
    expect(new Set(mesh.map(({ high, low }) => high - low)).size).toBeGreaterThan(2);
    for (const { high, low, length } of mesh) expect(Math.abs(high - low - length)).toBeLessThan(2 * Number.EPSILON);
  });

  test('ends steps on breakpoints, at least one a stretch, and looks just before them', () => {
    const mesh = timeMesh(implicitEuler({ steps: 10 }), { t0: 0, T: 1, breakpoints: [0.999, 0.5, 0.5, 7, 0] }, 'test');
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
    const mesh = timeMesh(implicitEuler({ steps: 12 }), { t0: 0, T: 1, breakpoints: [...layers, 1 / 3] }, 'test');
    expect(mesh).toHaveLength(12);
    expect(mesh[0].before).toBeLessThan(1);
    for (const { high, low } of mesh) expect(high - low).toBeCloseTo(1 / 12, 12);
  });

  test('times as near as 2⁻⁴⁰ of the interval are one, those any further apart are two', () => {
    const count = (breaks: readonly number[]): number =>
      timeMesh(implicitEuler({ steps: 4 }), { t0: 0, T: 1, breakpoints: breaks }, 'test').length;
    const [near, far] = [2 ** -40, 2 ** -39];
    expect([near, 1 - near].map((t) => count([t]))).toEqual([4, 4]);
    expect([far, 1 - far].map((t) => count([t]))).toEqual([5, 5]);
    expect(count([0.5, 0.5 + near])).toBe(4);
    expect(count([0.5, 0.5 + far])).toBe(5);
  });

  test('looks just before T where the coefficients jump there', () => {
    expect(timeMesh(implicitEuler({ steps: 2 }), { t0: 0, T: 1, breakpoints: [1] }, 'test')[0].before).toBeLessThan(1);
  });

  test('halves the first steps for Rannacher', () => {
    const mesh = timeMesh(crankNicolson({ steps: 4, smoothing: 1 }), { t0: 0, T: 1, breakpoints: [] }, 'test');
    expect(mesh.map(({ low }) => low)).toEqual([0.875, 0.75, 0.5, 0.25, 0]);
  });

  test('a fine and a coarse mesh of a pair share every coarse time', () => {
    const stepping = crankNicolson({ steps: 14, smoothing: 2 });
    const times = (halved: 'fine' | 'coarse') =>
      timeMesh(stepping, { t0: 0, T: 0.7, breakpoints: [0.1, 0.3] }, 'test', { halved }).map(({ low }) => low);
    const fine = new Set(times('fine'));
    for (const t of times('coarse')) expect(fine.has(t)).toBe(true);
  });

  describe('halved', () => {
    const edges = (stepping: Stepping, halved: Halved, breaks: readonly number[] = []): number[] => {
      const mesh = timeMesh(stepping, { t0: 0, T: 1, breakpoints: breaks }, 'test', { halved });
      mesh.forEach(({ high, low, length }, n) => {
        expect(Math.abs(high - low - length)).toBeLessThan(2 * Number.EPSILON);
        expect(low).toBe(mesh[n + 1]?.high ?? 0);
      });
      return [mesh[0].high, ...mesh.map(({ low }) => low)].reverse();
    };
    const ways = ['no', 'fine', 'coarse', 'coarsest'] as const;

    test('equal steps: as many as asked for, twice half of them, half of them, a quarter', () => {
      const counts = (steps: number, breaks?: readonly number[]): number[] =>
        ways.map((halved) => edges(implicitEuler({ steps }), halved, breaks).length - 1);
      expect(counts(8)).toEqual([8, 8, 4, 2]);
      expect(counts(7)).toEqual([7, 8, 4, 2]);
      expect(counts(6)).toEqual([6, 6, 3, 2]);
      expect(counts(1)).toEqual([1, 2, 1, 1]);
      // Shares of 10 steps: 1, 9. At least one a stretch.
      expect(counts(10, [0.1])).toEqual([10, 2 + 10, 1 + 5, 1 + 3]);
      expect(counts(2, [0.01])).toEqual([3, 4, 2, 2]);
    });

    test('named steps: themselves, with their middles, themselves, every second one', () => {
      const named = { ...trBdf2({ steps: 5 }), times: [0, 0.125, 0.25, 0.5, 0.75, 1] };
      expect(edges(named, 'no')).toEqual(named.times);
      expect(edges(named, 'fine')).toEqual([0, 0.0625, 0.125, 0.1875, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1]);
      expect(edges(named, 'coarse')).toEqual(named.times);
      expect(edges(named, 'coarsest')).toEqual([0, 0.25, 0.75, 1]);
      // Cut at breakpoints, of which one is named but for rounding.
      expect(edges(named, 'no', [0.5 + 2 ** -50, 0.6])).toEqual([0, 0.125, 0.25, 0.5 + 2 ** -50, 0.6, 0.75, 1]);
      // Parts of a named step lie evenly in it.
      const halves = {
        ...named,
        parts: () => [...trBdf2({ steps: 1 }).parts(0, true), ...trBdf2({ steps: 1 }).parts(0, true)],
      };
      expect(edges(halves, 'coarsest')).toEqual([0, 0.125, 0.25, 0.5, 0.75, 0.875, 1]);
    });
  });

  test('tells a stepping where it is: the index from T on, the start of a stretch, the steps that are left', () => {
    const asked: unknown[] = [];
    const stepping: Stepping = {
      ...implicitEuler({ steps: 4 }),
      parts: (index, startsPiece, ahead) => {
        asked.push([index, startsPiece, ahead?.steps, ahead?.rough]);
        return implicitEuler({ steps: 1 }).parts(0, true);
      },
    };
    timeMesh(stepping, { t0: 0, T: 1, breakpoints: [0.5] }, 'test', { roughStart: true });
    expect(asked).toEqual([
      [0, true, 3, true],
      [1, false, 2, true],
      [2, true, 1, true],
      [3, false, 0, true],
    ]);
    asked.length = 0;
    timeMesh(stepping, { t0: 0, T: 1, breakpoints: [] }, 'test');
    expect(asked[0]).toEqual([0, true, 3, false]);
  });

  test('stops are ends of steps where nothing jumps; jumps of formulas are looked at from both sides', () => {
    const just = 2 ** -26 / 4;
    const mesh = (options: object, breaks: readonly number[] = []) =>
      timeMesh(implicitEuler({ steps: 4 }), { t0: 0, T: 1, breakpoints: breaks }, 'test', options);
    const seen = (options: object, breaks?: readonly number[]) =>
      mesh(options, breaks).map(({ high, before, after, low, piece }) => [high - before, after - low, piece]);
    expect(seen({ jumps: [0.5] })).toEqual([
      [0, 0, 1],
      [0, just, 1],
      [just, 0, 0],
      [0, 0, 0],
    ]);
    // Of coefficients it is known what holds from a breakpoint on.
    expect(seen({}, [0.5]).map(([, after]) => after)).toEqual([0, 0, 0, 0]);
    expect(seen({ jumps: [0, 1] })).toEqual([
      [just, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
      [0, just, 0],
    ]);
    expect(mesh({ stops: [0.3, 2, -1, 0.3] }).map(({ low }) => low)).toContain(0.3);
    expect(mesh({ stops: [0.3, 2, -1] })[0].high).toBe(1);
  });

  test('refuses steps that were named for another interval', () => {
    const named = { ...trBdf2({ steps: 1 }), times: [0, 1] };
    expect(timeMesh(named, { t0: 2 ** -45, T: 1, breakpoints: [] }, 'test')).toHaveLength(1);
    for (const [t0, T] of [
      [0, 2],
      [0.5, 1],
      [-1, 1],
    ])
      expect(() => timeMesh(named, { t0, T, breakpoints: [] }, 'test')).toThrow(/another interval/);
  });

  test.each([
    [0, 0],
    [1, 0],
    [0, Number.POSITIVE_INFINITY],
    [Number.NaN, 1],
  ])('refuses t0 = %d, T = %d', (t0, T) => {
    expect(() => timeMesh(implicitEuler({ steps: 1 }), { t0, T, breakpoints: [] }, 'test')).toThrow(SdeError);
  });
});
