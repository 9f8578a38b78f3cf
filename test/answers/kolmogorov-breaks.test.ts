import {
  controlled,
  crankNicolson,
  hundsdorferVerwer,
  implicitEuler,
  solveFokkerPlanck,
  solveHJB,
  solveKolmogorov,
  solveObstacle,
  solveStationary,
  uniform,
  weakErrorConstant,
} from 'kolmogorov';
import { eulerMaruyama, expression, problem, symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';

const normal = (z: number): number => expression('normcdf(x)', { state: ['x'] }).evaluate(0, [z]);
const bell = (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
const diffusing = (sigma: string, drift = '0') => symbolic({ state: ['x'], drift: [drift], diffusion: [[sigma]] });
const T = 0.5;

/** Where in a cell a locus lies: ladders of grids that are not aligned with it. */
const PLACES = [0, 0.11, 0.27, 0.5, 0.73, 0.94];
/** The largest error over all places, for each of some spacings. */
const ladder = (
  solve: (n: number, c: number) => number,
  exact: (c: number) => number,
  sizes = [41, 81, 161],
  places = PLACES,
): number[] =>
  sizes.map((n) =>
    Math.max(...places.map((place) => Math.abs(solve(n, (place * 12) / (n - 1)) - exact((place * 12) / (n - 1))))),
  );
const expectOrder2 = (errors: readonly number[]): void => {
  const [, middle, last] = errors;
  expect(Math.log2(middle / last), errors.map((error) => error.toExponential(2)).join(', ')).toBeGreaterThan(1.7);
};
const grid = (n: number) => [uniform(-6, 6, n)];
const steps = (n: number) => crankNicolson({ steps: (n - 1) / 2 });

/** Oscillating Brownian motion, σ₊ = 2 and σ₋ = 1, from c: above c with probability σ₋ / (σ₊ + σ₋), and |X − c| / σ is reflected. */
const oscillating = (c: number) => diffusing(`x > ${c} ? 2 : 1`);
/** ∫₀^T N(a / √s) ds for a > 0. */
const occupation = (a: number): number =>
  (T + a * a) * normal(a / Math.sqrt(T)) + a * Math.sqrt(T) * bell(a / Math.sqrt(T)) - a * a;
/** I₀(2.5). */
const BESSEL = 3.289839144050123;

describe('second order where an expression jumps or kinks, wherever in a cell', () => {
  const cases: [string, (n: number, c: number) => number, (c: number) => number][] = [
    [
      'terminal, a jump',
      (n, c) =>
        solveKolmogorov({ model: diffusing('1'), T, terminal: `x > ${c}` }, { grid: grid(n), stepping: steps(n) }).at(
          0,
          [0.3],
        ),
      (c) => normal((0.3 - c) / Math.sqrt(T)),
    ],
    [
      'terminal, a jump of value and slope',
      (n, c) =>
        solveKolmogorov(
          { model: diffusing('1'), T, terminal: `x > ${c} ? x : 0` },
          { grid: grid(n), stepping: steps(n) },
        ).at(0, [0.3]),
      (c) => 0.3 * normal((0.3 - c) / Math.sqrt(T)) + Math.sqrt(T) * bell((0.3 - c) / Math.sqrt(T)),
    ],
    [
      'diffusion',
      (n, c) =>
        solveKolmogorov(
          { model: oscillating(c), T, terminal: `(x - ${c})^2` },
          { grid: grid(n), stepping: steps(n) },
        ).at(0, [c]),
      () => 2 * T,
    ],
    [
      'diffusion and terminal together',
      (n, c) =>
        solveKolmogorov({ model: oscillating(c), T, terminal: `x > ${c}` }, { grid: grid(n), stepping: steps(n) }).at(
          0,
          [c],
        ),
      () => 1 / 3,
    ],
    [
      'diffusion and source together',
      (n, c) =>
        solveKolmogorov(
          { model: oscillating(c), T, terminal: '0', source: `x > ${c} ? 3 : 0` },
          { grid: grid(n), stepping: steps(n) },
        ).at(0, [c]),
      () => T,
    ],
    [
      'drift',
      (n, c) =>
        solveKolmogorov(
          { model: diffusing('1', `x > ${c} ? -1 : 1`), T, terminal: `abs(x - ${c}) < 0.4` },
          { grid: grid(n), stepping: steps(n) },
        ).at(0, [c]),
      // |X − c| is reflected Brownian motion with drift −1.
      () => normal((0.4 + T) / Math.sqrt(T)) - Math.exp(-0.8) * normal((T - 0.4) / Math.sqrt(T)),
    ],
    [
      'killing',
      (n, c) =>
        solveKolmogorov(
          { model: diffusing('1'), T, terminal: '1', killing: `x > ${c} ? 10 : 0` },
          { grid: grid(n), stepping: steps(n) },
        ).at(0, [c]),
      // The arcsine law of the time above c.
      () => Math.exp(-2.5) * BESSEL,
    ],
    [
      'source',
      (n, c) =>
        solveKolmogorov(
          { model: diffusing('1'), T, terminal: '0', source: `x > ${c} ? 1 : 0` },
          { grid: grid(n), stepping: steps(n) },
        ).at(0, [c + 0.3]),
      () => occupation(0.3),
    ],
    [
      'a source in a stationary equation',
      (n, c) =>
        solveStationary(
          { model: diffusing('1'), source: `x > ${c} ? 1 : 0` },
          { grid: grid(n), boundary: { kind: 'absorbing' } },
        ).at([0][0], [c]),
      // Green's function of ½ u″: ∫ over (c, 6).
      (c) => ((c + 6) * (6 - c) ** 2) / 12,
    ],
    [
      'an initial density',
      (n, c) =>
        solveFokkerPlanck(
          { model: diffusing('1'), T, initial: `abs(x - ${c}) < 0.7 ? 1/1.4 : 0` },
          { grid: grid(n), stepping: steps(n) },
        ).expectation(T, (x) => Math.cos(x[0])),
      (c) => (Math.exp(-T / 2) * (Math.sin(c + 0.7) - Math.sin(c - 0.7))) / 1.4,
    ],
  ];
  test.each(cases)('%s', (_, solve, exact) => {
    expectOrder2(ladder(solve, exact));
  });

  test('the figures that first showed it: σ, killing and a digital at 101 nodes', () => {
    const { at } = solveKolmogorov(
      { model: oscillating(0.05), T, terminal: '(x - 0.05)^2' },
      { grid: [uniform(-6, 6, 101)], stepping: steps(101) },
    );
    expect(Math.abs(at(0, [0.05]) - 1)).toBeLessThan(2e-3);
    const killed = solveKolmogorov(
      { model: diffusing('1'), T, terminal: '1', killing: 'x > 0.05 ? 10 : 0' },
      { grid: [uniform(-6, 6, 101)], stepping: steps(101) },
    );
    expect(Math.abs(killed.at(0, [0.05]) / (Math.exp(-2.5) * BESSEL) - 1)).toBeLessThan(2e-2);
  });

  test('a kink between nodes costs nothing; one on a node is left as it is', () => {
    const exact = (c: number): number =>
      (0.3 - c) * normal((0.3 - c) / Math.sqrt(T)) + Math.sqrt(T) * bell((0.3 - c) / Math.sqrt(T));
    const [error, onNode] = [PLACES.slice(1), [0]].map(
      (places) =>
        ladder(
          (n, c) =>
            solveKolmogorov(
              { model: diffusing('1'), T, terminal: `max(x - ${c}, 0)` },
              { grid: grid(n), stepping: steps(n) },
            ).at(0, [0.3]),
          exact,
          [81],
          places,
        )[0],
    );
    expect(error).toBeLessThan(1e-4);
    // h² / 8 times the density there.
    expect(onNode).toBeLessThan((0.15 ** 2 / 8) * (bell(0) / Math.sqrt(T)));
  });

  test('an orthant of correlated motions, and the option to exchange', () => {
    const rho = -0.9;
    const model = symbolic({
      state: ['x', 'y'],
      drift: ['0', '0'],
      diffusion: [
        ['1', '0'],
        [`${rho}`, `${Math.sqrt(1 - rho * rho)}`],
      ],
    });
    const solve = (terminal: string, n: number): number =>
      solveKolmogorov(
        { model, T: 1, terminal },
        {
          grid: [uniform(-5, 5.03, n), uniform(-5.02, 5, n)],
          stepping: hundsdorferVerwer({ steps: (n - 1) / 2 }),
          keep: 'ends',
        },
      ).at(0, [0, 0]);
    const orthant = 1 / 4 + Math.asin(rho) / (2 * Math.PI);
    expect(Math.abs(solve('x > 0 and y > 0', 121) - orthant)).toBeLessThan(0.05 * orthant);
    const exchange = Math.sqrt((2 - 2 * rho) / (2 * Math.PI));
    expect(Math.abs(solve('max(x - y, 0)', 61) - exchange)).toBeLessThan(1e-3 * exchange);
  });

  test("Talay and Tubaro's constant of a digital", () => {
    const model = diffusing('0.5', '-x');
    // Euler's mean q^N and variance h (1 − q^2N) / (4 (1 − q²)), q = 1 − h.
    const error = (n: number): number => {
      const q = 1 - 1 / n;
      const euler = normal((q ** n - 0.3) / Math.sqrt((1 - q ** (2 * n)) / (4 * n * (1 - q * q))));
      return n * (euler - normal((Math.exp(-1) - 0.3) / Math.sqrt((1 - Math.exp(-2)) / 8)));
    };
    const exact = 2 * error(8192) - error(4096);
    const at = (n: number): number =>
      weakErrorConstant(problem({ model, x0: [1], T: 1 }), eulerMaruyama, 'x > 0.3', {
        grid: [uniform(-4, 4, n)],
        stepping: crankNicolson({ steps: n - 1, smoothing: 0 }),
      }) - exact;
    expect(Math.abs(at(201))).toBeLessThan(1e-3 * Math.abs(exact) * 2);
    expect(Math.log2(at(101) / at(201))).toBeGreaterThan(1.5);
  });
});

describe('jumps in time', () => {
  const still = { grid: [uniform(-2, 2, 9)] };
  test.each(['<', '<=', '>', '>='])('a source and a killing rate with t %s', (comparison) => {
    const on = comparison.startsWith('<') ? 0.37 : 0.63;
    for (const n of [3, 10, 20]) {
      const stepping = crankNicolson({ steps: n, smoothing: 0 });
      const source = solveKolmogorov(
        { model: diffusing('1'), T: 1, terminal: '0', source: `t ${comparison} 0.37 ? 1 : 0` },
        { ...still, stepping },
      );
      expect(Math.abs(source.at(0, [0]) - on)).toBeLessThan(1e-12);
      const killed = solveKolmogorov(
        { model: diffusing('1'), T: 1, terminal: '1', killing: `t ${comparison} 0.37 ? 1 : 0` },
        { ...still, stepping },
      );
      expect(Math.abs(killed.at(0, [0]) / Math.exp(-on) - 1)).toBeLessThan(1 / (6 * (n * on - 1) ** 2));
    }
  });

  test('a value on a side, and a coefficient that is switched many times', () => {
    const side = (n: number): number =>
      solveKolmogorov(
        { model: diffusing('1'), T: 1, terminal: '0' },
        {
          grid: [uniform(-1, 1, 41)],
          boundary: { kind: 'dirichlet', value: 't < 0.375 ? 1 : 0' },
          stepping: crankNicolson({ steps: n }),
        },
      ).at(0, [0]);
    // The probability to have left by 0.375: a series of which two terms do.
    const rate = Math.PI ** 2 / 8;
    const stays =
      (4 / Math.PI) * (Math.exp(-rate * 0.375) - Math.exp(-9 * rate * 0.375) / 3 + Math.exp(-25 * rate * 0.375) / 5);
    expect(Math.abs(side(100) - (1 - stays))).toBeLessThan(1e-3);
    const switched = solveKolmogorov(
      { model: diffusing('sin(30*t) > 0 ? 1 : 0'), T: 1, terminal: 'x^2' },
      {
        grid: [uniform(-2, 2, 41)],
        boundary: { kind: 'neumann', slope: '2*x' },
        stepping: crankNicolson({ steps: 10 }),
      },
    );
    // On for π/30 of every π/15, and ends on at t = 1: 4 whole periods and a half, less nothing.
    const periods = Math.floor(30 / (2 * Math.PI));
    const rest = Math.min(1 - (periods * Math.PI) / 15, Math.PI / 30);
    expect(Math.abs(switched.at(0, [0]) - (periods * Math.PI) / 30 - rest)).toBeLessThan(1e-9);
  });
});

describe('feedback and stopping', () => {
  test('terminal and running cost of a feedback problem', () => {
    const model = controlled({ state: ['x'], control: ['a'], drift: ['a'], diffusion: [['1']] });
    const value = (n: number, c: number, parts: { running: string; terminal: string }): number =>
      solveHJB(
        { model, T, ...parts, controls: { a: [0] } },
        { grid: grid(n), stepping: implicitEuler({ steps: 40 }) },
      ).value.at(0, [c + 0.3]);
    for (const parts of [
      (c: number) => ({ running: `x > ${c} ? 1 : 0`, terminal: '0' }),
      (c: number) => ({ running: '0', terminal: `x > ${c} ? 1 : 0` }),
    ]) {
      const spread = (n: number): number => {
        const all = PLACES.map((place) => value(n, (place * 12) / (n - 1), parts((place * 12) / (n - 1))));
        return Math.max(...all) - Math.min(...all);
      };
      expect(spread(81)).toBeLessThan(2e-3);
    }
  });

  test('an American digital', () => {
    const [r, sigma, x, K] = [0.05, 0.2, 90, 100];
    const [a, nu] = [Math.log(K / x) / sigma, (r - sigma ** 2 / 2) / sigma];
    const m = Math.sqrt(nu ** 2 + 2 * r);
    const exact = Math.exp(a * (nu - m)) * normal(m - a) + Math.exp(a * (nu + m)) * normal(-a - m);
    const model = symbolic({ state: ['x'], drift: ['0.05*x'], diffusion: [['0.2*x']] });
    for (const n of [151, 157, 166, 172]) {
      const digital = solveObstacle(
        { model, T: 1, killing: r, terminal: 'x > 100', obstacle: 'x > 100' },
        { grid: [uniform(0, 300, n)], stepping: crankNicolson({ steps: 75 }) },
      );
      expect(digital.kind).toBe('converged');
      expect(digital.warnings).toEqual([]);
      expect(Math.abs(digital.value.at(0, [x]) - exact), `${n}`).toBeLessThan(4e-4);
    }
  });

  test('an obstacle that jumps across the axes says so', () => {
    const model = symbolic({
      state: ['x', 'y'],
      drift: ['0', '0'],
      diffusion: [
        ['1', '0'],
        ['0', '1'],
      ],
    });
    const { warnings } = solveObstacle(
      { model, T: 0.1, terminal: 'x + y > 0.1', obstacle: 'x + y > 0.1' },
      { grid: [uniform(-1, 1, 11), uniform(-1, 1, 11)], stepping: implicitEuler({ steps: 2 }) },
    );
    expect(warnings.map(({ kind }) => kind)).toEqual(['jump-between-nodes']);
  });
});

test('functions of the caller that are not smooth are found out, and smooth ones let be', () => {
  const kinds = (terminal: (x: Float64Array) => number): string[] =>
    solveKolmogorov({ model: diffusing('1'), T, terminal }, { grid: grid(81), stepping: steps(81) }).warnings.map(
      ({ kind }) => kind,
    );
  for (const c of PLACES.slice(1)) {
    expect(kinds((x) => (x[0] > c * 0.15 ? 1 : 0))).toEqual(['jump-between-nodes']);
    expect(kinds((x) => Math.max(x[0] - c * 0.15, 0))).toEqual(['kink-between-nodes']);
    for (const smooth of [
      Math.sin,
      Math.exp,
      (s: number) => s ** 4,
      (s: number) => Math.tanh(5 * s),
      (s: number) => Math.exp(-9 * s * s),
    ]) {
      expect(kinds((x) => smooth(x[0] - c))).toEqual([]);
    }
  }
  const killed = solveKolmogorov(
    { model: diffusing('1'), T, terminal: '1', killing: (_, x) => (x[0] > 0.05 ? 10 : 0) },
    { grid: grid(81), stepping: steps(81) },
  );
  expect(killed.warnings.map(({ kind }) => kind)).toEqual(['jump-between-nodes']);
});

test('an orthant of strongly correlated axes: order 2 with differences along directions, where central ones get there late', () => {
  const rho = -0.9;
  const model = symbolic({
    state: ['x', 'y'],
    drift: ['0', '0'],
    diffusion: [
      ['1', '0'],
      [String(rho), String(Math.sqrt(1 - rho * rho))],
    ],
  });
  // Sheppard: the probability of an orthant from its corner.
  const exact = 1 / 4 + Math.asin(rho) / (2 * Math.PI);
  const errors = [41, 81, 161].map((n) => {
    const axis = uniform(-5, 5, n);
    const options = {
      grid: [axis, axis],
      stepping: hundsdorferVerwer({ steps: n - 1 }),
      diffusion: 'directional',
    } as const;
    return Math.abs(
      solveKolmogorov({ model, T: 1, terminal: 'x > 0 and y > 0 ? 1 : 0' }, options).at(0, [0, 0]) - exact,
    );
  });
  expect(errors[2]).toBeLessThan(1.1e-4);
  for (const i of [1, 2]) expect(Math.log2(errors[i - 1] / errors[i])).toBeGreaterThan(1.9);
});
