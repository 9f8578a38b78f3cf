import type { Warning } from 'sde-core';
import type { Discrete } from './discretization.js';

/** A terminal value that kinks or jumps is solved with steps that do not damp, and too few of them to do so by their number. */
export type UndampedKind = 'undamped-steps';

/** The share of what a kink leaves in the fastest mode of the grid that may be there at t0. Empirical: below it the value at a kink is right to its order. */
const LEFT = 0.1;
/** How many times larger than beside it a second difference is at a kink. Empirical. */
const KINK = 4;

/**
 * Looks for the kink of u(T, ·) that is damped least. A step with weight θ on z = a Δt/Δx² multiplies the fastest mode of the grid, which alternates from node to node, by
 * (1 − 2 (1 − θ) z)/(1 + 2 θ z), which is about −(1 − θ)/θ where z is large: what is left of it after all steps oscillates, in the slopes before it does in the values.
 *
 * @see [rannacher1984]
 */
export function undampedWarnings({ grid, generator, mesh }: Discrete, terminal: Float64Array): Warning<UndampedKind>[] {
  const [first] = mesh;
  if (first === undefined) return [];
  const { axes, strides, shape, size } = grid;
  const { halfVariance } = generator.coefficients(first.before, first.piece, (first.low + first.high) / 2);
  let worst: { left: number; k: number; p: number } | undefined;
  axes.forEach(({ points }, k) => {
    const bend = (p: number, i: number): number => {
      const [down, up] = [points[i] - points[i - 1], points[i + 1] - points[i]];
      const [below, above] = [terminal[p] - terminal[p - strides[k]], terminal[p + strides[k]] - terminal[p]];
      return Math.abs(above / up - below / down);
    };
    for (let p = 0; p < size; p++) {
      const i = Math.floor(p / strides[k]) % shape[k];
      if (i < 3 || i > shape[k] - 4 || generator.closure.fixed[p]) continue;
      const beside = Math.max(bend(p - 2 * strides[k], i - 2), bend(p + 2 * strides[k], i + 2));
      const own = bend(p, i);
      const scale =
        Math.abs(terminal[p + 3 * strides[k]] - terminal[p - 3 * strides[k]]) / (points[i + 3] - points[i - 3]);
      if (!(own > KINK * beside && own > 0.01 * scale)) continue;
      const dx = (points[i + 1] - points[i - 1]) / 2;
      const rate = (2 * halfVariance[k][p]) / (dx * dx);
      let left = 1;
      for (const { length, method } of mesh) {
        const { theta } = method;
        if (theta === undefined) return;
        left *= Math.abs((1 - 2 * (1 - theta) * rate * length) / (1 + 2 * theta * rate * length));
      }
      // A mode that hardly moves is no oscillation: it is the kink itself.
      if (rate * first.length > 1 && left > (worst?.left ?? LEFT)) worst = { left, k, p };
    }
  });
  if (!worst) return [];
  const { left, k, p } = worst;
  const x = Array.from(axes, ({ points }, j) => points[Math.floor(p / strides[j]) % shape[j]]);
  const message = `φ kinks or jumps at x = (${x.join(', ')}), and these steps, which do not damp, leave ${(100 * left).toPrecision(2)} % of what oscillates there along axis ${k}. Leave smoothing out, so that the first steps damp, or take more steps.`;
  return [{ kind: 'undamped-steps', message, left, axis: k, x }];
}
