import { type Axis, controlled, implicitEuler, pointsOf, solveErgodicHJB, solveHJB } from 'kolmogorov';
import { describe, expect, test } from 'vitest';

/** The cell of a point and how far along it, the point moved onto the axis if it is beyond it. */
function place(points: ArrayLike<number>, x: number): [number, number] {
  const last = points.length - 1;
  const inside = Math.min(Math.max(x, points[0]), points[last]);
  let i = 0;
  while (i < last - 1 && inside >= points[i + 1]) i++;
  return [i, (inside - points[i]) / (points[i + 1] - points[i])];
}

/** Linear in x, then in y, at nodes row by row. */
function bilinear([one, other]: readonly Axis[], v: ArrayLike<number>, [x, y]: readonly number[]): number {
  const width = other.points.length;
  const [i, s] = place(one.points, x);
  const [j, r] = place(other.points, y);
  const along = (row: number): number => (1 - r) * v[row * width + j] + r * v[row * width + j + 1];
  return (1 - s) * along(i) + s * along(i + 1);
}

/** The slope at node i of the parabola through it and its neighbors; to the only neighbor at an end. */
function slopeAt(points: ArrayLike<number>, v: (i: number) => number, i: number): number {
  const last = points.length - 1;
  if (i === 0) return (v(1) - v(0)) / (points[1] - points[0]);
  if (i === last) return (v(last) - v(last - 1)) / (points[last] - points[last - 1]);
  const [a, b, c] = [points[i - 1], points[i], points[i + 1]];
  return (
    (v(i - 1) * (b - c)) / ((a - b) * (a - c)) +
    (v(i) * (2 * b - a - c)) / ((b - a) * (b - c)) +
    (v(i + 1) * (b - a)) / ((c - a) * (c - b))
  );
}

const grid = [pointsOf([-1, -0.3, 0.2, 1.1]), pointsOf([0, 0.5, 0.8, 1.7, 2])];
const model = controlled({
  state: ['x', 'y'],
  control: ['a', 's'],
  drift: ['a - x*y', 'y/2 - a*s'],
  diffusion: [
    ['s + x/9', '0.1*a'],
    ['0.2*y', '0.6'],
  ],
});
const running = 'x^2*s + a^2 + y*a + s';
const killing = '0.2 + s/2 + a^2/8';
const controls = { a: { lower: -0.7, upper: 0.4 }, s: [0.8, 0.3, 0.5] };
const noise = (x: number, y: number, a: number, s: number): number[] => [s + x / 9, 0.1 * a, 0.2 * y, 0.6];
const nearest = (value: number): number =>
  [0.3, 0.5, 0.8].reduce((one, other) => (Math.abs(other - value) < Math.abs(one - value) ? other : one));

const outcome = solveHJB(
  { model, T: 1.1, t0: 0.2, running, killing, terminal: 'sin(2*x - y)', controls },
  { grid, boundary: { kind: 'reflecting' }, stepping: implicitEuler({ steps: 3 }), diffusion: 'wide' },
);
const { times } = outcome.value;

/** What a table of the nodes a time is at (t, x): linear between times too. */
const between = (table: (t: number) => ArrayLike<number>, t: number, x: readonly number[]): number => {
  const [early, along] = place(times, t);
  const at = (n: number): number => bilinear(grid, table(times[n]), x);
  return (1 - along) * at(early) + along * at(early + 1);
};
const gradient = (k: number, t: number): number[] => {
  const u = outcome.value.slice(t).data;
  return Array.from(u, (_, p) => {
    const [i, j] = [Math.floor(p / 5), p % 5];
    return k === 0
      ? slopeAt(grid[0].points, (row) => u[row * 5 + j], i)
      : slopeAt(grid[1].points, (column) => u[i * 5 + column], j);
  });
};

const places: readonly (readonly [number, readonly number[]])[] = [
  [0.2, [0, 1]],
  [0.37, [-0.9, 0.1]],
  [0.5, [0.2, 0.8]],
  [0.71, [0.1, 1.9]],
  [0.99, [0.9, 0.6]],
  [1.1, [1.1, 2]],
  [1.05, [-0.3, 0]],
  // Beyond the grid and its times.
  [-5, [0.4, 1.2]],
  [9, [0.4, 1.2]],
  [0.6, [-7, 1]],
  [0.6, [7, -3]],
  [0.6, [0.5, 30]],
];

test('the control is neither the same everywhere nor at all times, so that it matters where it is taken', () => {
  for (const name of ['a', 's'] as const) {
    const seen = new Set(Array.from(times).flatMap((t) => Array.from(outcome.policy[name].slice(t).data)));
    expect(seen.size).toBeGreaterThan(name === 'a' ? 10 : 1);
  }
});

describe.each(places)('at t = %d, x = %j', (t, x) => {
  const a = between((time) => outcome.policy.a.slice(time).data, t, x);
  const s = nearest(between((time) => outcome.policy.s.slice(time).data, t, x));
  const b = [a - x[0] * x[1], x[1] / 2 - a * s];
  const sigma = noise(x[0], x[1], a, s);

  test('the closed loop has the controls of the nodes about it', () => {
    const [drift, diffusion] = [new Float64Array(2), new Float64Array(4)];
    outcome.closedLoop.drift(t, Float64Array.from(x), drift);
    outcome.closedLoop.diffusion(t, Float64Array.from(x), diffusion);
    drift.forEach((value, k) => {
      expect(Math.abs(value - b[k])).toBeLessThan(1e-12);
    });
    diffusion.forEach((value, i) => {
      expect(Math.abs(value - sigma[i])).toBeLessThan(1e-12);
    });
  });

  test('the cost model has the costs, the discount and the slopes of the value there', () => {
    const [cost, discount, martingale] = [3, 0.7, -2];
    const state = Float64Array.of(...x, cost, discount, martingale);
    const [drift, diffusion] = [new Float64Array(5), new Float64Array(10).fill(7)];
    outcome.costModel.drift(t, state, drift);
    outcome.costModel.diffusion(t, state, diffusion);
    const r = x[0] ** 2 * s + a ** 2 + x[1] * a + s;
    const c = 0.2 + s / 2 + a ** 2 / 8;
    const slopes = [0, 1].map((k) => between((time) => gradient(k, time), t, x));
    const expected = [...b, discount * r, -discount * c, 0];
    drift.forEach((value, i) => {
      expect(Math.abs(value - expected[i])).toBeLessThan(1e-11);
    });
    const last = [0, 1].map((j) => discount * (slopes[0] * sigma[j] + slopes[1] * sigma[2 + j]));
    const noises = [...sigma, 0, 0, 0, 0, ...last];
    diffusion.forEach((value, i) => {
      expect(Math.abs(value - noises[i])).toBeLessThan(1e-11);
    });
  });
});

test('what the models say of themselves', () => {
  const { closedLoop, costModel } = outcome;
  expect([closedLoop.dimension, closedLoop.noiseDimension, closedLoop.autonomous]).toEqual([2, 2, false]);
  expect([costModel.dimension, costModel.noiseDimension, costModel.autonomous]).toEqual([5, 2, false]);
  const steady = solveErgodicHJB(
    { model, running, controls: { ...controls, a: [-0.5, 0.4] } },
    { grid, boundary: { kind: 'reflecting' }, drift: 'upwind' },
  );
  expect([steady.closedLoop.autonomous, steady.costModel.autonomous]).toEqual([true, true]);
});

test('in the middle between two listed values it is the lower', () => {
  const line = controlled({ state: ['x'], control: ['a'], drift: ['a'], diffusion: [['0.1']] });
  const { closedLoop, policy } = solveHJB(
    { model: line, T: 0.25, terminal: 'abs(x)', controls: { a: [1, -1] } },
    {
      grid: [pointsOf([-2, -1, 1, 2])],
      boundary: { kind: 'dirichlet', value: 'abs(x)' },
      stepping: implicitEuler({ steps: 1 }),
    },
  );
  expect([policy.a.at(0, [-1]), policy.a.at(0, [1]), policy.a.at(0, [0])]).toEqual([1, -1, 0]);
  const out = new Float64Array(1);
  const taken = [-0.25, 0, 0.25].map((x) => {
    closedLoop.drift(0, Float64Array.of(x), out);
    return out[0];
  });
  expect(taken).toEqual([1, -1, -1]);
});
