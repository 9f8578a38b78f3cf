import { describe, expect, test } from 'vitest';
import { eliminateFront } from '#kolmogorov/linear/dense-front';
import { numbers } from './matrices.js';

/** (L U + what is left) in place of a front that was eliminated. */
function multipliedOut(front: Float64Array, side: number, columns: number): Float64Array {
  const out = new Float64Array(side * side);
  for (let r = 0; r < side; r++) {
    for (let c = 0; c < side; c++) {
      let sum = r >= columns && c >= columns ? front[r * side + c] : 0;
      for (let k = 0; k < columns && k <= Math.min(r, c); k++) {
        sum += (k === r ? 1 : front[r * side + k]) * front[k * side + c];
      }
      out[r * side + c] = sum;
    }
  }
  return out;
}

const eliminated = (...front: Parameters<typeof eliminateFront>): number => {
  const panels = eliminateFront(...front);
  for (let panel = panels.next(); ; panel = panels.next()) if (panel.done) return panel.value;
};

describe('a dense front', () => {
  // Below, at and beyond the panels and blocks in which it is done.
  test.each([
    [1, 1],
    [7, 3],
    [33, 32],
    [70, 33],
    [95, 95],
    [301, 41],
  ])('of side %d is the product of its factors after %d columns', (side, columns) => {
    const next = numbers(11);
    const front = Float64Array.from({ length: side * side }, () => 2 * next() - 1);
    for (let k = 0; k < side; k++) front[k * (side + 1)] += side;
    const before = front.slice();
    expect(eliminated({ entries: front, side }, columns, { least: new Float64Array(columns), first: 0 })).toBe(-1);
    const after = multipliedOut(front, side, columns);
    // Dominant by rows and columns: the factors are no larger than twice the matrix, whose entries are at most side + 1.
    const bound = 4 * columns * (side + 1) * Number.EPSILON;
    after.forEach((entry, i) => {
      expect(Math.abs(entry - before[i])).toBeLessThan(bound);
    });
  });

  test('says which pivot is too small', () => {
    const front = Float64Array.of(2, 1, 0, 4, 2, 1, 0, 1, 1);
    expect(eliminated({ entries: front, side: 3 }, 3, { least: new Float64Array(3), first: 0 })).toBe(1);
    const least = Float64Array.of(3, 0, 0);
    expect(eliminated({ entries: Float64Array.of(2, 1, 0, 4, 5, 1, 0, 1, 1), side: 3 }, 3, { least, first: 0 })).toBe(
      0,
    );
  });

  test('of a large side is done in parts of a panel, that count up to its columns', () => {
    const side = 700;
    const front = new Float64Array(side * side);
    for (let k = 0; k < side; k++) front[k * (side + 1)] = 1;
    const parts = [...eliminateFront({ entries: front, side }, 64, { least: new Float64Array(64), first: 0 })];
    // 668 and 636 columns are right of the panels, in blocks of 256.
    expect(parts).toEqual([(32 * 256) / 668, (32 * 512) / 668, 32, 32 + (32 * 256) / 636, 32 + (32 * 512) / 636, 64]);
  });
});
