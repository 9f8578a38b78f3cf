import { SdeError } from 'sde-core';
import { describe, expect, it } from 'vitest';
import { timeGrid } from '#sde-core/kernels/time-grid';

describe('timeGrid', () => {
  it('is t0 + n h', () => {
    const grid = timeGrid(1, 3, 8, undefined);
    expect([grid.h, grid.start(0), grid.start(3), grid.start(8), grid.boundaries]).toEqual([
      0.25,
      1,
      1.75,
      3,
      undefined,
    ]);
  });

  it('puts a boundary on each breakpoint, to the bit', () => {
    const breakpoints = [0.1, 0.2, 0.3, 0.6, 0.7];
    const { boundaries = new Float64Array() } = timeGrid(0, 1, 10, breakpoints);
    expect(Array.from(boundaries)).toEqual(expect.arrayContaining(breakpoints));
    // 3 · 0.1 is not 0.3 in binary: without snapping, the third step would start past the jump.
    expect(3 * 0.1).not.toBe(0.3);
    expect(boundaries[3]).toBe(0.3);
  });

  it('ends each step just before the next begins', () => {
    for (const grid of [
      timeGrid(0, 1, 10, [0.3]),
      timeGrid(-1, 0, 7, undefined),
      timeGrid(1e6, 1e6 + 1, 4, undefined),
    ]) {
      for (let n = 0; n < grid.steps; n++) {
        const next = grid.boundaries ? grid.boundaries[n + 1] : grid.start(n + 1);
        expect(grid.before(n)).toBeLessThan(next);
        expect(next - grid.before(n)).toBeLessThan(1e-9 * grid.h);
      }
    }
  });

  it('has no use for breakpoints at the ends or outside', () => {
    expect(timeGrid(0, 1, 3, [-1, 0, 1, 2]).boundaries).toBeUndefined();
  });

  it('refuses a breakpoint inside a step, and says how many steps there could be', () => {
    expect(() => timeGrid(0, 1, 4, [0.3])).toThrow(SdeError);
    expect(() => timeGrid(0, 1, 4, [0.3])).toThrow(/t = 0.3, inside a step[\s\S]*multiple of K/);
  });
});
