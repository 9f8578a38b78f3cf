import { denseFactors } from '../numerics/dense-factors.js';

/** Relative step of the difference quotients: the square root of the rounding unit. */
const NUDGE = Math.sqrt(Number.EPSILON);
/** Newton converges in a handful of iterations or not at all. */
const MOST_ITERATIONS = 50;

/**
 * A root of F(x) = 0 near a start, by Newton's method with a Jacobian of difference quotients, to rounding.
 *
 * Stops where a step no longer changes x beyond rounding. NaN throughout where it does not converge: the path is then counted as
 * not finite. Cost: d + 1 evaluations of F and an elimination of d³/3 operations an iteration.
 *
 * @param residual - F, shape (d) to shape (d).
 * @param start - Shape (d).
 */
export function newton(residual: (x: readonly number[]) => readonly number[], start: readonly number[]): number[] {
  const x = [...start];
  let previous = Number.POSITIVE_INFINITY;
  for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
    const F = residual(x);
    const columns = x.map((value, j) => {
      const nudge = NUDGE * Math.max(1, Math.abs(value));
      const moved = residual(x.map((entry, i) => (i === j ? value + nudge : entry)));
      return moved.map((entry, i) => (entry - F[i]) / nudge);
    });
    const step = denseFactors(F.map((_, i) => columns.map((column) => column[i]))).solve(F);
    for (let i = 0; i < x.length; i++) x[i] -= step[i];
    const size = Math.max(...step.map(Math.abs));
    if (!Number.isFinite(size)) break;
    const scale = Math.max(1, ...x.map(Math.abs));
    // Below √ε·scale Newton gains half the digits an iteration or more, so the next change is rounding: stop when it no longer falls.
    if (size <= 4 * Number.EPSILON * scale || (size < 1e-10 * scale && size >= previous / 2)) return x;
    previous = size;
  }
  return x.map(() => Number.NaN);
}
