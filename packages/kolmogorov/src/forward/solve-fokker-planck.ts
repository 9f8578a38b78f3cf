import type { KnownKeys } from 'sde-core/errors';
import type { Work } from 'sde-core/turns';
import { type Averaging, requireAveraging } from '../backward/cell-averages.js';
import {
  type Discretization,
  diffusionOf,
  discrete,
  discretizationKeys,
  type Equation,
  equationKeys,
  equationWords,
} from '../backward/discretization.js';
import { requireStable } from '../backward/stability.js';
import { requireFields } from '../door/at-the-door.js';
import { atOnce, turnByTurn } from '../door/two-ways.js';
import { requireWatch, type Watch, watchKeys, watchWords } from '../linear/watch.js';
import type { Side } from '../operators/boundary.js';
import { sweepForward } from '../stepping/sweep.js';
import { type Density, density } from './density.js';
import { densityWarnings, restingOnSides } from './density-warnings.js';
import { type Initial, initialLaw, spreadingRate } from './initial-masses.js';
import { sideLosses } from './mass-balance.js';

/** ρ_t = L* ρ − c ρ on [t0, T] from an initial law. */
export interface ForwardProblem extends Omit<Equation, 'source'> {
  readonly initial: Initial;
}

/** A discretization with what a forward solve tells. */
export interface ForwardOptions extends Discretization, Watch {
  /** How an initial density comes to the nodes, as φ does: see {@link SolveOptions}. Default `'auto'`. */
  readonly averaging?: Averaging;
}

const { source: _, ...unforced } = equationKeys;
const forwardKeys: KnownKeys<ForwardProblem> = { ...unforced, initial: true };
const forwardOptions: KnownKeys<ForwardOptions> = { ...discretizationKeys, ...watchKeys, averaging: true };

/**
 * Solves the Fokker–Planck equation as the exact transpose of {@link solveKolmogorov}'s steps, in the opposite order.
 *
 *   ρ_{n+1} = S_nᵀ ρ_n where u_n = S_n u_{n+1},   so   ⟨u_n, ρ_n⟩ is the same number at every step, to rounding,
 *
 * through every boundary, killing, uneven points and splitting; with {@link bicgstab}, to its tolerance. The unknowns are masses at nodes.
 * With conditions that keep constants (reflecting,
 * vanishing curvature) the total is kept; what reaches an absorbing or Dirichlet side leaves it: `balance` says how much, and through which. Being a transpose it is as
 * accurate as the backward solve when tested against smooth functions.
 *
 * A density that starts at a point, or narrower than two cells or than a step spreads it, is rough: the steps at t0 then damp (see {@link SmoothingOptions}), and the steps are the
 * transposes of those of a backward solve with as many damped at t0, `smoothing: { terminal, initial }`. A density as a formula must have mass 1, or is divided
 * by what it has on the grid, with a warning. The default sides, of vanishing curvature, are for a density that does not reach them; what does
 * rests there, with a warning: say `reflecting` or `absorbing`.
 * Cost: that of the backward solve.
 *
 * @throws SdeError as {@link solveKolmogorov}; `value` if the initial point is outside the grid, an initial density is not resolved by it, or the masses
 * blow up.
 * @see [pages2018]
 *
 * @example
 * import { crankNicolson, solveFokkerPlanck, uniform } from 'kolmogorov';
 * import { symbolic } from 'sde-core';
 * const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['0.5']] });
 * const rho = solveFokkerPlanck(
 *   { model, T: 1, initial: [1] },
 *   { grid: [uniform(-4, 4, 201)], stepping: crankNicolson({ steps: 100 }) },
 * );
 * rho.mass; // → 1.000000
 * rho.expectation(1, (x) => x[0]); // → 0.3679
 */
export function solveFokkerPlanck(problem: ForwardProblem, options: ForwardOptions): Density {
  return atOnce('solveFokkerPlanck', options, (where) => asked(problem, options, where));
}

/**
 * {@link solveFokkerPlanck} in turns with other work: the same bits; it ends soon after the signal of its options aborts.
 *
 * @throws SdeError as {@link solveFokkerPlanck}; `cancelled` by the signal.
 */
export function solveFokkerPlanckAsync(problem: ForwardProblem, options: ForwardOptions): Promise<Density> {
  return turnByTurn('solveFokkerPlanckAsync', options, (where) => asked(problem, options, where));
}

function* asked(problem: ForwardProblem, options: ForwardOptions, where: string): Work<Density> {
  requireFields<ForwardProblem>(problem, forwardKeys, `${where}(problem)`, equationWords);
  requireFields<ForwardOptions>(options, forwardOptions, `${where}(…, options)`, watchWords);
  requireWatch(options);
  return yield* fokkerPlanck(problem, options, where);
}

function* fokkerPlanck(problem: ForwardProblem, options: ForwardOptions, where: string): Work<Density> {
  const { averaging = 'auto' } = options;
  requireAveraging(averaging, where);
  const made = discrete(problem, options, where);
  const { grid, sides, t0, generator } = made;
  const law = initialLaw(problem.initial, { grid, model: problem.model, t: t0 }, `${where}({ initial })`, averaging);
  const first = made.mesh[0];
  const spreads =
    first !== undefined &&
    spreadingRate(law.masses, grid, generator.coefficients(first.before, first.piece).halfVariance) * first.length >
      SPREAD;
  const equation = law.rough || spreads ? { ...made, mesh: made.meshFor({ roughStart: true }) } : made;
  const { stepping, drift } = options;
  requireStable(equation, { stepping, rule: diffusionOf(options, grid, where), drift }, where);
  const rho = law.masses;
  const begun = total(rho);
  const losses = sideLosses(grid, sides);
  const times = [t0];
  const start = rho.slice();
  generator.closure.fixTransposed(start);
  generator.closure.spread(start);
  const values = [start];
  const keep = (t: number, now: Float64Array): void => {
    const kept = now.slice();
    generator.closure.fixTransposed(kept);
    generator.closure.spread(kept);
    times.push(t);
    values.push(kept);
  };
  const { signal, onProgress } = options;
  yield* sweepForward(equation, rho, keep, { signal, onProgress, leaving: losses.add });
  const snapshots = { times: Float64Array.from(times), values };
  const balance = losses.balance(begun, total(values[values.length - 1]));
  const { before, piece } = equation.mesh[0];
  const resting = restingOnSides(grid, sides, generator.coefficients(before, piece));
  const conserves = (problem.killing ?? 0) === 0 && sides.every((pair) => pair.every(keepsMass));
  const seen = densityWarnings(snapshots, { balance, resting, conserves }, where);
  return density(grid, snapshots, { balance, warnings: [...law.warnings, ...seen] });
}

/** What the first step changes a density by, above which it has to damp: that of a Gaussian narrower than √(σ² Δt / 2). Empirical. */
const SPREAD = 1;

const total = (masses: Float64Array): number => masses.reduce((sum, mass) => sum + mass, 0);

/** Nothing but what reaches a given value leaves. */
const keepsMass = (side: Side): boolean => side.kind !== 'slope' || side.feedback === 0;
