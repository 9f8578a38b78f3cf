import { inOneGo } from 'sde-core';
import { describe, expect, test } from 'vitest';
import type { Grid } from '#kolmogorov/grid/grid';
import { eliminationTree } from '#kolmogorov/linear/elimination-tree';
import { nestedDissection } from '#kolmogorov/linear/nested-dissection';
import { graphOf } from '#kolmogorov/linear/sparse-matrix';
import { generatorOn, gridOf, neighbors, numbers } from './matrices.js';

const coordinatesOf = (grid: Grid): Int32Array[] =>
  grid.shape.map((n, k) => Int32Array.from({ length: grid.size }, (_, p) => Math.floor(p / grid.strides[k]) % n));
const isPermutation = (order: Int32Array): boolean => [...order].sort((a, b) => a - b).every((p, i) => p === i);
const fillOf = (graph: ReturnType<typeof graphOf>, order: Int32Array): number =>
  inOneGo(eliminationTree(graph, order, 2 ** 30))?.below.reduce((sum, count) => sum + count, 0) ?? Number.NaN;

describe('nested dissection', () => {
  test('numbers a line of the grid last, and its halves apart', () => {
    const grid = gridOf(15, 7);
    const graph = graphOf(generatorOn(grid, neighbors(2)));
    const order = inOneGo(nestedDissection(graph, coordinatesOf(grid)));
    expect(isPermutation(order)).toBe(true);
    const rowOf = (p: number): number => Math.floor(p / 7);
    expect(new Set([...order.subarray(98)].map(rowOf))).toEqual(new Set([7]));
    expect([...order.subarray(0, 49)].every((p) => rowOf(p) < 7)).toBe(true);
    expect([...order.subarray(49, 98)].every((p) => rowOf(p) > 7)).toBe(true);
  });

  test('cuts a closed axis twice', () => {
    const grid = gridOf(16, 5);
    const graph = graphOf(generatorOn(grid, neighbors(2), { periodic: [true, false] }));
    const order = inOneGo(nestedDissection(graph, coordinatesOf(grid)));
    const rows = new Set([...order.subarray(70)].map((p) => Math.floor(p / 5)));
    expect(rows.size).toBe(2);
  });

  test('goes by the graph where couplings do not follow the axes', () => {
    // A long path whose nodes are scattered over the grid: no line cuts it.
    const grid = gridOf(24, 24);
    const next = numbers(3);
    const scattered = [...Array(grid.size).keys()].map((p) => [next(), p]).sort(([a], [b]) => a - b);
    const rows: number[][] = Array.from({ length: grid.size }, () => []);
    scattered.forEach(([, p], i) => {
      for (const other of [scattered[i - 1], scattered[i + 1]]) if (other) rows[p].push(other[1]);
    });
    const rowStart = new Int32Array(grid.size + 1);
    rows.forEach((row, p) => {
      rowStart[p + 1] = rowStart[p] + row.length;
    });
    const column = Int32Array.from(rows.flatMap((row) => row.sort((a, b) => a - b)));
    const graph = graphOf({ size: grid.size, rowStart, column });
    const order = inOneGo(nestedDissection(graph, coordinatesOf(grid)));
    expect(isPermutation(order)).toBe(true);
    // A path dissected by its middle has at most two entries below the diagonal in a column, and leaves of up to six nodes.
    expect(fillOf(graph, order)).toBeLessThan(3 * grid.size);
  });

  test('leaves alone what nothing cuts', () => {
    const all = Int32Array.from({ length: 400 }, (_, e) => e % 20);
    const graph = graphOf({ size: 20, rowStart: Int32Array.from({ length: 21 }, (_, p) => 20 * p), column: all });
    expect(isPermutation(inOneGo(nestedDissection(graph, [Int32Array.from({ length: 20 }, (_, p) => p)])))).toBe(true);
  });
});

describe('an elimination tree', () => {
  test('has the parents and counts of an elimination carried out', () => {
    const grid = gridOf(6, 5);
    const graph = graphOf(generatorOn(grid, neighbors(2, true)));
    const order = inOneGo(nestedDissection(graph, coordinatesOf(grid)));
    const place = new Map([...order].map((p, i) => [p, i]));
    const columns: Set<number>[] = [...order].map(
      (p, i) =>
        new Set(
          [...graph.neighbor.subarray(graph.start[p], graph.start[p + 1])]
            .map((q) => place.get(q) ?? Number.NaN)
            .filter((j) => j > i),
        ),
    );
    columns.forEach((column, i) => {
      const parent = Math.min(...column);
      for (const j of column) if (j !== parent) columns[parent].add(j);
      expect(columns[i].has(i)).toBe(false);
    });
    const tree = inOneGo(eliminationTree(graph, order, 1000));
    expect([...(tree?.below ?? [])]).toEqual(columns.map((column) => column.size));
    expect([...(tree?.parent ?? [])]).toEqual(columns.map((column) => (column.size > 0 ? Math.min(...column) : -1)));
    expect(inOneGo(eliminationTree(graph, order, 20))).toBeUndefined();
  });
});
