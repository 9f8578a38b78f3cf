import {
  type Boundary,
  type BoundaryInput,
  bdf2,
  bicgstab,
  craigSneyd,
  crankNicolson,
  douglas,
  dualityDefect,
  hundsdorferVerwer,
  implicitEuler,
  modifiedCraigSneyd,
  pointsOf,
  type Stepping,
  sinhSpaced,
  solveFokkerPlanck,
  solveKolmogorov,
  sparseLU,
  strang,
  thetaMethod,
  trBdf2,
  uniform,
} from 'kolmogorov';
import { model, symbolic } from 'sde-core';
import { describe, expect, test } from 'vitest';

const line = symbolic({ state: ['x'], drift: ['sin(3*x) - x*(1 + 0.3*t)'], diffusion: [['0.7 + 0.2*cos(x + t)']] });
const plane = symbolic({
  state: ['x', 'y'],
  drift: ['sin(3*x) - y*(1 + 0.3*t)', '0.5*x - y'],
  diffusion: [
    ['0.7 + 0.2*cos(x + t)', '0.1*x'],
    ['0.4', '0.3*sin(x*y)'],
  ],
});
const layers = model({
  dimension: 2,
  noiseDimension: 1,
  autonomous: true,
  breakpoints: [0.25, 0.6],
  drift: (t, x, out) => {
    const sign = t < 0.25 ? 1 : t < 0.6 ? -1 : 2;
    out[0] = sign * Math.tanh(x[0] + x[1]);
    out[1] = Math.tanh(x[0] - sign * x[1]);
  },
  diffusion: (t, x, out) => {
    out[0] = 0.1 * Math.tanh(x[0] + x[1]);
    out[1] = (t < 0.6 ? 0.2 : 0.1) * Math.tanh(x[0] - x[1]);
  },
});
const axes = [
  sinhSpaced(-2, 2, 31, { center: 0.2, width: 0.4 }),
  pointsOf([-1, -0.9, -0.5, -0.2, 0, 0.4, 0.6, 1, 1.5]),
];

const sides: readonly Boundary[] = [
  { kind: 'dirichlet', value: 't + x' },
  { kind: 'neumann', slope: (t, x) => 0.4 * t * x[0] },
  { kind: 'robin', weight: 0.5, slopeWeight: 1, value: 0.3 },
  { kind: 'reflecting' },
  { kind: 'absorbing' },
  { kind: 'vanishing-curvature' },
];
const steppings: readonly Stepping[] = [
  implicitEuler({ steps: 9 }),
  thetaMethod({ steps: 9, theta: 0.6 }),
  strang({ steps: 9 }),
  { ...strang({ steps: 9, smoothing: { terminal: 0, initial: 3 } }), name: 'Strang, damped at t0' },
  {
    ...crankNicolson({ steps: 9, smoothing: { terminal: 2, initial: 2 } }),
    name: 'Crank–Nicolson, damped at both ends',
  },
  { ...trBdf2({ steps: 5 }), name: 'TR-BDF2 in uneven steps', times: [0, 0.1, 0.3, 0.7, 0.95, 1] },
  crankNicolson({ steps: 9 }),
  crankNicolson({ steps: 9, smoothing: 0 }),
  trBdf2({ steps: 9 }),
  bdf2({ steps: 9 }),
  douglas({ steps: 9 }),
  craigSneyd({ steps: 9 }),
  modifiedCraigSneyd({ steps: 9 }),
  hundsdorferVerwer({ steps: 9 }),
];
const cases = sides.flatMap((side) => steppings.map((stepping) => ({ side, stepping })));

// ⟨u, ρ⟩ is a sum over the nodes of numbers of size O(1) whose total mass is O(1), rounded at most some tens of times a step.
const ROUNDING = 9 * 50 * Number.EPSILON;

describe('⟨u, ρ⟩ is constant', () => {
  const common = { terminal: 'cos(x) + 1', killing: '0.1 + t*x^2', source: 't*x', T: 1 };

  test.each(cases)('in one dimension with $side.kind sides and $stepping.name', ({ side, stepping }) => {
    const discretization = { grid: axes.slice(0, 1), boundary: side, stepping };
    expect(Math.abs(dualityDefect({ ...common, model: line }, [0.123], discretization))).toBeLessThan(ROUNDING);
  });

  test.each(cases.filter(({ stepping }) => stepping.splits))(
    'in two dimensions with $side.kind sides and $stepping.name',
    ({ side, stepping }) => {
      const boundary: BoundaryInput = [
        { lower: side, upper: { kind: 'vanishing-curvature' } },
        { lower: { kind: 'reflecting' }, upper: side },
      ];
      const discretization = { grid: axes, boundary, stepping };
      expect(Math.abs(dualityDefect({ ...common, model: plane }, [0.1, 0.3], discretization))).toBeLessThan(ROUNDING);
      expect(Math.abs(dualityDefect({ ...common, model: layers }, [0.1, 0.3], discretization))).toBeLessThan(ROUNDING);
    },
  );
});

describe('⟨u, ρ⟩ is constant in two dimensions without splitting', () => {
  const common = { terminal: 'cos(x) + 1', killing: '0.1 + t*x^2', source: 't*x', T: 1 };
  // A solve to the tolerance 1e-13 is off by so much of ‖b‖₂, which is up to 2 √n here; nine steps of two solves in both directions.
  const solvers = [
    { solver: sparseLU(), most: ROUNDING },
    { solver: bicgstab(), most: 9 * 2 * 2 * 2 * Math.sqrt(279) * 1e-13 },
  ];
  const unsplit = cases.filter(({ stepping }) => !stepping.splits);

  test.each(unsplit.flatMap((each) => solvers.map((by) => ({ ...each, ...by }))))(
    'with $side.kind sides and $stepping.name by $solver.name',
    ({ side, stepping, solver, most }) => {
      const boundary: BoundaryInput = [
        { lower: side, upper: { kind: 'vanishing-curvature' } },
        { lower: { kind: 'reflecting' }, upper: side },
      ];
      const discretization = { grid: axes, boundary, stepping, solver };
      expect(Math.abs(dualityDefect({ ...common, model: plane }, [0.1, 0.3], discretization))).toBeLessThan(most);
      expect(Math.abs(dualityDefect({ ...common, model: layers }, [0.1, 0.3], discretization))).toBeLessThan(most);
    },
  );
});

describe('a density from a point', () => {
  const discretization = {
    grid: axes,
    boundary: { kind: 'reflecting' } as const,
    // Damped at both ends in every solve: a density from a point would be damped at t0 alone.
    stepping: hundsdorferVerwer({ steps: 9, smoothing: { terminal: 1, initial: 2 } }),
  };

  test('pairs with u at every time to the value of u at the point', () => {
    const u = solveKolmogorov({ model: plane, T: 1, terminal: 'x*y + x' }, discretization);
    const rho = solveFokkerPlanck({ model: plane, T: 1, initial: [0.11, 0.37] }, discretization);
    const value = u.at(0, [0.11, 0.37]);
    expect(rho.times).toEqual(u.times);
    for (const t of rho.times) {
      const [field, masses] = [u.slice(t).data, rho.masses(t).data];
      const pairing = masses.reduce((sum, mass, p) => sum + mass * field[p], 0);
      expect(Math.abs(pairing - value)).toBeLessThan(ROUNDING);
    }
  });

  test('keeps its mass between reflecting sides and where curvature vanishes', () => {
    for (const kind of ['reflecting', 'vanishing-curvature'] as const) {
      const rho = solveFokkerPlanck(
        { model: plane, T: 1, initial: [0.1, 0.3] },
        { ...discretization, boundary: { kind } },
      );
      expect(Math.abs(rho.mass - 1)).toBeLessThan(ROUNDING);
    }
  });

  test('loses mass to absorbing sides and to killing at the known rates', () => {
    const killed = solveFokkerPlanck(
      { model: plane, T: 1, initial: [0.1, 0.3], killing: 0.5 },
      { ...discretization, stepping: hundsdorferVerwer({ steps: 9, smoothing: 0 }) },
    );
    // Hundsdorfer–Verwer on y' = −y/2 with two directions: a rational approximation of order 2, h = 1/9, error < h²/2.
    expect(Math.abs(killed.mass - Math.exp(-0.5))).toBeLessThan((0.5 / 9) ** 2 / 2);
    // On the uneven points above the semi-discrete problem itself grows, and is refused.
    const between = {
      ...discretization,
      grid: [uniform(-2, 2, 31), uniform(-1, 1.5, 21)],
      boundary: { kind: 'absorbing' } as const,
    };
    const absorbed = solveFokkerPlanck({ model: plane, T: 1, initial: [0.1, 0.3] }, between);
    expect(absorbed.mass).toBeLessThan(1);
    const survival = solveKolmogorov({ model: plane, T: 1, terminal: '1' }, between);
    expect(() =>
      solveKolmogorov({ model: plane, T: 1, terminal: '1' }, { ...discretization, boundary: { kind: 'absorbing' } }),
    ).toThrow(/the solution blew up/);
    expect(Math.abs(survival.at(0, [0.1, 0.3]) - absorbed.mass)).toBeLessThan(ROUNDING);
  });
});
