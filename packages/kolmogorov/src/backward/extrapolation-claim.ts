import type { Warning } from 'sde-core';
import { numbers } from 'sde-core/numerics';
import type { Grid } from '../grid/grid.js';
import { cellOf } from '../grid/interpolation.js';
import { linesAlong, startOf } from '../grid/lines.js';
import { restricted } from '../grid/refinement.js';
import type { Snapshots } from '../grid/snapshots.js';

interface Solved {
  readonly grid: Grid;
  readonly snapshots: Snapshots;
}

/** What three grids say of an extrapolated value. */
export interface Claim {
  /** A bound of the error at (t, x), infinite where there is none. */
  error(t: number, x: ArrayLike<number>): number;
  /** log₂ of how much the difference to the next grid shrank from the coarsest to the finest pair, about x. */
  order(t: number, x: ArrayLike<number>): number;
  reliable(t: number, x: ArrayLike<number>): boolean;
  /** The share of the coarsest grid's nodes at t0 where nothing can be claimed, by reason. */
  readonly unreliable: { readonly order: number; readonly sides: number };
}

/** An observed order below this is not 2 on its way: differences shrink by less than 2.8. */
const LEAST_ORDER = 1.5;
/** Relative to the values, a difference that is rounding; and to their range, what sides may be worth without a word, as the claim holds it. Empirical. */
const ROUNDING = 2 ** -40;
const NEGLIGIBLE = 1e-3;

/**
 * Compares three nested solutions, and what sides may be worth on the coarsest, about every node of the coarsest grid at the times that all have.
 *
 * With u₁, u₂, u₄ at spacing h, 2h, 4h: the claim is the larger of |u₁ − u₂| / 3 and the change that extrapolating makes from one pair to the next,
 * the largest about the node, so that a sign change of the error is none of the claim.
 */
export function claimOf(fine: Solved, coarse: Solved, coarsest: Solved, sides: Snapshots | undefined): Claim {
  const { grid } = coarsest;
  const times: number[] = [];
  const errors: Float64Array[] = [];
  const orders: Float64Array[] = [];
  const flaws: Uint8Array[] = [];
  coarsest.snapshots.times.forEach((t, j) => {
    const [i1, i2] = [fine, coarse].map(({ snapshots }) => snapshots.times.indexOf(t));
    if (i1 < 0 || i2 < 0) return;
    const u2 = coarse.snapshots.values[i2];
    const u1 = restricted(coarse.grid, grid, restricted(fine.grid, coarse.grid, fine.snapshots.values[i1]));
    const u2here = restricted(coarse.grid, grid, u2);
    const u4 = coarsest.snapshots.values[j];
    const scale = u1.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const range =
      u1.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY) -
      u1.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
    const [tiny, negligible] = [ROUNDING * scale, NEGLIGIBLE * range];
    const last = largestAbout(
      grid,
      u1.map((value, p) => value - u2here[p]),
    );
    const first = largestAbout(
      grid,
      u2here.map((value, p) => value - u4[p]),
    );
    const change = largestAbout(
      grid,
      u1.map((value, p) => (4 * (value - u2here[p]) - (u2here[p] - u4[p])) / 3),
    );
    const side = sides ? largestAbout(grid, around(sides, t)) : undefined;
    const order = last.map((value, p) => numbers.log(first[p] / value) / Math.LN2);
    const discrete = last.map((value, p) => Math.max(value / 3, change[p]) + tiny);
    times.push(t);
    orders.push(order);
    errors.push(discrete.map((value, p) => value + (side?.[p] ?? 0)));
    flaws.push(
      Uint8Array.from(discrete, (value, p) => {
        if (side && side[p] > Math.max(value, negligible)) return SIDES;
        return order[p] >= LEAST_ORDER || last[p] <= tiny ? 0 : ORDER;
      }),
    );
  });
  const shareOf = (flaw: number): number => flaws[0].filter((value) => value === flaw).length / grid.size;
  /** The largest of a few arrays over the corners of the cell of x, at the times about t. */
  const largestAt = (arrays: readonly ArrayLike<number>[], t: number, x: ArrayLike<number>): number => {
    const at = times.length === 1 ? 0 : cellOf(Float64Array.from(times), t);
    const corners = cornersOf(grid, x);
    let most = Number.NEGATIVE_INFINITY;
    for (const j of times[at] === t ? [at] : [at, Math.min(at + 1, times.length - 1)]) {
      for (const p of corners) most = Math.max(most, arrays[j][p]);
    }
    return most;
  };
  const reliable = (t: number, x: ArrayLike<number>): boolean => largestAt(flaws, t, x) === 0;
  return {
    reliable,
    error: (t, x) => (reliable(t, x) ? largestAt(errors, t, x) : Number.POSITIVE_INFINITY),
    order: (t, x) =>
      -largestAt(
        orders.map((order) => order.map((value) => -value)),
        t,
        x,
      ),
    unreliable: { order: shareOf(ORDER), sides: shareOf(SIDES) },
  };
}

const [ORDER, SIDES] = [1, 2];

/** Snapshots at t, or the larger values of those before and after where they have none: their steps may end elsewhere. */
function around({ times, values }: Snapshots, t: number): Float64Array {
  const i = times.findIndex((time) => time >= t);
  if (times[i] === t || i <= 0) return values[i < 0 ? times.length - 1 : i];
  return values[i].map((value, p) => Math.max(Math.abs(value), Math.abs(values[i - 1][p])));
}

function cornersOf(grid: Grid, x: ArrayLike<number>): number[] {
  let corners = [0];
  grid.axes.forEach(({ points }, k) => {
    const i = cellOf(points, x[k]);
    const own = points[i] === x[k] ? [i] : points[i + 1] === x[k] ? [i + 1] : [i, i + 1];
    corners = corners.flatMap((p) => own.map((place) => p + place * grid.strides[k]));
  });
  return corners;
}

/** The largest size among a node and its neighbors along and across the axes. */
function largestAbout(grid: Grid, values: Float64Array): Float64Array {
  let now = values.map(Math.abs);
  for (let k = 0; k < grid.dimension; k++) {
    const next = now.slice();
    const lines = linesAlong(grid, k);
    for (let q = 0; q < lines.count; q++) {
      const start = startOf(lines, q);
      for (let i = 0; i < lines.points; i++) {
        const p = start + i * lines.stride;
        if (i > 0) next[p] = Math.max(next[p], now[p - lines.stride]);
        if (i < lines.points - 1) next[p] = Math.max(next[p], now[p + lines.stride]);
      }
    }
    now = next;
  }
  return now;
}

/** What an extrapolated field says of itself. */
export type ExtrapolationKind = 'order-not-observed' | 'rough-terminal' | 'sides-matter';

/** The share of nodes from which on it is worth a word. Empirical. */
const WORTH_SAYING = 0.2;

/** The warnings of a claim. */
export function claimWarnings({ unreliable: { order, sides } }: Claim): Warning<ExtrapolationKind>[] {
  const warnings: Warning<ExtrapolationKind>[] = [];
  if (order > WORTH_SAYING) {
    warnings.push({
      kind: 'order-not-observed',
      message: `on ${percent(order)} of the nodes differences between three grids do not shrink as for order 2: no error is claimed there; use more points and steps`,
      share: order,
    });
  }
  if (sides > WORTH_SAYING) {
    warnings.push({
      kind: 'sides-matter',
      message: `on ${percent(sides)} of the nodes the curvature that vanishing-curvature sides leave out matters more than the differences: no error is claimed there; widen the grid`,
      share: sides,
    });
  }
  return warnings;
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;
