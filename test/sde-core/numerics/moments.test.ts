import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeMoments, mergeTree, momentsOf, noMoments } from '#sde-core/numerics/moments';

const values = (n: number, scale: number): number[] =>
  Array.from({ length: n }, (_, i) => 1 + scale * Math.sin(7 * i + 0.3));

describe('moments', () => {
  test('one pass agrees with two', () => {
    const x = values(1000, 3);
    const mean = x.reduce((s, v) => s + v, 0) / x.length;
    const m2 = x.reduce((s, v) => s + (v - mean) ** 2, 0);
    const got = momentsOf(x);
    // Rounding: n additions of numbers of size 4.
    expect(Math.abs(got.mean - mean)).toBeLessThan(1000 * 4 * Number.EPSILON);
    expect(Math.abs(got.m2 - m2) / m2).toBeLessThan(1000 * Number.EPSILON);
  });

  test('a merge agrees with the whole', () => {
    const x = values(100, 2);
    const whole = momentsOf(x);
    const merged = mergeMoments(momentsOf(x.slice(0, 37)), momentsOf(x.slice(37)));
    expect(merged.count).toBe(100);
    expect(Math.abs(merged.mean - whole.mean)).toBeLessThan(100 * 3 * Number.EPSILON);
    expect(Math.abs(merged.m2 - whole.m2)).toBeLessThan(100 * Number.EPSILON * whole.m2);
  });

  test('nothing merges neutrally, and non-finite values are counted and not averaged', () => {
    const some = momentsOf([1, Number.NaN, 3, Number.POSITIVE_INFINITY]);
    expect(some).toEqual({
      count: 2,
      mean: 2,
      m2: 2,
      shape: { least: 1, most: 3, atLeast: 1, atMost: 1, third: 0, fourth: expect.any(Number) },
      nonFinite: 2,
      firstNonFinite: 1,
    });
    expect(mergeMoments(noMoments, some)).toEqual(some);
    expect(mergeMoments(some, noMoments)).toEqual(some);
    const other = { ...momentsOf([5]), nonFinite: 1, firstNonFinite: 0 };
    expect(mergeMoments(some, other).firstNonFinite).toBe(0);
  });
});

describe('mergeTree', () => {
  const blocks = Array.from({ length: 23 }, (_, b) => momentsOf(values(17 + b, 1 / (b + 1))));

  test('the order of arrival changes no bit', () => {
    const inOrder = mergeTree(mergeMoments);
    for (const [i, block] of blocks.entries()) inOrder.add(i, block);
    const expected = inOrder.total();
    fc.assert(
      fc.property(fc.shuffledSubarray([...blocks.keys()], { minLength: 23, maxLength: 23 }), (order) => {
        const tree = mergeTree(mergeMoments);
        for (const i of order) tree.add(i, blocks[i]);
        expect(tree.total()).toStrictEqual(expected);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  test('the tree is the dyadic one', () => {
    const tree = mergeTree((a: string, b: string) => `(${a}${b})`);
    for (const i of [4, 2, 0, 3, 1, 5, 6]) tree.add(i, String(i));
    expect(tree.total()).toBe('(((01)(23))((45)6))');
    expect(tree.size).toBe(7);
  });

  test('a block that comes twice is taken once, even after it was merged', () => {
    const tree = mergeTree(mergeMoments);
    expect([0, 1, 2, 1, 0, 2].map((i) => tree.add(i, blocks[i]))).toEqual([true, true, true, false, false, false]);
    expect(tree.total()?.count).toBe(blocks[0].count + blocks[1].count + blocks[2].count);
  });

  test('nothing added has no total', () => {
    expect(mergeTree(mergeMoments).total()).toBeUndefined();
  });
});
