import { describe, type KnownKeys, type Model, requireFinite, SdeError, type Warning, type Work } from 'sde-core';
import { type Averaging, cellAverages, requireAveraging } from '../backward/cell-averages.js';
import { type Field, type FieldWarning, field } from '../backward/field.js';
import { type MatrixReport, matrixReport } from '../backward/matrix-report.js';
import type { StateInput } from '../backward/node-values.js';
import { roughnessOf, roughnessWarnings } from '../backward/smoothness.js';
import { type StalledWarning, stalledSteps } from '../backward/stalled-steps.js';
import { requireFields } from '../door/at-the-door.js';
import { atOnce, turnByTurn } from '../door/two-ways.js';
import { sparseLU } from '../linear/sparse-lu.js';
import { warmFactors } from '../linear/warm-factors.js';
import { requireNotCancelled, requireWatch, type Watch, watchKeys, watchWords } from '../linear/watch.js';
import { breakingTimes, lociOfSides } from '../operators/loci.js';
import type { Stepping } from '../stepping/stepping.js';
import { requireSpan, timeMesh } from '../stepping/time-mesh.js';
import { feedback } from './closed-loop.js';
import {
  type ControlledDiscretization,
  type ControlledProblem,
  controlledKeys,
  controlledOptions,
  controlledWords,
  discreteHjb,
} from './discrete-hjb.js';
import { extendedPolicy } from './extended-policy.js';
import { type MinimizerKind, type Missed, minimizerWarnings, missedBy } from './minimizer-check.js';
import type { Frozen } from './node-hamiltonian.js';
import { improvePolicy, policyIteration } from './policy-iteration.js';
import { requireLeast } from './required-least.js';
import { valueRange } from './value-range.js';

/** V_t + min_a { L^a V − c V + r } = 0, V(T, ·) = φ; without T, 0 = min_a { L^a V − c V + r }. */
export interface HjbProblem extends ControlledProblem {
  /** Left out, the horizon is infinite: then there must be killing, or sides where the value is given. */
  readonly T?: number;
  /** Default 0. */
  readonly t0?: number;
  /** φ; not used with an infinite horizon. Default 0. */
  readonly terminal?: StateInput;
  /** c: an expression in the states, controls and time. Default 0. */
  readonly killing?: string | number;
  /** c by the name it has in economics: another word for `killing`; one of the two. */
  readonly discount?: string | number;
}

/** How it is made finite. */
export interface HjbOptions extends ControlledDiscretization, Watch {
  /** A monotone stepping, implicitEuler; not used with an infinite horizon. */
  readonly stepping?: Stepping;
  /** How φ comes to the nodes: see {@link SolveOptions}; coefficients and running cost are averaged where they jump or kink. Default `'auto'`. */
  readonly averaging?: Averaging;
}

const hjbKeys: KnownKeys<HjbProblem> = {
  ...controlledKeys,
  T: true,
  t0: true,
  terminal: true,
  killing: true,
  discount: true,
};
const hjbOptions: KnownKeys<HjbOptions> = { ...controlledOptions, ...watchKeys, stepping: true, averaging: true };

/** How one step was solved. */
export interface HjbStep {
  /** The time at which it arrives. */
  readonly t: number;
  readonly iterations: number;
  /** max |min_a { A^a u + g^a } − (u − u after) / Δt| over the nodes: how far u is from solving the discrete equation. */
  readonly residual: number;
}

/** The value and the feedback that attains it. */
export interface HjbOutcome {
  /** `stalled`: in some step the policy still changed after all iterations; `residual` says by how much it matters. */
  readonly kind: 'converged' | 'stalled';
  readonly value: Field;
  /** The best control as a function of (t, x), by name: linear between nodes and between times. */
  readonly policy: Readonly<Record<string, Field>>;
  /**
   * The model under the policy, to simulate or to solve with. Off the grid the policy is that of the nearest point, before and after its times that of the nearest
   * time, and a listed control the nearest value of its list.
   */
  readonly closedLoop: Model;
  /**
   * The same with three further states, which start at 0, 1 and 0: C = ∫ e^(−∫c) r ds, D = e^(−∫c) and M = ∫ D ∇V·σ dW. The cost of a path is
   * C + D φ(X_T), so its expectation confirms the value; M has mean 0, and C + D φ(X_T) − M hardly varies.
   */
  readonly costModel: Model;
  /** One entry a step, from T back. */
  readonly steps: readonly HjbStep[];
  /** The most policy iterations that a step took. */
  readonly iterations: number;
  /** The largest of the steps': rounding if converged. */
  readonly residual: number;
  /** On the matrices of the policies that solved. */
  readonly matrices: MatrixReport;
  /** `matrices.mMatrix`: then the values converge to the viscosity solution. */
  readonly monotone: boolean;
  /** What the value is worth less for: those of the field, and `stalled`. */
  readonly warnings: readonly (FieldWarning | StalledWarning | Warning<MinimizerKind>)[];
}

/**
 * Solves a Hamilton–Jacobi–Bellman equation for the best feedback control, in drift and diffusion, by policy iteration.
 *
 * Each step is implicit and solved for the best control at every node to the end, so with M-matrices there is no restriction on the step (`drift` is
 * `hybrid` by default; mixed derivatives may break them, and sides of vanishing curvature through which the drift leaves: see `matrices`). Order 1 in
 * time; order 2 in space where central differences are monotone, 1 where the drift is upwinded. The best control is that of the discrete equation: from a
 * list, in closed form, or by search (`controls`).
 *
 * With `diffusion: 'wide'` mixed derivatives break nothing, whatever σσᵀ the controls choose, singular or not, and the order in space is 1: the row of a node is
 * that of the wide generator under the control there, made anew for every control that is looked at. As its directions turn with σ it is not quadratic in a control of
 * σ, nor continuous where arms change their length: such intervals are searched, and a `minimizer` is only as good as its formula is for these rows. A
 * control of the drift alone keeps its closed form.
 *
 * For smooth problems with closed-form controls the error in time has an expansion in powers of Δt, and
 * extrapolates. Cost an iteration: at most one factorization of the whole matrix, see {@link sparseLU}, none where the policy rests and a few solves where it changes little, and a few evaluations of the coefficients a node, or one for
 * each combination of listed values; with `wide` differences as many rows, of some √n ends of arms each.
 *
 * @throws SdeError `value` for controls without end by which the Hamiltonian falls without end; `unknown-symbol` for controls that are not the model's; `unsupported` for a stepping that is not monotone, for controls without the closed form
 * that was asked for, for `directional` differences, for a control of σ in an interval without end with `wide` ones, or with an infinite horizon for
 * coefficients with t in them; `value` for a problem without unique solution; `cancelled` by the signal; otherwise as
 * {@link solveKolmogorov}.
 * @see [howard1960]
 * @see [wang2008]
 * @see [debrabant2013]
 *
 * @example
 * import { controlled, implicitEuler, solveHJB, uniform } from 'kolmogorov';
 * const model = controlled({ state: ['x'], control: ['a'], drift: ['a'], diffusion: [['0.5']] });
 * const outcome = solveHJB(
 *   { model, T: 1, running: 'x^2 + a^2', terminal: 'x^2', controls: { a: { lower: -2, upper: 2 } } },
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
  return atOnce('solveHJB', options, (where) => asked(problem, options, where));
}

/**
 * {@link solveHJB} in turns with other work: the same bits; it ends soon after the signal of its options aborts.
 *
 * @throws SdeError as {@link solveHJB}; `cancelled` by the signal.
 */
export function solveHJBAsync(problem: HjbProblem, options: HjbOptions): Promise<HjbOutcome> {
  return turnByTurn('solveHJBAsync', options, (where) => asked(problem, options, where));
}

function* asked(problem: HjbProblem, options: HjbOptions, where: string): Work<HjbOutcome> {
  requireFields<HjbProblem>(problem, hjbKeys, `${where}(problem)`, controlledWords);
  requireFields<HjbOptions>(options, hjbOptions, `${where}(…, options)`, watchWords);
  requireWatch(options);
  return yield* hjb(problem, options, where);
}

function* hjb(problem: HjbProblem, options: HjbOptions, where: string): Work<HjbOutcome> {
  const { T, t0 = 0 } = problem;
  const { averaging = 'auto' } = options;
  requireAveraging(averaging, where);
  const infinite = T === undefined;
  requireFinite(t0, `${where}({ t0 })`, 'give the initial time as a number, or leave it out for 0');
  if (!infinite) requireSpan(t0, T, `${where}({ T, t0 })`);
  const end = infinite ? t0 + 1 : T;
  const made = discreteHjb(
    { ...problem, killing: killingOf(problem, where) },
    options,
    { interval: [t0, end], stationary: infinite },
    where,
  );
  const { grid, cyclic, differences, hamiltonian, improve, policy, sides, set, equation, most } = made;
  const mesh = infinite
    ? [{ low: t0, after: t0, length: 1 }]
    : timeMesh(requireMonotone(options.stepping, where), t0, T, equation.breakpoints, `${where}({ T, t0 })`, {
        jumps: breakingTimes([...equation.loci, ...lociOfSides(options.boundary, problem.model.model)], t0, T),
      });
  const { fixed } = differences;
  const alpha = infinite ? Float64Array.from(fixed) : new Float64Array(grid.size).fill(1);
  const solver = options.solver ?? sparseLU();
  const warm = warmFactors(solver.prepare(grid, options.signal), solver.direct);
  const known = new Float64Array(grid.size);

  const u = infinite
    ? new Float64Array(grid.size)
    : cellAverages(
        problem.terminal ?? '0',
        grid,
        problem.model.model,
        T,
        { averaging, cyclic },
        `${where}({ terminal })`,
      );
  const rough =
    infinite || !(averaging === 'auto' || averaging === 1)
      ? []
      : roughnessWarnings(roughnessOf(problem.terminal ?? '0', u, grid));
  differences.fix(end, u);
  if (!infinite) {
    yield* improvePolicy({ hamiltonian: hamiltonian.of(end, u), improve, fixed }, policy);
  }
  const times = [end];
  const values = [u.slice()];
  const policies: Float64Array[] = [];
  const steps: HjbStep[] = [];
  const matrices = matrixReport(grid);
  let stalled = 0;
  let range = valueRange({ ...problem, killing: killingOf(problem, where) }, made, { end: T, values: u }, where);
  let missed: Missed | undefined;
  for (const [index, { low, after: t, length: shift }] of mesh.entries()) {
    requireNotCancelled(options.signal);
    differences.fix(t, u);
    const right = u.slice();
    function* solve({ matrix, forcing }: Frozen, out: Float64Array): Work<void> {
      for (let p = 0; p < out.length; p++) {
        known[p] = fixed[p] ? right[p] : (infinite ? 0 : right[p]) + shift * forcing[p];
      }
      yield* warm.solve(matrix, alpha, shift, known, out);
    }
    const rate = (p: number, now: Float64Array): number => (infinite ? 0 : (now[p] - right[p]) / shift);
    const found = yield* policyIteration({ t, hamiltonian, improve, fixed, solve, rate }, u, policy, most);
    const { kind, iterations, residual, frozen } = found;
    requireLeast(made, found, policy, where);
    differences.fix(low, u);
    matrices.add(t, frozen.matrix, alpha, shift);
    stalled += kind === 'stalled' ? 1 : 0;
    if (kind === 'converged' && (index === 0 || index === mesh.length - 1))
      missed ??= missedBy(made, found.hamiltonian, policy);
    range = range?.after({ t: low, u, length: shift, forcing: frozen.forcing, policy });
    steps.push({ t: low, iterations, residual });
    times.unshift(low);
    values.unshift(u.slice());
    policies.unshift(extendedPolicy(grid, sides, set, policy));
    options.onProgress?.({ done: index + 1, of: mesh.length });
    yield;
  }
  if (infinite) values[1] = values[0];
  policies.push(policies[policies.length - 1]);
  const at = Float64Array.from(times);
  const report = matrices.report();
  const residual = steps.reduce((largest, step) => Math.max(largest, step.residual), 0);
  const worth = [...(range?.warnings() ?? []), ...rough];
  return {
    kind: stalled > 0 ? 'stalled' : 'converged',
    value: field(grid, { times: at, values }, undefined, worth),
    ...feedback(equation, set, { grid, times: at, values, policies, stationary: infinite }),
    steps,
    iterations: steps.reduce((largest, { iterations }) => Math.max(largest, iterations), 0),
    residual,
    matrices: report,
    monotone: report.mMatrix,
    warnings: [...stalledSteps('policy', stalled, mesh.length, most, residual), ...minimizerWarnings(missed), ...worth],
  };
}

/** c, under either of its names. */
function killingOf({ killing, discount }: HjbProblem, where: string): string | number | undefined {
  if (killing === undefined || discount === undefined) return killing ?? discount;
  throw new SdeError('value', {
    what: 'killing under both of its names',
    where: `${where}({ killing, discount })`,
    expected: 'one of the two: discount is another word for killing',
    got: `${describe(killing)} and ${describe(discount)}`,
    remedy: 'give their sum as killing',
  });
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
