import {
  bdf2,
  controlled,
  craigSneyd,
  crankNicolson,
  type DriftDifference,
  douglas,
  dualityDefect,
  generatorMatrix,
  hundsdorferVerwer,
  implicitEuler,
  modifiedCraigSneyd,
  type Stepping,
  solveFokkerPlanck,
  solveHJB,
  solveKolmogorov,
  solveStationary,
  strang,
  thetaMethod,
  trBdf2,
  uniform,
} from 'kolmogorov';
import { symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';

const squareRoot = symbolic({ state: ['s'], drift: ['0.1*(1 - s)'], diffusion: [['0.3*sqrt(s)']] });
const steppings: readonly Stepping[] = [
  implicitEuler({ steps: 100 }),
  thetaMethod({ steps: 100, theta: 0.6 }),
  crankNicolson({ steps: 100 }),
  trBdf2({ steps: 100 }),
  bdf2({ steps: 100 }),
  douglas({ steps: 100 }),
  strang({ steps: 100 }),
  craigSneyd({ steps: 100 }),
  modifiedCraigSneyd({ steps: 100 }),
  hundsdorferVerwer({ steps: 100 }),
];
const rules: readonly DriftDifference[] = ['central', 'hybrid', 'upwind', 'exponential'];

describe('a reflecting side where the diffusion vanishes', () => {
  // E s_T = 1 − e^(−T/10) from 0: linear in s, for which differences are exact; in time order 1 at least, κ² T dt / 2.
  test.each(steppings)('keeps the drift of a square-root process, by $name', (stepping) => {
    for (const drift of rules) {
      const u = solveKolmogorov(
        { model: squareRoot, T: 5, terminal: 's' },
        {
          grid: [uniform(0, 10, 101)],
          drift,
          boundary: [{ lower: { kind: 'reflecting' }, upper: { kind: 'vanishing-curvature' } }],
          stepping,
        },
      );
      const bound = stepping.order === 1 ? (0.1 ** 2 * 5 * 0.05) / 2 : 0.1 ** 3 * 5 * 0.05 ** 2 + 1e-5;
      expect(Math.abs(u.at(0, [0]) - -Math.expm1(-0.5)), drift).toBeLessThan(bound);
    }
  });

  test('keeps it in stationary problems', () => {
    const u = solveStationary(
      { model: squareRoot, killing: 0.5, source: 's' },
      {
        grid: [uniform(0, 10, 101)],
        boundary: [{ lower: { kind: 'reflecting' }, upper: { kind: 'vanishing-curvature' } }],
      },
    );
    expect(Math.abs(u.at(0, [0]) - 1 / 3)).toBeLessThan(1e4 * Number.EPSILON);
  });

  test('is the degenerate side, in a model of stochastic volatility too', () => {
    const heston = symbolic({
      state: ['s', 'v'],
      drift: ['0.03*s', '2*(0.04 - v)'],
      diffusion: [
        ['s*sqrt(v)', '0'],
        ['-0.21*sqrt(v)', '0.3*sqrt(0.51)*sqrt(v)'],
      ],
    });
    const at = (kind: 'reflecting' | 'degenerate') => ({
      grid: [uniform(0, 400, 61), uniform(0, 1, 31)],
      boundary: [
        { lower: { kind: 'degenerate' }, upper: { kind: 'neumann', slope: 1 } },
        { lower: { kind }, upper: { kind: 'reflecting' } },
      ] as const,
      stepping: hundsdorferVerwer({ steps: 1 }),
    });
    expect(generatorMatrix({ model: heston, T: 1 }, at('reflecting'), 0)).toEqual(
      generatorMatrix({ model: heston, T: 1 }, at('degenerate'), 0),
    );
  });

  test('holds a kinetic process only while its velocity points out', () => {
    // dx = v dt, dv = −(x + v) dt + √2 dW: stationary with E x² = E v² = 1; the domain ends at four deviations, e^(−8) beyond.
    const kinetic = symbolic({ state: ['x', 'v'], drift: ['v', '-x - v'], diffusion: [['0'], ['sqrt(2)']] });
    const axis = uniform(-4, 4, 49);
    const discretization = {
      grid: [axis, axis],
      boundary: { kind: 'reflecting' } as const,
      stepping: hundsdorferVerwer({ steps: 120 }),
    };
    const rho = solveFokkerPlanck({ model: kinetic, T: 8, initial: 'exp(-2*(x - 1)^2 - 2*v^2)*2/pi' }, discretization);
    expect(Math.abs(rho.expectation(8, (x) => x[0] ** 2) - 1)).toBeLessThan(0.01);
    expect(Math.abs(rho.expectation(8, (x) => x[1] ** 2) - 1)).toBeLessThan(0.01);
    const defect = dualityDefect({ model: kinetic, T: 2, terminal: 'cos(x + v)' }, [0.3, 0.1], discretization);
    expect(Math.abs(defect)).toBeLessThan(120 * 50 * Number.EPSILON);
  });

  test.each([
    ['neumann', { kind: 'neumann', slope: 1 }],
    ['robin', { kind: 'robin', weight: 1, slopeWeight: 1, value: 0.5 }],
  ] as const)('refuses data that enter nothing: %s', (_, lower) => {
    const solve = (drift: string) =>
      solveKolmogorov(
        {
          model: symbolic({ state: ['s'], drift: [drift], diffusion: [['0.3*sqrt(s)']] }),
          T: 1,
          terminal: 's',
        },
        {
          grid: [uniform(0, 4, 21)],
          boundary: [{ lower, upper: { kind: 'reflecting' } }],
          stepping: crankNicolson({ steps: 5 }),
        },
      );
    expect(() => solve('0.5 - s')).toThrow(/takes no data/);
    // Where the drift points out they do enter.
    expect(() => solve('-0.5 - s')).not.toThrow();
  });

  test('uses a given slope where the drift points out of it: transport', () => {
    // u_t + x u_x = 0 from u = x: u = x e^(T − t), whose slope is e^(T − t).
    const u = solveKolmogorov(
      { model: symbolic({ state: ['x'], drift: ['x'], diffusion: [['0']] }), T: 1, terminal: 'x' },
      {
        grid: [uniform(0, 1, 41)],
        boundary: [{ lower: { kind: 'reflecting' }, upper: { kind: 'neumann', slope: 'exp(1 - t)' } }],
        stepping: crankNicolson({ steps: 80, smoothing: 0 }),
      },
    );
    for (const x of [0.5, 1]) expect(Math.abs(u.at(0, [x]) - x * Math.E)).toBeLessThan((Math.E / 80 ** 2) * 2);
  });
});

describe('a state constraint: no control drives the state out where nothing diffuses', () => {
  // w' = −c on [0, 2], cost ∫ (1 − c)²: from w the best is c = w / T, and at 0 there is nothing left to spend.
  const spending = controlled({ state: ['w'], control: ['c'], drift: ['-c'], diffusion: [['0']] });
  const controls = [
    { name: 'closed form', c: { lower: 0, upper: 2 } },
    { name: 'search', c: { lower: 0, upper: 2, search: 33 } },
    { name: 'list', c: Array.from({ length: 81 }, (_, i) => i / 40) },
  ];
  test.each(controls)('$name', ({ c }) => {
    for (const kind of ['reflecting', 'degenerate'] as const) {
      const values = [41, 81].map((n) => {
        const outcome = solveHJB(
          { model: spending, running: '(1 - c)^2', controls: { c }, T: 1 },
          {
            grid: [uniform(0, 2, n)],
            boundary: [{ lower: { kind }, upper: { kind: 'reflecting' } }],
            stepping: implicitEuler({ steps: n - 1 }),
          },
        );
        expect(outcome.kind).toBe('converged');
        expect(Math.abs(outcome.value.at(0, [0]) - 1)).toBeLessThan(1e-6);
        expect(outcome.policy.c.at(0, [0])).toBeLessThan(1e-6);
        return outcome.value.at(0, [0.5]);
      });
      // (1 − ½)² from above, as the viscosity of upwind differences falls: like √Δw beside the kink at 0.
      expect(values[0]).toBeGreaterThan(values[1]);
      expect(values[1]).toBeGreaterThan(0.25);
      expect(values[1]).toBeLessThan(0.25 + 0.06);
    }
  });

  test('saving: what is consumed without wealth is the income', () => {
    // w' = r w + y − c with y = ½: at w = 0 c ≤ ½, and without a constraint it would be more.
    const saving = controlled({ state: ['w'], control: ['c'], drift: ['0.03*w + 0.5 - c'], diffusion: [['0.2*w']] });
    for (const c of [{ lower: 0.01, upper: 3, search: 33 }, Array.from({ length: 60 }, (_, i) => (i + 1) / 20)]) {
      const outcome = solveHJB(
        { model: saving, running: '2*sqrt(c)', discount: '0.06', sense: 'maximize', controls: { c }, T: 5 },
        {
          grid: [uniform(0, 4, 41)],
          boundary: { kind: 'reflecting' },
          stepping: implicitEuler({ steps: 25 }),
        },
      );
      expect(Math.abs(outcome.policy.c.at(0, [0]) - 0.5)).toBeLessThan(1e-6);
      // Of consuming the income for ever: implicit Euler on V' = 0.06 V − √2, order 1.
      const exact = (Math.SQRT2 * -Math.expm1(-0.06 * 5)) / 0.06;
      expect(Math.abs(outcome.value.at(0, [0]) - exact)).toBeLessThan(0.06 * 0.2 * exact);
    }
  });

  test('refuses where every control drives it out', () => {
    expect(() =>
      solveHJB(
        { model: spending, running: '(1 - c)^2', controls: { c: [0.5, 1] }, T: 1 },
        { grid: [uniform(0, 2, 21)], boundary: { kind: 'reflecting' }, stepping: implicitEuler({ steps: 5 }) },
      ),
    ).toThrow(/no control keeps the state inside/);
  });
});
