import { SdeError } from 'sde-core';
import { pointsOf } from './axis.js';
import { type Grid, tensorGrid } from './grid.js';
import { lagrangeAt } from './interpolation.js';
import { linesAlong, startOf } from './lines.js';

/** Fewest points an axis may have for every second of them to make a grid again. */
const FEWEST = 5;

/**
 * The grid of every second point an axis.
 *
 * @throws SdeError `value` if an axis has an even number of points, or fewer than 5.
 */
export function everySecond(grid: Grid, where: string): Grid {
  const axes = grid.axes.map(({ points }, k) => {
    if (points.length % 2 === 1 && points.length >= FEWEST) return pointsOf(points.filter((_, i) => i % 2 === 0));
    throw new SdeError('value', {
      what: 'every second point of the axis does not span it',
      where: `${where}[${k}]`,
      expected: `an odd number of points, at least ${FEWEST}`,
      got: `${points.length} points`,
      remedy: 'extrapolation compares with the grid of every second point: add or drop one point',
    });
  });
  return tensorGrid(axes, grid.dimension, where);
}

/** The values of a fine grid's array at every second point an axis. */
export function restricted(fine: Grid, coarse: Grid, values: Float64Array): Float64Array {
  return Float64Array.from({ length: coarse.size }, (_, q) => {
    let p = 0;
    for (let k = 0; k < coarse.dimension; k++) {
      p += 2 * (Math.floor(q / coarse.strides[k]) % coarse.shape[k]) * fine.strides[k];
    }
    return values[p];
  });
}

/** Values on the coarse grid taken to the fine one by cubic interpolation, axis by axis: error O(spacing⁴). */
export function prolonged(coarse: Grid, fine: Grid, values: Float64Array): Float64Array {
  let now = values;
  let grid = coarse;
  for (let k = 0; k < fine.dimension; k++) {
    const axes = grid.axes.map((axis, l) => (l === k ? fine.axes[k] : axis));
    const next = tensorGrid(axes, fine.dimension, 'prolonged');
    now = alongAxis(grid, next, k, now);
    grid = next;
  }
  return now;
}

function alongAxis(from: Grid, to: Grid, k: number, values: Float64Array): Float64Array {
  const out = new Float64Array(to.size);
  const [source, target] = [linesAlong(from, k), linesAlong(to, k)];
  const stencils = Array.from(to.axes[k].points, (x) => lagrangeAt(from.axes[k].points, x));
  for (let q = 0; q < target.count; q++) {
    const [start, end] = [startOf(source, q), startOf(target, q)];
    stencils.forEach(({ first, weights }, i) => {
      let sum = 0;
      for (let j = 0; j < weights.length; j++) sum += weights[j] * values[start + (first + j) * source.stride];
      out[end + i * target.stride] = sum;
    });
  }
  return out;
}
