import type { Grid } from '../grid/grid.js';
import type { Sides } from '../operators/boundary.js';

/** Where the mass of a density went from t0 to T: start = end + Σ sides + elsewhere, to rounding. */
export interface MassBalance {
  readonly start: number;
  readonly end: number;
  /** What left through each side where the value is given (absorbing, Dirichlet), one pair an axis; a node on two sides counts for the earlier axis. */
  readonly sides: readonly { readonly lower: number; readonly upper: number }[];
  /** What was killed, and what a Robin side took; negative where they gave. */
  readonly elsewhere: number;
}

/** Adds up what lies on the sides where values are given, every time before it is dropped. */
export interface SideLosses {
  add(rho: Float64Array): void;
  balance(start: number, end: number): MassBalance;
}

/** The losses through the sides of a grid. */
export function sideLosses(grid: Grid, sides: Sides): SideLosses {
  const lost = new Float64Array(2 * grid.dimension);
  const nodes: { readonly p: number; readonly side: number }[] = [];
  for (let p = 0; p < grid.size; p++) {
    for (let k = 0; k < grid.dimension; k++) {
      const upper = endOf(grid, k, p);
      if (upper === undefined || sides[k][upper].kind !== 'fixed') continue;
      nodes.push({ p, side: 2 * k + upper });
      break;
    }
  }
  return {
    add: (rho) => {
      for (const { p, side } of nodes) lost[side] += rho[p];
    },
    balance: (start, end) => ({
      start,
      end,
      sides: grid.axes.map((_, k) => ({ lower: lost[2 * k], upper: lost[2 * k + 1] })),
      elsewhere: start - end - lost.reduce((sum, mass) => sum + mass, 0),
    }),
  };
}

/** On which side of axis k a node lies: 0 the lower, 1 the upper. */
export function endOf({ strides, shape }: Grid, k: number, p: number): 0 | 1 | undefined {
  const i = Math.floor(p / strides[k]) % shape[k];
  if (i === 0) return 0;
  return i === shape[k] - 1 ? 1 : undefined;
}
