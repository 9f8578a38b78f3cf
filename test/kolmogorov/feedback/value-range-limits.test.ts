import { type Axis, type BoundaryInput, controlled, pointsOf } from 'kolmogorov';
import { describe, expect, test } from 'vitest';
import { controlledEquation } from '#kolmogorov/feedback/controlled-equation';
import type { DiscreteHjb } from '#kolmogorov/feedback/discrete-hjb';
import { valueRange } from '#kolmogorov/feedback/value-range';
import { tensorGrid } from '#kolmogorov/grid/grid';
import { sidesOf } from '#kolmogorov/operators/boundary';
import { boundaryClosure } from '#kolmogorov/operators/boundary-closure';

const line = [pointsOf([-1, -0.5, 0, 0.5, 1])];

interface Given {
  readonly axes?: readonly Axis[];
  readonly boundary?: BoundaryInput;
  readonly running?: string | number;
  readonly killing?: string | number;
  readonly drift?: readonly string[];
  readonly end?: number | undefined;
  readonly terminal?: readonly number[];
  readonly fixed?: readonly number[];
}

/** The watch over a problem, and what it says of one step. */
function watched(given: Given) {
  const { axes = line, boundary = { kind: 'absorbing' }, drift = ['a'], terminal = [0, 1, 2, 1, 0] } = given;
  const { fixed = [1, 0, 0, 0, 1], running = 0, killing = 0 } = given;
  const state = axes.map((_, k) => 'xyz'[k]);
  const model = controlled({ state, control: ['a'], drift, diffusion: state.map(() => ['1']) });
  const grid = tensorGrid(axes, axes.length, 'test');
  const sides = sidesOf(boundary, grid, model.model, 'test');
  const equation = controlledEquation(model, { running, killing }, 'test');
  const end = 'end' in given ? given.end : 1;
  const closure = { ...boundaryClosure(grid, sides), fixed: Uint8Array.from(fixed) };
  let range = valueRange(
    { running, killing },
    { equation, closure } as DiscreteHjb,
    { end, values: Float64Array.from(terminal) },
    'test',
  );
  return {
    there: range !== undefined,
    warnings: () => range?.warnings() ?? [],
    /** The warning after one step to t = ½, or what is thrown. */
    says(
      u: readonly number[],
      { t = 0.5, length = 0.5, forcing = terminal.map(() => 0), a = terminal.map(() => 0) } = {},
    ): unknown {
      range = range?.after({
        t,
        u: Float64Array.from(u),
        length,
        forcing: Float64Array.from(forcing),
        policy: Float64Array.from(a),
      });
      const [warning] = range?.warnings() ?? [];
      return warning && [warning.kind, warning.overshoot, warning.t, warning.value, warning.low, warning.high];
    },
  };
}
const little = 2 ** -30;
const beyond = (overshoot: number) => expect.closeTo(overshoot, 6);

describe('a value between what is paid at the end and on the sides', () => {
  test('may leave it by 5 % of the range, not by more', () => {
    expect(watched({}).says([0, 1, 2 + 0.1 - little, 1, 0])).toBeUndefined();
    expect(watched({}).says([0, 1, 2 + 0.1 + little, 1, 0])).toEqual([
      'maximum-principle',
      beyond(0.1),
      0.5,
      2.1 + little,
      0,
      2,
    ]);
    expect(watched({}).says([0, -0.1 + little, 2, 1, 0])).toBeUndefined();
    expect(watched({}).says([0, -0.1 - little, 2, 1, 0])).toEqual([
      'maximum-principle',
      beyond(0.1),
      0.5,
      -0.1 - little,
      0,
      2,
    ]);
  });

  test('with a rate of killing 0 belongs to the range, without it not', () => {
    const terminal = [3, 4, 5, 4, 3];
    expect(watched({ terminal }).says([3, 2.8, 5, 4, 3])).toEqual(['maximum-principle', beyond(0.2), 0.5, 2.8, 3, 5]);
    expect(watched({ terminal, killing: 0.1 }).says([3, 2.8, 5, 4, 3])).toBeUndefined();
    expect(watched({ terminal, killing: '0.1' }).says([3, -0.2, 5, 4, 3])).toBeUndefined();
    expect(watched({ terminal, killing: 0.1 }).says([3, -0.3, 5, 4, 3])).toEqual([
      'maximum-principle',
      beyond(0.3),
      0.5,
      -0.3,
      0,
      5,
    ]);
  });

  test('given values on the sides widen it, at their nodes alone', () => {
    expect(watched({}).says([7, 6, 2, 1, 0])).toBeUndefined();
    expect(watched({}).says([0, 6, 2, 1, 0])).toEqual(['maximum-principle', beyond(4), 0.5, 6, 0, 2]);
    expect(watched({}).says([0, 1, 2, -6, -7])).toBeUndefined();
  });

  test('what is paid on the way widens it by the time, at the nodes where it is paid', () => {
    const forcing = [100, 2, 0, 1, 100];
    expect(watched({}).says([0, 1, 3.15 - little, 1, 0], { forcing })).toBeUndefined();
    expect(watched({}).says([0, 1, 3.15 + little, 1, 0], { forcing })).toEqual([
      'maximum-principle',
      beyond(0.15),
      0.5,
      3.15 + little,
      0,
      3,
    ]);
    const earned = [-100, -4, -2, -1, -100];
    expect(watched({}).says([0, -2.2 + little, 2, 1, 0], { forcing: earned })).toBeUndefined();
    expect(watched({}).says([0, -2.2 - little, 2, 1, 0], { forcing: earned })).toEqual([
      'maximum-principle',
      beyond(0.2),
      0.5,
      -2.2 - little,
      -2,
      2,
    ]);
    // What is paid everywhere counts from 0 on, as does what is earned.
    expect(watched({}).says([0, 0.5, 1, 1, 0], { forcing: [3, 3, 3, 3, 3] })).toBeUndefined();
  });

  test('steps add up, and the worst of them is told', () => {
    const { warnings, says } = watched({});
    const forcing = [0, 2, 2, 2, 0];
    says([0, 1, 2.5, 1, 0], { t: 0.75, length: 0.25, forcing });
    expect(warnings()).toEqual([]);
    expect(says([0, 1, 3, 1, 0], { t: 0.5, length: 0.25, forcing })).toBeUndefined();
    expect(says([0, 1, 4.5, 1, 0], { t: 0.25, length: 0.25, forcing })).toEqual([
      'maximum-principle',
      beyond(1),
      0.25,
      4.5,
      0,
      3.5,
    ]);
    expect(says([0, 1, 4.4, 1, 0], { t: 0.2, length: 0 })).toEqual(['maximum-principle', beyond(1), 0.25, 4.5, 0, 3.5]);
    expect(says([0, 1, 6, 1, 0], { t: 0, length: 0 })).toEqual(['maximum-principle', beyond(2.5), 0, 6, 0, 3.5]);
    expect(warnings()[0].message).toContain('V is 6 at t = 0, and by what is paid between 0 and 3.5');
    expect(warnings()[0].message).toContain('not monotone');
  });

  test('without running cost the words say so', () => {
    const { warnings, says } = watched({});
    says([0, 1, 3, 1, 0]);
    expect(warnings()[0].message).toContain('without running cost between 0 and 2');
  });

  test('for ever, only the sides count', () => {
    const endless = { end: undefined, terminal: [1, 0, 0, 0, 3] };
    const forcing = [0, 9, 9, 9, 0];
    expect(watched(endless).says([1, 2, 3.15 - little, 2, 3], { forcing })).toBeUndefined();
    expect(watched(endless).says([1, 2, 3.16, 2, 3], { forcing })).toEqual([
      'maximum-principle',
      beyond(0.16),
      0.5,
      3.16,
      0,
      3,
    ]);
  });

  test('a thousand times as much is refused', () => {
    expect(watched({}).says([0, 1, 2000, 1, 0])).toBeDefined();
    expect(() => watched({}).says([0, 1, 2000.01, 1, 0])).toThrow(/blew up.*test.*−?-?2 and 2/s);
    expect(() => watched({}).says([0, 1, -2000.01, 1, 0])).toThrow('blew up');
    expect(() => watched({}).says([0, 1, Number.NaN, 1, 0])).toThrow('blew up');
    const negative = [0, -1, -2, -1, 0];
    expect(watched({ terminal: negative }).says([0, 1, -2000, 1, 0])).toBeDefined();
    expect(() => watched({ terminal: negative }).says([0, 1, -2001, 1, 0])).toThrow('blew up');
  });
});

describe('there is no such range', () => {
  const sloped = (kind: object): BoundaryInput => kind as BoundaryInput;
  test.each<[string, Given, boolean]>([
    ['for killing that is a formula', { killing: 'x^2' }, false],
    ['for killing below 0', { killing: -0.01 }, false],
    ['for a running cost without end', { running: 1, end: undefined }, false],
    ['for a running cost that is a formula without end', { running: 'x', end: undefined }, false],
    ['but with an end there is', { running: 'x' }, true],
    ['without running cost there is', { running: '0', end: undefined }, true],
    ['for slopes that are given', { boundary: sloped({ kind: 'neumann', slope: 1 }) }, false],
    [
      'for slopes that follow the value',
      { boundary: sloped({ kind: 'robin', weight: 1, slopeWeight: 1, value: 0 }) },
      false,
    ],
    [
      'for one side with a slope that is given',
      { boundary: sloped([{ lower: { kind: 'absorbing' }, upper: { kind: 'neumann', slope: 2 } }]) },
      false,
    ],
    ['but for reflecting sides there is', { boundary: { kind: 'reflecting' } }, true],
    [
      'for open sides without end',
      { boundary: { kind: 'vanishing-curvature' }, end: undefined, fixed: [0, 0, 0, 0, 0], terminal: [0, 0, 0, 0, 0] },
      false,
    ],
    [
      'for one open side without end',
      {
        boundary: sloped([{ lower: { kind: 'absorbing' }, upper: { kind: 'vanishing-curvature' } }]),
        end: undefined,
        fixed: [1, 0, 0, 0, 0],
        terminal: [0, 0, 0, 0, 0],
      },
      false,
    ],
    [
      'but degenerate sides are not open',
      { boundary: { kind: 'degenerate' }, end: undefined, fixed: [0, 0, 0, 0, 0], terminal: [0, 0, 0, 0, 0] },
      true,
    ],
  ])('%s', (_, given, there) => {
    expect(watched(given).there).toBe(there);
  });
});

describe('drift out through a side of vanishing curvature carries V on straight beyond it', () => {
  // V = 3 x on [−1, 1]: it rises by 3 over half the axis, so by 3 (e^(rate · time) − 1) with a drift of that rate.
  const open: Given = {
    boundary: { kind: 'vanishing-curvature' },
    terminal: [-3, -1.5, 0, 1.5, 3],
    fixed: [0, 0, 0, 0, 0],
  };
  const carried = (rate: number): number => 1.05 * 3 * Math.expm1(rate);
  const out = [0, 0, 0, 0, 0.8];
  const values = (last: number): number[] => [-3, -1.5, 0, 1.5, last];

  test('by 5 % more than that and of the range is not said, above it is', () => {
    const most = 3 + carried(0.8) + 0.3;
    expect(watched(open).says(values(most - 1e-7), { t: 0, a: out })).toBeUndefined();
    expect(watched(open).says(values(most + 1e-7), { t: 0, a: out })).toEqual([
      'open-side',
      beyond(0.3),
      0,
      most + 1e-7,
      -3,
      3,
    ]);
  });

  test('for the time that is left, at the largest rate so far', () => {
    const { says } = watched(open);
    const most = 3 + carried(0.4) + 0.3;
    expect(says(values(most - 1e-7), { t: 0.5, a: out })).toBeUndefined();
    // The policy turns; the rate stays in mind.
    expect(says(values(3 + carried(0.8) + 0.3 - 1e-7), { t: 0, a: [0, 0, 0, 0, -9] })).toBeUndefined();
    expect(says(values(3 + carried(0.8) + 0.3 + 1e-7), { t: 0 })).toBeDefined();
  });

  test('at either side, outward alone, and only from its own node', () => {
    const below = (first: number): number[] => [first, -1.5, 0, 1.5, 3];
    const least = -3 - carried(0.8) - 0.3;
    expect(watched(open).says(below(least + 1e-7), { t: 0, a: [-0.8, 0, 0, 0, 0] })).toBeUndefined();
    expect(watched(open).says(below(least - 1e-7), { t: 0, a: [-0.8, 0, 0, 0, 0] })).toBeDefined();
    for (const a of [
      [0.8, 0, 0, 0, 0],
      [0, 0, 0, 0, -0.8],
      [0, 0.8, 0.8, -0.8, 0],
    ])
      expect(watched(open).says(values(3.31), { t: 0, a })).toEqual(['open-side', beyond(0.31), 0, 3.31, -3, 3]);
  });

  test('not through sides that are fixed or reflecting, nor where the value is given', () => {
    const one: Given = {
      ...open,
      boundary: [{ lower: { kind: 'vanishing-curvature' }, upper: { kind: 'reflecting' } }],
    };
    expect(watched(one).says(values(3.31), { t: 0, a: out })).toEqual(['open-side', beyond(0.31), 0, 3.31, -3, 3]);
    // And at a node that is fixed by another axis nothing is carried: its value is the bound itself.
    const held: Given = { ...open, fixed: [0, 0, 0, 0, 1] };
    expect(watched(held).says([-3.31, -1.5, 0, 1.5, 3], { t: 0, a: out })).toEqual([
      'open-side',
      beyond(0.31),
      0,
      -3.31,
      -3,
      3,
    ]);
  });

  test('up to seven times of leaving, beyond which it is no bound', () => {
    const { says } = watched({ ...open, end: 10 });
    const most = 3 + carried(7) + 0.3;
    expect(says(values(most - 1e-3), { t: 0, a: out })).toBeUndefined();
    expect(says(values(most + 1e-3), { t: 0, a: out })).toBeDefined();
  });

  test('what is beyond sense grows with it, four times as fast', () => {
    const limit = 3000 * Math.exp(4 * 0.8);
    expect(watched(open).says(values(limit * 0.999), { t: 0, a: out })).toBeDefined();
    expect(() => watched(open).says(values(limit * 1.001), { t: 0, a: out })).toThrow('blew up');
    const far = 3000 * Math.exp(100);
    expect(watched({ ...open, end: 100 }).says(values(far * 0.999), { t: 0, a: out })).toBeDefined();
    expect(() => watched({ ...open, end: 100 }).says(values(far * 1.001), { t: 0, a: out })).toThrow('blew up');
  });

  test('a bend at the side is not carried on: nothing is added for it', () => {
    const bent: Given = { ...open, terminal: [1, 0.25, 0, 0.25, 1] };
    expect(watched(bent).says([1, 0.25, 0, 0.25, 1.06], { t: 0, a: out })).toEqual([
      'open-side',
      beyond(0.06),
      0,
      1.06,
      0,
      1,
    ]);
    // One too small to count: 5 % of the range by which V would sag.
    const hardly: Given = { ...open, terminal: [-3, -1.5, 0, 1.5, 3.15] };
    expect(watched(hardly).says(values(3.5), { t: 0, a: out })).toBeUndefined();
    const more: Given = { ...open, terminal: [-3, -1.5, 0, 1.5, 3.16] };
    expect(watched(more).says(values(3.5), { t: 0, a: out })).toBeDefined();
  });

  test('in the plane, along the second axis', () => {
    const axes = [pointsOf([0, 1, 2]), pointsOf([-1, 0, 1, 3])];
    // V = 2 y, y over [−1, 3], so 4 over half of the axis.
    const terminal = [-2, 0, 2, 6, -2, 0, 2, 6, -2, 0, 2, 6];
    const plane: Given = {
      axes,
      drift: ['5*a', 'a'],
      terminal,
      fixed: new Array(12).fill(0),
      boundary: [
        { lower: { kind: 'reflecting' }, upper: { kind: 'reflecting' } },
        { lower: { kind: 'vanishing-curvature' }, upper: { kind: 'vanishing-curvature' } },
      ],
    };
    const most = 6 + 1.05 * 4 * Math.expm1(0.3) + 0.4;
    const u = (value: number): number[] => terminal.map((old, p) => (p === 7 ? value : old));
    const a = terminal.map((_, p) => (p === 7 ? 0.6 : 0));
    expect(watched(plane).says(u(most - 1e-6), { t: 0, a })).toBeUndefined();
    expect(watched(plane).says(u(most + 1e-6), { t: 0, a })).toBeDefined();
    const inside = terminal.map((_, p) => (p === 6 ? 0.6 : 0));
    expect(watched(plane).says(u(6.41), { t: 0, a: inside })).toBeDefined();
  });

  test('of two controls each is that of its node', () => {
    const grid = tensorGrid(line, 1, 'test');
    const model = controlled({ state: ['x'], control: ['b', 'a'], drift: ['a - b'], diffusion: [['1']] });
    const seen = (policy: number[], last: number): unknown => {
      const sides = sidesOf({ kind: 'vanishing-curvature' }, grid, model.model, 'test');
      const equation = controlledEquation(model, { running: 0, killing: 0 }, 'test');
      const closure = { ...boundaryClosure(grid, sides), fixed: new Uint8Array(5) };
      const start = { end: 1, values: Float64Array.from(values(3)) };
      const range = valueRange({}, { equation, closure } as DiscreteHjb, start, 'test');
      const step = { t: 0, u: Float64Array.from(values(last)), length: 1, forcing: new Float64Array(5) };
      return range?.after({ ...step, policy: Float64Array.from(policy) }).warnings().length;
    };
    // At the last node b = ½ and a = 1.3 carry out by 0.8.
    const policy = [0, 0, 9, 9, 9, 9, 9, 9, 0.5, 1.3];
    const most = 3 + carried(0.8) + 0.3;
    expect([seen(policy, most - 1e-7), seen(policy, most + 1e-7)]).toEqual([0, 1]);
  });

  test('the words name the side', () => {
    const { warnings, says } = watched(open);
    says(values(9), { t: 0 });
    expect(warnings()[0].message).toContain('side of vanishing curvature');
  });
});
