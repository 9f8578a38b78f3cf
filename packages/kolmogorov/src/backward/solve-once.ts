import { SdeError } from 'sde-core';
import { describe, type KnownKeys } from 'sde-core/errors';
import type { Work } from 'sde-core/turns';
import { MOST_KEPT } from '../door/limits.js';
import type { Grid } from '../grid/grid.js';
import type { Snapshots } from '../grid/snapshots.js';
import { type Watch, watchKeys } from '../linear/watch.js';
import { scalarFunction } from '../operators/scalar-function.js';
import { sweepBackward } from '../stepping/sweep.js';
import { type Halved, sameTime } from '../stepping/time-mesh.js';
import { type Averaging, cellAverages, requireAveraging } from './cell-averages.js';
import { coefficientWarnings } from './coefficient-roughness.js';
import {
  type Discretization,
  diffusionOf,
  discrete,
  discretizationKeys,
  type Equation,
  equationKeys,
} from './discretization.js';
import type { FieldWarning } from './field.js';
import { growthWatch } from './growth-watch.js';
import { formulaOf, type StateInput } from './node-values.js';
import { resolutionWarnings } from './resolution.js';
import { type Roughness, roughnessOf, roughnessWarnings } from './smoothness.js';
import { requireStable } from './stability.js';
import { undampedWarnings } from './undamped.js';

/** u_t + L u − c u + f = 0 on [t0, T] with u(T, ·) = terminal. */
export interface BackwardProblem extends Equation {
  /** φ. */
  readonly terminal: StateInput;
}

/** A discretization with what a solve keeps and tells. */
export interface SolveOptions extends Discretization, Watch {
  /**
   * Solve also on every second point and with half the steps, and take the difference for the error: order 4 in space and 3 or more in time
   * for smooth φ and a stepping of order 2, for about 1 + 2^−(d + 1) times the work. Each axis needs an odd number of points; with 4 k + 1 of them a third grid
   * shows where the error may be claimed. Default false.
   */
  readonly extrapolate?: boolean;
  /**
   * How φ comes to the nodes: `'auto'` (default) averages an expression in the cells in which it jumps or kinks, as coefficients always are. A number takes the
   * mean over each node's cell by that many points along each axis, of a function too; 1 is the value at the node.
   */
  readonly averaging?: Averaging;
  /**
   * The times whose values are kept: `all` (default), `ends` for t0 and T, or times of the caller's besides those two. Steps end on the caller's times,
   * and the field knows no other.
   */
  readonly keep?: 'all' | 'ends' | readonly number[];
}

/** The keys of {@link BackwardProblem}. */
export const backwardKeys: KnownKeys<BackwardProblem> = { ...equationKeys, terminal: true };

/** The keys of {@link SolveOptions}. */
export const solveKeys: KnownKeys<SolveOptions> = {
  ...discretizationKeys,
  ...watchKeys,
  extrapolate: true,
  averaging: true,
  keep: true,
};
/** Of the points of a grid, every how many-th is one of all grids that it is compared with. */
const STRIDES: Readonly<Record<Halved, number>> = { no: 1, fine: 4, coarse: 2, coarsest: 1 };

/** A solution at the nodes, at the times that are kept. */
export interface Solved {
  readonly grid: Grid;
  readonly snapshots: Snapshots;
  readonly roughness: Roughness;
  /** The terminal value is narrower than the cells. */
  readonly unresolved: boolean;
  readonly warnings: readonly FieldWarning[];
}

/** Solves once, on the grid that is given or on every second or fourth point of it. */
export function* solveOnce(
  problem: BackwardProblem,
  options: SolveOptions,
  where: string,
  halved: Halved = 'no',
): Work<Solved> {
  const keep = keepOf(options.keep, where);
  const equation = discrete(problem, options, where, { halved, stops: keep.times });
  const { grid, mesh, t0, T } = equation;
  requireInside(keep.times ?? [], t0, T, where);
  yield;
  const { averaging = 'auto' } = options;
  requireAveraging(averaging, where);
  const { stepping, drift } = options;
  requireStable(equation, { stepping, rule: diffusionOf(options, grid, where), drift }, where);
  const way = { averaging, cyclic: equation.cyclic, across: equation.across, stride: STRIDES[halved] };
  const u = cellAverages(problem.terminal, { grid, model: problem.model, t: T }, way, `${where}({ terminal })`);
  yield;
  const roughness = roughnessOf(pointwise(problem, averaging, where), u, grid);
  const finest = halved === 'no' || halved === 'fine';
  const unresolved =
    finest && (averaging === 'auto' || averaging === 1)
      ? resolutionWarnings(problem.terminal, u, { grid, model: problem.model, t: T }, `${where}({ terminal })`)
      : [];
  const warnings = [
    ...(averaging === 'auto' || averaging === 1
      ? roughnessWarnings(roughness, undefined, remedyOf(problem.terminal))
      : []),
    ...unresolved,
    ...(finest ? coefficientWarnings(problem, grid, t0) : []),
  ];
  const kept = keep.times ? keep.times.length + 2 : mesh.length + 1;
  if (kept * grid.size > MOST_KEPT) throw tooMuch(kept, grid.size);
  equation.generator.closure.fix(T, u);
  const watch = growthWatch(equation, u, where);
  const undamped = finest ? undampedWarnings(equation, u) : [];
  const times = [T];
  const values = [u.slice()];
  const visit = (t: number, now: Float64Array, index: number): void => {
    watch.see(mesh[index], now);
    if (keep.times && t !== t0 && !keep.times.some((wanted) => sameTime(wanted, t, T - t0))) return;
    times.push(t);
    values.push(now.slice());
  };
  yield* sweepBackward(equation, u, visit, options);
  if (u.some((value) => !Number.isFinite(value))) throw overflowed(where);
  const snapshots = {
    times: Float64Array.from(times).reverse(),
    values: values.reverse(),
    apart: keep.times !== undefined,
  };
  return {
    grid,
    snapshots,
    roughness,
    unresolved: unresolved.length > 0,
    warnings: [...watch.warnings(), ...undamped, ...warnings],
  };
}

/** φ as its jumps are looked for: where an expression is not averaged, as a function. */
function pointwise({ terminal, model, T }: BackwardProblem, averaging: Averaging, where: string): StateInput {
  if (averaging !== 1) return terminal;
  const formula = formulaOf(terminal);
  if (formula === undefined || typeof formula === 'function') return terminal;
  const { at } = scalarFunction(formula, model, `${where}({ terminal })`);
  return (x) => at(T, x);
}

/** What helps where φ jumps or kinks between nodes. */
function remedyOf(terminal: StateInput): string {
  const formula = formulaOf(terminal);
  if (formula === undefined) return 'give an expression, which is averaged there, or align the axis';
  if (typeof formula !== 'function') return 'leave out { averaging }, so that the expression is averaged there';
  return 'write it as an expression, which is averaged there, pass { averaging: 16 }, or align the axis';
}

/** The times to keep besides both ends, or none for all of them. */
function keepOf(keep: SolveOptions['keep'], where: string): { readonly times?: readonly number[] } {
  if (keep === undefined || keep === 'all') return {};
  if (keep === 'ends') return { times: [] };
  if (Array.isArray(keep) && Array.from(keep).every((t) => Number.isFinite(t))) return { times: keep };
  throw new SdeError('value', {
    what: 'not the times to keep',
    where: `${where}(…, { keep })`,
    expected: "'all', 'ends' or an array of times",
    got: describe(keep),
    remedy: 'leave it out to keep all',
  });
}

function requireInside(times: readonly number[], t0: number, T: number, where: string): void {
  const outside = times.find((t) => t < t0 || t > T);
  if (outside === undefined) return;
  throw new SdeError('value', {
    what: 'a time to keep is outside the interval',
    where: `${where}(…, { keep })`,
    expected: `times in [${t0}, ${T}]`,
    got: String(outside),
    remedy: 'leave it out, or solve over a longer interval',
  });
}

function tooMuch(times: number, size: number): SdeError {
  return new SdeError('value', {
    what: 'the solution at all times does not fit in memory',
    where: '(…, { keep })',
    expected: `at most ${MOST_KEPT} numbers`,
    got: `${times} times × ${size} nodes`,
    remedy: "pass { keep: 'ends' }, or use fewer points or steps",
  });
}

function overflowed(where: string): SdeError {
  return new SdeError('value', {
    what: 'the solution overflowed',
    where: `${where}(…, { stepping })`,
    expected: 'a stable combination of grid, boundary and stepping',
    got: 'values that are not finite at t0',
    remedy: 'use more steps, a larger θ, or a boundary that the drift does not leave through',
  });
}
