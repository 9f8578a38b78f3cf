import { describe, SdeError } from 'sde-core';
import type { Grid } from '../grid/grid.js';
import { interpolate, interpolation } from '../grid/interpolation.js';
import { prolonged, restricted } from '../grid/refinement.js';
import { between, type Snapshots } from '../grid/snapshots.js';
import { diffusionRule } from '../operators/diffusion.js';
import { type Field, field } from './field.js';
import { type BackwardProblem, type SolveOptions, solveOnce } from './solve-once.js';

/**
 * Richardson's extrapolation in time and space at once: u ≈ u_fine + (u_fine − u_coarse) / 3.
 *
 * The correction is smooth where the solution is, so it is found at the coarse nodes and interpolated; at the times that both have.
 *
 * @throws SdeError `unsupported` for differences of order 1.
 */
export function extrapolatedField(problem: BackwardProblem, options: SolveOptions, where: string): Field {
  requireSecondOrder(problem, options, where);
  const coarse = solveOnce(problem, { ...options, onProgress: undefined }, where, 'coarse');
  const fine = solveOnce(problem, options, where, 'fine');
  const corrections = correctionsOf(coarse, fine);
  const values = corrections.values.map((correction, j) => {
    const i = fine.snapshots.times.indexOf(corrections.times[j]);
    const added = prolonged(coarse.grid, fine.grid, correction);
    return fine.snapshots.values[i].map((value, p) => value + added[p]);
  });
  return {
    ...field(fine.grid, { ...corrections, values }, undefined, fine.warnings),
    error: (t, x) => {
      const place = interpolation(coarse.grid, x, 'Field.error(t, x)');
      const { early, late, earlyWeight, lateWeight } = between(corrections, t, 'Field.error(t, …)');
      return Math.abs(earlyWeight * interpolate(place, early) + lateWeight * interpolate(place, late));
    },
  };
}

function requireSecondOrder({ model }: BackwardProblem, { diffusion = 'central' }: SolveOptions, where: string): void {
  if (diffusionRule(diffusion, model?.dimension ?? 1, `${where}(…, { diffusion })`).order === 2) return;
  throw new SdeError('unsupported', {
    what: 'extrapolation of differences of order 1',
    where: `${where}(…, { extrapolate })`,
    expected: "diffusion 'central' or 'directional', whose error is of order 2",
    got: describe(diffusion),
    remedy: 'solve on more points instead',
  });
}

interface Solved {
  readonly grid: Grid;
  readonly snapshots: Snapshots;
}

/** (u_fine − u_coarse) / 3 at the coarse nodes: the error of order 2 is then a third of the difference. */
function correctionsOf(coarse: Solved, fine: Solved): Snapshots {
  const times: number[] = [];
  const values: Float64Array[] = [];
  coarse.snapshots.times.forEach((t, j) => {
    const i = fine.snapshots.times.indexOf(t);
    if (i < 0) return;
    const here = restricted(fine.grid, coarse.grid, fine.snapshots.values[i]);
    times.push(t);
    values.push(here.map((value, q) => (value - coarse.snapshots.values[j][q]) / 3));
  });
  return { times: Float64Array.from(times), values, apart: fine.snapshots.apart };
}
