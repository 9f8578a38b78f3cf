import { SdeError } from 'sde-core';
import { alignAxis } from '../grid/align-axis.js';
import type { Axis } from '../grid/axis.js';
import { rootsOf } from '../grid/cell-rule.js';
import type { Locus } from '../operators/loci.js';

/** Axes with nodes where an obstacle is not smooth, and whether that could be had of all of its loci. */
export interface Aligned {
  readonly axes: readonly Axis[];
  readonly missed: readonly Locus[];
}

/** Relative to its cell, a node that is where it is to be. */
const THERE = 2 ** -40;

/**
 * Moves the points of axes by less than a cell or two, so that loci in one coordinate lie on nodes: whoever stops at a place where the obstacle jumps or
 * kinks gets its value there, which no mean is. Loci that cross the axes at an angle or move are missed.
 */
export function alignedAxes(axes: readonly Axis[], loci: readonly Locus[], dimension: number): Aligned {
  const missed: Locus[] = [];
  const wanted = axes.map(() => new Map<number, Locus>());
  const x = new Float64Array(dimension);
  for (const locus of loci) {
    if (!locus.inSpace) continue;
    const [k] = locus.axes;
    if (locus.axes.length > 1 || locus.moves || !axes[k]) {
      missed.push(locus);
      continue;
    }
    const { points } = axes[k];
    const f = (s: number): number => {
      x[k] = s;
      return locus.at(0, x);
    };
    for (let i = 1; i < points.length; i++) {
      const tiny = THERE * (points[i] - points[i - 1]);
      for (const root of rootsOf(f, points[i - 1], points[i])) {
        if (root - points[i - 1] > tiny && points[i] - root > tiny) wanted[k].set(root, locus);
      }
    }
  }
  const moved = axes.map((axis, k) => {
    if (wanted[k].size === 0) return axis;
    try {
      return alignAxis(axis, { nodes: [...kept(axis, loci, k, x), ...wanted[k].keys()].sort((a, b) => a - b) });
    } catch (error) {
      if (!(error instanceof SdeError)) throw error;
      missed.push(...wanted[k].values());
      return axis;
    }
  });
  return { axes: moved, missed };
}

/** Inner nodes that lie on a locus already: they are to stay there. */
function kept({ points }: Axis, loci: readonly Locus[], k: number, x: Float64Array): number[] {
  const own = loci.filter(({ axes, moves }) => axes.length === 1 && axes[0] === k && !moves);
  return Array.from(points.subarray(1, -1)).filter((s) => {
    x[k] = s;
    return own.some(({ at }) => at(0, x) === 0);
  });
}
