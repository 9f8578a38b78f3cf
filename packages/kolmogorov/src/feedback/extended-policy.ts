import type { Grid } from '../grid/grid.js';
import { linesAlong, startOf } from '../grid/lines.js';
import type { Sides } from '../operators/boundary.js';
import type { ControlSet } from './control-set.js';

/**
 * A policy with controls also where the boundary gives the value, where the equation decides none: on the line through the two nodes next inward,
 * within the bounds, or as at the next node for a listed control. The end of a periodic axis takes those of its start.
 *
 * @param policy - Shape (size, q), row-major; it is left as it is.
 */
export function extendedPolicy(
  grid: Grid,
  sides: Sides,
  { lower, upper, lists }: ControlSet,
  policy: Float64Array,
): Float64Array {
  const out = policy.slice();
  const q = lower.length;
  sides.forEach((pair, k) => {
    const lines = linesAlong(grid, k);
    const { points } = grid.axes[k];
    const last = points.length - 1;
    for (let line = 0; line < lines.count; line++) {
      const start = startOf(lines, line);
      const at = (i: number, c: number): number => (start + i * lines.stride) * q + c;
      for (const [side, end, inward] of [
        [pair[0], 0, 1],
        [pair[1], last, -1],
      ] as const) {
        for (let c = 0; c < q; c++) {
          if (side.kind === 'periodic' && end === last) out[at(last, c)] = out[at(0, c)];
          if (side.kind !== 'fixed') continue;
          const [near, far] = [end + inward, end + 2 * inward];
          const next = out[at(near, c)];
          const slope = lists[c] ? 0 : (next - out[at(far, c)]) / (points[near] - points[far]);
          const value = next + slope * (points[end] - points[near]);
          out[at(end, c)] = Math.min(Math.max(value, lower[c]), upper[c]);
        }
      }
    }
  });
  return out;
}
