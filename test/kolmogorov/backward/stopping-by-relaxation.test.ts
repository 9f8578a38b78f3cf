import {
  type BoundaryInput,
  crankNicolson,
  implicitEuler,
  type ObstacleOptions,
  type ObstacleProblem,
  pointsOf,
  solveObstacle,
  thetaMethod,
  uniform,
} from 'kolmogorov';
import { type SdeError, symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';
import { type Differenced, nodesOf, type Plain, under } from '../feedback/plain-hjb.js';

/** max { (M u − right)_p, … } = 0 by projected relaxation, node by node until nothing moves: no set of stopping nodes, no factors. */
function relaxed(M: number[][], right: readonly number[], psi: readonly number[], fixed: readonly boolean[]): number[] {
  const u = right.map((value, p) => (fixed[p] ? value : Math.max(value, psi[p])));
  for (let sweep = 0; sweep < 4000; sweep++) {
    let moved = 0;
    for (let p = 0; p < u.length; p++) {
      if (fixed[p]) continue;
      const rest = M[p].reduce((sum, entry, j) => (j === p ? sum : sum - entry * u[j]), right[p]);
      const next = Math.max(rest / M[p][p], psi[p]);
      moved = Math.max(moved, Math.abs(next - u[p]));
      u[p] = next;
    }
    if (moved < 1e-15) break;
  }
  return u;
}

const plain: Plain = {
  state: ['x'],
  control: [],
  drift: ['-x/2 + t/4'],
  diffusion: [['0.8 + x/9']],
  killing: '0.4 + x^2/9',
  running: '-1 - t/2 + x',
};
const axis = pointsOf([-1.6, -1.1, -0.4, 0, 0.5, 0.9, 1.6]);
const sides: readonly (readonly [string, BoundaryInput, (t: number) => Record<number, number>])[] = [
  ['reflecting', { kind: 'reflecting' }, () => ({})],
  ['given values', { kind: 'dirichlet', value: 'x^2 + t' }, (t) => ({ 0: 2.56 + t, 6: 2.56 + t })],
  ['vanishing curvature', { kind: 'vanishing-curvature' }, () => ({})],
];

describe.each(sides)('every step is the discrete problem, sides: %s', (_, boundary, givenAt) => {
  test.each([
    ['implicit Euler', implicitEuler({ steps: 3 }), 1],
    ['Crank–Nicolson', crankNicolson({ steps: 3, smoothing: 0 }), 0.5],
    ['a θ-method', thetaMethod({ steps: 3, theta: 0.7 }), 0.7],
  ])('%s', (__, stepping, theta) => {
    const how: Differenced = { grid: [axis], boundary, drift: 'upwind' };
    const psiAt = (x: number, t: number): number => Math.cos(2 * x) - t + 0.3;
    const progress: unknown[] = [];
    const problem: ObstacleProblem = {
      model: symbolic({ state: ['x'], drift: plain.drift, diffusion: plain.diffusion, time: 't' }),
      T: 1.4,
      t0: 0.2,
      terminal: 'x^2 - 1',
      obstacle: 'cos(2*x) - t + 0.3',
      killing: plain.killing,
      source: plain.running,
    };
    const outcome = solveObstacle(problem, { ...how, stepping, onProgress: (at) => progress.push(at) });
    expect(outcome.kind).toBe('converged');
    expect(progress).toEqual([1, 2, 3].map((done) => ({ done, of: 3 })));
    const enough = solveObstacle(problem, { ...how, stepping, iterations: outcome.iterations });
    expect([enough.kind, enough.iterations]).toEqual(['converged', outcome.iterations]);
    const less = solveObstacle(problem, { ...how, stepping, iterations: outcome.iterations - 1 });
    expect([less.kind, less.iterations]).toEqual(['stalled', outcome.iterations - 1]);
    const xs = Array.from(axis.points);
    const isFixed = xs.map((___, p) => p in givenAt(0));
    let u = xs.map((x, p) => givenAt(1.4)[p] ?? Math.max(x ** 2 - 1, psiAt(x, 1.4)));
    const first = outcome.stopping.slice(1.4).data;
    xs.forEach((x, p) => {
      expect(first[p]).toBe(psiAt(x, 1.4) >= x ** 2 - 1 ? 1 : 0);
      expect(outcome.value.slice(1.4).data[p]).toBeCloseTo(u[p], 14);
    });
    const dt = 0.4;
    let seen = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let step = 2; step >= 0; step--) {
      const times = outcome.value.times;
      const [low, high] = [times[step], times[step + 1]];
      expect(low).toBeCloseTo(0.2 + step * dt, 14);
      const [late, early] = [under(plain, how, [], high), under(plain, how, [], low)];
      const right = u.map((value, p) => {
        const explicit = late.A[p].reduce((sum, entry, j) => sum + entry * u[j], late.r[p]);
        return givenAt(low)[p] ?? value + (1 - theta) * dt * explicit + theta * dt * early.r[p];
      });
      const M = early.A.map((row, p) =>
        row.map((entry, j) => (p === j ? 1 : 0) - (isFixed[p] ? 0 : theta * dt * entry)),
      );
      const psi = xs.map((x) => psiAt(x, low));
      u = relaxed(M, right, psi, isFixed);
      const [found, stops] = [outcome.value.slice(low).data, outcome.stopping.slice(low).data];
      u.forEach((value, p) => {
        expect(Math.abs(found[p] - value)).toBeLessThan(1e-12);
        if (!isFixed[p]) expect(stops[p]).toBe(value <= psi[p] ? 1 : 0);
        seen += stops[p];
      });
      least = Math.min(least, ...M.map((row) => row.reduce((sum, entry) => sum + entry, 0)));
    }
    expect(seen).toBeGreaterThan(0);
    expect(seen).toBeLessThan(21);
    expect(outcome.matrices.leastRowSum).toBeCloseTo(least, 12);
    expect([outcome.monotone, outcome.matrices.mMatrix]).toEqual([true, true]);
    expect(outcome.iterations).toBeGreaterThan(1);
    expect(outcome.iterations).toBeLessThan(7);
  });
});

test('in the plane', () => {
  const two: Plain = {
    state: ['x', 'y'],
    control: [],
    drift: ['-x', 'x/2'],
    diffusion: [
      ['0.7', '0'],
      ['0', '0.6'],
    ],
    killing: '0.2',
    running: '0',
  };
  const grid = [uniform(-1, 1, 5), pointsOf([-1, -0.3, 0.4, 1])];
  const how: Differenced = { grid, boundary: { kind: 'reflecting' }, drift: 'upwind' };
  const outcome = solveObstacle(
    {
      model: symbolic({ state: two.state, drift: two.drift, diffusion: two.diffusion }),
      T: 0.5,
      terminal: 'x*y',
      obstacle: (_, [x, y]) => x - y * y,
      killing: 0.2,
    },
    { ...how, stepping: implicitEuler({ steps: 1 }) },
  );
  const { A } = under(two, how, [], 0);
  const nodes = nodesOf(grid);
  const psi = nodes.map(([x, y]) => x - y * y);
  const right = nodes.map(([x, y], p) => Math.max(x * y, psi[p]));
  const u = relaxed(
    A.map((row, p) => row.map((entry, j) => (p === j ? 1 : 0) - 0.5 * entry)),
    right,
    psi,
    right.map(() => false),
  );
  const found = outcome.value.slice(0).data;
  u.forEach((value, p) => {
    expect(Math.abs(found[p] - value)).toBeLessThan(1e-12);
    expect(outcome.stopping.slice(0).data[p]).toBe(value <= psi[p] ? 1 : 0);
  });
});

describe('an obstacle that jumps or kinks', () => {
  const still = symbolic({
    state: ['x', 'y'],
    drift: ['0', '0'],
    diffusion: [
      ['0.3', '0'],
      ['0', '0.3'],
    ],
    time: 't',
  });
  const line = symbolic({ state: ['x'], drift: ['0'], diffusion: [['0.3']], time: 't' });
  const solve = (more: Partial<ObstacleProblem>, how: Partial<ObstacleOptions> = {}) =>
    solveObstacle(
      { model: line, T: 1, terminal: -9, obstacle: 0, ...more },
      { grid: [uniform(-1, 1, 9)], boundary: { kind: 'reflecting' }, stepping: implicitEuler({ steps: 4 }), ...how },
    );
  const kinds = (outcome: ReturnType<typeof solve>): string[] => outcome.warnings.map(({ kind }) => kind);

  test('gets a node there, whose value is that of the better side', () => {
    const outcome = solve({ obstacle: 'x > 0.3 ? 1 : 0' }, { stepping: implicitEuler({ steps: 1 }) });
    const points = outcome.value.grid[0].points;
    expect(points.length).toBe(9);
    const at = points.findIndex((x) => Math.abs(x - 0.3) < 1e-12);
    expect(at).toBeGreaterThan(0);
    const terminal = outcome.value.slice(1).data;
    expect(Array.from(terminal, (value) => Math.round(value * 1e9) / 1e9)).toEqual(
      Array.from(points, (_, i) => (i < at ? 0 : 1)),
    );
    expect(kinds(outcome).filter((kind) => kind.endsWith('between-nodes'))).toEqual([]);
    // And where it pays below: the same.
    const below = solve({ obstacle: 'x > 0.3 ? 0 : 1' }, { stepping: implicitEuler({ steps: 1 }) });
    const there = below.value.grid[0].points.findIndex((x) => Math.abs(x - 0.3) < 1e-12);
    expect(Array.from(below.value.slice(1).data)).toEqual(
      Array.from(below.value.grid[0].points, (_, i) => (i > there ? 0 : 1)),
    );
  });
  test('on the negative side as well', () => {
    for (const [obstacle, low, high] of [
      ['x > -0.3 ? 1 : 0', 0, 1],
      ['x > -0.3 ? 0 : 1', 1, 0],
    ] as const) {
      const { value } = solve({ obstacle });
      const { points } = value.grid[0];
      const at = points.findIndex((x) => Math.abs(x + 0.3) < 1e-12);
      const expected = Array.from(points, (_, i) => (i === at ? 1 : i < at ? low : high));
      expect(Array.from(value.slice(1).data)).toEqual(expected);
    }
  });
  test('keeps a node that is there, beside one that moves', () => {
    const outcome = solve({ obstacle: '(x > 0.25 ? 1 : 0) + max(x + 0.4, 0)' });
    const points = Array.from(outcome.value.grid[0].points);
    for (const place of [0.25, -0.4]) expect(points.some((x) => Math.abs(x - place) < 1e-12)).toBe(true);
    expect(kinds(outcome)).toEqual([]);
  });
  test.each<[string, Partial<ObstacleProblem>, string[], number]>([
    ['x > t ? 1 : 0', {}, ['jump-between-nodes'], 1],
    ['max(x - t, 0)', {}, ['kink-between-nodes'], 1],
    ['max(x - t, 0) + abs(x + t/3 - 0.1)', {}, ['kink-between-nodes'], 2],
    ['max(x - t, 0) + (x + t/3 > 0.1 ? 1 : 0)', {}, ['jump-between-nodes'], 2],
    ['t > 0.3 ? 1 : 0', {}, [], 0],
    ['x^2', {}, [], 0],
  ])('%s that moves: %#', (obstacle, more, expected, count) => {
    const outcome = solve({ obstacle, ...more });
    const found = outcome.warnings.filter(({ kind }) => kind.endsWith('between-nodes'));
    expect(found.map(({ kind }) => kind)).toEqual(expected);
    if (count > 0) expect(found[0].loci).toBe(count);
  });
  test('across the axes of a plane', () => {
    const grid = [uniform(-1, 1, 5), uniform(-1, 1, 5)];
    const said = (obstacle: string): string[] => kinds(solve({ model: still, obstacle }, { grid }));
    expect(said('x + y > 0.3 ? 1 : 0')).toEqual(['jump-between-nodes']);
    expect(said('max(x - y, 0)')).toEqual(['kink-between-nodes']);
    expect(said('y > 0.3 ? 1 : 0')).toEqual([]);
    const outcome = solve(
      { model: still, obstacle: 'y > 0.3 ? 1 : 0' },
      { grid, stepping: implicitEuler({ steps: 1 }) },
    );
    expect(outcome.value.grid[0].points).toEqual(grid[0].points);
    const column = outcome.value.grid[1].points.findIndex((y) => Math.abs(y - 0.3) < 1e-12);
    expect(Array.from(outcome.value.slice(1).data)).toEqual(
      Array.from({ length: 25 }, (_, p) => (p % 5 < column ? 0 : 1)),
    );
  });
  test('steps end where it jumps in time, and it pays what it paid until then', () => {
    const outcome = solve({ obstacle: 't < 0.3 ? 2 : 1' }, { stepping: implicitEuler({ steps: 2 }) });
    expect(Array.from(outcome.value.times)).toContain(0.3);
    expect(outcome.value.at(0.3, [0])).toBeCloseTo(1, 12);
    expect(outcome.value.at(0, [0])).toBeCloseTo(2, 12);
  });
  test('a closure that jumps is looked at', () => {
    const outcome = solve({ obstacle: (_, [x]) => (x > 0.13 ? 1 : 0) });
    expect(kinds(outcome)).toContain('jump-between-nodes');
    expect(kinds(solve({ obstacle: (_, [x]) => x * x }))).toEqual([]);
  });
});

test('how φ comes to the nodes', () => {
  const line = symbolic({ state: ['x'], drift: ['0'], diffusion: [['0.3']] });
  const at = (averaging?: 'auto' | number): number =>
    solveObstacle(
      { model: line, T: 1, terminal: 'x > 0.03 ? 1 : 0', obstacle: -1 },
      {
        grid: [uniform(-1, 1, 9)],
        boundary: { kind: 'reflecting' },
        stepping: implicitEuler({ steps: 1 }),
        ...(averaging !== undefined && { averaging }),
      },
    ).value.at(1, [0]);
  expect(at(1)).toBe(0);
  expect(at(100)).toBeCloseTo(0.38, 12);
  // By its hat: the part of it beyond 0.03 of 0.25.
  expect(at()).toBeCloseTo((0.22 / 0.25) ** 2 / 2, 12);
  expect(at('auto')).toBe(at());
});

test.each([
  ['auto', 1],
  [1, 1],
  [4, 0],
] as const)('a φ that is a closure and jumps is said where it is not averaged: %s', (averaging, count) => {
  const line = symbolic({ state: ['x'], drift: ['0'], diffusion: [['0.3']] });
  const { warnings } = solveObstacle(
    { model: line, T: 1, terminal: ([x]) => (x > 0.03 ? 1 : 0), obstacle: -1 },
    { grid: [uniform(-1, 1, 33)], boundary: { kind: 'reflecting' }, stepping: implicitEuler({ steps: 9 }), averaging },
  );
  expect(warnings.filter(({ kind }) => kind === 'jump-between-nodes').length).toBe(count);
});

test('words that are other words', () => {
  const line = symbolic({ state: ['x'], drift: ['0'], diffusion: [['0.3']] });
  const how = { grid: [uniform(-1, 1, 9)], stepping: implicitEuler({ steps: 1 }) };
  const given = { model: line, T: 1, terminal: 'x', obstacle: 'x' };
  const refused = (problem: object, options: object = {}): string => {
    try {
      solveObstacle({ ...given, ...problem } as ObstacleProblem, { ...how, ...options } as ObstacleOptions);
    } catch (error) {
      return (error as SdeError).message;
    }
    return '';
  };
  expect(refused({ payoff: 'x' })).toContain('write obstacle');
  expect(refused({ running: 'x' })).toContain('write source');
  expect(refused({}, { tolerance: 1 })).toContain('tolerance');
  expect(refused({}, { iterations: 0 })).toContain('solveObstacle(…, { iterations })');
  expect(refused({}, { iterations: 10_001 })).toContain('solveObstacle(…, { iterations })');
  expect(refused({}, { averaging: 0 })).toContain('averag');
});

test('iterations that are used up: how many steps, of how many', () => {
  const line = symbolic({ state: ['x'], drift: ['0'], diffusion: [['1']] });
  const outcome = solveObstacle(
    { model: line, T: 1, terminal: 'max(1 - x, 0)', obstacle: 'max(1 - x, 0)', killing: 0.5 },
    { grid: [uniform(-3, 3, 25)], stepping: implicitEuler({ steps: 5 }), iterations: 1 },
  );
  const [stalled] = outcome.warnings;
  expect([outcome.kind, outcome.iterations]).toEqual(['stalled', 1]);
  expect(stalled).toMatchObject({ kind: 'stalled', of: 5, iterations: 1 });
  expect(stalled.steps).toBeGreaterThan(0);
  expect('residual' in stalled).toBe(false);
});
