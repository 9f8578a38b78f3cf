import {
  type BoundaryInput,
  type ControlValues,
  controlled,
  type DiffusionDifference,
  type DriftDifference,
  implicitEuler,
  pointsOf,
  solveErgodicHJB,
  solveHJB,
  uniform,
} from 'kolmogorov';
import { describe, expect, test } from 'vitest';
import { expectBest, spread } from './best-control.js';
import { type Differenced, nodesOf, type Plain, rate, under } from './plain-hjb.js';

const axis = pointsOf([-1.5, -1.1, -0.4, 0, 0.5, 0.9, 1.5]);
const line: Plain = {
  state: ['x'],
  control: ['a'],
  drift: ['a - x/2 + t/5'],
  diffusion: [['0.5']],
  killing: '0.2',
  running: 'x^2 + a^2/2',
};
const reflecting: BoundaryInput = { kind: 'reflecting' };
const ends = (p: number): boolean => p === 0 || p === 6;

describe.each<[string, BoundaryInput, (p: number) => boolean, ((p: number) => boolean)?]>([
  ['reflecting', reflecting, () => false],
  ['given values', { kind: 'dirichlet', value: 'x + t' }, ends],
  ['slopes that are given', { kind: 'neumann', slope: '1 + x/2 + t' }, () => false, ends],
  ['slopes that follow the value', { kind: 'robin', weight: 1, slopeWeight: 3, value: 0.5 }, () => false, ends],
  ['vanishing curvature', { kind: 'vanishing-curvature' }, () => false],
])('one control in closed form, sides of %s', (_, boundary, given, jumps) => {
  test.each<[string, string, DriftDifference, string]>([
    ['with noise', '0.5', 'hybrid', 'cos(2*x)'],
    ['with hardly any', '0.05', 'hybrid', 'abs(x - 0.1)*2'],
    ['with hardly any', '0.05', 'upwind', '-2*cos(3*x)'],
    ['with noise', '0.9', 'central', 'sin(2*x)'],
  ])('%s, σ = %s, %s differences', (__, noise, drift, terminal) => {
    const plain = { ...line, diffusion: [[noise]] };
    const how = { grid: [axis], boundary, drift };
    expectBest({
      plain,
      controls: { a: { lower: -1, upper: 0.7 } },
      against: [spread(-1, 0.7, 8)],
      how,
      terminal,
      given,
      ...(jumps && { jumps }),
    });
    expectBest({
      plain,
      controls: { a: {} },
      against: [spread(-3, 3, 9)],
      how,
      terminal,
      given,
      ...(jumps && { jumps }),
    });
  });
});

describe('other ways to the best', () => {
  const how: Differenced = { grid: [axis], boundary: reflecting, drift: 'hybrid' };
  const terminal = 'cos(2*x)';

  test('a search among several minima', () => {
    const plain = { ...line, running: 'x^2 + cos(5*a + x) + a/3' };
    const controls = { a: { lower: -2, upper: 2, search: 33 } };
    expectBest({ plain, controls, against: [spread(-2, 2, 41)], how, terminal });
    expectBest({ plain, controls, against: [spread(-2, 2, 41)], how, terminal, sense: 'maximize' });
  });
  test('a search whose best is at an end', () => {
    const plain = { ...line, running: 'x^2 + exp(a)' };
    expectBest({
      plain,
      controls: { a: { lower: -1, upper: 1, search: 3 } },
      against: [spread(-1, 1, 9)],
      how,
      terminal,
    });
    expectBest({
      plain,
      controls: { a: { lower: -1, upper: 1, search: 3 } },
      against: [spread(-1, 1, 9)],
      how,
      terminal,
      sense: 'maximize',
    });
  });
  test('a search where the difference changes sides between its values', () => {
    const plain = { ...line, drift: ['2*a - 0.3'], diffusion: [['0.05']], running: 'x^2 + a^4 + a^2/3' };
    for (const phi of ['abs(x)', '-abs(x - 0.2)', 'sin(3*x)'])
      expectBest({
        plain,
        controls: { a: { lower: -1.2, upper: 1, search: 12 } },
        against: [spread(-1.2, 1, 23)],
        how: { ...how, drift: 'upwind' },
        terminal: phi,
      });
  });
  test('a formula in V_x, V_xx, V, t, x and parameters', () => {
    const plain = { ...line, diffusion: [['0.8']] };
    const central: Differenced = { ...how, drift: 'central' };
    expectBest({
      plain,
      controls: { a: { minimizer: '-V_x + 0*(V + V_xx + t + x)' } },
      against: [spread(-3, 3, 9)],
      how: central,
      terminal,
    });
    expectBest({
      plain,
      controls: { a: { lower: -0.5, upper: 0.25, minimizer: '-V_x' } },
      against: [spread(-0.5, 0.25, 11)],
      how: central,
      terminal,
    });
    // σ = a: ½ a² V″ + (a − 1)² is least at 1 / (1 + V″ / 2).
    const noisy = { ...line, drift: ['-x/2'], diffusion: [['a']], running: 'x^2 + (a - 1)^2' };
    expectBest({
      plain: noisy,
      controls: { a: { lower: 0.6, upper: 3, minimizer: '2/(2 + V_xx)' } },
      against: [spread(0.6, 3, 21)],
      how: central,
      terminal: 'cos(x)/2',
    });
  });
  test('quadratic in a control of the noise, the killing and the cost', () => {
    const noisy = {
      ...line,
      drift: ['-x/2 + a/4'],
      diffusion: [['0.4 + a']],
      killing: '0.3 + a/5',
      running: 'x^2*(1 + a) + 2*a^2',
    };
    for (const sense of [undefined, 'maximize'] as const)
      expectBest({
        plain: noisy,
        controls: { a: { lower: 0, upper: 0.8 } },
        against: [spread(0, 0.8, 13)],
        how: { ...how, drift: 'central' },
        terminal,
        sense,
      });
  });
  test('where a state is to be held in, controls that lead out are none', () => {
    const held = { ...line, drift: ['a'], diffusion: [['0']], running: '(a - 1)^2 - x' };
    expectBest({
      plain: held,
      controls: { a: { lower: -1, upper: 1 } },
      against: [[0, -0.3, -1]],
      how: { ...how, drift: 'upwind' },
      terminal: '-2*x',
      given: (p) => p < 6,
    });
    // From a start that is outside: nothing in the middle of the interval is within.
    const drifting = { ...held, drift: ['a + 1'], running: 'a^2' };
    expectBest({
      plain: drifting,
      controls: { a: { lower: -3, upper: 2 } },
      against: [[-1, -1.5, -3]],
      how: { ...how, drift: 'upwind' },
      terminal: '-2*x',
      given: (p) => p < 6,
    });
    expect(() =>
      solveHJB(
        {
          model: controlled({ state: ['x'], control: ['a'], drift: ['a + 1'], diffusion: [['0']] }),
          T: 1,
          controls: { a: { lower: -0.9, upper: 2 } },
        },
        { ...how, stepping: implicitEuler({ steps: 1 }) },
      ),
    ).toThrow(/no control keeps the state inside .* x = \(1.5\)/);
  });
});

describe('several controls in the plane', () => {
  const plane: Plain = {
    state: ['x', 'y'],
    control: ['a', 'b'],
    drift: ['a + y/4', 'b - x/3'],
    diffusion: [
      ['0.7', '0'],
      ['0.2', '0.8'],
    ],
    killing: '0.1',
    running: 'x^2 + y + a^2 + b^2 + 1.2*a*b + a*x',
  };
  const grid = [pointsOf([-1, -0.4, 0.2, 1]), uniform(-1, 1, 4)];
  const terminal = 'cos(x - 2*y)';
  const how = (drift: DriftDifference, diffusion: DiffusionDifference = 'central'): Differenced => ({
    grid,
    boundary: reflecting,
    drift,
    diffusion,
  });
  const two = [spread(-1, 1, 5), spread(-2, 0.5, 6)];
  const edge = (p: number): boolean => p < 4 || p >= 12 || p % 4 === 0 || p % 4 === 3;
  const box = { a: { lower: -1, upper: 1 }, b: { lower: -2, upper: 0.5 } };

  test.each<[string, Partial<Plain>, Readonly<Record<string, ControlValues>>, Differenced]>([
    ['in closed form, coupled', {}, box, how('central')],
    [
      'in closed form, by upwind differences',
      {
        diffusion: [
          ['0.2', '0'],
          ['0', '0.2'],
        ],
      },
      box,
      how('upwind'),
    ],
    ['bent down together', { running: 'x^2 + a^2/2 + b^2/2 + 2*a*b' }, box, how('central')],
    ['a list and a closed form', {}, { a: two[0], b: box.b }, how('central')],
    [
      'a search and a closed form, which go together',
      { running: 'x^2 + a^2/2 + b^2/2 + 2*a*b' },
      { a: { ...box.a, search: 7 }, b: box.b },
      how('central'),
    ],
    [
      'two searches that go together',
      { running: 'x^2 + cos(a*b*2) + a^2*b^2/2 + a*b' },
      { a: { ...box.a, search: 9 }, b: { ...box.b, search: 9 } },
      how('central'),
    ],
    [
      'a search and a list',
      { running: 'x^2 + sin(3*a)*b + b^2' },
      { a: { ...box.a, search: 9 }, b: two[1] },
      how('central'),
    ],
    [
      'a search and a formula',
      { running: 'x^2 + sin(3*a) + b^2' },
      { a: { ...box.a, search: 9 }, b: { ...box.b, minimizer: '-V_y/2' } },
      how('central'),
    ],
    ['wide differences, controls of the drift', {}, box, how('upwind', 'wide')],
  ])('%s', (_, more, controls, given) => {
    expectBest({ plain: { ...plane, ...more }, controls, against: two, how: given, terminal, jumps: edge });
  });

  test('wide differences, a control of the noise that is searched, and slopes that are given', () => {
    const noisy: Plain = {
      ...plane,
      diffusion: [
        ['0.6', '0'],
        ['a/2', '0.4'],
      ],
      running: 'x^2 + y + a^2/4 + b^2',
    };
    const slopes: BoundaryInput = [
      { lower: { kind: 'neumann', slope: 0.7 }, upper: { kind: 'neumann', slope: -0.4 } },
      { lower: { kind: 'reflecting' }, upper: { kind: 'robin', weight: 1, slopeWeight: 2, value: 1 } },
    ];
    for (const boundary of [reflecting, slopes])
      expectBest({
        plain: noisy,
        controls: box,
        against: two,
        how: { ...how('upwind', 'wide'), boundary },
        terminal,
        ...(boundary === slopes && { jumps: edge }),
      });
  });
});

describe('coefficients and costs that jump or kink between nodes enter by their means', () => {
  test.each<[string, Partial<Plain>]>([
    ['a cost that kinks', { running: 'abs(x - 0.2) + a^2/2' }],
    [
      'a cost that jumps, and a drift that does',
      { running: '(x > 0.2 ? 1 : 0) + a^2/2', drift: ['a*(x > -0.7 ? 1 : 2)'] },
    ],
    ['a noise that jumps', { diffusion: [['x > 0.2 ? 0.9 : 0.4']], running: 'x^2 + a^2/2' }],
    ['a jump that moves', { running: '(x > t + 0.1 ? 1 : 0) + a^2/2 + a*x' }],
    ['a rate of killing that jumps', { killing: 'x > 0.2 ? 1 : 0.1' }],
  ])('%s', (_, more) => {
    const plain = { ...line, drift: ['a - x/2'], ...more };
    // Evenly spaced, so that means of what is linear are its values.
    const how: Differenced = { grid: [uniform(-1.5, 1.5, 7)], boundary: reflecting, drift: 'central' };
    expectBest({
      plain,
      controls: { a: { lower: -1, upper: 1 } },
      against: [spread(-1, 1, 9)],
      how,
      terminal: 'cos(2*x)',
      averaged: true,
    });
    expectBest({
      plain,
      controls: { a: [-1, 0.2, 1] },
      against: [[-1, 0.2, 1]],
      how,
      terminal: 'cos(2*x)',
      averaged: true,
    });
    expectBest({
      plain,
      controls: { a: { lower: -1, upper: 1 } },
      against: [spread(-1, 1, 5)],
      how: { ...how, boundary: { kind: 'periodic' } },
      terminal: 'cos(2*x)',
      averaged: true,
      given: (p) => p === 6,
    });
  });
  test('in the plane', () => {
    const plain: Plain = {
      state: ['x', 'y'],
      control: ['a', 'b'],
      drift: ['a', 'b'],
      diffusion: [
        ['0.6', '0'],
        ['0', 'y > 0.1 ? 0.9 : 0.5'],
      ],
      killing: '0',
      running: 'abs(x - 0.3) + a^2 + b^2 + a*b/2',
    };
    const how: Differenced = { grid: [uniform(-1, 1, 5), uniform(-1, 1, 4)], boundary: reflecting, drift: 'central' };
    const both = { lower: -1, upper: 1 };
    expectBest({
      plain,
      controls: { a: both, b: both },
      against: [spread(-1, 1, 3), spread(-1, 1, 4)],
      how,
      terminal: 'x*y',
      averaged: true,
    });
  });
});

test('an average in closed form: no control is better at any node, and the law is that of the best', () => {
  const how: Differenced = { grid: [axis], boundary: reflecting, drift: 'hybrid' };
  const plain = { ...line, drift: ['a - x/2'], killing: '0' };
  const outcome = solveErgodicHJB(
    {
      model: controlled({ state: ['x'], control: ['a'], drift: plain.drift, diffusion: plain.diffusion }),
      running: plain.running,
      controls: { a: {} },
    },
    how,
  );
  const u = outcome.value.slice(0).data;
  const policy = outcome.policy.a.slice(0).data;
  const law = outcome.density.masses(0).data;
  const own = Array.from(policy, (a) => under(plain, how, [a], 0));
  expect(law.reduce((sum, mass) => sum + mass, 0)).toBeCloseTo(1, 14);
  nodesOf([axis]).forEach((_, p) => {
    expect(Math.abs(rate(own[p], u, p) - outcome.average)).toBeLessThan(1e-12);
    for (const a of spread(-4, 4, 17))
      expect(rate(under(plain, how, [a], 0), u, p)).toBeGreaterThan(outcome.average - 1e-9);
    expect(Math.abs(law.reduce((sum, mass, q) => sum + mass * own[q].A[q][p], 0))).toBeLessThan(1e-13);
  });
});
