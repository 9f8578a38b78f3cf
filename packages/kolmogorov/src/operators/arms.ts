import type { Grid } from '../grid/grid.js';
import { cellOf } from '../grid/interpolation.js';
import type { Sides } from './boundary.js';
import type { Neighborhood } from './neighborhood.js';
import type { AddEntry } from './sparse-rows.js';

/** A point x + length · direction on the grid: between points first and first + 1 along each axis. */
interface Arm {
  /** +1 or −1 along the direction. */
  readonly way: 1 | -1;
  length: number;
  /** Shape (d). */
  readonly first: Int32Array;
  /** How far beyond the point `first`, as a share of the cell; 0 on it. Shape (d). */
  readonly fraction: Float64Array;
}

/** Second differences along directions that no axis has. */
export interface Arms {
  /**
   * Adds ½ (σ̂·∇)² u at node p, around which the neighborhood is: (u(x + τ₊ σ̂) − u) / (τ₊ (τ₊ + τ₋)) + (u(x − τ₋ σ̂) − u) / (τ₋ (τ₊ + τ₋)).
   *
   * The column σ̂, of shape (d), has no component along the axes on whose ends the node lies.
   */
  addSecondDifference(around: Neighborhood, column: Float64Array, p: number, add: AddEntry): void;
}

/** The length over which a solution varies, as a share of an axis; empirical: it only decides how long arms are. */
const VARIATION = 1 / 10;

/** Relative to a cell, a distance from a point that is rounding. */
const ON_POINT = 2 ** -40;

/**
 * Wide second differences, with multilinear interpolation: every entry off the diagonal is positive, whatever the direction.
 *
 * Both arms end on planes of grid points across the axis along which σ̂ is longest in cells, equally many planes away, or on the side through which they
 * would leave the grid: arms are cut there, each by itself. How many is chosen at each node so that what is neglected, relative to |σ̂|² and with τ₊, τ₋
 * and the length over which a solution varies in cells, is least:
 *
 *   |τ₊ − τ₋| / 3 variation + (τ₊² − τ₊ τ₋ + τ₋²) / 12 variation²         by the difference,
 *   Σ share (1 − share) / (τ₊ (τ₊ + τ₋)) + the same for τ₋         by interpolation at a share of a cell.
 *
 * Where σ̂ leads to nodes the arms are short and the order is 2; else arms of about the root of the variation balance the two and the order is 1.
 *
 * @see [camilli1995]
 * @see [debrabant2013]
 */
export function arms(grid: Grid, sides: Sides): Arms {
  const { dimension: d, shape, strides } = grid;
  const points = grid.axes.map((axis) => axis.points);
  const cyclic = sides.map(([lower]) => lower.kind === 'periodic');
  const lengths = shape.map((n) => (n - 1) * VARIATION);
  const scratch: Arm[] = ([1, -1, 1, -1] as const).map((way) => newArm(d, way));
  const x = new Float64Array(d);

  /** Point `place` along axis k, around the seam where there is one: its coordinate goes on beyond. */
  const reach = (arm: Arm, k: number, planes: number, around: Neighborhood, column: Float64Array): void => {
    const { way: direction } = arm;
    const n = shape[k];
    const wanted = around.index[k] + direction * Math.sign(column[k]) * planes;
    const lap = cyclic[k] ? Math.floor(wanted / (n - 1)) : 0;
    const place = cyclic[k] ? wanted - lap * (n - 1) : Math.min(Math.max(wanted, 0), n - 1);
    const period = points[k][n - 1] - points[k][0];
    arm.length = Math.abs(points[k][place] + lap * period - x[k]) / Math.abs(column[k]);
    let [end, at] = [k, place];
    for (let l = 0; l < d; l++) {
      if (l === k || column[l] === 0 || cyclic[l]) continue;
      const last = direction * column[l] > 0 ? shape[l] - 1 : 0;
      const length = Math.abs(points[l][last] - x[l]) / Math.abs(column[l]);
      if (length >= arm.length) continue;
      arm.length = length;
      [end, at] = [l, last];
    }
    for (let l = 0; l < d; l++) {
      if (l === end || column[l] === 0) {
        arm.first[l] = l === end ? at : around.index[l];
        arm.fraction[l] = 0;
      } else locate(arm, l, x[l] + direction * arm.length * column[l]);
    }
  };

  const locate = (arm: Arm, k: number, at: number): void => {
    const [low, high] = [points[k][0], points[k][shape[k] - 1]];
    const y = cyclic[k] ? at - Math.floor((at - low) / (high - low)) * (high - low) : Math.min(Math.max(at, low), high);
    const i = cellOf(points[k], y);
    const fraction = (y - points[k][i]) / (points[k][i + 1] - points[k][i]);
    arm.first[k] = fraction > 1 - ON_POINT ? i + 1 : i;
    arm.fraction[k] = fraction < ON_POINT || fraction > 1 - ON_POINT ? 0 : fraction;
  };

  /** The nodes around an arm's end, with their weights. */
  const addEnd = (arm: Arm, weight: number, p: number, add: AddEntry): void => {
    const spread = (k: number, q: number, share: number): void => {
      if (k === d) {
        add(q, share);
        return;
      }
      const at = (i: number): number => (cyclic[k] ? i % (shape[k] - 1) : i) * strides[k];
      const { first, fraction } = arm;
      spread(k + 1, q + at(first[k]), share * (1 - fraction[k]));
      if (fraction[k] > 0) spread(k + 1, q + at(first[k] + 1), share * fraction[k]);
    };
    spread(0, 0, weight);
    add(p, -weight);
  };

  return {
    addSecondDifference: (around, column, p, add) => {
      let [dominant, cells] = [0, 0];
      for (let k = 0; k < d; k++) {
        x[k] = points[k][around.index[k]];
        const along = column[k] === 0 ? 0 : (2 * Math.abs(column[k])) / (around.down[k] + around.up[k]);
        if (along > cells) [dominant, cells] = [k, along];
      }
      if (cells === 0) return;
      const variation = lengths[dominant];
      let [forth, back, bestForth, bestBack] = scratch;
      let least = Number.POSITIVE_INFINITY;
      const most = Math.min(Math.ceil(2 * Math.sqrt(variation)) + 1, shape[dominant] - 1);
      for (let planes = 1; planes <= most; planes++) {
        reach(forth, dominant, planes, around, column);
        reach(back, dominant, planes, around, column);
        const [ahead, behind] = [forth.length * cells, back.length * cells];
        const difference =
          Math.abs(ahead - behind) / (3 * variation) +
          (ahead * ahead - ahead * behind + behind * behind) / (12 * (variation * variation));
        const error =
          difference + curvature(forth) / (ahead * (ahead + behind)) + curvature(back) / (behind * (ahead + behind));
        if (error < least) {
          least = error;
          [forth, back, bestForth, bestBack] = [bestForth, bestBack, forth, back];
        }
        // Longer arms neglect more than the best so far.
        if (difference > least) break;
      }
      const [ahead, behind] = [bestForth.length, bestBack.length];
      addEnd(bestForth, 1 / (ahead * (ahead + behind)), p, add);
      addEnd(bestBack, 1 / (behind * (ahead + behind)), p, add);
    },
  };
}

function newArm(d: number, way: 1 | -1): Arm {
  return { way, length: 0, first: new Int32Array(d), fraction: new Float64Array(d) };
}

/** What linear interpolation adds to a function of second derivatives 2 a cell²: Σ share (1 − share). */
function curvature({ fraction }: Arm): number {
  let sum = 0;
  for (const share of fraction) sum += share * (1 - share);
  return sum;
}
