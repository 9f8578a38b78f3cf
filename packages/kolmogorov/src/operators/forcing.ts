import { type Grid, nodeAt } from '../grid/grid.js';
import { type DriftDifference, differencesAcross } from './assembly.js';
import type { Side, Sides } from './boundary.js';
import { pairsOf } from './coefficient-layout.js';
import { type Coefficients, notFinite } from './coefficients.js';
import type { ScalarFunction } from './scalar-function.js';

/** Half the step of a numerical derivative, relative to its scale: the cube root of the rounding unit. */
const RELATIVE_STEP = 2 ** -17;

/** What enters the equation beside L u: the source, and what the boundary conditions bring. */
export interface Forcing {
  /** It does not depend on t unless it is scaled and L does. */
  readonly autonomous: boolean;
  /** The coefficients of L enter: a side has a slope. */
  readonly scaled: boolean;
  /** Writes g with u_t + A u + g = 0 at time t, shape (size); `held` where the drift is held to every side with a slope. */
  evaluate(t: number, coefficients: Coefficients, out: Float64Array, held?: boolean): void;
  /** Writes the given values at time t into the nodes where they are given. */
  fix(t: number, u: Float64Array): void;
}

/** Refuses what a function gave that is no finite number. */
function finite(value: number, name: string, t: number, x: Float64Array): number {
  if (!Number.isFinite(value)) throw notFinite(name, t, x, value);
  return value;
}

interface GivenNode {
  readonly p: number;
  readonly value: ScalarFunction;
}

/** Collects the source and the boundary values of a grid on the time interval [t0, T]. */
export function forcingOf(
  grid: Grid,
  sides: Sides,
  source: ScalarFunction,
  rule: DriftDifference,
  interval: readonly [number, number],
  {
    average,
    breakpoints = [],
  }: {
    readonly average?: (t: number, out: Float64Array) => void;
    readonly breakpoints?: readonly number[];
  } = {},
): Forcing {
  const given = givenNodes(grid, sides);
  const sloped = slopedSides(sides);
  const x = new Float64Array(grid.dimension);
  const fixedAt = new Map(given.map(({ p, value }) => [p, value]));
  const step = (interval[1] - interval[0]) * RELATIVE_STEP;
  return {
    autonomous:
      source.autonomous && given.every((node) => node.value.autonomous) && sloped.every((s) => s.slope.autonomous),
    scaled: sloped.length > 0,
    evaluate: (t, coefficients, out, held = false) => {
      nodeAt(grid, 0, x);
      out.fill(finite(source.constant ?? 0, 'source', t, x));
      if (source.constant === undefined) {
        for (let p = 0; p < grid.size; p++) {
          nodeAt(grid, p, x);
          out[p] = finite(source.at(t, x), 'source', t, x);
        }
        average?.(t, out);
      }
      for (const side of sloped) addSlope(grid, sides, side, fixedAt, t, coefficients, rule, held, x, out);
      // A derivative in time is taken within the stretch that t is in: from a jump on, or up to just before it.
      const from = breakpoints.reduce((latest, jump) => (jump <= t ? Math.max(latest, jump) : latest), interval[0]);
      const next = breakpoints.reduce(
        (first, jump) => (jump > t ? Math.min(first, jump) : first),
        Number.POSITIVE_INFINITY,
      );
      const to = Math.max(t, Math.min(interval[1], next - step));
      for (const { p, value } of given) {
        nodeAt(grid, p, x);
        // At a jump itself what holds may be either side's.
        const early = t - step < from ? t : t - step;
        const late = Math.min(t + step, to);
        out[p] = value.autonomous ? 0 : -(value.at(late, x) - value.at(early, x)) / (late - early);
      }
    },
    fix: (t, u) => {
      for (const { p, value } of given) {
        nodeAt(grid, p, x);
        u[p] = finite(value.at(t, x), 'boundary', t, x);
      }
    },
  };
}

/** The nodes on sides where the value is given; where two such sides meet, the earlier axis decides. */
function givenNodes(grid: Grid, sides: Sides): GivenNode[] {
  const nodes: GivenNode[] = [];
  for (let p = 0; p < grid.size; p++) {
    for (let k = 0; k < grid.dimension; k++) {
      const i = Math.floor(p / grid.strides[k]) % grid.shape[k];
      const side = i === 0 ? sides[k][0] : i === grid.shape[k] - 1 ? sides[k][1] : undefined;
      if (side?.kind !== 'fixed') continue;
      nodes.push({ p, value: side.value });
      break;
    }
  }
  return nodes;
}

interface SlopedSide {
  readonly k: number;
  readonly inward: 1 | -1;
  readonly slope: ScalarFunction;
}

/** The sides whose slope is not zero. */
function slopedSides(sides: Sides): SlopedSide[] {
  const all: SlopedSide[] = [];
  const add = (side: Side, k: number, inward: 1 | -1): void => {
    if (side.kind === 'slope' && side.slope.constant !== 0) all.push({ k, inward, slope: side.slope });
  };
  sides.forEach(([lower, upper], k) => {
    add(lower, k, 1);
    add(upper, k, -1);
  });
  return all;
}

/** −inward · a s / near, b s where the drift is held to the side, and the mixed derivatives a_kl ∂_l s, less what of them is in the matrix, at every node of the side. */
function addSlope(
  grid: Grid,
  sides: Sides,
  { k, inward, slope }: SlopedSide,
  fixedAt: ReadonlyMap<number, ScalarFunction>,
  t: number,
  coefficients: Coefficients,
  rule: DriftDifference,
  held: boolean,
  x: Float64Array,
  out: Float64Array,
): void {
  const { points } = grid.axes[k];
  const end = inward === 1 ? 0 : points.length - 1;
  const near = Math.abs(points[end + inward] - points[end]);
  const pairs = pairsOf(grid.dimension);
  for (let p = 0; p < grid.size; p++) {
    if (Math.floor(p / grid.strides[k]) % grid.shape[k] !== end || fixedAt.has(p)) continue;
    nodeAt(grid, p, x);
    const s = finite(slope.at(t, x), 'boundary', t, x);
    const [b, a] = [coefficients.drift[k][p], coefficients.halfVariance[k][p]];
    const taken = held || !differencesAcross(rule, inward * b, a, near, false) ? b : 0;
    out[p] += (taken - (inward * 2 * a) / near) * s;
    pairs.forEach(([first, second], pair) => {
      if (first !== k && second !== k) return;
      const l = first === k ? second : first;
      const i = Math.floor(p / grid.strides[l]) % grid.shape[l];
      const other = i === 0 ? sides[l][0] : i === grid.shape[l] - 1 ? sides[l][1] : undefined;
      const along = slope.constant === undefined ? slopeAlong(grid, slope, t, x, l) : 0;
      // Where two such sides meet each of them gives all of ∂_k ∂_l u: half of it is taken from either.
      const mixed = other?.kind === 'slope' ? (along + other.feedback * s) / 2 : along;
      out[p] += coefficients.covariance[pair][p] * mixed;
    });
  }
}

/** ∂s/∂x_l by a symmetric difference, one-sided at the ends of the axis. */
function slopeAlong(grid: Grid, slope: ScalarFunction, t: number, x: Float64Array, l: number): number {
  const { points } = grid.axes[l];
  const at = x[l];
  const step = (points[points.length - 1] - points[0]) * RELATIVE_STEP;
  const high = Math.min(at + step, points[points.length - 1]);
  const low = Math.max(at - step, points[0]);
  x[l] = high;
  const above = slope.at(t, x);
  x[l] = low;
  const below = slope.at(t, x);
  x[l] = at;
  return (above - below) / (high - low);
}
