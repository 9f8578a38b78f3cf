import { SdeError } from 'sde-core';
import { describe, requireNumbers } from 'sde-core/errors';
import { requireFields } from '../door/at-the-door.js';
import { type Axis, frozen, requireAxis } from './axis.js';
import { cellOf } from './interpolation.js';
import { localLagrange } from './local-lagrange.js';

/** Points that interpolate an axis as a function of the index: order 4. */
const STENCIL = 4;
const MOST_ROUNDS = 60;
/** How much closer neighbors may come for a node to stand at an even index, as a share of their gap. Empirical. */
const STEEPEST = 0.75;

type Places = { readonly nodes: unknown; readonly midpoints: unknown };
const placeWords = { kinks: 'nodes', jumps: 'midpoints', node: 'nodes', midpoint: 'midpoints' };

/** Where an axis is to be: the index of a node, or one and a half for the middle of a cell. */
interface Anchor {
  readonly x: number;
  readonly index: number;
  /** By how much the index is moved there. */
  shift: number;
}

/**
 * The same axis moved by a cell at most, so that each of `nodes` is a point of it and each of `midpoints` lies midway between two.
 *
 * On an axis with an odd number of points, nodes stand at even indices, so that the grid of every second point, with which `extrapolate` compares, has them
 * too; only where there are too few points for that, at any. The points stay what they are as a function of the index, and the index is moved by a smooth function, so that an axis which keeps second order keeps
 * it. Ends and number of points do not change. A kink of φ belongs on a node, a jump midway between two. Cost: some hundred interpolations a point.
 *
 * @throws SdeError `value` if a point is not inside the axis, two ask for the same place, or the axis is too coarse to have them all.
 * @see [tavella2000]
 *
 * @example
 * import { alignAxis, uniform } from 'kolmogorov';
 * const { points } = alignAxis(uniform(0, 10, 11), { nodes: [3.3], midpoints: [7.25] });
 * [points[4], (points[7] + points[8]) / 2]; // → [ 3.3, 7.25000000 ]
 */
export function alignAxis(
  axis: Axis,
  places: { readonly nodes?: readonly number[]; readonly midpoints?: readonly number[] },
): Axis {
  requireAxis(axis, 'alignAxis(axis)');
  requireFields<Places>(places, { nodes: true, midpoints: true }, 'alignAxis(…, places)', placeWords);
  const { points } = axis;
  const n = points.length;
  const last = n - 1;
  const interpolant = localLagrange(
    Float64Array.from({ length: n }, (_, i) => i),
    STENCIL,
  );
  const weights = new Float64Array(STENCIL);
  const at = (index: number): number => {
    const first = interpolant(Math.min(Math.max(index, 0), last), weights);
    let x = 0;
    for (let j = 0; j < Math.min(STENCIL, n); j++) x += weights[j] * points[first + j];
    return x;
  };
  const anchors = anchorsOf(points, places, at, n % 2 === 1) ?? anchorsOf(points, places, at, false);
  if (!anchors) throw tooCoarse(n);
  const moved = new Float64Array(n);
  const tolerance =
    2 * Number.EPSILON * Math.max(Math.abs(points[0]), Math.abs(points[last]), points[last] - points[0]);
  for (let round = 0, worst = Number.POSITIVE_INFINITY; round < MOST_ROUNDS && worst > tolerance; round++) {
    for (let i = 0; i < n; i++) moved[i] = at(i + shiftAt(i, anchors, last));
    worst = 0;
    for (const anchor of anchors) {
      const [low, high] = [Math.floor(anchor.index), Math.ceil(anchor.index)];
      const missed = anchor.x - (moved[low] + moved[high]) / 2;
      const slope = low < high ? moved[high] - moved[low] : (moved[low + 1] - moved[low - 1]) / 2;
      anchor.shift += missed / slope;
      worst = Math.max(worst, Math.abs(missed));
    }
  }
  moved[0] = points[0];
  moved[last] = points[last];
  for (const { x, index } of anchors) if (Number.isInteger(index)) moved[index] = x;
  for (let i = 1; i < n; i++) if (!(moved[i] > moved[i - 1])) throw tooCoarse(n);
  return frozen(moved);
}

function anchorsOf(
  points: Float64Array,
  { nodes = [], midpoints = [] }: { readonly nodes?: readonly number[]; readonly midpoints?: readonly number[] },
  at: (index: number) => number,
  even: boolean,
): Anchor[] | undefined {
  const last = points.length - 1;
  const inside = (x: number, name: string): number => {
    if (typeof x === 'number' && x > points[0] && x < points[last]) return x;
    throw new SdeError('value', {
      what: 'the point is not inside the axis',
      where: `alignAxis(…, { ${name} })`,
      expected: `a number between ${points[0]} and ${points[last]}`,
      got: describe(x),
      remedy: 'the ends of an axis are nodes of it already',
    });
  };
  const indexOf = (x: number): number => {
    const cell = cellOf(points, x);
    let [low, high] = [cell, cell + 1];
    for (let step = 0; step < 60; step++) {
      const middle = (low + high) / 2;
      if (at(middle) <= x) low = middle;
      else high = middle;
    }
    return low;
  };
  const anchor = (x: number, index: number): Anchor => ({ x, index, shift: indexOf(x) - index });
  requirePlaces(nodes, 'nodes');
  requirePlaces(midpoints, 'midpoints');
  const anchors = [
    ...nodes.map((x) => {
      const index = indexOf(inside(x, 'nodes'));
      const nearest = even ? 2 * Math.round(index / 2) : Math.round(index);
      return anchor(x, Math.min(Math.max(nearest, even ? 2 : 1), even ? last - 2 : last - 1));
    }),
    ...midpoints.map((x) => anchor(x, Math.floor(indexOf(inside(x, 'midpoints'))) + 1 / 2)),
  ].sort((one, other) => one.index - other.index);
  for (let j = 1; j < anchors.length; j++) {
    if (anchors[j].index - anchors[j - 1].index < 1) return undefined;
  }
  // Even places that are pulled further than a cell, or ask two neighbors to change places, are none.
  if (even && (last < 4 || !rises(anchors, last))) return undefined;
  return anchors;
}

function requirePlaces(places: readonly number[], name: string): void {
  requireNumbers(places, `alignAxis(…, { ${name} })`, `write { ${name}: [x] } with numbers inside the axis`);
}

/** Whether shifts are less than a cell apart wherever the points would else run into each other. */
function rises(anchors: readonly Anchor[], last: number): boolean {
  const all = [{ index: 0, shift: 0 }, ...anchors, { index: last, shift: 0 }];
  // A cubic between two flat ends is at its steepest one and a half times the mean.
  return all.every(
    ({ index, shift }, j) => j === 0 || shift - all[j - 1].shift > (-2 / 3) * STEEPEST * (index - all[j - 1].index),
  );
}

/** The shift of an index: those of the anchors and 0 at the ends, and between two the cubic that is flat at both. */
function shiftAt(i: number, anchors: readonly Anchor[], last: number): number {
  let [from, shiftFrom] = [0, 0];
  for (const { index, shift } of anchors) {
    if (i <= index) return blend(i, from, shiftFrom, index, shift);
    [from, shiftFrom] = [index, shift];
  }
  return blend(i, from, shiftFrom, last, 0);
}

function blend(i: number, from: number, shiftFrom: number, to: number, shiftTo: number): number {
  const w = (i - from) / (to - from);
  return shiftFrom + (shiftTo - shiftFrom) * w * w * (3 - 2 * w);
}

function tooCoarse(n: number): SdeError {
  return new SdeError('value', {
    what: 'the axis is too coarse for all these points',
    where: 'alignAxis(axis, { nodes, midpoints })',
    expected: 'some cells between one and the next',
    got: `${n} points, and no place of its own for each`,
    remedy: 'use more points, or ask for fewer',
  });
}
