import { type BoundaryInput, controlled, pointsOf } from 'kolmogorov';
import { SdeError, symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';
import { matrixReport } from '#kolmogorov/backward/matrix-report';
import { type ControlSet, controlSet, searchedToo, valueNames } from '#kolmogorov/feedback/control-set';
import { extendedPolicy } from '#kolmogorov/feedback/extended-policy';
import { tensorGrid } from '#kolmogorov/grid/grid';
import { sidesOf } from '#kolmogorov/operators/boundary';
import { boundaryClosure } from '#kolmogorov/operators/boundary-closure';

const open = Number.POSITIVE_INFINITY;
const refusal = (act: () => unknown): SdeError => {
  try {
    act();
  } catch (error) {
    if (error instanceof SdeError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};
// What the types forbid.
const loose = <V>(value: unknown): V => value as V;

const four = controlled({
  state: ['x', 'y'],
  control: ['a', 'b', 'c', 'd'],
  drift: ['a + b', 'c'],
  diffusion: [['d'], ['k']],
  parameters: { k: 2 },
});

describe('what controls may be', () => {
  test('lists, even values, intervals, formulas and searches, each in its place', () => {
    const set = controlSet(
      four,
      {
        a: [3, -1, 2],
        b: { lower: -1 },
        c: { lower: 0, upper: 2, search: 3 },
        d: { upper: 4, minimizer: 'x*V_x + V_xy - V_yy*k + V' },
      },
      'test',
    );
    expect(Array.from(set.lower)).toEqual([-1, -1, 0, -open]);
    expect(Array.from(set.upper)).toEqual([3, open, 2, 4]);
    expect(set.lists.map((list) => list && Array.from(list))).toEqual([[-1, 2, 3], undefined, undefined, undefined]);
    expect(set.quadratic).toEqual([1]);
    expect(set.searched).toEqual([{ index: 2, points: 3 }]);
    expect(set.given.map(({ index }) => index)).toEqual([3]);
    // x, y, V, V_x, V_y, V_xx, V_yy, V_xy
    expect(set.given[0].minimizer.evaluate(0, Float64Array.of(10, 0, 1, 7, 0, 0, 3, 100))).toBe(70 + 100 - 6 + 1);
    expect(set.combinations.map((row) => Array.from(row))).toEqual(
      [3, -1, 2].map((a) => [a, Number.NaN, Number.NaN, Number.NaN]),
    );
  });
  test('evenly spaced values, both ends included, and all combinations, the last fastest', () => {
    const set = controlSet(
      four,
      { a: { lower: -1, upper: 2, points: 4 }, b: [5], c: [7, 8], d: { lower: 0, upper: 1, points: 2 } },
      'test',
    );
    expect(Array.from(set.lists[0] ?? [])).toEqual([-1, 0, 1, 2]);
    expect(set.combinations.slice(0, 5).map((row) => Array.from(row))).toEqual([
      [-1, 5, 7, 0],
      [-1, 5, 7, 1],
      [-1, 5, 8, 0],
      [-1, 5, 8, 1],
      [0, 5, 7, 0],
    ]);
    expect(set.combinations.length).toBe(16);
  });
  test('the names of the derivatives of V', () => {
    expect(valueNames(['x', 'y', 'z'])).toEqual([
      'V',
      'V_x',
      'V_y',
      'V_z',
      'V_xx',
      'V_yy',
      'V_zz',
      'V_xy',
      'V_xz',
      'V_yz',
    ]);
  });
  const one = controlled({ state: ['x'], control: ['a'], drift: ['a'], diffusion: [['1']], parameters: { k: 2 } });
  test.each<[string, unknown, string, string]>([
    ['no values at all', undefined, 'unknown-symbol', 'test'],
    ['no values for it', {}, 'unknown-symbol', 'test'],
    ['null', { a: null }, 'unknown-symbol', 'test'],
    ['a number', { a: 3 }, 'unknown-symbol', 'test'],
    ['values of another', { a: [1], b: [1] }, 'unknown-symbol', 'test'],
    ['an empty list', { a: [] }, 'value', 'test.a.length'],
    ['a list that is not finite', { a: [1, open] }, 'value', 'test.a[1]'],
    ['one even value', { a: { lower: 0, upper: 1, points: 1 } }, 'value', 'test.a.points'],
    ['even values without a bound', { a: { lower: 0, points: 3 } }, 'value', 'test.a.upper'],
    ['even values with another word', { a: { lower: 0, upper: 1, points: 3, step: 1 } }, 'value', 'test.a'],
    ['an interval with another word', { a: { from: 0 } }, 'value', 'test.a'],
    ['bounds that cross', { a: { lower: 1, upper: 0 } }, 'value', 'test.a'],
    ['bounds that are one', { a: { lower: 1, upper: 1 } }, 'value', 'test.a'],
    ['a bound that is not finite', { a: { lower: -open, upper: 1 } }, 'value', 'test.a.lower'],
    ['another', { a: { lower: 0, upper: Number.NaN } }, 'value', 'test.a.upper'],
    ['a search without a bound', { a: { lower: 0, search: 5 } }, 'value', 'test.a.upper'],
    ['a search of two', { a: { lower: 0, upper: 1, search: 2 } }, 'value', 'test.a.search'],
    ['a search of too many', { a: { lower: 0, upper: 1, search: 4097 } }, 'value', 'test.a.search'],
    ['a formula with a control in it', { a: { minimizer: 'a + V_x' } }, 'unknown-symbol', 'test.a.minimizer'],
    ['a formula with another derivative', { a: { minimizer: 'V_y' } }, 'unknown-symbol', 'test.a.minimizer'],
  ])('%s: refused', (_, values, code, where) => {
    const error = refusal(() => controlSet(one, loose(values), 'test'));
    expect(error.code).toBe(code);
    expect(error.details.where.startsWith(where)).toBe(true);
  });
  test('4096 combinations are taken, more are not', () => {
    const two = controlled({ state: ['x'], control: ['a', 'b'], drift: ['a'], diffusion: [['b']] });
    const even = (points: number) => ({ lower: 0, upper: 1, points });
    expect(controlSet(two, { a: even(64), b: even(64) }, 'test').combinations.length).toBe(4096);
    expect(refusal(() => controlSet(two, { a: even(64), b: even(65) }, 'test')).details.got).toBe('4160');
  });
  test('closed forms of the noise are searched too where they do not decide, if they have ends', () => {
    const set = controlSet(
      four,
      { a: { lower: 0, upper: 1 }, b: {}, c: { lower: 0, upper: 2, search: 5 }, d: { lower: -1, upper: 1 } },
      'test',
    );
    const names = ['a', 'b', 'c', 'd'];
    const more = searchedToo(set, [true, false, false, true], names, 'test');
    expect(more.searched).toEqual([
      { index: 2, points: 5 },
      { index: 0, points: 17 },
      { index: 3, points: 17 },
    ]);
    expect(more.quadratic).toEqual([0, 1, 3]);
    const error = refusal(() => searchedToo(set, [false, true, false, false], names, 'test'));
    expect([error.code, error.details.where, error.details.got]).toEqual([
      'unsupported',
      'test.b',
      '(-Infinity, Infinity)',
    ]);
  });
});

describe('a policy on the sides where it is not chosen', () => {
  const axis = pointsOf([0, 1, 3, 4, 4.5]);
  const sides = (grid: ReturnType<typeof tensorGrid>, boundary: BoundaryInput) =>
    boundaryClosure(
      grid,
      sidesOf(
        boundary,
        grid,
        symbolic({
          state: ['x', 'y'].slice(0, grid.dimension),
          drift: grid.axes.map(() => '0'),
          diffusion: grid.axes.map(() => ['1']),
        }),
        'test',
      ),
    );
  const set = (lists: ControlSet['lists'], lower = -open, upper = open): ControlSet => ({
    lower: new Float64Array(lists.length).fill(lower),
    upper: new Float64Array(lists.length).fill(upper),
    combinations: [],
    lists,
    quadratic: [],
    given: [],
    searched: [],
  });
  const fixed: BoundaryInput = { kind: 'absorbing' };
  const line = tensorGrid([axis], 1, 'test');
  const policy = Float64Array.of(99, 2, 6, 5, 99);

  test('goes on along the line through the next two nodes', () => {
    const out = extendedPolicy(sides(line, fixed), set([undefined]), policy);
    // Slope (6 − 2)/2 from 2 on; and (5 − 6)/1 over ½.
    expect(Array.from(out)).toEqual([0, 2, 6, 5, 4.5]);
    expect(policy[0]).toBe(99);
  });
  test('within its bounds, or as next to it where it is listed', () => {
    expect(Array.from(extendedPolicy(sides(line, fixed), set([undefined], 1, 4.75), policy))).toEqual([
      1, 2, 6, 5, 4.5,
    ]);
    expect(Array.from(extendedPolicy(sides(line, fixed), set([undefined], -9, 4.25), policy))[4]).toBe(4.25);
    expect(Array.from(extendedPolicy(sides(line, fixed), set([Float64Array.of(2, 5)]), policy))).toEqual([
      2, 2, 6, 5, 5,
    ]);
  });
  test('one side, or none', () => {
    const upper = sides(line, [{ lower: { kind: 'reflecting' }, upper: { kind: 'absorbing' } }]);
    expect(Array.from(extendedPolicy(upper, set([undefined]), policy))).toEqual([99, 2, 6, 5, 4.5]);
    expect(Array.from(extendedPolicy(sides(line, { kind: 'reflecting' }), set([undefined]), policy))).toEqual([
      99, 2, 6, 5, 99,
    ]);
    expect(
      Array.from(extendedPolicy(sides(line, { kind: 'periodic' }), set([undefined]), Float64Array.of(7, 2, 6, 5, 99))),
    ).toEqual([7, 2, 6, 5, 7]);
  });
  test('two controls in the plane, along each axis in turn', () => {
    const plane = tensorGrid([pointsOf([0, 1, 2, 4]), axis], 2, 'test');
    const values = Float64Array.from({ length: 40 }, (_, i) => {
      const p = i >> 1;
      const [x, y] = [plane.axes[0].points[Math.floor(p / 5)], axis.points[p % 5]];
      const inside = x > 0 && x < 4 && y > 0 && y < 4.5;
      return inside ? (i % 2 === 0 ? 1 + 2 * x - y : 3 * y - x) : 99;
    });
    const out = extendedPolicy(sides(plane, fixed), set([undefined, undefined]), values);
    for (let p = 0; p < 20; p++) {
      const [x, y] = [plane.axes[0].points[Math.floor(p / 5)], axis.points[p % 5]];
      expect(out[2 * p]).toBeCloseTo(1 + 2 * x - y, 12);
      expect(out[2 * p + 1]).toBeCloseTo(3 * y - x, 12);
    }
  });
});

describe('the report on matrices', () => {
  const grid = tensorGrid([pointsOf([0, 1, 3])], 1, 'test');
  const dense = (rows: number[][]) => ({
    size: 3,
    rowStart: Int32Array.from([0, 3, 6, 9]),
    column: Int32Array.from([0, 1, 2, 0, 1, 2, 0, 1, 2]),
    value: Float64Array.from(rows.flat()),
  });
  const ones = [1, 1, 1];
  const reported = (rows: number[][], alpha = ones, shift = 0.5) => {
    const report = matrixReport(grid);
    report.add(0.25, dense(rows), alpha, shift);
    return report.report();
  };

  test('an M-matrix, and the least of its row sums', () => {
    expect(
      reported([
        [-3, 2, 1],
        [1, -4, 1],
        [0, 5, -6],
      ]),
    ).toEqual({ mMatrix: true, negativeEntries: 0, leastRowSum: 1 });
    expect(
      reported(
        [
          [-3, 2, 1],
          [1, -2, 1],
          [0, 5, -5],
        ],
        [0, 1, 0],
      ),
    ).toEqual({ mMatrix: true, negativeEntries: 0, leastRowSum: 0 });
  });
  test('negative entries beside the diagonal, the worst with its place', () => {
    expect(
      reported([
        [1, -2, 1],
        [-3, 4, -1],
        [0, 5, -5],
      ]),
    ).toEqual({
      mMatrix: false,
      negativeEntries: 3,
      worst: { t: 0.25, x: Float64Array.of(1), neighbor: Float64Array.of(0), value: -3 },
      leastRowSum: 1,
    });
  });
  test('entries and sums that are rounding are none', () => {
    const little = 2 ** -40;
    expect(
      reported([
        [-1, 1 + little, -little],
        [0, -1, 1],
        [0, 1, -1],
      ]).mMatrix,
    ).toBe(true);
    expect(
      reported([
        [-1, 1 + 3 * little, -3 * little],
        [0, -1, 1],
        [0, 1, -1],
      ]).negativeEntries,
    ).toBe(1);
    expect(
      reported(
        [
          [-1, 1 + little, 0],
          [0, -1, 1],
          [0, 1, -1],
        ],
        [0, 0, 0],
      ),
    ).toMatchObject({ mMatrix: true, leastRowSum: 0 });
    expect(
      reported(
        [
          [-1, 1 + 4 * little, 0],
          [0, -1, 1],
          [0, 1, -1],
        ],
        [0, 0, 0],
      ),
    ).toMatchObject({ mMatrix: false, negativeEntries: 0, leastRowSum: -2 * little });
  });
  test('over several', () => {
    const report = matrixReport(grid);
    report.add(
      1,
      dense([
        [0, -1, 1],
        [0, 0, 0],
        [0, 0, 0],
      ]),
      ones,
      1,
    );
    report.add(
      2,
      dense([
        [0, 0, 0],
        [0, 0, 0],
        [-2, 1, -1],
      ]),
      ones,
      1,
    );
    report.add(
      3,
      dense([
        [0, -1, -2],
        [0, 0, 0],
        [0, 0, 0],
      ]),
      ones,
      1,
    );
    expect(report.report()).toEqual({
      mMatrix: false,
      negativeEntries: 4,
      worst: { t: 2, x: Float64Array.of(3), neighbor: Float64Array.of(0), value: -2 },
      leastRowSum: 1,
    });
  });
});
