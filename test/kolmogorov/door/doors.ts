import * as kolmogorov from 'kolmogorov';
import { discretize, eulerMaruyama, type Model, problem as problemOf, symbolic, withDriver } from 'sde-core';
import type { Door } from '../../conformance/wrong-values.js';

const { controlled, crankNicolson, implicitEuler, sparseLU, trBdf2, uniform } = kolmogorov;

/** Plain objects are looked into; what functions made is one thing. */
export const written = (value: object): boolean =>
  Object.getPrototypeOf(value) === Object.prototype &&
  !Object.isFrozen(value) &&
  !('parts' in value) &&
  !('prepare' in value);

const FORMULA = ['number', 'text', 'function'] as const;
/** By the last key of a place: the kinds that it takes beside the one that is given here. */
const ALSO: Door['also'] = {
  terminal: [...FORMULA, 'list'],
  killing: FORMULA,
  source: FORMULA,
  running: FORMULA,
  obstacle: FORMULA,
  initial: ['text', 'function', 'list'],
  lower: ['list'],
  upper: ['list'],
  smoothing: ['object'],
  keep: ['list'],
  center: ['list'],
  width: ['list'],
  a: ['list', 'object'],
  // Expressions, or one of them.
  drift: ['text', 'number'],
  diffusion: ['text', 'number'],
  state: ['text', 'any text'],
  'state.0': ['any text'],
  title: ['text', 'any text'],
  time: ['any text'],
  'drift.0': ['text', 'number'],
  'diffusion.0': ['text', 'number'],
  'diffusion.0.0': ['text', 'number'],
  boundary: ['object', 'list'],
};

type Any = (...given: never[]) => unknown;
const FUNCTIONS: Readonly<Record<string, unknown>> = { ...kolmogorov };
const door = (name: keyof typeof kolmogorov, ...given: unknown[]): Door => ({
  name,
  call: (...args) => (FUNCTIONS[name] as Any)(...(args as never[])),
  given,
  also: ALSO,
});

/** The same where what is made is looked at by what it gives. */
const reading = (read: (made: never) => unknown, name: keyof typeof kolmogorov, ...given: unknown[]): Door => {
  const made = door(name, ...given);
  return { ...made, call: (...args) => read(made.call(...args) as never) };
};

/** The drift and the diffusion of a model at a point. */
function driftAt(model: Model): readonly Float64Array[] {
  const [x, drift] = [new Float64Array(model.dimension).fill(0.5), new Float64Array(model.dimension)];
  const diffusion = new Float64Array(model.dimension * model.noiseDimension);
  model.drift(0, x, drift);
  model.diffusion(0, x, diffusion);
  return [drift, diffusion];
}

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

/** Every public function of the package with arguments that are right. */
const smooth = { grid: [uniform(-2, 2, 41)], stepping: crankNicolson({ steps: 8 }), extrapolate: true };
const field = kolmogorov.solveKolmogorov(backward as never, smooth as never);
const law = kolmogorov.solveFokkerPlanck(forward as never, steps as never);
const operator = kolmogorov.transferOperator(chain, grid, { points: 4 });
const objective = kolmogorov.controlObjective(choice as never, { ...steps, intervals: 2 } as never);
/** What functions give, by name, where it has functions of its own. */
export const RESULTS: readonly (readonly [string, object])[] = [
  ['Field', field],
  ['Density', law],
  ['transferOperator', operator],
  ['controlObjective', objective],
];

/** A function that a result has. */
interface Method extends Door {
  readonly method?: string;
  /** Arguments that other functions made: they may hold more than is read. */
  readonly made?: readonly number[];
}

const method = (key: string, ...given: unknown[]): Method => {
  const [name, last] = key.split('.');
  const [, result] = RESULTS.find(([own]) => own === name) ?? ['', {}];
  const own = (result as Record<string, Any>)[last];
  return {
    name: name === 'Field' || name === 'Density' ? key : name,
    method: key,
    call: (...args) => own(...(args as never[])),
    given,
  };
};

/** Every function that results have. */
export const METHODS: readonly Method[] = [
  method('Field.error', 0.5, [0.1]),
  method('Field.order', 0.5, [0.1]),
  method('Field.reliable', 0.5, [0.1]),
  method('transferOperator.escape'),
  method('Field.at', 0.5, [0.1]),
  method('Field.gradient', 0.5, [0.1]),
  method('Field.hessian', 0.5, [0.1]),
  method('Field.slice', 0.5),
  method('Density.at', 0.5, [0.1]),
  method('Density.slice', 0.5),
  method('Density.masses', 0.5),
  method('Density.expectation', 0.5, (x: Float64Array) => x[0] ** 2),
  method('Density.marginal', 0.5, 0),
  method('Density.quantile', 0.5, 0, 0.25),
  { ...method('transferOperator.expectation', 'x^2'), also: { 0: [...FORMULA, 'list'] } },
  { ...method('transferOperator.density', [0.1]), also: { 0: ['text', 'function'] } },
  method('controlObjective.value', new Float64Array(objective.size)),
  method('controlObjective.gradient', new Float64Array(objective.size), new Float64Array(objective.size)),
  method('controlObjective.hamiltonian', new Float64Array(objective.size)),
];

/** Every public function that works in one go, with arguments that are right. */
const IN_ONE_GO: readonly Method[] = [
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
    {
      ...space,
      boundary: { kind: 'reflecting' },
      drift: 'hybrid',
      iterations: 20,
      reference: [0],
    },
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
  reading((made: kolmogorov.ControlledModel) => driftAt(made.model), 'controlled', {
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
  { ...door('dualityDefect', backward, [0.5], steps), also: { ...ALSO, 1: ['text', 'function'] } },
  {
    ...door('weakErrorConstant', problemOf({ model, x0: [0.2], T: 1 }), eulerMaruyama, 'x^2', steps),
    made: [0],
    also: { ...ALSO, 2: [...FORMULA, 'list'] },
  },
  {
    ...door('weakErrorProfile', problemOf({ model, x0: [0.2], T: 1 }), eulerMaruyama, 'x^2', steps),
    made: [0],
    also: { ...ALSO, 2: [...FORMULA, 'list'] },
  },
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
];

/** Those that take turns: the same arguments, and a signal among the options, which come last. */
export const IN_TURNS: readonly Method[] = IN_ONE_GO.flatMap((door) => {
  const name = `${door.name}Async`;
  if (!(name in FUNCTIONS)) return [];
  const options = { ...(door.given[door.given.length - 1] as object), signal: new AbortController().signal };
  const call = FUNCTIONS[name] as (...given: unknown[]) => unknown;
  return [{ ...door, name, call, given: [...door.given.slice(0, -1), options] }];
});

/** Every public function of the package. */
export const DOORS: readonly Method[] = [...IN_ONE_GO, ...IN_TURNS];
