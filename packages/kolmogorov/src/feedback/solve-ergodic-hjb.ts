import { type KnownKeys, type Model, requireNumbers, SdeError, type Warning, type Work } from 'sde-core';
import { type Field, field } from '../backward/field.js';
import { type MatrixReport, matrixReport } from '../backward/matrix-report.js';
import { type StalledWarning, stalledSteps } from '../backward/stalled-steps.js';
import { requireFields } from '../door/at-the-door.js';
import { atOnce, turnByTurn } from '../door/two-ways.js';
import { type Density, type DensityFacts, density } from '../forward/density.js';
import { type DensityWarning, densityWarnings, restingOnSides } from '../forward/density-warnings.js';
import { sideLosses } from '../forward/mass-balance.js';
import { type Grid, nodeAt } from '../grid/grid.js';
import { cellOf } from '../grid/interpolation.js';
import type { Snapshots } from '../grid/snapshots.js';
import { solving } from '../linear/factors.js';
import { factored } from '../linear/linear-solver.js';
import { sparseLU } from '../linear/sparse-lu.js';
import { requireWatch, type Watch, watchWords } from '../linear/watch.js';
import { coefficientLayout } from '../operators/coefficient-layout.js';
import { type Coefficients, zeroCoefficients } from '../operators/coefficients.js';
import type { DifferenceMatrices } from '../operators/difference-matrices.js';
import { feedback } from './closed-loop.js';
import type { ControlledEquation } from './controlled-equation.js';
import {
  type ControlledDiscretization,
  type ControlledProblem,
  controlledKeys,
  controlledOptions,
  controlledWords,
  discreteHjb,
} from './discrete-hjb.js';
import { extendedPolicy } from './extended-policy.js';
import { type MinimizerKind, minimizerWarnings, missedBy } from './minimizer-check.js';
import type { Frozen } from './node-hamiltonian.js';
import { policyIteration } from './policy-iteration.js';
import { requireLeast } from './required-least.js';

/** min_a { L^a V + r } = λ, V = 0 at one node. */
export type ErgodicProblem = ControlledProblem;

/** How it is made finite. */
export interface ErgodicOptions extends ControlledDiscretization, Pick<Watch, 'signal'> {
  /** V is 0 at the node nearest to this point, shape (d). Default: the middle of the grid. */
  readonly reference?: ArrayLike<number>;
}

const ergodicOptions: KnownKeys<ErgodicOptions> = { ...controlledOptions, signal: true, reference: true };

/** What an average may warn of. */
export type ErgodicWarning = DensityWarning | StalledWarning | Warning<MinimizerKind | 'open-side'>;

/** The best long-run average, and the feedback that attains it. */
export interface ErgodicOutcome {
  /** `stalled`: the policy still changed after all iterations; `residual` says by how much it matters. */
  readonly kind: 'converged' | 'stalled';
  /** λ = lim E[∫₀ᵀ r dt] / T, per unit of time. */
  readonly average: number;
  /** What starting at x costs beside λ T: the same at times 0 to 1, and 0 at the reference. */
  readonly value: Field;
  /** The best control as a function of x, by name: linear between nodes. */
  readonly policy: Readonly<Record<string, Field>>;
  /** The model under the policy; see {@link solveHJB}. */
  readonly closedLoop: Model;
  /** The same with three further states, which start at 0, 1 and 0: ∫ r ds, 1, and a martingale; see {@link solveHJB}. */
  readonly costModel: Model;
  /** The stationary law under the policy; λ is its mean of r, on the grid to rounding. */
  readonly density: Density;
  /** Policy iterations: with a small discount first, whose policy is where those for the average start. */
  readonly iterations: number;
  /** max |min_a { A^a V + g^a } − λ| over the nodes: rounding if converged. */
  readonly residual: number;
  /** On the matrix of the policy that solved. */
  readonly matrices: MatrixReport;
  /** What the average is worth less for: those of the stationary law, `stalled`, `minimizer-not-best`, and `open-side` where it is beyond the cost. */
  readonly warnings: readonly ErgodicWarning[];
}

/** The discount with which the policy is begun, relative to the largest rate on the grid; empirical. */
const START_DISCOUNT = 2 ** -10;

/**
 * Solves for the feedback with the best long-run average of r, by policy iteration.
 *
 *   min_a { L^a V + r } = λ,   V(reference) = 0,   λ = lim E[∫₀ᵀ r dt] / T
 *
 * Under a policy A V + g = λ 1 is singular, with one freedom and one more unknown; with a killing κ at the reference node M = κ e eᵀ − A has an inverse,
 * and V = M⁻¹ (g − λ 1), λ = (M⁻¹ g)_ref / (M⁻¹ 1)_ref, and M⁻ᵀ e is the stationary law. The grid must hold the process: with reflecting or periodic sides, or
 * vanishing curvature where the law has no mass left. With `diffusion: 'wide'`
 * the matrix keeps order for every σσᵀ, at order 1; arms step over nodes, which without drift may leave the grid in parts that never meet. Order 2 in space where central differences are monotone. Cost an iteration: one factorization,
 * two solves, and the improvement as for {@link solveHJB}.
 *
 * @throws SdeError `value` for sides where the value is given, which the process does not come back from, for a reference outside the grid, or for a policy
 * under which the grid falls apart; `unsupported` for coefficients with t in them; `cancelled` by the signal; otherwise as {@link solveHJB}.
 * @see [howard1960]
 *
 * @example
 * import { controlled, solveErgodicHJB, uniform } from 'kolmogorov';
 * // Riccati: p² = 1, a = −p x, λ = σ² p.
 * const model = controlled({ state: ['x'], control: ['a'], drift: ['a'], diffusion: [['0.5']] });
 * const outcome = solveErgodicHJB({ model, running: 'x^2 + a^2', controls: { a: {} } }, { grid: [uniform(-4, 4, 161)] });
 * outcome.kind; // → converged
 * outcome.average; // → 0.25000
 * outcome.policy.a.at(0, [1]); // → -1.0000
 */
export function solveErgodicHJB(problem: ErgodicProblem, options: ErgodicOptions): ErgodicOutcome {
  return atOnce('solveErgodicHJB', options, (where) => asked(problem, options, where));
}

/**
 * {@link solveErgodicHJB} in turns with other work: the same bits; it ends soon after the signal of its options aborts.
 *
 * @throws SdeError as {@link solveErgodicHJB}; `cancelled` by the signal.
 */
export function solveErgodicHJBAsync(problem: ErgodicProblem, options: ErgodicOptions): Promise<ErgodicOutcome> {
  return turnByTurn('solveErgodicHJBAsync', options, (where) => asked(problem, options, where));
}

function* asked(problem: ErgodicProblem, options: ErgodicOptions, where: string): Work<ErgodicOutcome> {
  requireFields<ErgodicProblem>(problem, controlledKeys, `${where}(problem)`, controlledWords);
  requireFields<ErgodicOptions>(options, ergodicOptions, `${where}(…, options)`, watchWords);
  requireWatch(options);
  return yield* ergodic(problem, options, where);
}

function* ergodic(problem: ErgodicProblem, options: ErgodicOptions, where: string): Work<ErgodicOutcome> {
  const made = discreteHjb(problem, options, { interval: [0, 1], stationary: true }, where);
  const { grid, differences, hamiltonian, improve, policy, sides, set, equation, most } = made;
  if (sides.some((pair) => pair.some((side) => side.kind === 'fixed'))) throw leaves(where);
  const { fixed } = differences;
  const factorize = (options.solver ?? sparseLU()).prepare(grid, options.signal);
  const reference = referenceNode(grid, options.reference, fixed, where);
  const one = new Float64Array(grid.size);
  const law = new Float64Array(grid.size);
  const u = new Float64Array(grid.size);
  let average = 0;
  // Under the policy to start from the grid may fall apart, as where nothing moves at its sides; with a discount every policy has a value.
  function* discounted({ matrix, forcing }: Frozen, out: Float64Array): Work<void> {
    const discount = START_DISCOUNT * largestEntry(matrix);
    for (let p = 0; p < out.length; p++) out[p] = fixed[p] ? 0 : forcing[p];
    yield* solving(yield* factored(factorize, matrix, new Float64Array(grid.size).fill(discount), 1), out);
  }
  function* solve({ matrix, forcing }: Frozen, out: Float64Array): Work<void> {
    const alpha = Float64Array.from(fixed);
    // Of the size of the matrix, so that no pivot suffers.
    alpha[reference] = largestEntry(matrix);
    const factors = yield* factored(factorize, matrix, alpha, 1);
    for (let p = 0; p < out.length; p++) {
      out[p] = fixed[p] ? 0 : forcing[p];
      one[p] = fixed[p] ? 0 : 1;
      law[p] = p === reference ? 1 : 0;
    }
    yield* solving(factors, out);
    yield* solving(factors, one);
    yield* solving(factors, law, 'solveTransposed');
    average = out[reference] / one[reference];
    if (!Number.isFinite(average) || one.some((value) => !Number.isFinite(value))) throw fallsApart(where);
    for (let p = 0; p < out.length; p++) out[p] -= average * one[p];
    // But for rounding it is.
    out[reference] = 0;
  }
  const shared = { t: 0, hamiltonian, improve, fixed };
  const begun = yield* policyIteration({ ...shared, solve: discounted, rate: () => 0 }, u, policy, most);
  const ended = yield* policyIteration({ ...shared, solve, rate: () => average }, u, policy, most);
  const { kind, residual, frozen } = ended;
  requireLeast(made, ended, policy, where);
  const iterations = begun.iterations + ended.iterations;
  // The policy may have changed by rounding since it was last solved for, which the law shows at once.
  if (kind === 'converged') yield* solve(hamiltonian.assemble(0, policy), u);
  differences.fix(0, u);
  const matrices = matrixReport(grid);
  matrices.add(0, frozen.matrix, Float64Array.from(fixed), 1);
  const held = extendedPolicy(grid, sides, set, policy);
  const times = Float64Array.of(0, 1);
  const outside = outsideOfCost(average, frozen.forcing, fixed, where);
  const missed = kind === 'converged' ? missedBy(made, ended.hamiltonian, policy) : undefined;
  const resting = restingOnSides(grid, sides, coefficientsUnder(policy, equation, grid));
  const stationaryLaw = stationary(grid, law, differences, (snapshots) => {
    const balance = sideLosses(grid, sides).balance(1, 1);
    return { balance, warnings: densityWarnings(snapshots, balance, resting, true, where) };
  });
  return {
    kind,
    average,
    value: field(grid, { times, values: [u, u] }),
    ...feedback(equation, set, { grid, times, values: [u, u], policies: [held, held], stationary: true }),
    density: stationaryLaw,
    iterations,
    residual,
    matrices: matrices.report(),
    warnings: [
      ...stalledSteps('policy', kind === 'stalled' ? 1 : 0, 1, most, residual),
      ...minimizerWarnings(missed),
      ...outside,
      ...stationaryLaw.warnings,
    ],
  };
}

/** Shares of the range of the running cost by which its average may leave it: what differences that are not monotone do, and what is no average any more. Empirical. */
const OVERSHOOT = 0.05;
const NO_AVERAGE = 10;
/** Relative to a cost that is constant, what its average may be off by. Empirical. */
const CONSTANT = 2 ** -20;

/** An average cost is one of a law: between the least cost and the greatest. */
function outsideOfCost(
  average: number,
  forcing: Float64Array,
  fixed: Uint8Array,
  where: string,
): readonly ErgodicWarning[] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let p = 0; p < forcing.length; p++) {
    if (fixed[p]) continue;
    low = Math.min(low, forcing[p]);
    high = Math.max(high, forcing[p]);
  }
  const overshoot = Math.max(average - high, low - average);
  const unit = Math.max(high - low, CONSTANT * Math.max(Math.abs(low), Math.abs(high)), Number.MIN_VALUE);
  if (!(overshoot <= NO_AVERAGE * unit)) throw fallsApart(where);
  if (!(overshoot > OVERSHOOT * unit)) return [];
  const message = `The average is ${average}, and the running cost between ${low} and ${high}: the law that it is of is none. Look at matrices; use reflecting sides where the drift leaves through one of vanishing curvature, or monotone differences.`;
  return [{ kind: 'open-side', message, average, low, high, overshoot }];
}

function fallsApart(where: string): SdeError {
  return new SdeError('value', {
    what: 'a policy under which parts of the grid never meet the reference',
    where: `${where}({ controls }, { boundary, reference })`,
    expected: 'a process that comes back to the reference from everywhere',
    got: 'an average of the cost that no law has',
    remedy: 'use reflecting sides, a reference where the law has its mass, or controls that hold the process there',
  });
}

function largestEntry({ value }: Frozen['matrix']): number {
  return value.reduce((largest, entry) => Math.max(largest, Math.abs(entry)), Number.MIN_VALUE);
}

/** b and ½ a at the nodes under a policy, shape (size, q). */
function coefficientsUnder(policy: Float64Array, equation: ControlledEquation, grid: Grid): Coefficients {
  const { dimension: d, controls: q } = equation;
  const at = coefficientLayout(d);
  const made = zeroCoefficients(grid);
  const point = new Float64Array(d + q);
  const numbers = new Float64Array(equation.count);
  for (let p = 0; p < grid.size; p++) {
    nodeAt(grid, p, point);
    point.set(policy.subarray(p * q, (p + 1) * q), d);
    equation.numbers(0, point, numbers);
    for (let k = 0; k < d; k++) {
      made.drift[k][p] = numbers[at.drift + k];
      made.halfVariance[k][p] = numbers[at.halfVariance + k];
    }
  }
  return made;
}

function stationary(
  grid: Grid,
  law: Float64Array,
  { fixed, spread }: Pick<DifferenceMatrices, 'fixed' | 'spread'>,
  facts: (snapshots: Snapshots) => DensityFacts,
): Density {
  let mass = 0;
  for (let p = 0; p < law.length; p++) mass += fixed[p] ? 0 : law[p];
  const rho = law.map((value, p) => (fixed[p] ? 0 : value / mass));
  spread(rho);
  const snapshots = { times: Float64Array.of(0, 1), values: [rho, rho] };
  return density(grid, snapshots, facts(snapshots));
}

function referenceNode(grid: Grid, reference: ArrayLike<number> | undefined, fixed: Uint8Array, where: string): number {
  if (reference !== undefined) {
    const at = `${where}(…, { reference })`;
    requireNumbers(reference, at, 'give a point of the grid, or leave it out');
    if (reference.length !== grid.dimension) throw outside(reference, where, `shape (${grid.dimension})`);
  }
  const node = grid.axes.reduce((p, { points }, k) => {
    const last = points.length - 1;
    const wanted = reference?.[k];
    if (wanted === undefined) return p + (last >> 1) * grid.strides[k];
    if (!(wanted >= points[0] && wanted <= points[last])) {
      throw outside(reference, where, `coordinate ${k} in [${points[0]}, ${points[last]}]`);
    }
    const i = cellOf(points, wanted);
    const nearest = wanted - points[i] <= points[i + 1] - wanted ? i : i + 1;
    // The end of a periodic axis is its start.
    const isCopy = nearest === last && fixed[p + last * grid.strides[k]] === 1;
    return p + (isCopy ? 0 : nearest) * grid.strides[k];
  }, 0);
  return node;
}

function outside(reference: ArrayLike<number> | undefined, where: string, expected: string): SdeError {
  return new SdeError('value', {
    what: 'a reference outside the grid',
    where: `${where}(…, { reference })`,
    expected,
    got: `(${Array.from(reference ?? []).join(', ')})`,
    remedy: 'give a point of the grid, or leave it out',
  });
}

function leaves(where: string): SdeError {
  return new SdeError('value', {
    what: 'sides through which the process leaves for good',
    where: `${where}(…, { boundary })`,
    expected: 'reflecting, periodic, Neumann, or vanishing-curvature sides',
    got: 'a side where the value is given',
    remedy:
      'a long-run average needs a process that stays: use reflecting sides, or solveHJB for what happens until it leaves',
  });
}
