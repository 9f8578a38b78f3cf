import {
  bdf2,
  craigSneyd,
  crankNicolson,
  type Density,
  douglas,
  dualityDefect,
  hundsdorferVerwer,
  implicitEuler,
  modifiedCraigSneyd,
  type Stepping,
  solveFokkerPlanck,
  solveKolmogorov,
  strang,
  thetaMethod,
  trBdf2,
  uniform,
} from 'kolmogorov';
import { fold, key, symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';

type Factory = (options: { readonly steps: number }) => Stepping;
const FACTORIES: readonly [string, Factory][] = [
  ['implicitEuler', implicitEuler],
  ['thetaMethod, θ = 0.55', ({ steps }) => thetaMethod({ steps, theta: 0.55 })],
  ['crankNicolson', crankNicolson],
  ['bdf2', bdf2],
  ['trBdf2', trBdf2],
  ['douglas', douglas],
  ['strang', strang],
  ['craigSneyd', craigSneyd],
  ['modifiedCraigSneyd', modifiedCraigSneyd],
  ['hundsdorferVerwer', hundsdorferVerwer],
];
const normal = (x: number, mean: number, variance: number): number =>
  Math.exp(-((x - mean) ** 2) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);
const kinds = ({ warnings }: Density): string[] => warnings.map(({ kind }) => kind);

describe.each(FACTORIES)('a density from a point by %s', (name, make) => {
  const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['0.5']] });
  const [mean, variance] = [Math.exp(-0.5), (1 - Math.exp(-1)) / 8];
  const solve = (points: number, stepping: Stepping, initial: readonly number[] | string = [1]) =>
    solveFokkerPlanck({ model, T: 0.5, initial }, { grid: [uniform(-4, 4, points)], stepping });

  test('is near the exact one on a grid far finer than its steps', () => {
    // Where order 2 without smoothing gave −95 for 0.53; errors are of the step, 1/100.
    const rho = solve(1601, make({ steps: 50 }));
    const most = make({ steps: 1 }).order === 2 ? 1e-3 : 0.015;
    expect(Math.abs(rho.at(0.5, [1]) - normal(1, mean, variance))).toBeLessThan(most);
    expect(rho.negativeMass).toBeLessThan(1e-12);
    expect(rho.least.value).toBeGreaterThan(-6);
    expect(kinds(rho)).toEqual(name === 'trBdf2' ? ['negative-density'] : []);
  });

  test('pairs exactly with a backward solve that damps at t0 as well', () => {
    const grid = [uniform(-4, 4, 201)];
    for (const initial of [[1], [0.537], { points: [[-1], [0.21]] }]) {
      const defect = dualityDefect({ model, T: 0.5, terminal: 'x > 0.2 ? 1 : 0' }, initial, {
        grid,
        stepping: make({ steps: 20 }),
      });
      expect(Math.abs(defect)).toBeLessThan(22 * 50 * Number.EPSILON);
    }
  });
});

describe('what a density says of itself', () => {
  const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['0.5']] });
  const grid = [uniform(-4, 4, 401)];
  const stepping = crankNicolson({ steps: 40 });

  test('negative mass, where smoothing is left off', () => {
    const rho = solveFokkerPlanck(
      { model, T: 0.5, initial: [1] },
      { grid: [uniform(-4, 4, 1601)], stepping: crankNicolson({ steps: 50, smoothing: 0 }) },
    );
    expect(kinds(rho)).toEqual(['negative-density']);
    expect(rho.negativeMass).toBeGreaterThan(0.1);
    expect(rho.least.value).toBeLessThan(-50);
    expect(JSON.parse(JSON.stringify(rho.warnings))).toEqual(rho.warnings);
  });

  test('a narrow density is damped as a point is', () => {
    // A Gaussian of one cell's deviation.
    const narrow = 'exp(-(x - 1)^2/(2*0.005^2))/(0.005*sqrt(2*pi))';
    const rho = solveFokkerPlanck(
      { model, T: 0.5, initial: narrow },
      { grid: [uniform(-4, 4, 1601)], stepping: crankNicolson({ steps: 50 }) },
    );
    expect(rho.warnings).toEqual([]);
    expect(rho.negativeMass).toBeLessThan(1e-12);
    expect(Math.abs(rho.at(0.5, [1]) - normal(1, Math.exp(-0.5), (1 - Math.exp(-1)) / 8))).toBeLessThan(1e-3);
  });

  test('a formula whose mass is not 1 is normalized and said, or refused', () => {
    const rho = solveFokkerPlanck({ model, T: 0.5, initial: 'exp(-x^2)' }, { grid, stepping });
    expect(kinds(rho)).toEqual(['initial-normalized']);
    expect(Math.abs(Number(rho.warnings[0].mass) - Math.sqrt(Math.PI))).toBeLessThan(1e-6);
    expect(Math.abs(rho.mass - 1)).toBeLessThan(1e-12);
    // A peak at a node has mass 25 there, one between two nodes next to none.
    for (const center of ['0', '0.01']) {
      const peak = `exp(-((x - ${center})*2000)^2)*2000/sqrt(pi)`;
      expect(() => solveFokkerPlanck({ model, T: 0.5, initial: peak }, { grid, stepping })).toThrow(/do not resolve/);
    }
    expect(() => solveFokkerPlanck({ model, T: 0.5, initial: '0*x' }, { grid, stepping })).toThrow(/without mass/);
    // What jumps is averaged over the cells in which it does, and keeps its mass.
    const box = solveFokkerPlanck({ model, T: 0.5, initial: 'abs(x) < 0.5 ? 1 : 0' }, { grid, stepping });
    expect(kinds(box)).toEqual([]);
    expect(Math.abs(box.mass - 1)).toBeLessThan(1e-9);
    // Values at nodes are data.
    const half = new Float64Array(401).fill(1 / 16);
    const given = solveFokkerPlanck({ model, T: 0.5, initial: half }, { grid, stepping });
    expect(given.warnings.filter(({ kind }) => kind === 'initial-normalized')).toEqual([]);
    expect(Math.abs(given.mass - 0.5)).toBeLessThan(1e-12);
  });

  test('mass that comes to rest on default sides, and none on sides that say what holds', () => {
    const brownian = symbolic({ state: ['x'], drift: ['0'], diffusion: [['1']] });
    const solve = (kind?: 'reflecting' | 'absorbing') =>
      solveFokkerPlanck(
        { model: brownian, T: 3, initial: [0.2] },
        { grid: [uniform(-1, 1, 101)], boundary: kind && { kind }, stepping },
      );
    const [open, kept, taken] = [solve(), solve('reflecting'), solve('absorbing')];
    expect(kinds(open)).toEqual(['mass-at-sides']);
    expect(open.warnings[0].mass).toBeGreaterThan(0.5);
    expect(open.warnings[0].side).toBe('upper');
    expect([kinds(kept), kinds(taken)]).toEqual([[], []]);
    const slowest = Math.cos(0.6 * Math.PI) * Math.exp((-3 * Math.PI ** 2) / 8);
    expect(Math.abs(kept.at(3, [-1]) - (0.5 + slowest))).toBeLessThan(1e-3);
    const [{ lower, upper }] = taken.balance.sides;
    expect(Math.abs(1 - lower - upper - taken.mass)).toBeLessThan(1e-12);
    expect(Math.abs(taken.balance.elsewhere)).toBeLessThan(1e-12);
    // From 0.2 Brownian motion leaves (−1, 1) above with probability 0.6, and what is left decays at π²/8.
    const gambler = solveKolmogorov(
      { model: brownian, T: 3, terminal: '0' },
      {
        grid: [uniform(-1, 1, 101)],
        boundary: [{ lower: { kind: 'absorbing' }, upper: { kind: 'dirichlet', value: 1 } }],
        stepping: crankNicolson({ steps: 40, smoothing: { terminal: 2, initial: 2 } }),
      },
    );
    expect(Math.abs(upper - gambler.at(0, [0.2]))).toBeLessThan(1e-12);
  });

  test('drift that leaves through a default side is refused', () => {
    const leaving = symbolic({ state: ['x'], drift: ['x'], diffusion: [['1']] });
    expect(() =>
      solveFokkerPlanck({ model: leaving, T: 3, initial: [0.2] }, { grid: [uniform(-1, 1, 101)], stepping }),
    ).toThrow(/the density blew up/);
  });
});

describe('densities at reflecting ends are of second order', () => {
  test.each([
    ['1 - x', '1'],
    ['-2', '1'],
    ['x/2', '0.8'],
    ['1', '1 + x/4'],
  ])('drift %s, diffusion %s', (drift, diffusion) => {
    const model = symbolic({ state: ['x'], drift: [drift], diffusion: [[diffusion]] });
    // The stationary density is exp ∫ 2b/a / a: by Simpson's rule on a fine grid.
    const N = 2000;
    const [b, s] = [new Float64Array(1), new Float64Array(1)];
    const exponent = new Float64Array(N + 1);
    const rate = (x: number): number => {
      model.drift(0, Float64Array.of(x), b);
      model.diffusion(0, Float64Array.of(x), s);
      return (2 * b[0]) / s[0] ** 2;
    };
    const at = (i: number): number => -1 + (2 * i) / N;
    for (let i = 1; i <= N; i++) {
      exponent[i] = exponent[i - 1] + ((rate(at(i - 1)) + 4 * rate((at(i - 1) + at(i)) / 2) + rate(at(i))) * 2) / N / 6;
    }
    const weight = Float64Array.from(exponent, (value, i) => {
      model.diffusion(0, Float64Array.of(at(i)), s);
      return Math.exp(value) / s[0] ** 2;
    });
    let total = 0;
    let moment = 0;
    weight.forEach((value, i) => {
      const simpson = ((i === 0 || i === N ? 1 : i % 2 === 1 ? 4 : 2) * 2) / N / 3;
      total += simpson * value;
      moment += simpson * value * at(i);
    });
    const exact = [weight[0] / total, weight[N] / total, weight[N / 2] / total, moment / total];
    const errors = [26, 51, 101].map((n) => {
      const rho = solveFokkerPlanck(
        { model, T: 20, initial: [0] },
        {
          grid: [uniform(-1, 1, n)],
          boundary: { kind: 'reflecting' },
          stepping: crankNicolson({ steps: 100 }),
        },
      );
      expect(Math.abs(rho.mass - 1)).toBeLessThan(1e-11);
      expect(rho.warnings).toEqual([]);
      const found = [rho.at(20, [-1]), rho.at(20, [1]), rho.at(20, [0]), rho.expectation(20, (x) => x[0])];
      return found.map((value, i) => Math.abs(value - exact[i]));
    });
    exact.forEach((value, i) => {
      expect(errors[2][i], `${i}`).toBeLessThan(2e-3 * Math.max(1, Math.abs(value)));
      if (errors[2][i] > 1e-9) expect(Math.log2(errors[1][i] / errors[2][i]), `${i}`).toBeGreaterThan(1.8);
    });
  });
});

describe('a family of models, sides, points and steppings', () => {
  // Sixty draws: mass is accounted for, and negative mass is next to none or said.
  const draws = Array.from({ length: 60 }, (_, i) => i);
  test.each(draws)('draw %d', (draw) => {
    const uniformOf = (index: number): number =>
      (fold(key(2026), 'density family', draw, index).words[0] >>> 0) / 2 ** 32;
    const pick = <T>(from: readonly T[], index: number): T => from[Math.floor(uniformOf(index) * from.length)];
    const drift = pick(['0', '-x', '1 - x', '2*x - x^3', 'sin(3*x)'], 0);
    const diffusion = pick(['1', '0.5', '0.3 + x^2/10', '0.2'], 1);
    const sides = ['reflecting', 'absorbing', 'vanishing-curvature'] as const;
    const [lower, upper] = [{ kind: pick(sides, 2) }, { kind: pick(sides, 3) }];
    const [, make] = pick(FACTORIES, 4);
    const n = 41 + Math.floor(uniformOf(5) * 160);
    const initial = [-1 + 2 * uniformOf(6)];
    const model = symbolic({ state: ['x'], drift: [drift], diffusion: [[diffusion]] });
    const discretization = {
      grid: [uniform(-2, 2, n)],
      boundary: [{ lower, upper }],
      stepping: make({ steps: 10 + Math.floor(uniformOf(7) * 40) }),
    };
    const rho = solveFokkerPlanck({ model, T: 1, initial }, discretization);
    const { start, end, sides: lost, elsewhere } = rho.balance;
    expect(Math.abs(start - 1)).toBeLessThan(1e-12);
    expect(Math.abs(start - end - lost[0].lower - lost[0].upper - elsewhere)).toBeLessThan(1e-12);
    expect(Math.abs(elsewhere)).toBeLessThan(1e-10);
    for (const [side, mass] of [
      [lower, lost[0].lower],
      [upper, lost[0].upper],
    ] as const) {
      if (side.kind !== 'absorbing') expect(mass).toBe(0);
    }
    const said = kinds(rho);
    if (rho.negativeMass > 1e-3) expect(said).toContain('negative-density');
    for (const [i, negative] of rho.negativeMassAt.entries()) {
      if (i > 0 && negative > 1e-2) expect(said).toContain('negative-density');
    }
    const defect = dualityDefect({ model, T: 1, terminal: 'cos(x) + 1' }, initial, discretization);
    expect(Math.abs(defect)).toBeLessThan(60 * 200 * Number.EPSILON);
  });
});

test('drift without diffusion disperses a point into negative mass, which is said, and monotone differences do not', () => {
  const model = symbolic({ state: ['x', 'v'], drift: ['v', '-x'], diffusion: [['0'], ['0.5']] });
  const grid = [uniform(-4, 4, 41), uniform(-4, 4, 41)];
  const central = solveFokkerPlanck(
    { model, T: 1, initial: [1, 0] },
    { grid, stepping: hundsdorferVerwer({ steps: 30 }) },
  );
  expect(central.negativeMass).toBeGreaterThan(0.3);
  expect(kinds(central)).toEqual(['negative-density']);
  const monotone = solveFokkerPlanck(
    { model, T: 1, initial: [1, 0] },
    { grid, stepping: implicitEuler({ steps: 30 }), drift: 'hybrid' },
  );
  expect(monotone.negativeMass).toBeLessThan(1e-12);
  expect(kinds(monotone)).toEqual([]);
});
