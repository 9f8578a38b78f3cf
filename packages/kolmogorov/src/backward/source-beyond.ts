import type { Discrete } from './discretization.js';

/** Relative to the source, a bend that is rounding. */
const ROUNDING = 1e-6;

/**
 * How fast a source f bends away from its tangent before a drift that leaves through a side of vanishing curvature: the most of ½ f″ b², b the drift out, at the
 * side's nodes. After a time τ beyond the side f is off its tangent by that times τ².
 */
export function sourceBeyond(
  { grid, sides, generator }: Pick<Discrete, 'grid' | 'sides' | 'generator'>,
  drift: readonly Float64Array[],
  source: Float64Array,
): number {
  const { fixed } = generator.closure;
  const size = source.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  let most = 0;
  sides.forEach((pair, k) => {
    const { points } = grid.axes[k];
    const last = points.length - 1;
    const half = (points[last] - points[0]) / 2;
    pair.forEach((side, upper) => {
      if (side.kind !== 'straight' || side.degenerate) return;
      const [end, inward] = upper === 1 ? [last, -1] : [0, 1];
      const near = points[end + inward] - points[end];
      const far = points[end + 2 * inward] - points[end + inward];
      const step = inward * grid.strides[k];
      for (let p = 0; p < grid.size; p++) {
        if (Math.floor(p / grid.strides[k]) % points.length !== end || fixed[p]) continue;
        const outward = upper === 1 ? drift[k][p] : -drift[k][p];
        if (!(outward > 0)) continue;
        const first = (source[p + step] - source[p]) / near;
        const second = (source[p + 2 * step] - source[p + step]) / far;
        const bend = Math.abs((second - first) / (near + far));
        if (bend * half * half > ROUNDING * size) most = Math.max(most, bend * outward * outward);
      }
    });
  });
  return most;
}

/** What a source that bends away by `beyond` τ² adds up to over a time, with killing of at least c: ∫ beyond τ² e^(−cτ) dτ, from above. */
export function addedBeyond(beyond: number, time: number, c: number): number {
  if (beyond === 0) return 0;
  const whole = beyond * ((time * time * time) / 3);
  return c > 0 ? Math.min(whole, (2 * beyond) / (c * c * c)) : whole;
}

/** What is said of it. */
export function sourceMessage(missing: number): string {
  return `The drift leaves through a side of vanishing curvature, and the source bends there: u goes on straight beyond it, and near the side is off by some ${missing}. Widen the axis until the number no longer moves, or say what holds there.`;
}
