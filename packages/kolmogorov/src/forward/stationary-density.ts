import { type KnownKeys, SdeError, type Work } from 'sde-core';
import {
  type SpaceDiscretization,
  type StationaryEquation,
  spaceKeys,
  stationary,
} from '../backward/solve-stationary.js';
import { requireFields } from '../door/at-the-door.js';
import { atOnce, turnByTurn } from '../door/two-ways.js';
import { type Grid, nodeAt } from '../grid/grid.js';
import { factored } from '../linear/linear-solver.js';
import { sparseLU } from '../linear/sparse-lu.js';
import type { SparseMatrix } from '../linear/sparse-matrix.js';
import { requireNotCancelled, requireWatch, type Watch, watchKeys, watchWords } from '../linear/watch.js';
import { sparseMatrixInParts } from '../operators/sparse-matrix.js';
import { balancedMasses } from './balanced-masses.js';
import { type Density, density } from './density.js';
import { type DensityWarning, densityWarnings, restingOnSides } from './density-warnings.js';
import { sideLosses } from './mass-balance.js';

/** Solves with the shifted transpose before the iteration is given up, and the change at which it ends. */
const MOST_SOLVES = 50;
const CHANGE = 2 ** -44;
/** The shift relative to the largest rate on the grid: far below the gap of the spectrum, far above rounding. */
const RELATIVE_SHIFT = 2 ** -30;
/** Mass that two ways to difference the drift may put in other places. Empirical. */
const COARSE = 0.02;
/** How much closer than two laws one iterate is to the next. */
const SAME = 2 ** -10;
/** Relative to the entries of a row, a sum that is rounding. */
const ROUNDING = 2 ** -40;

/** A stationary law, or none that the iteration could find. */
export type StationaryOutcome =
  | { readonly kind: 'converged'; readonly density: Density; readonly solves: number }
  /** More than one stationary law, or none: `change` is how far the last two iterates were apart. */
  | { readonly kind: 'stalled'; readonly density: Density; readonly solves: number; readonly change: number };

const { solver: _, ...unsolved } = spaceKeys;
const lawKeys: KnownKeys<Omit<SpaceDiscretization, 'solver'> & Watch> = { ...unsolved, ...watchKeys };

/**
 * The stationary law of a process on a grid: Aᵀ ρ = 0 with mass 1, by elimination without subtractions (see {@link balancedMasses}): every mass to rounding,
 * however rare the passages between wells are. Where the grid is too large for it, or nodes lead nowhere, by inverse iteration with the transposed matrix.
 *
 * With sides that keep the mass (reflecting, or vanishing curvature far out) this is the law to which {@link solveFokkerPlanck} tends. Second order in
 * space. Cost: n w² where w is the product of the shorter axes; beyond some 4e9 a factorization, see {@link sparseLU}, and a few solves.
 *
 * @throws SdeError `value` for sides through which mass leaves, absorbing ones; otherwise as {@link solveStationary}.
 * @see [grassmann1985]
 * @see [golub2013]
 *
 * @example
 * import { stationaryDensity, uniform } from 'kolmogorov';
 * import { symbolic } from 'sde-core';
 * const model = symbolic({ state: ['x'], drift: ['-x'], diffusion: [['0.5']] });
 * const outcome = stationaryDensity({ model }, { grid: [uniform(-3, 3, 121)], boundary: { kind: 'reflecting' } });
 * outcome.kind; // → converged
 * outcome.density.at(0, [0]); // → 1.13
 */
export function stationaryDensity(
  equation: Pick<StationaryEquation, 'model'>,
  options: Omit<SpaceDiscretization, 'solver'> & Watch,
): StationaryOutcome {
  return atOnce('stationaryDensity', options, (where) => asked(equation, options, where));
}

/**
 * {@link stationaryDensity} in turns with other work: the same bits; it ends soon after the signal of its options aborts.
 *
 * @throws SdeError as {@link stationaryDensity}; `cancelled` by the signal.
 */
export function stationaryDensityAsync(
  equation: Pick<StationaryEquation, 'model'>,
  options: Omit<SpaceDiscretization, 'solver'> & Watch,
): Promise<StationaryOutcome> {
  return turnByTurn('stationaryDensityAsync', options, (where) => asked(equation, options, where));
}

function* asked(
  equation: Pick<StationaryEquation, 'model'>,
  options: Omit<SpaceDiscretization, 'solver'> & Watch,
  where: string,
): Work<StationaryOutcome> {
  requireFields<Pick<StationaryEquation, 'model'>>(equation, { model: true }, `${where}(equation)`);
  requireFields<Omit<SpaceDiscretization, 'solver'> & Watch>(options, lawKeys, `${where}(…, options)`, watchWords);
  requireWatch(options);
  return yield* stationaryLaw(equation, options, where);
}

function* stationaryLaw(
  equation: Pick<StationaryEquation, 'model'>,
  options: Omit<SpaceDiscretization, 'solver'> & Watch,
  where: string,
): Work<StationaryOutcome> {
  const { grid, generator, sides } = stationary(equation, options, where);
  const operator = generator.at(0, 0);
  const matrix = yield* sparseMatrixInParts(operator, grid);
  requireKept(matrix, grid, generator.fixed, where);
  const resting = restingOnSides(grid, sides, generator.coefficients(0, 0));
  const made = (rho: Float64Array, more: readonly DensityWarning[] = []): Density => {
    normalize(rho);
    generator.spread(rho);
    const snapshots = { times: Float64Array.of(0, 1), values: [rho, rho] };
    const balance = sideLosses(grid, sides).balance(1, 1);
    const warnings = [...densityWarnings(snapshots, balance, resting, true, where, true), ...more];
    return density(grid, snapshots, { balance, warnings });
  };
  const balanced = yield* balancedMasses(matrix, grid, generator.fixed, operator.cyclic);
  if (balanced) {
    options.onProgress?.({ done: 1, of: 1 });
    requireNotCancelled(options.signal);
    normalize(balanced);
    const coarse =
      (options.drift ?? 'central') === 'central' ? yield* coarseness(equation, options, balanced, where) : [];
    return { kind: 'converged', density: made(balanced, coarse), solves: 1 };
  }
  const rate = matrix.value.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const alpha = new Float64Array(grid.size).fill(Math.max(rate, Number.MIN_VALUE) * RELATIVE_SHIFT);
  const factorize = sparseLU({ onProgress: options.onProgress }).prepare(grid, options.signal);
  const factors = yield* factored(factorize, matrix, alpha, 1);
  // From two laws that have no node in common: what is stationary and unique is found from both.
  const starts = [0, 1].map((half) =>
    grid.volumes.map((volume, p) => (2 * p < grid.size === (half === 0) ? volume : 0)),
  );
  let [change, solves] = [0, 0];
  const found: Float64Array[] = [];
  for (const start of starts) {
    let rho = start;
    generator.fixTransposed(rho);
    normalize(rho);
    let moved = Number.POSITIVE_INFINITY;
    for (let count = 0; count < MOST_SOLVES && moved > CHANGE; count++, solves++) {
      const next = rho.slice();
      factors.solveTransposed(next);
      normalize(next);
      moved = apart(next, rho);
      yield;
      rho = next;
    }
    change = Math.max(change, moved);
    found.push(rho);
  }
  change = Math.max(change, apart(found[0], found[1]) * SAME);
  const law = made(found[0].map((mass, p) => (mass + found[1][p]) / 2));
  return change <= CHANGE
    ? { kind: 'converged', density: law, solves }
    : { kind: 'stalled', density: law, solves, change };
}

/**
 * In one dimension, how far fitted differences come out from central ones: rare passages multiply the error of every cell on their way.
 */
function* coarseness(
  equation: Pick<StationaryEquation, 'model'>,
  options: Omit<SpaceDiscretization, 'solver'>,
  law: Float64Array,
  where: string,
): Work<DensityWarning[]> {
  const { grid, generator } = stationary(equation, { ...options, drift: 'exponential' }, where);
  if (grid.dimension > 1) return [];
  const operator = generator.at(0, 0);
  const fitted = yield* balancedMasses(
    yield* sparseMatrixInParts(operator, grid),
    grid,
    generator.fixed,
    operator.cyclic,
  );
  if (!fitted) return [];
  normalize(fitted);
  const difference = apart(law, fitted) / 2;
  if (difference <= COARSE) return [];
  const kind = 'coarse-cells';
  const message = `Central and fitted differences of the drift put ${difference} of the mass in other places: the cells are too coarse for the passages between wells. Use drift: 'exponential', or more points.`;
  return [{ kind, message, difference }];
}

function apart(one: Float64Array, other: Float64Array): number {
  return one.reduce((sum, mass, p) => sum + Math.abs(mass - other[p]), 0);
}

/** Refuses sides through which mass leaves, or comes: then nothing is stationary. */
function requireKept({ rowStart, column, value }: SparseMatrix, grid: Grid, fixed: Uint8Array, where: string): void {
  for (let p = 0; p < grid.size; p++) {
    if (fixed[p]) continue;
    let [sum, total] = [0, 0];
    for (let e = rowStart[p]; e < rowStart[p + 1]; e++) {
      if (!fixed[column[e]]) sum += value[e];
      total += Math.abs(value[e]);
    }
    if (Math.abs(sum) <= ROUNDING * total) continue;
    const x = new Float64Array(grid.dimension);
    nodeAt(grid, p, x);
    throw new SdeError('value', {
      what: 'no stationary law: mass leaves through a side, or comes in',
      where: `${where}(…, { boundary }) near x = (${Array.from(x).join(', ')})`,
      expected: 'sides that keep the mass: reflecting, degenerate, periodic, or vanishing curvature far out',
      got: `mass that ${sum < 0 ? 'leaves' : 'comes in'} at the rate ${Math.abs(sum)}: an absorbing, Dirichlet or Robin side`,
      remedy: "say { kind: 'reflecting' }; how long mass stays is solveStationary with source 1",
    });
  }
}

function normalize(rho: Float64Array): void {
  let mass = 0;
  for (const value of rho) mass += value;
  for (let p = 0; p < rho.length; p++) rho[p] /= mass;
}
