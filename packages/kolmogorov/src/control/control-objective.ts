import { describe, isSymbolicModel, type Model, requireInteger, SdeError, type SymbolicModel } from 'sde-core';
import { type Discrete, type Discretization, discrete } from '../backward/discretization.js';
import { nodeValues, type StateInput } from '../backward/node-values.js';
import { type Initial, initialMasses } from '../forward/initial-masses.js';
import { nodeAt } from '../grid/grid.js';
import { preparedOnce } from '../linear/linear-solver.js';
import { sparseLU } from '../linear/sparse-lu.js';
import { sidesOf } from '../operators/boundary.js';
import { diffusionRule } from '../operators/diffusion.js';
import { scratchOf, stageOf, sweepBackward } from '../stepping/sweep.js';
import {
  type CoefficientSensitivity,
  coefficientSensitivity,
  type Differences,
  type Wanted,
} from './coefficient-sensitivity.js';
import { type ControlModel, controlModel } from './control-model.js';
import type { Smooth } from './projected-lbfgs.js';
import { transposeWithSensitivity } from './step-recorder.js';

/** Minimize E[φ(X_T) + ∫ r(X, θ) dt] + R(θ) over θ(t), the same for every state: open loop. */
export interface ControlProblem {
  readonly model: SymbolicModel;
  /** The parameters of the model that θ(t) replaces, q of them. */
  readonly parameters: readonly string[];
  readonly T: number;
  /** Default 0. */
  readonly t0?: number;
  readonly terminal: StateInput;
  /** r: an expression in the states and parameters. Default 0. */
  readonly running?: string | number;
  /** c: an expression in the states and parameters. Default 0. */
  readonly killing?: string | number;
  /** A point, or a density: that of the data. */
  readonly initial: Initial;
  /** R(θ) = weight / 2 · ∫ |θ|² dt, by its weight. Default 0. */
  readonly regularization?: number;
}

/** How a control problem is made finite. */
export interface ControlDiscretization extends Discretization {
  /** θ is constant on each of so many equal intervals. */
  readonly intervals: number;
}

/** The discrete objective as a function of θ, shape (intervals, q) row-major, and its exact gradient. */
export interface ControlObjective extends Smooth {
  readonly intervals: number;
  /** q. */
  readonly controls: number;
}

/**
 * The objective that {@link optimizeControl} minimizes.
 *
 *   J(θ) = ⟨u(t0), ρ₀⟩ + R(θ),   ∂J/∂θ_i = Σ_n ⟨ρ_n, ∂(step n)/∂θ_i u_(n+1)⟩ + ∂R
 *
 * The gradient is that of the discrete problem, to rounding, through boundaries and splitting: one sweep back, and one forward that transposes every step
 * and collects how it depends on the coefficients; its cost does not grow with the number of controls but for one pass over the nodes an interval.
 *
 * @throws SdeError `unsupported` for a model of closures, coefficients with t in them, or sides with a slope that is not 0; otherwise as
 * {@link solveKolmogorov}.
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
  const where = 'optimizeControl';
  const { T, t0 = 0, killing = 0, running = 0, regularization: weight = 0 } = problem;
  if (!isSymbolicModel(problem.model)) throw notSymbolic(problem.model, where);
  const intervals = requireInteger(
    options?.intervals,
    1,
    `${where}(…, { intervals })`,
    'give the number of intervals on which the control is constant',
  );
  const control = controlModel(problem.model, problem.parameters, { killing, running }, where);
  const q = control.controls;
  const ends = Float64Array.from({ length: intervals + 1 }, (_, i) => t0 + ((T - t0) * i) / intervals);
  // All iterates share one grid, so its factorizations are planned once.
  const settings = { ...options, solver: preparedOnce(options?.solver ?? sparseLU()) };
  const made = (theta: Float64Array): Discrete => {
    const equation = equationAt(control, theta, ends, problem.model);
    return discrete({ ...equation, T, t0 }, settings, where);
  };
  const first = made(new Float64Array(intervals * q));
  if (first.mesh.some((step) => step.method.remembers)) throw remembering(options.stepping.name, where);
  if (options.drift === 'exponential') throw fittedDifferences(where);
  const rules = differencesOf(options, control.dimension, where);
  const sides = sidesOf(options.boundary, first.grid, problem.model, `${where}(…, { boundary })`);
  if (sides.some((pair) => pair.some((side) => side.kind === 'slope' && side.slope.constant !== 0))) {
    throw slopedSide(where);
  }
  const phi = nodeValues(problem.terminal, first.grid, problem.model, T, `${where}({ terminal })`);
  const start = initialMasses(problem.initial, first.grid, problem.model, t0, `${where}({ initial })`);
  const meets = (from: number, to: number): boolean =>
    control.meets.some((met, entry) => met === 1 && entry % control.count >= from && entry % control.count < to);
  const wanted = {
    covariance: meets(2 * control.dimension, control.count - 2),
    killing: meets(control.count - 2, control.count - 1),
  };
  const duration = (T - t0) / intervals;
  const penalty = (theta: Float64Array): number =>
    (weight / 2) * duration * theta.reduce((sum, value) => sum + value ** 2, 0);

  let last:
    | { readonly theta: Float64Array; readonly equation: Discrete; readonly solution: Float64Array[] }
    | undefined;
  const solve = (theta: Float64Array): NonNullable<typeof last> => {
    if (last?.theta.every((value, i) => value === theta[i])) return last;
    const equation = made(theta);
    const u = phi.slice();
    equation.generator.fix(T, u);
    const solution = [u.slice()];
    sweepBackward(equation, u, (_, now) => solution.push(now.slice()));
    last = { theta: theta.slice(), equation, solution };
    return last;
  };
  const value = (theta: Float64Array): number => {
    const { solution } = solve(theta);
    const u = solution[solution.length - 1];
    return start.reduce((sum, mass, p) => sum + mass * u[p], 0) + penalty(theta);
  };
  return {
    intervals,
    controls: q,
    value,
    gradient: (theta, out) => {
      const objective = value(theta);
      const { equation, solution } = solve(theta);
      out.set(theta.map((entry) => weight * duration * entry));
      const collected = sweepSensitivities(equation, solution, start, sides, rules, wanted);
      collected.forEach((into, piece) => {
        contract(control, equation, into, theta.subarray(piece * q, (piece + 1) * q), out.subarray(piece * q));
      });
      return objective;
    },
  };
}

/** A model whose open parameters are θ_i on interval i. */
function equationAt(control: ControlModel, theta: Float64Array, ends: Float64Array, named: SymbolicModel) {
  const { dimension: d, controls: q } = control;
  const point = new Float64Array(d + q);
  const rates = new Float64Array(2);
  const intervals = ends.length - 1;
  const at = (t: number, x: Float64Array): Float64Array => {
    let i = 0;
    while (i < intervals - 1 && t >= ends[i + 1]) i++;
    point.set(x);
    point.set(theta.subarray(i * q, (i + 1) * q), d);
    return point;
  };
  const rate = (which: 0 | 1) => ({
    constant: undefined,
    autonomous: true,
    at: (t: number, x: Float64Array): number => {
      control.rates(at(t, x), rates);
      return rates[which];
    },
  });
  const model: Model = {
    kind: 'numeric',
    dimension: d,
    noiseDimension: control.noiseDimension,
    calculus: 'ito',
    noise: named.noise,
    autonomous: true,
    breakpoints: Array.from(ends.subarray(1, -1)),
    drift: (t, x, out) => control.drift(at(t, x), out),
    diffusion: (t, x, out) => control.diffusion(at(t, x), out),
  };
  return { model, killing: rate(0), source: rate(1) };
}

/** Takes ρ forward through the transposed steps, and collects each stretch's sensitivity to its coefficients. */
function sweepSensitivities(
  { generator, mesh, grid }: Discrete,
  solution: readonly Float64Array[],
  start: Float64Array,
  sides: ReturnType<typeof sidesOf>,
  rules: Differences,
  wanted: Wanted,
): Map<number, CoefficientSensitivity> {
  const rho = start.slice();
  const scratch = scratchOf(grid.size);
  const collected = new Map<number, CoefficientSensitivity>();
  for (let index = mesh.length - 1; index >= 0; index--) {
    const step = mesh[index];
    const known = collected.get(step.piece);
    const coefficients = generator.coefficients(step.low, step.piece, (step.low + step.high) / 2);
    const into = known ?? coefficientSensitivity(grid, sides, rules, coefficients, generator.fixed, wanted);
    collected.set(step.piece, into);
    generator.fixTransposed(rho);
    const u = solution[index].slice();
    transposeWithSensitivity(step.method, stageOf(generator, step), step.length, u, rho, scratch, into);
  }
  return collected;
}

/** out_j += Σ over nodes and coefficients of (∂J/∂coefficient) (∂coefficient/∂θ_j). */
function contract(
  control: ControlModel,
  { grid }: Discrete,
  { arrays }: CoefficientSensitivity,
  theta: Float64Array,
  out: Float64Array,
): void {
  const { dimension: d, controls: q, count, meets } = control;
  const x = new Float64Array(d);
  const point = new Float64Array(d + q);
  const slopes = new Float64Array(q * count);
  point.set(theta, d);
  for (let p = 0; p < grid.size; p++) {
    nodeAt(grid, p, x);
    point.set(x);
    control.sensitivities(point, slopes);
    for (let entry = 0; entry < slopes.length; entry++) {
      if (meets[entry]) out[Math.floor(entry / count)] += slopes[entry] * arrays[entry % count][p];
    }
  }
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

function remembering(name: string, where: string): SdeError {
  return new SdeError('unsupported', {
    what: 'a stepping of more than one step',
    where: `${where}(…, { stepping })`,
    expected: 'a one-step method',
    got: name,
    remedy: 'use trBdf2, which is as stable, or a splitting',
  });
}

function fittedDifferences(where: string): SdeError {
  return new SdeError('unsupported', {
    what: 'differences that are not linear in the coefficients',
    where: `${where}(…, { drift })`,
    expected: "'central', 'upwind' or 'hybrid'",
    got: "'exponential'",
    remedy: "use 'hybrid' for monotone differences with a gradient",
  });
}

/** The differences, which must be linear in the coefficients. */
function differencesOf(options: Discretization, dimension: number, where: string): Differences {
  const rule = diffusionRule(options.diffusion ?? 'central', dimension, `${where}(…, { diffusion })`);
  const { derivative } = rule;
  if (derivative) return { drift: options.drift ?? rule.drift, diffusion: { ...rule, derivative } };
  throw new SdeError('unsupported', {
    what: 'second differences along directions that move with the coefficients',
    where: `${where}(…, { diffusion })`,
    expected: "'central' or 'directional'",
    got: `'${options.diffusion}'`,
    remedy: "use 'directional' for monotone differences with a gradient",
  });
}

function slopedSide(where: string): SdeError {
  return new SdeError('unsupported', {
    what: 'a side whose slope is given and not 0',
    where: `${where}(…, { boundary })`,
    expected: 'dirichlet, absorbing, reflecting, vanishing-curvature, or a Robin side with value 0',
    got: 'a Neumann or Robin side with data',
    remedy: 'take the side farther out, where its curvature vanishes',
  });
}
