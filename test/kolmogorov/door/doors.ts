import * as kolmogorov from 'kolmogorov';
import { discretize, eulerMaruyama, problem as problemOf, symbolic, withDriver } from 'sde-core';

const { controlled, crankNicolson, implicitEuler, sparseLU, trBdf2, uniform, weakErrorProfile } = kolmogorov;

/** A public function with arguments that are right: small, so that it can be called thousands of times. */
export interface Door {
  readonly name: string;
  call(...given: unknown[]): unknown;
  readonly given: readonly unknown[];
  /** Arguments that other functions made: they may hold more than is read. */
  readonly made?: readonly number[];
}

type Any = (...given: never[]) => unknown;
const FUNCTIONS: Readonly<Record<string, unknown>> = { ...kolmogorov };
const door = (name: keyof typeof kolmogorov, ...given: unknown[]): Door => ({
  name,
  call: (...args) => (FUNCTIONS[name] as Any)(...(args as never[])),
  given,
});

const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['0.5']] });
const open = symbolic({ state: ['x'], drift: ['a - x'], diffusion: [['0.5']], parameters: { a: 0.1, b: 0.2 } });
const steered = controlled({ state: ['x'], control: ['a'], drift: ['a'], diffusion: [['0.5']] });
const grid = [uniform(-2, 2, 9)];
const boundary = [{ lower: { kind: 'vanishing-curvature' }, upper: { kind: 'vanishing-curvature' } }];
const space = { grid, boundary, drift: 'central', diffusion: 'central', solver: sparseLU() };
const steps = { ...space, stepping: crankNicolson({ steps: 3 }) };
const watch = { onProgress: () => {} };
const equation = { model, T: 1, t0: 0, killing: 0.1, source: '0.1' };
const backward = { ...equation, terminal: 'x^2' };
const forward = { model, T: 1, t0: 0, killing: 0.1, initial: [0.5] };
const choice = {
  model: open,
  parameters: ['a'],
  constants: ['b'],
  T: 1,
  t0: 0,
  running: 'a^2',
  killing: '0.1',
  regularization: 0.1,
  terminal: 'x^2',
  initial: [0.3],
};
const chosen = { ...steps, intervals: 2, control: 'constant', memory: 2 ** 20, onStep: () => {} };
const chain = discretize(problemOf({ model, x0: [0.2], T: 1 }), withDriver(eulerMaruyama, 'three-point'), 2);

const { constant, order, density } = weakErrorProfile(problemOf({ model, x0: [0.2], T: 1 }), eulerMaruyama, 'x^2', {
  grid,
  stepping: crankNicolson({ steps: 3 }),
});

/** Every public function that works in one go, with arguments that are right. */
const IN_ONE_GO: readonly Door[] = [
  door('solveKolmogorov', backward, { ...steps, ...watch, extrapolate: false, averaging: 1, keep: 'all' }),
  door('solveFokkerPlanck', forward, { ...steps, ...watch, averaging: 1 }),
  door('solveStationary', { model, killing: 0.1, source: '1' }, { ...space }),
  door('stationaryDensity', { model }, { grid, boundary: { kind: 'reflecting' }, drift: 'central', ...watch }),
  door(
    'solveHJB',
    {
      model: steered,
      T: 1,
      t0: 0,
      terminal: 'x^2',
      running: 'x^2 + a^2',
      killing: 0.1,
      controls: { a: { lower: -1, upper: 1 } },
      sense: 'minimize',
    },
    { ...space, drift: 'hybrid', stepping: implicitEuler({ steps: 2 }), iterations: 20, averaging: 1, ...watch },
  ),
  door(
    'solveErgodicHJB',
    { model: steered, running: 'x^2 + a^2', controls: { a: [-1, 0, 1] }, sense: 'minimize' },
    { ...space, drift: 'hybrid', iterations: 20, reference: [0] },
  ),
  door('solveObstacle', { ...backward, obstacle: 'x' }, { ...steps, iterations: 20, averaging: 1, ...watch }),
  door('controlObjective', choice, chosen),
  door('optimizeControl', choice, {
    ...chosen,
    method: 'projected-lbfgs',
    bounds: { lower: -1, upper: 1 },
    start: [0.1, 0.1, 0.1],
    tolerance: 1e-3,
    iterations: 3,
    onProgress: () => {},
    onCheckpoint: () => {},
  }),
  door('controlled', {
    state: ['x'],
    control: ['a'],
    drift: ['a*c'],
    diffusion: [['0.5']],
    parameters: { c: 1 },
    calculus: 'ito',
    time: 't',
  }),
  door('monotonicity', equation, steps),
  door('generatorMatrix', equation, steps, 0.5),
  door('dualityDefect', backward, [0.5], steps),
  { ...door('weakErrorConstant', problemOf({ model, x0: [0.2], T: 1 }), eulerMaruyama, 'x^2', steps), made: [0] },
  { ...door('weakErrorProfile', problemOf({ model, x0: [0.2], T: 1 }), eulerMaruyama, 'x^2', steps), made: [0] },
  door('transferOperator', chain, grid, { points: 4 }),
  door('adaptedSteps', backward, {
    ...steps,
    stepping: trBdf2({ steps: 3 }),
    tolerance: 1e-2,
    averaging: 1,
    most: 1000,
    ...watch,
  }),
  door('uniform', 0, 1, 5),
  door('pointsOf', [0, 0.5, 1]),
  door('chebyshevSpaced', 0, 1, 5),
  door('sinhSpaced', 0, 1, 5, { center: 0.5, width: 0.1 }),
  door('quantileSpaced', -2, 2, 5, { samples: [-1, -0.5, -0.2, 0, 0.1, 0.4, 0.9, 1.1], floor: 0.3 }),
  door('alignAxis', uniform(0, 1, 9), { nodes: [0.3], midpoints: [0.7] }),
  ...(['implicitEuler', 'explicitEuler', 'bdf2', 'trBdf2'] as const).map((name) => door(name, { steps: 2 })),
  ...(['crankNicolson', 'strang'] as const).map((name) => door(name, { steps: 2, smoothing: 1 })),
  ...(['douglas', 'craigSneyd', 'modifiedCraigSneyd', 'hundsdorferVerwer', 'thetaMethod'] as const).map((name) =>
    door(name, { steps: 2, theta: 0.5 }),
  ),
  door('sparseLU', { onProgress: () => {} }),
  door('bicgstab', { tolerance: 1e-12, iterations: 10, reuse: 1, onSolve: () => {} }),
  {
    ...door('plotWeakError', { constant, order, density: Object.freeze({ ...density }) }, { title: 'T', state: 'x' }),
    made: [0],
  },
];

/** Those that take turns: the same arguments, and a signal among the options, which come last. */
export const IN_TURNS: readonly Door[] = IN_ONE_GO.flatMap((door) => {
  const name = `${door.name}Async`;
  if (!(name in FUNCTIONS)) return [];
  const options = { ...(door.given[door.given.length - 1] as object), signal: new AbortController().signal };
  const call = FUNCTIONS[name] as (...given: unknown[]) => unknown;
  return [{ ...door, name, call, given: [...door.given.slice(0, -1), options] }];
});

/** Every public function of the package. */
export const DOORS: readonly Door[] = [...IN_ONE_GO, ...IN_TURNS];
