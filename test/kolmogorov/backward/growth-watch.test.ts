import {
  craigSneyd,
  crankNicolson,
  douglas,
  explicitEuler,
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

const brownian = symbolic({ state: ['x'], drift: ['0'], diffusion: [['1']] });
const jump = 'x > 0 ? 1 : 0';
const line = [uniform(-4, 4, 201)];
const correlated = symbolic({
  state: ['x', 'y'],
  drift: ['0', '0'],
  diffusion: [
    ['1', '0'],
    ['0.9', 'sqrt(0.19)'],
  ],
});
const plane = [uniform(-4, 4, 41), uniform(-4, 4, 41)];

describe('steps beyond a stability limit are refused before the first, with the number that is needed', () => {
  test('explicitEuler: dt Σ a_kk / Δx_k² ≤ 1', () => {
    // Δx = 1/25: 625 steps.
    expect(() =>
      solveKolmogorov(
        { model: brownian, T: 1, terminal: jump },
        { grid: line, stepping: explicitEuler({ steps: 600 }) },
      ),
    ).toThrow(/stability limit of explicit Euler[\s\S]*some 625/);
    expect(() =>
      solveFokkerPlanck(
        { model: brownian, T: 1, initial: [0] },
        { grid: line, stepping: explicitEuler({ steps: 600 }) },
      ),
    ).toThrow(/solveFokkerPlanck[\s\S]*some 625/);
    const u = solveKolmogorov(
      { model: brownian, T: 1, terminal: jump },
      { grid: line, stepping: explicitEuler({ steps: 625 }) },
    );
    expect(u.warnings).toEqual([]);
    for (const value of u.slice(0).data) expect(value >= 0 && value <= 1 + 1e-12).toBe(true);
  });

  const limited: readonly [string, (steps: number) => Stepping][] = [
    ['thetaMethod, θ = 0.3', (steps) => thetaMethod({ steps, theta: 0.3 })],
    ['douglas, θ = 0.2', (steps) => douglas({ steps, theta: 0.2 })],
    ['craigSneyd, θ = 0.2', (steps) => craigSneyd({ steps, theta: 0.2 })],
    ['modifiedCraigSneyd, θ = 0.1', (steps) => modifiedCraigSneyd({ steps, theta: 0.1 })],
    ['strang', (steps) => strang({ steps, smoothing: 0 })],
  ];
  test.each(limited)('%s, in the plane: what is asked for is enough', (_, make) => {
    const solve = (steps: number) =>
      solveKolmogorov(
        { model: correlated, T: 8, terminal: 'x > 0 and y > 0 ? 1 : 0' },
        { grid: plane, boundary: { kind: 'reflecting' }, stepping: make(steps), keep: 'ends' },
      );
    let message = '';
    try {
      solve(6);
    } catch (error) {
      message = String(error);
    }
    const needed = Number(/are some (\d+)/.exec(message)?.[1]);
    expect(needed).toBeGreaterThan(6);
    expect(() => solve(Math.floor(needed * 0.8))).toThrow(/stability limit/);
    const values = solve(needed).slice(0).data;
    for (const value of values) expect(value > -0.3 && value < 1.3).toBe(true);
  });

  test('steppings that are stable for every step are not refused', () => {
    for (const stepping of [
      hundsdorferVerwer({ steps: 2 }),
      craigSneyd({ steps: 2 }),
      modifiedCraigSneyd({ steps: 2 }),
      douglas({ steps: 2 }),
    ]) {
      for (const diffusion of ['central', 'directional'] as const) {
        expect(() =>
          solveKolmogorov({ model: correlated, T: 8, terminal: 'cos(x + y)' }, { grid: plane, stepping, diffusion }),
        ).not.toThrow();
      }
    }
  });
});

describe('the maximum principle', () => {
  test('is said to be broken by as much as it is', () => {
    const u = solveKolmogorov(
      { model: brownian, T: 1, terminal: 'abs(x) > 0.1 ? 1 : 0' },
      { grid: line, stepping: crankNicolson({ steps: 5, smoothing: 0 }) },
    );
    const [{ kind, overshoot, value, high, t }] = u.warnings;
    expect(kind).toBe('maximum-principle');
    expect(high).toBe(1);
    const greatest = u.slice(Number(t)).data.reduce((most, at) => Math.max(most, at), 0);
    expect(value).toBe(greatest);
    expect(Math.abs(Number(overshoot) - (greatest - 1))).toBeLessThan(1e-12);
    expect(JSON.parse(JSON.stringify(u.warnings))).toEqual(u.warnings);
  });

  test('drift that leaves where φ bends is said, and where φ is straight is not', () => {
    const leaving = symbolic({ state: ['x'], drift: ['5*x'], diffusion: [['1']] });
    const solve = (terminal: string) =>
      solveKolmogorov(
        { model: leaving, T: 1, terminal },
        { grid: [uniform(-1, 1, 401)], stepping: crankNicolson({ steps: 100 }) },
      );
    // |E cos(5 X)| ≤ 1.
    const wrong = solve('cos(5*x)');
    expect(wrong.at(0, [0])).toBeGreaterThan(10);
    expect(wrong.warnings.map(({ kind }) => kind)).toEqual(['open-side']);
    const right = solve('x');
    expect(Math.abs(right.at(0, [1]) / Math.exp(5) - 1)).toBeLessThan(5 ** 3 / 100 ** 2);
    expect(right.warnings).toEqual([]);
  });

  test('extrapolated fields say it too', () => {
    const u = solveKolmogorov(
      { model: brownian, T: 1, terminal: 'x' },
      { grid: line, stepping: crankNicolson({ steps: 20 }), extrapolate: true },
    );
    expect(u.warnings).toEqual([]);
  });

  const makers: readonly ((options: { readonly steps: number }) => Stepping)[] = [
    implicitEuler,
    crankNicolson,
    trBdf2,
    douglas,
    strang,
    hundsdorferVerwer,
  ];
  test.each(Array.from({ length: 40 }, (_, i) => i))(
    'draw %d of a family: no false alarm, and no overshoot unsaid',
    (draw) => {
      const uniformOf = (index: number): number => (fold(key(2026), 'growth', draw, index).words[0] >>> 0) / 2 ** 32;
      const pick = <T>(from: readonly T[], index: number): T => from[Math.floor(uniformOf(index) * from.length)];
      const model = symbolic({
        state: ['x'],
        drift: [pick(['0', '-x', '1 - x', 'sin(3*x + t)'], 0)],
        diffusion: [[pick(['1', '0.5', '0.3 + x^2/10'], 1)]],
      });
      const killing = pick(['0', '0.5', 'x^2', '-0.3 + t/5'], 2);
      const source = pick(['0', '1', '-cos(x)*t'], 3);
      const terminal = pick(['cos(2*x)', 'max(x, 0)', jump, '1'], 4);
      const side = pick(['reflecting', 'absorbing', 'vanishing-curvature'] as const, 5);
      const u = solveKolmogorov(
        { model, T: 1, terminal, killing, source },
        {
          grid: [uniform(-2, 2, 41 + Math.floor(uniformOf(6) * 160))],
          boundary: { kind: side },
          stepping: pick(makers, 7)({ steps: 5 + Math.floor(uniformOf(8) * 45) }),
        },
      );
      // |u| ≤ e^(0.3) (2 + 1): the bounds of φ and of the source.
      const most = u.slice(0).data.reduce((size, value) => Math.max(size, Math.abs(value)), 0);
      if (u.warnings.length === 0) expect(most).toBeLessThan(Math.exp(0.3) * 3 * 1.1);
      // φ jumps where an absorbing side takes it to 0, too.
      if (terminal !== jump && side !== 'absorbing')
        expect(u.warnings.filter(({ kind }) => kind === 'maximum-principle')).toEqual([]);
    },
  );
});
