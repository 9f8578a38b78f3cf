import { numbers } from 'sde-core/numerics';
import { centralFirst, centralSecond, oneSidedFirst, type ThreePoint } from '../grid/differences.js';
import type { Grid } from '../grid/grid.js';
import type { Bands } from './bands.js';
import { isReflecting, type Side } from './boundary.js';
import { assembleCentral, type CentralWeights, type DirectionCoefficients } from './central-rows.js';

/**
 * How the first derivative is taken.
 *
 * `central` is second order and adds no viscosity. `upwind` is first order, adds |b| Δx / 2 of it, and keeps off-diagonal
 * entries from being negative. `hybrid` is central where that is monotone, and upwind elsewhere. `exponential` is monotone everywhere: central with the
 * diffusion ½a raised to (b Δx / 2) coth(b Δx / a), exact for constant coefficients; second order where Δx ≪ a / |b|, upwind where a vanishes.
 */
export type DriftDifference = 'central' | 'upwind' | 'hybrid' | 'exponential';

/** Fewest points for a one-sided second-order derivative. */
const FEWEST_FOR_ONE_SIDED = 4;

/** How derivatives along one axis become differences. */
export interface AxisDifferences {
  readonly grid: Grid;
  readonly k: number;
  readonly sides: readonly [Side, Side];
  readonly rule: DriftDifference;
}

/** Fills `out` with L_k = b_k ∂_k + ½ a_kk ∂_k² − c / d; with the `weights` of central differences at hand it is faster. */
export function assembleDirection(
  axis: AxisDifferences,
  given: DirectionCoefficients,
  out: Bands,
  weights?: CentralWeights,
): void {
  if (weights && !choosesInside(axis.rule) && axis.sides[0].kind !== 'periodic') {
    assembleCentral(weights, given, out);
    assembleEnds(axis, given, out);
    return;
  }
  for (let i = 0; i < out.lines.points; i++) assembleSection(axis, i, given, out);
}

/** Only what {@link assembleDirection} chooses by the coefficients where {@link choosesInside} is false: the ends of open lines. */
export function assembleEnds(axis: AxisDifferences, given: DirectionCoefficients, out: Bands): void {
  if (axis.sides[0].kind === 'periodic') return;
  for (const i of [0, out.lines.points - 1]) assembleSection(axis, i, given, out);
}

/** Whether differences between the ends of a line are chosen by the coefficients. */
export function choosesInside(rule: DriftDifference): boolean {
  return rule !== 'central';
}

/** The rows of node i of every line. */
function assembleSection(
  { grid, k, sides, rule }: AxisDifferences,
  i: number,
  given: DirectionCoefficients,
  out: Bands,
): void {
  const { points } = grid.axes[k];
  const { stride } = out.lines;
  const last = points.length - 1;
  const block = stride * points.length;
  const cyclic = sides[0].kind === 'periodic';
  const inner = (i > 0 || cyclic) && i < last;
  const down = !inner ? 0 : i === 0 ? points[last] - points[last - 1] : points[i] - points[i - 1];
  const up = inner ? points[i + 1] - points[i] : 0;
  const stencil = { down, up, first: centralFirst(down, up), second: centralSecond(down, up), rule, given };
  const end: LineEnd = { points, inward: i === 0 ? 1 : -1, side: sides[i === 0 ? 0 : 1], rule, given };
  for (let start = i * stride, q = 0; start < grid.size; start += block) {
    for (let p = start; p < start + stride; p++, q++) {
      if (given.fixed[p]) {
        clearRow(out, p);
        continue;
      }
      if (inner) innerRow(stencil, p, out);
      else endRow(end, p, q, out);
      // The neighbors of a closed line's ends lie across the seam.
      if (inner && cyclic && i === 0) {
        out.first[q] = out.lower[p];
        out.lower[p] = 0;
      } else if (inner && cyclic && i === last - 1) {
        out.last[q] = out.upper[p];
        out.upper[p] = 0;
      }
      out.diagonal[p] -= given.killing[p] * given.killingShare;
    }
  }
}

function clearRow(out: Bands, p: number): void {
  out.lower[p] = 0;
  out.diagonal[p] = 0;
  out.upper[p] = 0;
}

/** Whether a ∂² + b ∂ by central differences has no negative weight beside the diagonal. */
export function keepsOrder(
  stencil: { readonly first: ThreePoint; readonly second: ThreePoint },
  b: number,
  a: number,
): boolean {
  const { first, second } = stencil;
  return a * second[0] + b * first[0] >= 0 && a * second[2] + b * first[2] >= 0;
}

/** An end of a line: b toward the neighbor, ½ a_kk, and the distance to it; whether nothing is given there. */
export interface AtEnd {
  readonly along: number;
  readonly a: number;
  readonly near: number;
  readonly reflecting: boolean;
}

/**
 * Whether b ∂ at an end with a slope is the difference to the neighbor, `along` being b toward it; elsewhere the drift is held to the side: b times the slope there.
 *
 * Between reflecting sides it is wherever the weight of the neighbor, 2 a / near² + along / near, is not negative. Then the rows are those of fluxes between
 * cells: the transposed masses are of second order up to the side, and drift that points in is kept where the diffusion vanishes. Where a slope
 * is given b times it is exact, and is used but where the drift points in and outweighs the diffusion: there the equation takes no data.
 */
export function differencesAcross(rule: DriftDifference, { along, a, near, reflecting }: AtEnd): boolean {
  if (!reflecting) return along * near > 2 * a;
  return rule === 'upwind' ? along > 0 : along * near + 2 * a >= 0;
}

/** Whether it is a one-sided difference of second order: across a side where nothing diffuses and the drift points in. */
export function differencesByThree(rule: DriftDifference, along: number, a: number, points: number): boolean {
  return rule === 'central' && a === 0 && along > 0 && points >= FEWEST_FOR_ONE_SIDED;
}

/** (b Δx / 2) coth(b Δx / 2a): the least diffusion that is exact for u = e^(−b x / a). */
export function fitted(b: number, a: number, spacing: number): number {
  const half = (Math.abs(b) * spacing) / 2;
  // Below this the series a (1 + z²/3 …), z = half / a, is a to rounding.
  if (half <= a * 2 ** -26) return a;
  return half / numbers.tanh(half / a);
}

interface Stencil {
  readonly down: number;
  readonly up: number;
  readonly first: ThreePoint;
  readonly second: ThreePoint;
  readonly rule: DriftDifference;
  readonly given: DirectionCoefficients;
}

function innerRow(stencil: Stencil, p: number, out: Bands): void {
  const { down, up, first, second, rule, given } = stencil;
  const b = given.drift[p];
  const a = rule === 'exponential' ? fitted(b, given.halfVariance[p], Math.max(down, up)) : given.halfVariance[p];
  let lower = a * second[0] + b * first[0];
  let upper = a * second[2] + b * first[2];
  if (rule === 'exponential') {
    // Not negative but for rounding.
    lower = Math.max(lower, 0);
    upper = Math.max(upper, 0);
  }
  if (rule === 'upwind' || rule === 'hybrid') {
    const [b0, a0] = given.pattern ? [given.pattern.drift[p], given.pattern.halfVariance[p]] : [b, a];
    if (rule === 'upwind' || !keepsOrder(stencil, b0, a0)) {
      lower = a * second[0] - (b0 < 0 ? b / down : 0);
      upper = a * second[2] + (b0 > 0 ? b / up : 0);
    }
  }
  out.lower[p] = lower;
  out.diagonal[p] = -(lower + upper);
  out.upper[p] = upper;
}

interface LineEnd {
  readonly points: Float64Array;
  /** +1 at the lower end and −1 at the upper. */
  readonly inward: 1 | -1;
  readonly side: Side;
  readonly rule: DriftDifference;
  readonly given: DirectionCoefficients;
}

/** The row of an end of line q, at node p. */
function endRow({ points, inward, side, rule, given }: LineEnd, p: number, q: number, out: Bands): void {
  const end = inward === 1 ? 0 : points.length - 1;
  const near = Math.abs(points[end + inward] - points[end]);
  const b = given.drift[p];
  const a = given.halfVariance[p];
  let [own, next, third] = [0, 0, 0];
  /** b ∂ on the end and its neighbors: by three points where nothing diffuses and the drift points in. */
  const drifting = (taken: DriftDifference, toward: number, diffusing: number): ThreePoint => {
    const along = inward * b;
    if (!differencesByThree(taken, toward, diffusing, points.length)) return [-along / near, along / near, 0];
    const far = Math.abs(points[end + 2 * inward] - points[end + inward]);
    const [first, second, last] = oneSidedFirst(near, far);
    return [along * first, along * second, along * last];
  };
  if (side.kind === 'slope') {
    // For ∂², a point mirrored across the side, at the same distance: u₋₁ = u₁ − 2 · inward · near · ∂u/∂x.
    const { drift, halfVariance } = given.pattern ?? given;
    const toward = inward * drift[p];
    const reflecting = isReflecting(side);
    const across = differencesAcross(rule, { along: toward, a: halfVariance[p], near, reflecting });
    if (across) [own, next, third] = drifting(rule, toward, reflecting ? halfVariance[p] : Number.POSITIVE_INFINITY);
    const bent = (2 * a) / (near * near);
    next += bent;
    own += side.feedback * ((across ? 0 : b) - (inward * 2 * a) / near) - bent;
  } else if (side.kind === 'straight') {
    [own, next, third] = drifting(rule, inward * (given.pattern?.drift ?? given.drift)[p], 0);
  }
  out.diagonal[p] = own;
  if (inward === 1) {
    out.lower[p] = 0;
    out.upper[p] = next;
    out.first[q] = third;
  } else {
    out.upper[p] = 0;
    out.lower[p] = next;
    out.last[q] = third;
  }
}
