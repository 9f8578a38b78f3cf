import { SdeError } from 'sde-core';
import { describe, type KnownKeys, requireInteger } from 'sde-core/errors';
import { type Discretization, requireDifference, requireSolver } from '../backward/discretization.js';
import { MOST_ITERATIONS } from '../door/limits.js';
import { type Grid, tensorGrid } from '../grid/grid.js';
import { sidesOf } from '../operators/boundary.js';
import { type BoundaryClosure, boundaryClosure } from '../operators/boundary-closure.js';
import { type DifferenceMatrices, differenceMatrices } from '../operators/difference-matrices.js';
import { type DiffusionRule, diffusionRule } from '../operators/diffusion.js';
import { nodeRows } from '../operators/node-rows.js';
import { averagedEquation } from './averaged-equation.js';
import { type ControlSet, type ControlValues, controlSet, searchedToo } from './control-set.js';
import type { ControlledModel } from './controlled.js';
import { type ControlledEquation, controlledEquation } from './controlled-equation.js';
import { type DiscreteHamiltonian, nodeHamiltonian } from './node-hamiltonian.js';
import { type Improve, policyImprovement } from './policy-improvement.js';

/** L^a V − c V + r and what may be chosen in it. */
export interface ControlledProblem {
  readonly model: ControlledModel;
  /** r: an expression in the states, controls and time. Default 0. */
  readonly running?: string | number;
  /** What each control may be. */
  readonly controls: Readonly<Record<string, ControlValues>>;
  /** Default `'minimize'`. */
  readonly sense?: 'minimize' | 'maximize';
}

/** How its generator is made finite, and for how long each solve may go on. */
export interface ControlledDiscretization extends Omit<Discretization, 'stepping'> {
  /** Policy iterations a solve at most. Default 50. */
  readonly iterations?: number;
}

/** The keys of {@link ControlledProblem}. */
export const controlledKeys: KnownKeys<ControlledProblem> = { model: true, running: true, controls: true, sense: true };

/** The keys of {@link ControlledDiscretization}. */
export const controlledOptions: KnownKeys<ControlledDiscretization> = {
  grid: true,
  boundary: true,
  drift: true,
  diffusion: true,
  solver: true,
  iterations: true,
};

/** Other words for the parts of a controlled problem, and the word here. */
export const controlledWords: Readonly<Record<string, string>> = {
  cost: 'running',
  runningCost: 'running',
  source: 'running',
  payoff: 'terminal',
  rate: 'killing',
  control: 'controls',
};

/** A controlled problem on its grid. */
export interface DiscreteHjb {
  readonly grid: Grid;
  readonly closure: BoundaryClosure;
  readonly equation: ControlledEquation;
  readonly set: ControlSet;
  readonly differences: DifferenceMatrices;
  readonly hamiltonian: DiscreteHamiltonian;
  readonly improve: Improve;
  /** Where the iteration starts: for each control its first listed value, or the admissible number nearest to 0. Shape (size, q). */
  readonly policy: Float64Array;
  readonly most: number;
  /** 1 to minimize, −1 to maximize. */
  readonly sign: 1 | -1;
}

const DEFAULT_ITERATIONS = 50;

/**
 * Checks a controlled problem and its discretization, and puts one on the other.
 *
 * @throws SdeError as the callers say.
 */
export function discreteHjb(
  problem: ControlledProblem & { readonly killing?: string | number },
  options: ControlledDiscretization,
  time: { readonly interval: readonly [number, number]; readonly stationary: boolean },
  where: string,
): DiscreteHjb {
  const { running = 0, killing = 0, sense = 'minimize', model } = problem;
  requireSense(sense, where);
  if (model?.kind !== 'controlled') throw notControlled(model, where);
  const { drift: rule = 'hybrid', iterations = DEFAULT_ITERATIONS } = options;
  requireDifference(rule, where);
  const most = requireInteger(
    iterations,
    1,
    `${where}(…, { iterations })`,
    'give the most policy iterations a step',
    MOST_ITERATIONS,
  );
  const equation = controlledEquation(model, { killing, running }, where);
  const named = options.diffusion ?? 'central';
  const diffusion = diffusionRule(named, equation.dimension, `${where}(…, { diffusion })`);
  requireNodewise(diffusion, named, where);
  if (time.stationary && !equation.autonomous) throw timeDependent(where);
  const listed = controlSet(model, problem.controls, `${where}({ controls })`);
  const set = diffusion.linear
    ? listed
    : searchedToo(listed, equation.inDiffusion, equation.names, `${where}({ controls })`);
  requireSolver(options.solver, `${where}(…, { solver })`);
  const grid = tensorGrid(options.grid, equation.dimension, `${where}(…, { grid })`);
  const sides = sidesOf(options.boundary, grid, model.model, `${where}(…, { boundary })`);
  const closure = boundaryClosure(grid, sides);
  const differences = differenceMatrices(closure, rule, time.interval);
  const node = averagedEquation(equation, grid, closure.cyclic);
  const hamiltonian = nodeHamiltonian(node, differences, nodeRows(diffusion, differences));
  const sign: 1 | -1 = sense === 'minimize' ? 1 : -1;
  const improve = policyImprovement({ node, set, grid, linear: hamiltonian.linear, sign, rule }, where);
  const [first] = set.combinations;
  const start = first.map((value, j) =>
    Number.isNaN(value) ? Math.min(Math.max(0, set.lower[j]), set.upper[j]) : value,
  );
  const policy = new Float64Array(grid.size * start.length);
  for (let p = 0; p < grid.size; p++) policy.set(start, p * start.length);
  return { grid, closure, equation, set, differences, hamiltonian, improve, policy, most, sign };
}

function requireNodewise(rule: DiffusionRule, named: string, where: string): void {
  if (rule.linear || rule.rows) return;
  throw new SdeError('unsupported', {
    what: 'differences of the diffusion whose rows are not known control by control',
    where: `${where}(…, { diffusion })`,
    expected: "'central' or 'wide'",
    got: describe(named),
    remedy: "use 'wide', which takes the same differences wherever they are monotone",
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

function timeDependent(where: string): SdeError {
  return new SdeError('unsupported', {
    what: 'a stationary problem whose coefficients depend on time',
    where: `${where}({ model, running, killing })`,
    expected: 'coefficients without the time symbol',
    got: 'an expression with it',
    remedy: 'give a horizon T, or make time a state',
  });
}
