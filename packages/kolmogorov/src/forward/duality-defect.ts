import type { KnownKeys } from 'sde-core/errors';
import type { Work } from 'sde-core/turns';
import { cellAverages } from '../backward/cell-averages.js';
import { type Discretization, discrete, discretizationKeys, equationWords } from '../backward/discretization.js';
import { type BackwardProblem, backwardKeys } from '../backward/solve-once.js';
import { requireFields } from '../door/at-the-door.js';
import { atOnce, turnByTurn } from '../door/two-ways.js';
import { requireWatch, type Watch } from '../linear/watch.js';
import { sweepBackward, sweepForward } from '../stepping/sweep.js';
import { type Initial, initialMasses, isRough } from './initial-masses.js';

/**
 * ⟨u₀, ρ₀⟩ − ⟨φ, ρ_T⟩ of a discretization: rounding only, whatever the boundary, killing, points and splitting.
 *
 * Both solves take the same steps: where the initial law is rough, those at t0 damp, as in {@link solveFokkerPlanck}.
 * A source and boundary values that are not zero make the backward solve affine; what they bring, u₀ for φ = 0, is taken off first.
 * With {@link bicgstab} it is the solver's tolerance times the number of solves instead.
 * The result is absolute: compare it with |⟨u₀, ρ₀⟩| and the rounding unit times the number of steps.
 *
 * Cost: two backward solves and a forward one. @throws SdeError as {@link solveKolmogorov}.
 *
 * @example
 * import { crankNicolson, dualityDefect, uniform } from 'kolmogorov';
 * import { symbolic } from 'sde-core';
 * const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['0.5']] });
 * const defect = dualityDefect(
 *   { model, T: 1, terminal: 'cos(x)', killing: 'x^2' },
 *   [0.3],
 *   { grid: [uniform(-2, 2, 41)], boundary: { kind: 'absorbing' }, stepping: crankNicolson({ steps: 20 }) },
 * );
 * Math.abs(defect) < 1e-14; // → true
 */
export function dualityDefect(problem: BackwardProblem, initial: Initial, discretization: Discretization): number {
  return atOnce('dualityDefect', discretization, (where) => asked(problem, initial, discretization, where));
}

/**
 * {@link dualityDefect} in turns with other work: the same bits; it ends soon after the signal of its options aborts.
 *
 * @throws SdeError as {@link dualityDefect}; `cancelled` by the signal.
 */
export function dualityDefectAsync(
  problem: BackwardProblem,
  initial: Initial,
  discretization: Discretization & Pick<Watch, 'signal'>,
): Promise<number> {
  return turnByTurn('dualityDefectAsync', discretization, (where) => asked(problem, initial, discretization, where));
}

const heardKeys: KnownKeys<Discretization & Pick<Watch, 'signal'>> = { ...discretizationKeys, signal: true };

function* asked(
  problem: BackwardProblem,
  initial: Initial,
  discretization: Discretization & Pick<Watch, 'signal'>,
  where: string,
): Work<number> {
  requireFields<BackwardProblem>(problem, backwardKeys, `${where}(problem)`, equationWords);
  requireFields<Discretization & Pick<Watch, 'signal'>>(discretization, heardKeys, `${where}(…, …, discretization)`);
  requireWatch(discretization);
  return yield* defectOf(problem, initial, discretization, where);
}

function* defectOf(
  problem: BackwardProblem,
  initial: Initial,
  discretization: Discretization & Pick<Watch, 'signal'>,
  where: string,
): Work<number> {
  const made = discrete(problem, discretization, where);
  const { grid, generator, t0, T, cyclic } = made;
  const start = initialMasses(initial, { grid, model: problem.model, t: t0 }, `${where}(…, initial)`);
  const equation = isRough(start, grid) ? { ...made, mesh: made.meshFor({ roughStart: true }) } : made;
  const ignore = (): void => {};
  const way = { averaging: 'auto', cyclic, across: equation.across } as const;
  const phi = cellAverages(problem.terminal, { grid, model: problem.model, t: T }, way, `${where}({ terminal })`);
  for (let p = 0; p < grid.size; p++) if (generator.closure.fixed[p]) phi[p] = 0;
  const u = phi.slice();
  yield* sweepBackward(equation, u, ignore, discretization);
  const ofForcing = new Float64Array(grid.size);
  yield* sweepBackward(equation, ofForcing, ignore, discretization);
  const rho = start.slice();
  yield* sweepForward(equation, rho, ignore, discretization);
  let defect = 0;
  for (let p = 0; p < grid.size; p++) defect += (u[p] - ofForcing[p]) * start[p] - phi[p] * rho[p];
  return defect;
}
