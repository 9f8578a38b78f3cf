import type { Work } from 'sde-core/turns';
import type { Grid } from '../grid/grid.js';
import { linesAlong, startOf } from '../grid/lines.js';
import type { Snapshots } from '../grid/snapshots.js';
import type { AxisBoundary, Boundary, BoundaryInput } from '../operators/boundary.js';
import { type BackwardProblem, type SolveOptions, solveOnce } from './solve-once.js';

/** The share of an axis, from a side on, in which the curvature that the side leaves out is looked for. Empirical. */
const OUTER = 1 / 8;

/**
 * How much of a solution on the coarsest grid rests on sides where the curvature is taken to vanish: |∂u/∂x²| there, put back as a source.
 *
 * Such a side leaves ½ a_kk ∂_k² u out of the equation. What that may be worth is the largest curvature of the solution nearby, and its effect is that of
 * a source on the side's nodes: one more solve, of a problem without terminal value. Where the solution is straight at the side it is nothing. Undefined
 * where there is no such side: what the caller says of the others is the problem itself.
 */
export function* sideSensitivity(
  problem: BackwardProblem,
  options: SolveOptions,
  solved: { readonly grid: Grid; readonly snapshots: Snapshots },
  where: string,
): Work<Snapshots | undefined> {
  const { model } = problem;
  const { grid, snapshots } = solved;
  const sides = sidesOf(options.boundary, grid.dimension);
  const curvatures = sides.map(({ lower, upper }, k) => [
    lower.kind === 'vanishing-curvature' ? curvatureAt(grid, k, 0, snapshots) : 0,
    upper.kind === 'vanishing-curvature' ? curvatureAt(grid, k, 1, snapshots) : 0,
  ]);
  if (curvatures.every(([lower, upper]) => lower === 0 && upper === 0)) return undefined;
  const m = model.noiseDimension;
  const sigma = new Float64Array(model.dimension * m);
  const source = (t: number, x: Float64Array): number => {
    let sum = 0;
    let known = false;
    grid.axes.forEach(({ points }, k) => {
      const side = x[k] === points[0] ? 0 : x[k] === points[points.length - 1] ? 1 : -1;
      if (side < 0 || curvatures[k][side] === 0) return;
      if (!known) model.diffusion(t, x, sigma);
      known = true;
      let variance = 0;
      for (let j = 0; j < m; j++) variance += sigma[k * m + j] * sigma[k * m + j];
      sum += (variance / 2) * curvatures[k][side];
    });
    return sum;
  };
  const { killing, T, t0 } = problem;
  const boundary = sides.map(({ lower, upper }) => ({ lower: resting(lower), upper: resting(upper) }));
  const resting0 = { model, T, t0, killing, source, terminal: new Float64Array(grid.size) };
  const quiet = { ...options, boundary, averaging: 1, onProgress: undefined };
  return (yield* solveOnce(resting0, quiet, where, 'coarsest')).snapshots;
}

function sidesOf(input: BoundaryInput | undefined, d: number): readonly AxisBoundary[] {
  if (Array.isArray(input)) return input;
  const one = (input as Boundary | undefined) ?? { kind: 'vanishing-curvature' };
  return Array.from({ length: d }, () => ({ lower: one, upper: one }));
}

/** The same condition without what is given on it. */
function resting(side: Boundary): Boundary {
  switch (side.kind) {
    case 'dirichlet':
      return { kind: 'absorbing' };
    case 'neumann':
      return { kind: 'reflecting' };
    case 'robin':
      return { ...side, value: 0 };
    default:
      return side;
  }
}

/** The largest |∂_k² u| near a side, at all times. */
function curvatureAt(grid: Grid, k: number, upper: 0 | 1, { values }: Snapshots): number {
  const { points } = grid.axes[k];
  const lines = linesAlong(grid, k);
  const last = points.length - 1;
  const count = Math.max(1, Math.floor(last * OUTER));
  let most = 0;
  for (const u of values) {
    for (let q = 0; q < lines.count; q++) {
      const start = startOf(lines, q);
      for (let j = 1; j <= count; j++) {
        const i = upper ? last - j : j;
        const at = (place: number): number => u[start + place * lines.stride];
        const [down, up] = [points[i] - points[i - 1], points[i + 1] - points[i]];
        const bend = ((at(i + 1) - at(i)) / up - (at(i) - at(i - 1)) / down) / ((down + up) / 2);
        most = Math.max(most, Math.abs(bend));
      }
    }
  }
  return most;
}
