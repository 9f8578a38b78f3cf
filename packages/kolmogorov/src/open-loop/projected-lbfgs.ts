import type { Work } from 'sde-core/turns';
import { type Box, type Method, type Place, placeAt, type SmoothWork } from './descent.js';

/** The last differences of places and of gradients, oldest first. */
export type LbfgsMemory = readonly { readonly s: readonly number[]; readonly y: readonly number[] }[];

/** Pairs of differences that the Hessian is estimated from. */
export const MEMORY = 10;
/** Armijo's fraction of the predicted decrease; empirical, and standard. */
const DECREASE = 1e-4;
/** Halvings before a search is given up. */
const HALVINGS = 40;

/**
 * L-BFGS on the variables that are not held at a bound, with a backtracking search along the projected path.
 *
 * Each trial costs one value, each accepted step one gradient. Where the objective is flat to rounding it finds no further step.
 *
 * @see [nocedal2006]
 */
export function projectedLbfgs(f: SmoothWork): Method<LbfgsMemory> {
  return {
    name: 'projected-lbfgs',
    citation: 'nocedal2006',
    empty: [],
    *step(place, known, within) {
      const { x, gradient } = place;
      const free = gradient.map((slope, i) =>
        (x[i] <= within.lower[i] && slope > 0) || (x[i] >= within.upper[i] && slope < 0) ? 0 : 1,
      );
      let pairs = known;
      let trial = yield* search(f, place, direction(gradient, free, pairs), within);
      if (!trial && pairs.length > 0) {
        pairs = [];
        trial = yield* search(f, place, direction(gradient, free, pairs), within);
      }
      if (!trial) return undefined;
      const next = yield* placeAt(f, trial);
      const s = Array.from(next.x, (value, i) => value - x[i]);
      const y = Array.from(next.gradient, (value, i) => value - gradient[i]);
      // Only a positive curvature well above rounding keeps the estimate positive definite.
      const curved = dot(s, y) > 1e-12 * Math.sqrt(dot(s, s) * dot(y, y));
      return { place: next, memory: curved ? [...pairs, { s, y }].slice(-MEMORY) : pairs };
    },
  };
}

/** −H ∇f on the free variables, by the two-loop recursion; −∇f scaled to length ≤ 1 without pairs. */
function direction(gradient: Float64Array, free: Float64Array, pairs: LbfgsMemory): Float64Array {
  const q = gradient.map((slope, i) => slope * free[i]);
  if (pairs.length === 0) {
    const scale = -1 / Math.max(1, Math.sqrt(dot(q, q)));
    return q.map((value) => scale * value);
  }
  const masked = pairs.map(({ s, y }) => {
    const own = { s: s.map((value, i) => value * free[i]), y: y.map((value, i) => value * free[i]) };
    return { ...own, rho: 1 / dot(own.s, own.y) };
  });
  const usable = masked.filter(({ rho }) => rho > 0 && Number.isFinite(rho));
  const alphas: number[] = [];
  for (const { s, y, rho } of [...usable].reverse()) {
    const alpha = rho * dot(s, q);
    alphas.unshift(alpha);
    for (let i = 0; i < q.length; i++) q[i] -= alpha * y[i];
  }
  const last = usable[usable.length - 1];
  const scale = last ? 1 / (last.rho * dot(last.y, last.y)) : 1;
  for (let i = 0; i < q.length; i++) q[i] *= scale;
  usable.forEach(({ s, y, rho }, index) => {
    const beta = rho * dot(y, q);
    for (let i = 0; i < q.length; i++) q[i] += (alphas[index] - beta) * s[i];
  });
  return q.map((value, i) => -value * free[i]);
}

/** The first point of the projected path x + step · direction, step = 1, ½, ¼ …, that lowers f enough. */
function* search(
  f: SmoothWork,
  { x, objective, gradient }: Place,
  along: Float64Array,
  within: Box,
): Work<Float64Array | undefined> {
  let step = 1;
  for (let halving = 0; halving < HALVINGS; halving++, step /= 2) {
    const trial = within.project(x.map((value, i) => value + step * along[i]));
    const predicted = trial.reduce((sum, value, i) => sum + gradient[i] * (value - x[i]), 0);
    if (predicted >= 0) continue;
    if ((yield* f.value(trial)) <= objective + DECREASE * predicted) return trial;
  }
  return undefined;
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
