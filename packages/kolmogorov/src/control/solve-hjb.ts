import { describe, type Model, model, SdeError } from 'sde-core';
import { type Discrete, type Discretization, discrete } from '../backward/discretization.js';
import { type Field, field } from '../backward/field.js';
import { nodeValues, type StateInput } from '../backward/node-values.js';
import { sparseLU } from '../linear/sparse-lu.js';
import { onPattern, unionOf } from '../linear/sparse-matrix.js';
import { sparseMatrix } from '../operators/sparse-matrix.js';
import { implicitEuler } from '../stepping/implicit-euler.js';
import type { Stepping } from '../stepping/stepping.js';
import type { Watch } from '../stepping/sweep.js';
import { type ControlModel, controlModel } from './control-model.js';
import { type ControlValues, controlSet } from './control-set.js';
import type { ControlledModel } from './controlled.js';
import { type Choice, type PolicyProblem, policyIteration } from './policy-iteration.js';

/** V_t + min_a { L^a V − c V + r } = 0, V(T, ·) = φ; without T, 0 = min_a { L^a V − c V + r }. */
export interface HjbProblem {
  readonly model: ControlledModel;
  /** Left out, the horizon is infinite: then there must be a discount, or sides where the value is given. */
  readonly T?: number;
  /** Default 0. */
  readonly t0?: number;
  /** φ; not used with an infinite horizon. Default 0. */
  readonly terminal?: StateInput;
  /** r: an expression in the states and controls. Default 0. */
  readonly running?: string | number;
  /** c: an expression in the states and controls. Default 0. */
  readonly discount?: string | number;
  /** The values each control may take. */
  readonly controls: Readonly<Record<string, ControlValues>>;
  /** Default `'minimize'`. */
  readonly sense?: 'minimize' | 'maximize';
}

/** How it is made finite. */
export interface HjbOptions extends Omit<Discretization, 'stepping'>, Watch {
  /** A monotone stepping, implicitEuler; not used with an infinite horizon. */
  readonly stepping?: Stepping;
  /** Policy iterations a step at most. Default 50. */
  readonly iterations?: number;
}

/** The value and the feedback that attains it. */
export interface HjbOutcome {
  /** `stalled`: in some step the policy still changed after all iterations; `residual` says by how much it matters. */
  readonly kind: 'converged' | 'stalled';
  readonly value: Field;
  /** The best control as a function of (t, x), by name: linear between nodes, that of the step before between times. */
  readonly policy: Readonly<Record<string, Field>>;
  /** The model under the policy, to simulate or to solve with; off the grid the policy is that of the nearest point. */
  readonly closedLoop: Model;
  /** The most policy iterations that a step took. */
  readonly iterations: number;
  /** Most that any node could still gain by another control, per unit of time. */
  readonly residual: number;
  /** No matrix of any control has a negative off-diagonal entry: then the values converge to the viscosity solution. */
  readonly monotone: boolean;
}

const DEFAULT_ITERATIONS = 50;

/**
 * Solves a Hamilton–Jacobi–Bellman equation for the best feedback control, in drift and diffusion, by policy iteration.
 *
 * Each step is implicit and solved for the best control at every node to the end, so with monotone matrices (`drift` is `hybrid` by default; mixed
 * derivatives are not monotone, see `monotone`) there is no restriction on the step. Order 1 in time, between 1 and 2 in space; an interval of
 * controls is as good as its values are dense. Cost a step: a few factorizations, see {@link sparseLU}, and one product for each combination of controls.
 *
 * @throws SdeError `unknown-symbol` for controls that are not the model's; `unsupported` for a stepping that is not monotone or coefficients with t in
 * them; `value` for a problem without unique solution; otherwise as {@link solveKolmogorov}.
 * @see [howard1960]
 *
 * @example
 * import { controlled, implicitEuler, solveHJB, uniform } from 'kolmogorov';
 * const model = controlled({ state: ['x'], control: ['a'], drift: ['a'], diffusion: [['0.5']] });
 * const outcome = solveHJB(
 *   {
 *     model,
 *     T: 1,
 *     running: 'x^2 + a^2',
 *     terminal: 'x^2',
 *     controls: { a: { lower: -2, upper: 2, points: 41 } },
 *   },
 *   {
 *     grid: [uniform(-2, 2, 41)],
 *     boundary: { kind: 'dirichlet', value: 'x^2 + (1 - t)/4' },
 *     stepping: implicitEuler({ steps: 10 }),
 *   },
 * );
 * outcome.kind; // → converged
 * outcome.value.at(0, [1]); // → 1.2500000
 * outcome.policy.a.at(0, [1]); // → -1.0000000
 */
export function solveHJB(problem: HjbProblem, options: HjbOptions): HjbOutcome {
  const where = 'solveHJB';
  const { T, t0 = 0, running = 0, discount = 0, sense = 'minimize' } = problem;
  requireSense(sense, where);
  if (problem.model?.kind !== 'controlled') throw notControlled(problem.model, where);
  const infinite = T === undefined;
  const stepping = infinite ? implicitEuler({ steps: 1 }) : requireMonotone(options.stepping, where);
  const names = problem.model.control;
  const control = controlModel(problem.model.model, names, { killing: discount, running }, where);
  const combinations = controlSet(names, problem.controls, `${where}({ controls })`);
  const interval = { T: infinite ? t0 + 1 : T, t0 };
  const settings = { ...options, stepping, drift: options.drift ?? 'hybrid' };
  const made = combinations.map((values) => discrete({ ...equationOf(control, values), ...interval }, settings, where));
  const [{ grid, generator, mesh }] = made;
  const choices = onOnePattern(made.map(choiceOf));
  const alpha = infinite ? Float64Array.from(generator.fixed) : new Float64Array(grid.size).fill(1);
  const factorize = (options.solver ?? sparseLU()).prepare(grid);
  const shared = { choices, alpha, factorize, fixed: generator.fixed };
  const sign: 1 | -1 = sense === 'minimize' ? 1 : -1;
  const most = options.iterations ?? DEFAULT_ITERATIONS;

  const policy = new Int32Array(grid.size);
  const u = infinite
    ? new Float64Array(grid.size)
    : nodeValues(problem.terminal ?? '0', grid, problem.model.model, T, `${where}({ terminal })`);
  generator.fix(interval.T, u);
  const times = [interval.T];
  const values = [u.slice()];
  const policies: Int32Array[] = [];
  let [stalled, iterations, residual] = [false, 0, 0];
  const solve = (t: number, step: Omit<PolicyProblem, keyof typeof shared | 'sign'>): void => {
    generator.fix(t, u);
    const outcome = policyIteration({ ...shared, ...step, sign }, u, policy, most);
    generator.fix(t, u);
    stalled ||= outcome.kind === 'stalled';
    iterations = Math.max(iterations, outcome.iterations);
    residual = Math.max(residual, outcome.residual);
    times.unshift(t);
    values.unshift(u.slice());
    policies.unshift(policy.slice());
  };
  if (infinite) {
    solve(t0, { shift: 1 });
    values[1] = values[0];
  } else {
    mesh.forEach((step, index) => {
      if (options.signal?.aborted) throw cancelled(where, options.signal);
      solve(step.low, { shift: step.length });
      options.onProgress?.({ done: index + 1, total: mesh.length });
    });
  }
  policies.push(policies[policies.length - 1]);
  const snapshots = { times: Float64Array.from(times), values };
  const feedback = names.map((_, c) => ({
    times: snapshots.times,
    values: policies.map((chosen) => Float64Array.from(chosen, (j) => combinations[j][c])),
  }));
  const policyFields = feedback.map((snapshot) => field(grid, snapshot, 2));
  return {
    kind: stalled ? 'stalled' : 'converged',
    value: field(grid, snapshots),
    policy: Object.fromEntries(names.map((name, c) => [name, policyFields[c]])),
    closedLoop: closedLoop(control, policyFields),
    iterations,
    residual,
    monotone: choices.every(({ matrix }) => isMonotone(matrix)),
  };
}

/** The equation with the controls at given values. */
function equationOf(control: ControlModel, values: Float64Array) {
  const point = new Float64Array(control.dimension + control.controls);
  const rates = new Float64Array(2);
  point.set(values, control.dimension);
  const rate = (which: 0 | 1) => ({
    constant: undefined,
    autonomous: true,
    at: (_: number, x: Float64Array): number => {
      point.set(x);
      control.rates(point, rates);
      return rates[which];
    },
  });
  const at = (_: number, x: Float64Array): Float64Array => {
    point.set(x);
    return point;
  };
  return { model: modelOf(control, at, true), killing: rate(0), source: rate(1) };
}

function modelOf(
  { dimension, noiseDimension, drift, diffusion }: ControlModel,
  at: (t: number, x: Float64Array) => Float64Array,
  autonomous: boolean,
): Model {
  return model({
    dimension,
    noiseDimension,
    autonomous,
    drift: (t, x, out) => drift(at(t, x), out),
    diffusion: (t, x, out) => diffusion(at(t, x), out),
  });
}

function closedLoop(control: ControlModel, policy: readonly Field[]): Model {
  const d = control.dimension;
  const point = new Float64Array(d + control.controls);
  const inside = new Float64Array(d);
  const { grid, times } = policy[0];
  const at = (t: number, x: Float64Array): Float64Array => {
    const now = Math.min(Math.max(t, times[0]), times[times.length - 1]);
    for (let k = 0; k < d; k++) {
      const { points } = grid[k];
      inside[k] = Math.min(Math.max(x[k], points[0]), points[points.length - 1]);
    }
    point.set(x);
    policy.forEach((choice, c) => {
      point[d + c] = choice.at(now, inside);
    });
    return point;
  };
  return modelOf(control, at, false);
}

function choiceOf({ generator, grid, mesh }: Discrete): Choice {
  const operator = generator.at(mesh[0].before, mesh[0].piece);
  const forcing = new Float64Array(grid.size);
  operator.addForcing(1, forcing);
  return { matrix: sparseMatrix(operator, grid), forcing };
}

/** The same with all matrices on the union of their patterns, so that any mixture of their rows is factored by one plan. */
function onOnePattern(choices: readonly Choice[]): Choice[] {
  const pattern = unionOf(choices.map(({ matrix }) => matrix));
  return choices.map(({ matrix, forcing }) => ({ matrix: onPattern(pattern, matrix) ?? matrix, forcing }));
}

function isMonotone({ size, rowStart, column, value }: Choice['matrix']): boolean {
  for (let p = 0; p < size; p++) {
    for (let e = rowStart[p]; e < rowStart[p + 1]; e++) if (column[e] !== p && value[e] < 0) return false;
  }
  return true;
}

function requireMonotone(stepping: Stepping | undefined, where: string): Stepping {
  if (stepping?.monotone) return stepping;
  throw new SdeError('unsupported', {
    what: 'a stepping that does not keep order',
    where: `${where}(…, { stepping })`,
    expected: 'implicitEuler({ steps })',
    got: stepping?.name ?? describe(stepping),
    remedy: 'use implicitEuler: others may converge to what is not the value',
  });
}

function requireSense(sense: string, where: string): void {
  if (sense === 'minimize' || sense === 'maximize') return;
  throw new SdeError('value', {
    what: 'unknown sense of optimization',
    where: `${where}({ sense })`,
    expected: "'minimize' or 'maximize'",
    got: describe(sense),
    remedy: 'say which',
  });
}

function notControlled(model: unknown, where: string): SdeError {
  return new SdeError('value', {
    what: 'not a controlled model',
    where: `${where}({ model })`,
    expected: 'a model from controlled({ state, control, drift, diffusion })',
    got: describe(model),
    remedy: 'name the controls with controlled',
  });
}

function cancelled(where: string, signal: AbortSignal): SdeError {
  const details = {
    what: 'the solve was cancelled',
    where: `${where}(…, { signal })`,
    expected: 'a signal that is not aborted',
    got: 'an aborted signal',
    remedy: 'solve again without aborting',
  };
  return new SdeError('cancelled', details, { cause: signal.reason });
}
