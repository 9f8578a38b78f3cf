import type { KnownKeys } from 'sde-core';
import {
  type SpaceDiscretization,
  type StationaryEquation,
  spaceKeys,
  stationary,
} from '../backward/solve-stationary.js';
import { atTheDoor, requireFields } from '../door/at-the-door.js';
import { sparseLU } from '../linear/sparse-lu.js';
import { requireWatch, type Watch, watchKeys, watchWords } from '../linear/watch.js';
import { sparseMatrix } from '../operators/sparse-matrix.js';
import { type Density, density } from './density.js';

/** Solves with the shifted transpose before the iteration is given up, and the change at which it ends. */
const MOST_SOLVES = 50;
const CHANGE = 2 ** -44;
/** The shift relative to the largest rate on the grid: far below the gap of the spectrum, far above rounding. */
const RELATIVE_SHIFT = 2 ** -30;

/** A stationary law, or none that the iteration could find. */
export type StationaryOutcome =
  | { readonly kind: 'converged'; readonly density: Density; readonly solves: number }
  /** More than one stationary law, or none: `change` is how far the last two iterates were apart. */
  | { readonly kind: 'stalled'; readonly density: Density; readonly solves: number; readonly change: number };

const { solver: _, ...unsolved } = spaceKeys;
const lawKeys: KnownKeys<Omit<SpaceDiscretization, 'solver'> & Watch> = { ...unsolved, ...watchKeys };

/**
 * The stationary law of a process on a grid: Aᵀ ρ = 0 with mass 1, by inverse iteration with the transposed matrix.
 *
 * With sides that keep the mass (reflecting, or vanishing curvature far out) this is the law to which {@link solveFokkerPlanck} tends. Second order in
 * space. Cost: one factorization, see {@link sparseLU}, and a few solves; the matrix is singular to rounding, so the
 * factorization is always direct, and `onProgress` tells how far it is.
 *
 * @throws SdeError as {@link solveStationary}.
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
  return atTheDoor('stationaryDensity', (where) => {
    requireFields<Pick<StationaryEquation, 'model'>>(equation, { model: true }, `${where}(equation)`);
    requireFields<Omit<SpaceDiscretization, 'solver'> & Watch>(options, lawKeys, `${where}(…, options)`, watchWords);
    requireWatch(options);
    return stationaryLaw(equation, options, where);
  });
}

function stationaryLaw(
  equation: Pick<StationaryEquation, 'model'>,
  options: Omit<SpaceDiscretization, 'solver'> & Watch,
  where: string,
): StationaryOutcome {
  const { grid, generator } = stationary(equation, options, where);
  const matrix = sparseMatrix(generator.at(0, 0), grid);
  const rate = matrix.value.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const alpha = new Float64Array(grid.size).fill(Math.max(rate, Number.MIN_VALUE) * RELATIVE_SHIFT);
  const factors = sparseLU({ onProgress: options.onProgress }).prepare(grid, options.signal)(matrix, alpha, 1);
  let rho = grid.volumes.slice();
  generator.fixTransposed(rho);
  normalize(rho);
  let change = Number.POSITIVE_INFINITY;
  let solves = 0;
  while (solves < MOST_SOLVES && change > CHANGE) {
    const next = rho.slice();
    factors.solveTransposed(next);
    normalize(next);
    change = next.reduce((sum, mass, p) => sum + Math.abs(mass - rho[p]), 0);
    rho = next;
    solves++;
  }
  generator.spread(rho);
  const found = density(grid, { times: Float64Array.of(0, 1), values: [rho, rho] });
  return change <= CHANGE
    ? { kind: 'converged', density: found, solves }
    : { kind: 'stalled', density: found, solves, change };
}

function normalize(rho: Float64Array): void {
  let mass = 0;
  for (const value of rho) mass += value;
  for (let p = 0; p < rho.length; p++) rho[p] /= mass;
}
