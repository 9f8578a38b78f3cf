import type { Grid } from '../grid/grid.js';
import type { Side, Sides } from './boundary.js';

/** A node among its neighbors along every axis; the arrays have shape (d) and are those of the node last moved to. */
export interface Neighborhood {
  /** Makes node p the one that is looked at. */
  moveTo(p: number): void;
  /** The place of the node along each axis. */
  readonly index: Int32Array;
  /** Distance to the neighbor below and above; 0 beyond an end. */
  readonly down: Float64Array;
  readonly up: Float64Array;
  /** What to add to the node's number for the neighbor below and above, around the seam of a periodic axis too. */
  readonly below: Int32Array;
  readonly above: Int32Array;
  /** The side on which the node lies, if it lies on one; a seam is none. */
  readonly side: (Side | undefined)[];
}

/** The neighborhoods of a grid's nodes. */
export function neighborhood(grid: Grid, sides: Sides): Neighborhood {
  const { dimension: d, shape, strides } = grid;
  const points = grid.axes.map((axis) => axis.points);
  const cyclic = sides.map(([lower]) => lower.kind === 'periodic');
  const [index, below, above] = [new Int32Array(d), new Int32Array(d), new Int32Array(d)];
  const [down, up] = [new Float64Array(d), new Float64Array(d)];
  const side: (Side | undefined)[] = Array(d).fill(undefined);
  return {
    index,
    down,
    up,
    below,
    above,
    side,
    moveTo: (p) => {
      for (let k = 0; k < d; k++) {
        const x = points[k];
        const last = shape[k] - 1;
        const i = Math.floor(p / strides[k]) % shape[k];
        index[k] = i;
        const atLower = i === 0 && !cyclic[k];
        const atUpper = i === last && !cyclic[k];
        const wraps = i === 0 && cyclic[k];
        down[k] = atLower ? 0 : wraps ? x[last] - x[last - 1] : x[i] - x[i - 1];
        up[k] = atUpper ? 0 : x[i + 1] - x[i];
        below[k] = atLower ? 0 : (wraps ? last - 1 : -1) * strides[k];
        // The last point of a periodic axis is the first again, so the neighbor above the last but one is the first.
        above[k] = atUpper ? 0 : (cyclic[k] && i === last - 1 ? 1 - last : 1) * strides[k];
        side[k] = atLower ? sides[k][0] : atUpper ? sides[k][1] : undefined;
      }
    },
  };
}
