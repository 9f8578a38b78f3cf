import { SdeError, type Warning } from 'sde-core';
import { describe } from 'sde-core/errors';
import type { Work } from 'sde-core/turns';
import { tensorGrid } from '../grid/grid.js';
import { interpolation } from '../grid/interpolation.js';
import { everySecond, prolonged, restricted } from '../grid/refinement.js';
import { between, type Snapshots } from '../grid/snapshots.js';
import { diffusionRule } from '../operators/diffusion.js';
import { type Claim, claimOf, claimWarnings, type ExtrapolationKind } from './extrapolation-claim.js';
import { type Field, field } from './field.js';
import { formulaOf, nodeValues } from './node-values.js';
import { sideSensitivity } from './side-sensitivity.js';
import { type BackwardProblem, type Solved, type SolveOptions, solveOnce } from './solve-once.js';

/**
 * Richardson's extrapolation in time and space at once: u ≈ u_fine + (u_fine − u_coarse) / 3.
 *
 * The correction is smooth where the solution is, so it is found at the coarse nodes and interpolated; at the times that both have. A third grid, of every
 * fourth point, shows whether differences shrink as they have to for that, and what sides are worth: see {@link claimOf}. Without one nothing is claimed.
 *
 * @throws SdeError `unsupported` for differences of order 1.
 */
export function* extrapolatedField(problem: BackwardProblem, options: SolveOptions, where: string): Work<Field> {
  requireSecondOrder(problem, options, where);
  const quiet = { ...options, onProgress: undefined };
  const [halved, quartered] = restrictedProblems(problem, options, where);
  const coarse = yield* solveOnce(halved, quiet, where, 'coarse');
  const fine = yield* solveOnce(problem, options, where, 'fine');
  const { claim, warnings } = yield* claimed(quartered, quiet, { fine, coarse }, where);
  const corrections = correctionsOf(coarse, fine);
  const values = corrections.values.map((correction, j) => {
    const i = fine.snapshots.times.indexOf(corrections.times[j]);
    const added = prolonged(coarse.grid, fine.grid, correction);
    return fine.snapshots.values[i].map((value, p) => value + added[p]);
  });
  const all = [...fine.warnings, ...warnings];
  const extrapolated = field(fine.grid, { ...corrections, values }, undefined, all);
  const known = (t: number, x: ArrayLike<number>, what: string): void => {
    interpolation(coarse.grid, x, `Field.${what}(t, x)`);
    between(corrections, t, `Field.${what}(t, …)`);
  };
  return Object.assign<Field, Pick<Field, 'error' | 'order' | 'reliable'>>(extrapolated, {
    error: (t, x) => {
      known(t, x, 'error');
      return claim ? claim.error(t, x) : Number.POSITIVE_INFINITY;
    },
    order: (t, x) => {
      known(t, x, 'order');
      return claim ? claim.order(t, x) : Number.NaN;
    },
    reliable: (t, x) => {
      known(t, x, 'reliable');
      return claim?.reliable(t, x) ?? false;
    },
  });
}

/** The problem for every second and every fourth point: an array of values has to lose the others. */
function restrictedProblems(
  problem: BackwardProblem,
  options: SolveOptions,
  where: string,
): [BackwardProblem, BackwardProblem] {
  if (formulaOf(problem?.terminal) || !problem?.terminal) return [problem, problem];
  const fine = tensorGrid(options.grid, problem.model.dimension, `${where}(…, { grid })`);
  const values = nodeValues(
    problem.terminal,
    { grid: fine, model: problem.model, t: problem.T },
    `${where}({ terminal })`,
  );
  const coarse = everySecond(fine, `${where}(…, { grid })`);
  const half = restricted(fine, coarse, values);
  if (!hasThird(fine.shape)) return [{ ...problem, terminal: half }, problem];
  const quarter = restricted(coarse, everySecond(coarse, `${where}(…, { grid })`), half);
  return [
    { ...problem, terminal: half },
    { ...problem, terminal: quarter },
  ];
}

const hasThird = (shape: readonly number[]): boolean => shape.every((n) => (n - 1) % 4 === 0 && n >= FEWEST);

/** What can be claimed, if anything, and what is to be said of it. */
function* claimed(
  problem: BackwardProblem,
  options: SolveOptions,
  { fine, coarse }: { readonly fine: Solved; readonly coarse: Solved },
  where: string,
): Work<{ readonly claim?: Claim; readonly warnings: readonly Warning<ExtrapolationKind>[] }> {
  const { jumps, kinks, off } = fine.roughness;
  if (jumps + kinks + off > 0) {
    const message =
      'the terminal values jump or kink where not all of the grids of every, every second and every fourth point have a node: no error is claimed; write them as an expression';
    return { warnings: [{ kind: 'rough-terminal', message, jumps, kinks: kinks + off }] };
  }
  if (fine.unresolved) return { warnings: [] };
  if (!hasThird(fine.grid.shape)) {
    const message = `three grids need 4 k + 1 points an axis, at least ${FEWEST}; the axes have ${fine.grid.shape.join(' and ')}: no error is claimed`;
    return { warnings: [{ kind: 'order-not-observed', message, points: fine.grid.shape }] };
  }
  const coarsest = yield* solveOnce(problem, options, where, 'coarsest');
  const claim = claimOf(fine, coarse, coarsest, yield* sideSensitivity(problem, options, coarsest, where));
  return { claim, warnings: claimWarnings(claim) };
}

/** Fewest points an axis of which every fourth are five. */
const FEWEST = 17;

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
