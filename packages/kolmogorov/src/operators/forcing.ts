import type { Axis } from '../grid/axis.js';
import { nodeAt } from '../grid/grid.js';
import { type DriftDifference, differencesAcross } from './assembly.js';
import type { Side, Sides } from './boundary.js';
import type { BoundaryClosure } from './boundary-closure.js';
import { pairsOf } from './coefficient-layout.js';
import { type Coefficients, finiteAt } from './coefficients.js';
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
}

/** What a forcing is made from. */
export interface ForcingInput {
  readonly source: ScalarFunction;
  readonly drift: DriftDifference;
  /** [t0, T]. */
  readonly interval: readonly [number, number];
  /** Puts means in the place of the source where it jumps or kinks. */
  readonly average?: (t: number, out: Float64Array) => void;
  /** Times at which what is given may jump. Default none. */
  readonly breakpoints?: readonly number[];
}

/** Collects the source and the boundary values of a grid on the time interval [t0, T]. */
export function forcingOf(closure: BoundaryClosure, input: ForcingInput): Forcing {
  const { grid, sides, given } = closure;
  const { source, interval, average, breakpoints = [] } = input;
  const sloped = slopedSides(sides);
  const addSlope = slopeForcing(closure, input.drift);
  const x = new Float64Array(grid.dimension);
  const step = (interval[1] - interval[0]) * RELATIVE_STEP;
  return {
    autonomous:
      source.autonomous && given.every((node) => node.value.autonomous) && sloped.every((s) => s.slope.autonomous),
    scaled: sloped.length > 0,
    evaluate: (t, coefficients, out, held = false) => {
      nodeAt(grid, 0, x);
      out.fill(finiteAt(source.constant ?? 0, 'source', t, x));
      if (source.constant === undefined) {
        for (let p = 0; p < grid.size; p++) {
          nodeAt(grid, p, x);
          out[p] = finiteAt(source.at(t, x), 'source', t, x);
        }
        average?.(t, out);
      }
      for (const side of sloped) addSlope(side, { t, coefficients, held }, out);
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
  };
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

/** When and with what coefficients; `held` where the drift is held to every side with a slope. */
interface Moment {
  readonly t: number;
  readonly coefficients: Coefficients;
  readonly held: boolean;
}

/** Adds −inward · a s / near, b s where the drift is held to the side, and the mixed derivatives a_kl ∂_l s, less what of them is in the matrix, at every node of a side. */
function slopeForcing(
  { grid, sides, given }: BoundaryClosure,
  rule: DriftDifference,
): (side: SlopedSide, moment: Moment, out: Float64Array) => void {
  const isGiven = new Set(given.map(({ p }) => p));
  const pairs = pairsOf(grid.dimension);
  const x = new Float64Array(grid.dimension);
  return ({ k, inward, slope }, { t, coefficients, held }, out) => {
    const { points } = grid.axes[k];
    const end = inward === 1 ? 0 : points.length - 1;
    const near = Math.abs(points[end + inward] - points[end]);
    const slopeAt = (at: Float64Array): number => slope.at(t, at);
    for (let p = 0; p < grid.size; p++) {
      if (Math.floor(p / grid.strides[k]) % grid.shape[k] !== end || isGiven.has(p)) continue;
      nodeAt(grid, p, x);
      const s = finiteAt(slopeAt(x), 'boundary', t, x);
      const [b, a] = [coefficients.drift[k][p], coefficients.halfVariance[k][p]];
      const taken = held || !differencesAcross(rule, { along: inward * b, a, near, reflecting: false }) ? b : 0;
      out[p] += (taken - (inward * 2 * a) / near) * s;
      pairs.forEach(([first, second], pair) => {
        if (first !== k && second !== k) return;
        const l = first === k ? second : first;
        const i = Math.floor(p / grid.strides[l]) % grid.shape[l];
        const other = i === 0 ? sides[l][0] : i === grid.shape[l] - 1 ? sides[l][1] : undefined;
        const along = slope.constant === undefined ? derivativeAlong(grid.axes[l], l, slopeAt, x) : 0;
        // Where two such sides meet each of them gives all of ∂_k ∂_l u: half of it is taken from either.
        const mixed = other?.kind === 'slope' ? (along + other.feedback * s) / 2 : along;
        out[p] += coefficients.covariance[pair][p] * mixed;
      });
    }
  };
}

/** ∂s/∂x_l by a symmetric difference, one-sided at the ends of the axis; x is left as it was. */
function derivativeAlong({ points }: Axis, l: number, s: (x: Float64Array) => number, x: Float64Array): number {
  const at = x[l];
  const step = (points[points.length - 1] - points[0]) * RELATIVE_STEP;
  const high = Math.min(at + step, points[points.length - 1]);
  const low = Math.max(at - step, points[0]);
  x[l] = high;
  const above = s(x);
  x[l] = low;
  const below = s(x);
  x[l] = at;
  return (above - below) / (high - low);
}
