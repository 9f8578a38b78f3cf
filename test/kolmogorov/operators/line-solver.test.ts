import { describe, expect, test } from 'vitest';
import { addProduct, type Bands, bands } from '#kolmogorov/operators/bands';
import { cyclicFactors } from '#kolmogorov/operators/cyclic-factors';
import { lineFactors } from '#kolmogorov/operators/line-solver';

/** Numbers in (−1, 1) without a pattern. */
const mixedUp = (length: number, seed: number): Float64Array =>
  Float64Array.from({ length }, (_, p) => Math.sin(12.9898 * (p + 1) + 78.233 * seed));

/** Lines of 6 nodes in a block of 6 × stride, `blocks` of them. */
function randomBands(stride: number, blocks: number, cyclic: boolean, seed: number): Bands {
  const points = 6;
  const count = stride * blocks;
  const out = bands({ points, stride, count, size: points * count }, cyclic);
  const [lower, diagonal, upper] = [0, 1, 2].map((k) => mixedUp(out.lines.size, seed + k));
  for (let p = 0; p < out.lines.size; p++) {
    const i = Math.floor(p / stride) % points;
    const empty = cyclic && i === points - 1;
    out.lower[p] = i === 0 || empty ? 0 : lower[p];
    out.upper[p] = i === points - 1 || empty || (cyclic && i === points - 2) ? 0 : upper[p];
    out.diagonal[p] = empty ? 0 : diagonal[p] - 3;
  }
  out.first.set(mixedUp(count, seed + 3));
  out.last.set(mixedUp(count, seed + 4));
  return out;
}

const SHIFT = 0.7;
// Every way in which lines fall into bundles of four and what is left over, side by side and one after another.
const shapes = [
  [1, 1],
  [1, 4],
  [1, 7],
  [3, 2],
  [4, 1],
  [6, 3],
] as const;

describe.each(shapes)('lines of stride %i in %i blocks', (stride, blocks) => {
  for (const cyclic of [false, true]) {
    const matrix = randomBands(stride, blocks, cyclic, 1);
    const factor = () => (cyclic ? cyclicFactors(matrix, SHIFT) : lineFactors(matrix, SHIFT));
    const b = mixedUp(matrix.lines.size, 9);
    const name = cyclic ? 'closed' : 'open';

    test(`${name}: what is solved has the right-hand side for its product`, () => {
      const v = b.slice();
      factor().solve(v);
      const back = v.slice();
      addProduct(matrix, -SHIFT, v, back);
      // 6 eliminations of rows that are diagonally dominant: numbers stay below 4.
      for (let p = 0; p < b.length; p++) expect(Math.abs(back[p] - b[p])).toBeLessThan(6 * 4 * 8 * 2 ** -53);
    });

    test(`${name}: a slope is taken off before`, () => {
      const slope = mixedUp(b.length, 10);
      const [fused, apart] = [b.slice(), b.map((value, p) => value - 0.3 * slope[p])];
      factor().solveAfter(0.3, slope, fused);
      factor().solve(apart);
      expect(fused).toEqual(apart);
    });

    test(`${name}: the transpose goes to another array as it goes in place`, () => {
      const [v, into] = [b.slice(), mixedUp(b.length, 12)];
      factor().solveTransposedInto(v, into);
      expect(v).toEqual(b);
      factor().solveTransposed(v);
      expect(into).toEqual(v);
    });

    test(`${name}: the transpose is one`, () => {
      const [v, w] = [b.slice(), mixedUp(b.length, 11)];
      const left = w.slice();
      factor().solve(v);
      factor().solveTransposed(left);
      const dot = (one: Float64Array, two: Float64Array) => one.reduce((sum, value, p) => sum + value * two[p], 0);
      expect(Math.abs(dot(v, w) - dot(b, left))).toBeLessThan(b.length * 64 * 2 ** -53);
    });
  }

  test('factors in the arrays of others are the same', () => {
    const matrix = randomBands(stride, blocks, false, 20);
    const other = lineFactors(randomBands(stride, blocks, false, 1), 0.2);
    const [fresh, again] = [mixedUp(matrix.lines.size, 9), mixedUp(matrix.lines.size, 9)];
    lineFactors(matrix, SHIFT).solve(fresh);
    const reused = lineFactors(matrix, SHIFT, other);
    reused.solve(again);
    expect(again).toEqual(fresh);
    expect(reused.factors.multiplier).toBe(other.factors.multiplier);
  });
});
