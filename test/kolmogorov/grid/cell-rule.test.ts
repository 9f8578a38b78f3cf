import { uniform } from 'kolmogorov';
import { describe, expect, test } from 'vitest';
import { cellRule, rootsOf } from '#kolmogorov/grid/cell-rule';
import { tensorGrid } from '#kolmogorov/grid/grid';

const grid = tensorGrid([uniform(0, 1, 11)], 1, 'test');
/** Σ w f at the nodes of a rule, by node. */
const means = (rule: NonNullable<ReturnType<typeof cellRule>>, f: (x: number) => number): Map<number, number> =>
  new Map(
    Array.from(rule.nodes, (p, n): [number, number] => {
      let sum = 0;
      for (let e = rule.start[n]; e < rule.start[n + 1]; e++) sum += rule.weight[e] * f(rule.points[e]);
      return [p, sum];
    }),
  );

describe('cellRule', () => {
  test.each([0.31, 0.35, 0.399])(
    'gives the mean of a step against the hats of the two nodes beside it: cut at %s',
    (c) => {
      const rule = cellRule(grid, [{ kind: 'jump', at: (x) => x[0] - c }], [false], 1);
      if (!rule) throw new Error('no rule');
      const step = means(rule, (x) => (x > c ? 1 : 0));
      // With s the share of the cell before the cut, ∫ of the hats beyond it are (1 − s)²/2 and ½ + (1 − s²)/2.
      const s = (c - 0.3) / 0.1;
      expect([...step.keys()]).toEqual([3, 4]);
      expect(step.get(3)).toBeCloseTo((1 - s) ** 2 / 2, 12);
      expect(step.get(4)).toBeCloseTo(1 / 2 + (1 - s * s) / 2, 12);
      // Linear functions are kept, so smooth ones are to second order.
      for (const [p, mean] of means(rule, (x) => 2 * x - 1)) expect(mean).toBeCloseTo((2 * p) / 10 - 1, 12);
    },
  );

  test('roots are found where the function changes its sign, also on the edges of its parts', () => {
    expect(rootsOf((s) => s - 0.5, 0, 1)).toEqual([0.5]);
    expect(rootsOf((s) => (s - 0.1) * (s - 0.9), 0, 1).map((s) => s.toFixed(9))).toEqual([
      '0.100000000',
      '0.900000000',
    ]);
    expect(rootsOf(() => 1, 0, 1)).toEqual([]);
  });
});
