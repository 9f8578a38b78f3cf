import { isSymbolicModel, SdeError, type Warning } from 'sde-core';
import { describe, type KnownKeys, requireInteger } from 'sde-core/errors';
import { inOneGo, type Work } from 'sde-core/turns';
import { cellAverages } from '../backward/cell-averages.js';
import { type Discrete, discretizationKeys } from '../backward/discretization.js';
import type { RoughnessKind } from '../backward/smoothness.js';
import { instability } from '../backward/stability.js';
import { atTheDoor, requireAtLeastZero, requireFields } from '../door/at-the-door.js';
import { MOST_STEPS } from '../door/limits.js';
import { requireDeaf } from '../door/two-ways.js';
import { initialMasses } from '../forward/initial-masses.js';
import { type Grid, nodeAt } from '../grid/grid.js';
import { requireFunction, requireWatch } from '../linear/watch.js';
import { coefficientLayout } from '../operators/coefficient-layout.js';
import { requireSpan } from '../stepping/time-mesh.js';
import { adjointSweep, type TimeSensitivity } from './adjoint-sweep.js';
import { coefficientSensitivity } from './coefficient-sensitivity.js';
import { controlBasis } from './control-basis.js';
import { controlEquation } from './control-equation.js';
import { controlLayout } from './control-layout.js';
import type { ControlClass, ControlDiscretization, ControlDynamics, ControlProblem } from './control-problem.js';
import { controlWarnings } from './control-warnings.js';
import type { Smooth, SmoothWork } from './descent.js';
import { differencesOf, requireDifferentiable } from './differentiable.js';
import { contraction, type FrozenHamiltonian, frozenHamiltonian, type OpenEnd } from './frozen-hamiltonian.js';
import { type OpenLoopModel, openLoopModel, type ParametricFunction } from './open-loop-model.js';
import { recordedSolve } from './recorded-solve.js';
import { paidOnTheWay, sideWatch } from './side-watch.js';

/** The discrete objective as a function of θ, shape (rows, q) row-major, followed by the constants; and its exact gradient. */
export interface ControlObjective extends Smooth {
  readonly intervals: number;
  /** Rows of θ: intervals, or one more where θ is linear on them. */
  readonly rows: number;
  /** q. */
  readonly controls: number;
  readonly constants: number;
  /** rows · q + constants. */
  readonly size: number;
  /** The Hamiltonian at u and ρ of θ: see {@link FrozenHamiltonian}. Cost: a gradient. */
  hamiltonian(theta: Float64Array): FrozenHamiltonian;
  /**
   * Where what is given jumps: it is taken at the nodes, so that the gradient is exact, and not averaged. And `open-side`, as the last gradient or Hamiltonian
   * found it: X comes to a side beyond which u is extrapolated.
   */
  readonly warnings: readonly Warning<RoughnessKind | 'open-side'>[];
}

/** An objective in parts, of which a search asks values where steps may be unstable. */
export interface TriedObjective extends Omit<ControlObjective, 'value' | 'gradient' | 'hamiltonian'>, SmoothWork {
  hamiltonian(theta: Float64Array): Work<FrozenHamiltonian>;
  /** J, or +∞ where there is none: steps beyond the stability limit, a matrix without a solution, coefficients that are not finite, or an overflow. */
  attempt(theta: Float64Array): Work<number>;
  /** How many attempts had none. */
  readonly refused: () => number;
  /** The warnings at θ. Cost: a gradient, where the last was not there. */
  warningsAt(theta: Float64Array): Work<ControlObjective['warnings']>;
}

const DEFAULT_MEMORY = 2 ** 30;
const BYTES_A_NUMBER = 8;

/**
 * The objective that {@link optimizeControl} minimizes.
 *
 *   J(θ) = Σ_y ⟨u_y(t0), ρ_y⟩ + R(θ),   ∂J/∂θ_i = Σ_n ⟨ρ_n, ∂(step n)/∂θ_i u_(n+1)⟩ + ∂R
 *
 * The gradient is that of the discrete problem, to rounding, through boundaries and splitting: one sweep back that writes down what its steps computed,
 * and one forward that transposes every step and collects how it depends on the coefficients at the nodes. These are turned into the slopes of all
 * parameters by one pass over the nodes for each time at which coefficients differ, in reverse mode: the gradient costs two to about two
 * and a half backward solves, whatever the number of parameters: `npm run control` measures it.
 *
 * What jumps or kinks enters by its values at the nodes, as it has to for the gradient to be exact: `warnings` say where it jumps.
 *
 * @throws SdeError `unsupported` for a model of closures, coefficients with t in them, or sides with a slope that is not 0;
 * `value`, while evaluating, for steps beyond the stability limit at θ; `cancelled`, while evaluating, by the signal, after which the same objective may be evaluated again; otherwise as {@link solveKolmogorov}.
 * @see [griewank2008]
 *
 * @example
 * import { controlObjective, crankNicolson, uniform } from 'kolmogorov';
 * import { symbolic } from 'sde-core';
 * const model = symbolic({ state: ['x'], drift: ['a'], diffusion: [['0.5']], parameters: { a: 0 } });
 * const objective = controlObjective(
 *   { model, parameters: ['a'], T: 1, terminal: 'x^2', initial: [1] },
 *   { grid: [uniform(-5, 5, 101)], stepping: crankNicolson({ steps: 20, smoothing: 0 }), intervals: 2 },
 * );
 * const gradient = new Float64Array(2);
 * objective.gradient(Float64Array.of(-0.5, -0.5), gradient); // → 0.500000
 * gradient; // → [ 0.500000, 0.500000 ]
 */
export function controlObjective(problem: ControlProblem, options: ControlDiscretization): ControlObjective {
  return atTheDoor('controlObjective', (where) => {
    requireFields<ControlKeys>(problem, controlKeys, `${where}(problem)`, controlWords);
    requireFields<ControlDiscretization>(options, objectiveOptions, `${where}(…, options)`, { onProgress: 'onStep' });
    requireDeaf(options, where);
    const made = objectiveOf(problem, options, where);
    const { attempt: _, refused: __, warningsAt: ___, value, gradient, hamiltonian, ...facts } = made;
    const now = <Result>(work: () => Work<Result>): Result => atTheDoor(where, () => inOneGo(work()));
    return {
      ...facts,
      get warnings() {
        return made.warnings;
      },
      value: (theta) => now(() => value(theta)),
      gradient: (theta, out) => now(() => gradient(theta, out)),
      hamiltonian: (theta) => now(() => hamiltonian(theta)),
    };
  });
}

/** The objective, for the function that was called: `where`. */
export function objectiveOf(problem: ControlProblem, options: ControlDiscretization, where: string): TriedObjective {
  requireFunction(options.onStep, 'onStep');
  requireWatch({ signal: options.signal });
  if (!problem.model || !isSymbolicModel(problem.model)) throw notSymbolic(problem.model, where);
  requireNames(problem.parameters, `${where}({ parameters })`);
  requireNames(problem.constants === undefined ? [] : problem.constants, `${where}({ constants })`);
  requireAtLeastZero(
    problem.regularization ?? 0,
    `${where}({ regularization })`,
    'give the weight of |θ|², or leave it out',
  );
  requireSpan(problem.t0 ?? 0, problem.T, `${where}({ T, t0 })`);
  const { T, t0 = 0, killing = 0, running = 0, regularization = 0, parameters, constants = [] } = problem;
  const intervals = requireInteger(
    options.intervals,
    1,
    `${where}(…, { intervals })`,
    'give the number of intervals on which the control is given',
    MOST_STEPS,
  );
  const names = [...parameters, ...constants];
  const control = openLoopModel(problem.model, names, { killing, running }, where);
  const ends = Float64Array.from({ length: intervals + 1 }, (_, i) => t0 + ((T - t0) * i) / intervals);
  const basis = controlBasis(options.control ?? 'constant', ends, `${where}(…, { control })`);
  const layout = controlLayout(basis, parameters.length, constants.length, T - t0);
  const equation = controlEquation({ control, basis, layout, ends, named: problem.model }, options, where);
  const { grid, generator } = equation;
  requireDifferentiable(equation, options, where);
  const rules = differencesOf(options, grid.dimension, where);
  const classes = prepared(problem, control, equation, where);

  const memory = requireAtLeastZero(options.memory ?? DEFAULT_MEMORY, `${where}(…, { memory })`, 'give bytes');
  const numbers = memory / (2 * BYTES_A_NUMBER);
  const times = basis.resting ? intervals : 2 * equation.mesh.length;
  generator.hold(Math.min(times, Math.floor(numbers / numbersHeld(grid, options.stepping.splits))));
  const solver = recordedSolve(equation, classes.length, numbers, options);
  const adjoint = adjointSweep(equation, solver, () => coefficientSensitivity(generator.closure, rules, control.open), {
    onStep: options.onStep,
    signal: options.signal,
    exact: options.solver?.direct ?? true,
  });
  const state = classes.map(() => new Float64Array(grid.size));
  const beyond = sideWatch(equation, classes.length);
  let swept: Float64Array | undefined;
  const atEnd = new Float64Array(names.length);
  let last: { readonly theta: Float64Array; readonly value: number } | undefined;
  let refused = 0;
  function* attempted(theta: Float64Array): Work<number | SdeError> {
    if (last?.theta.every((entry, i) => entry === theta[i])) return last.value;
    last = undefined;
    try {
      return yield* solvedAt(theta);
    } catch (error) {
      // Coefficients that are not finite, or a matrix without a solution, at this θ.
      if (error instanceof SdeError && error.code === 'value') return error;
      throw error;
    }
  }
  function* solvedAt(theta: Float64Array): Work<number | SdeError> {
    equation.choose(theta);
    const unstable = instability(equation, { stepping: options.stepping, rule: rules.diffusion }, where);
    if (unstable) return unstable;
    layout.read(theta, T, atEnd);
    beyond.restart();
    classes.forEach(({ terminal }, c) => {
      terminal.write(atEnd, state[c]);
      beyond.value(c, state[c]);
    });
    yield* solver.solve(state);
    state.forEach((u, c) => {
      beyond.value(c, u);
    });
    let sum = regularization * layout.square(theta);
    classes.forEach(({ masses }, c) => {
      for (let p = 0; p < grid.size; p++) sum += masses[p] * state[c][p];
    });
    if (!Number.isFinite(sum)) return overflowed(sum, where);
    last = { theta: theta.slice(), value: sum };
    return sum;
  }
  function* value(theta: Float64Array): Work<number> {
    const found = yield* attempted(theta);
    if (typeof found === 'number') return found;
    throw found;
  }
  /** Leaves the densities at T in `state`. */
  function* sweep(theta: Float64Array, visit: (sensitivity: TimeSensitivity) => void): Work<void> {
    swept = undefined;
    classes.forEach(({ masses }, c) => {
      state[c].set(masses);
    });
    beyond.begin(state, paidOnTheWay({ control, grid, layout, times: [t0, (t0 + T) / 2, T] }, theta));
    // It pauses after every step.
    for (const pause of adjoint.sweep(state, visit)) {
      beyond.see(state);
      yield pause;
    }
    swept = theta.slice();
  }
  const parts = { control, grid, layout, T, regularization };
  const sums = contraction(parts);
  const openEnds = (copied: boolean): OpenEnd[] =>
    classes.flatMap(({ terminal: { open } }, c) =>
      open ? [{ terminal: open, rho: copied ? state[c].slice() : state[c] }] : [],
    );
  function* gradient(theta: Float64Array, out: Float64Array): Work<number> {
    const objective = yield* value(theta);
    out.fill(0);
    layout.addSquareGradient(regularization, theta, out);
    yield* sweep(theta, (sensitivity) => sums.addGradient(sensitivity, theta, out));
    for (const end of openEnds(false)) sums.addEndGradient(end, theta, out);
    return objective;
  }
  function* hamiltonian(theta: Float64Array): Work<FrozenHamiltonian> {
    yield* value(theta);
    const kept: TimeSensitivity[] = [];
    yield* sweep(theta, ({ time, arrays }) => {
      kept.push({ time, arrays: arrays.map((array, i) => (control.open[i] ? array.slice() : array)) });
    });
    return frozenHamiltonian(parts, sums, kept, openEnds(true));
  }
  const requireUnknowns = (array: Float64Array): Float64Array => {
    if (array instanceof Float64Array && array.length === layout.size) return array;
    throw new SdeError('shape', {
      what: 'not the unknowns of the control',
      where: '(…) at (θ)',
      expected: `a Float64Array of ${layout.size} numbers: θ row by row, then the constants`,
      got: describe(array),
      remedy: 'take its size from the objective',
    });
  };
  const rough = controlWarnings(problem, grid, where);
  return {
    intervals,
    rows: layout.rows,
    controls: layout.controls,
    constants: layout.constants,
    size: layout.size,
    get warnings() {
      return [...rough, ...beyond.warnings()];
    },
    *warningsAt(theta) {
      if (!swept?.every((entry, i) => entry === theta[i])) yield* gradient(theta, new Float64Array(layout.size));
      return [...rough, ...beyond.warnings()];
    },
    *attempt(theta) {
      const found = yield* attempted(theta);
      if (typeof found === 'number') return found;
      refused++;
      return Number.POSITIVE_INFINITY;
    },
    refused: () => refused,
    value: (theta) => value(requireUnknowns(theta)),
    gradient: (theta, out) => gradient(requireUnknowns(theta), requireUnknowns(out)),
    hamiltonian: (theta) => hamiltonian(requireUnknowns(theta)),
  };
}

/** All that a {@link ControlProblem} may have. */
export type ControlKeys = ControlDynamics & ControlClass & { readonly classes: readonly ControlClass[] };
const classKeys: KnownKeys<ControlClass> = { terminal: true, initial: true };

/** The keys of a {@link ControlProblem}. */
export const controlKeys: KnownKeys<ControlKeys> = {
  ...classKeys,
  model: true,
  parameters: true,
  constants: true,
  T: true,
  t0: true,
  running: true,
  killing: true,
  regularization: true,
  classes: true,
};

/** Other words for the parts of a control problem, and the word here. */
export const controlWords: Readonly<Record<string, string>> = {
  source: 'running',
  cost: 'running',
  discount: 'killing',
  controls: 'parameters',
  weight: 'regularization',
};

/** The keys of {@link ControlDiscretization}. */
export const objectiveOptions: KnownKeys<ControlDiscretization> = {
  ...discretizationKeys,
  onStep: true,
  signal: true,
  intervals: true,
  control: true,
  memory: true,
};

function requireNames(names: readonly string[], where: string): void {
  if (Array.isArray(names) && Array.from(names).every((name) => typeof name === 'string')) return;
  throw new SdeError('value', {
    what: 'not a list of names',
    where,
    expected: "an array of parameters of the model, such as ['a']",
    got: describe(names),
    remedy: 'name what is to be chosen',
  });
}

/** A class on the grid. */
interface Prepared {
  /** ρ_y, shape (size). */
  readonly masses: Float64Array;
  readonly terminal: {
    /** φ where it depends on the parameters. */
    readonly open: ParametricFunction | undefined;
    /** Writes φ at the nodes, for parameters of shape (q + constants). */
    write(parameters: Float64Array, out: Float64Array): void;
  };
}

function prepared(
  problem: ControlProblem,
  control: OpenLoopModel,
  { grid, t0, T, cyclic }: Discrete,
  where: string,
): readonly Prepared[] {
  const { model } = problem;
  const given: readonly ControlClass[] = problem.classes ?? [problem];
  if (!Array.isArray(given) || given.length === 0) throw noClass(given, where);
  return given.map((one, c) => {
    if (problem.classes) requireFields<ControlClass>(one, classKeys, `${where}({ classes })[${c}]`);
    const { terminal, initial } = one;
    const place = problem.classes ? `${where}({ classes: [${c}]` : `${where}({`;
    const masses = initialMasses(initial, { grid, model, t: t0 }, `${place} initial })`);
    const open = control.terminal(terminal, `${place} terminal })`);
    const point = new Float64Array(grid.dimension + control.chosen);
    const x = point.subarray(0, grid.dimension);
    const way = { averaging: 'auto', cyclic } as const;
    const fixed = open ? undefined : cellAverages(terminal, { grid, model, t: T }, way, `${place} terminal })`);
    const write = (parameters: Float64Array, out: Float64Array): void => {
      if (fixed) out.set(fixed);
      if (!open) return;
      point.set(parameters, grid.dimension);
      for (let p = 0; p < grid.size; p++) {
        nodeAt(grid, p, x);
        out[p] = open.at(point);
      }
    };
    return { masses, terminal: { open, write } };
  });
}

/** Numbers that the operators of one time take: coefficients, matrices along the axes, and their factors. */
function numbersHeld({ dimension: d, size, shape }: Grid, splits: boolean): number {
  const vectors = coefficientLayout(d).count + 3 * d;
  // A whole matrix is factored within a band as wide as a section of the grid across its longest axis.
  const factors = splits || d === 1 ? 3 * d : (3 * size) / Math.max(...shape);
  return size * (vectors + factors);
}

function overflowed(got: number, where: string): SdeError {
  return new SdeError('value', {
    what: 'the objective overflowed',
    where: `${where}(…, { stepping })`,
    expected: 'a finite number',
    got: String(got),
    remedy: 'use more steps, a stepping that is stable for every step, or start nearer',
  });
}

function noClass(given: unknown, where: string): SdeError {
  return new SdeError('shape', {
    what: 'no class of data',
    where: `${where}({ classes })`,
    expected: 'at least one { terminal, initial }',
    got: describe(given),
    remedy: 'give a class for every label, or terminal and initial alone',
  });
}

function notSymbolic(model: unknown, where: string): SdeError {
  return new SdeError('unsupported', {
    what: 'a model whose coefficients cannot be differentiated in its parameters',
    where: `${where}({ model })`,
    expected: 'a symbolic model with parameters',
    got: describe(model),
    remedy: 'write it with symbolic({ state, drift, diffusion, parameters })',
  });
}
