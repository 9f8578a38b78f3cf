import { describe, expect, it } from 'vitest';
import { summarizeAll } from '#sde-core/execution/block-summary';
import { type JointMoments, mergeJointMoments, noJointMoments, pairPlace } from '#sde-core/numerics/joint-moments';
import { mergeTree } from '#sde-core/numerics/moments';

/** Whole numbers, so that every sum is exact. */
const value = (k: number, i: number): number => ((i * (7 + 4 * k) + k) % 31) - 15;
const NAN = new Set([3, 40, 41]);
const columns = (from: number, to: number): Float64Array[] =>
  [0, 1, 2].map((k) =>
    Float64Array.from({ length: to - from }, (_, i) =>
      k === 1 && NAN.has(from + i) ? Number.NaN : value(k, from + i),
    ),
  );
const jointOf = (from: number, to: number): JointMoments => {
  const { joint } = summarizeAll(0, from, to - from, columns(from, to));
  if (!joint) throw new Error('three functionals');
  return joint;
};

describe('mergeJointMoments', () => {
  it('has the moments of both samples together, each pair over the members where both values are finite', () => {
    const merged = mergeJointMoments(jointOf(0, 37), jointOf(37, 100));
    const whole = columns(0, 100);
    for (const [i, j] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ]) {
      const both = [...whole[i].keys()].filter((at) => Number.isFinite(whole[i][at] - whole[j][at]));
      const mean = (of: (at: number) => number): number => both.reduce((sum, at) => sum + of(at), 0) / both.length;
      const [a, b] = [mean((at) => whole[i][at]), mean((at) => whole[j][at])];
      const pair = merged.pairs[pairPlace(i, j, 3)];
      expect(pair.count).toBe(both.length);
      expect(pair.first).toBeCloseTo(a, 12);
      expect(pair.second).toBeCloseTo(b, 12);
      expect(pair.comoment).toBeCloseTo(both.length * mean((at) => (whole[i][at] - a) * (whole[j][at] - b)), 8);
      expect(pair.difference.mean).toBeCloseTo(a - b, 12);
      expect(pair.difference.m2).toBeCloseTo(both.length * mean((at) => (whole[i][at] - whole[j][at] - a + b) ** 2), 8);
    }
    expect(merged.each[1]).toMatchObject({ count: 97, nonFinite: 3, firstNonFinite: 3 });
  });

  it('leaves a sample as it is beside none', () => {
    const some = jointOf(0, 50);
    expect(mergeJointMoments(noJointMoments(3), some)).toEqual(some);
    expect(mergeJointMoments(some, noJointMoments(3))).toEqual(some);
  });

  it('gives the same bits in whatever order blocks come', () => {
    const blocks = Array.from({ length: 13 }, (_, i) => jointOf(8 * i, 8 * i + 8));
    const inOrder = (order: readonly number[]): JointMoments | undefined => {
      const tree = mergeTree(mergeJointMoments);
      for (const i of order) tree.add(i, blocks[i]);
      return tree.total();
    };
    const order = blocks.map((_, i) => i);
    const shuffled = order.map((i) => (5 * i + 3) % 13);
    expect(inOrder(shuffled)).toEqual(inOrder(order));
    expect(inOrder([...order].reverse())).toEqual(inOrder(order));
  });
});

it('numbers the pairs one after the other', () => {
  const k = 5;
  const places = Array.from({ length: k }, (_, i) =>
    Array.from({ length: k - i - 1 }, (_, j) => pairPlace(i, i + 1 + j, k)),
  ).flat();
  expect(places).toEqual(Array.from({ length: 10 }, (_, at) => at));
});
