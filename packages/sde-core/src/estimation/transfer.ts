import {
  type Box,
  type ChebyshevSurface,
  chebyshevNode,
  chebyshevSurface,
  evaluateSurface,
} from '../numerics/chebyshev.js';
import type { Chain } from '../paths/chain.js';
import type { Outcome } from '../randomness/driver.js';

/** E φ(X_N) as a function of the initial state. */
export interface TransferredValue {
  /** At one state, shape (d). */
  at(x: ArrayLike<number>): number;
  /** Bound on the interpolation error: the sum over the steps. */
  readonly error: number;
  /** The most coefficients that any step needed. */
  readonly nodes: number;
}

/** Intervals of Chebyshev nodes a variable, at most: for d = 1 and d = 2. */
const MOST_INTERVALS = [2048, 64];

/** Points a variable on which the image of a box is sought, its corners among them. */
const PROBES = 16;

/**
 * The transition operator on polynomials, d ≤ 2: u_N = φ, u_n(x) = Σ_k p_k u_(n+1)(step(n, x, w_k)).
 *
 * u_n is interpolated on a box that holds every state reachable at step n from the box of initial states, with as many Chebyshev nodes as
 * it needs. A step averages, so the errors of the steps add and never grow.
 *
 * @see [trefethen2013]
 */
export function transfer(
  chain: Chain,
  outcomes: readonly Outcome[],
  value: (x: Float64Array) => number,
  initial: Box,
): TransferredValue {
  const d = chain.dimension;
  const x = new Float64Array(d);
  const out = new Float64Array(d);
  const most = MOST_INTERVALS[d - 1];
  const scratch = new Float64Array(most + 1);
  const boxes = reachableBoxes(chain, outcomes, initial);

  let error = 0;
  let nodes = 0;
  let next: ChebyshevSurface | undefined;
  const evaluate = (state: Float64Array): number =>
    next ? evaluateSurface(next, state[0], d === 2 ? state[1] : 0, scratch) : value(state);
  const back = (n: number, first: number, second: number): number => {
    x[0] = first;
    if (d === 2) x[1] = second;
    let sum = 0;
    for (const { probability, noise } of outcomes) {
      chain.step(n, x, noise, out);
      sum += probability * evaluate(out);
    }
    return sum;
  };
  for (let n = chain.steps - 1; n >= 0; n--) {
    const surface = chebyshevSurface((first, second) => back(n, first, second), boxes[n], most);
    error += surface.error;
    nodes = Math.max(nodes, surface.coefficients.length);
    next = surface;
  }
  return { at: (state) => evaluate(Float64Array.from(state)), error, nodes };
}

/** A box a step, 0 … N − 1, that holds the images of the one before it. */
function reachableBoxes(chain: Chain, outcomes: readonly Outcome[], initial: Box): Box[] {
  const d = chain.dimension;
  const x = new Float64Array(d);
  const out = new Float64Array(d);
  const boxes = [initial];
  for (let n = 0; n + 1 < chain.steps; n++) {
    const box = boxes[n];
    const low: [number, number] = [Number.POSITIVE_INFINITY, d === 2 ? Number.POSITIVE_INFINITY : 0];
    const high: [number, number] = [Number.NEGATIVE_INFINITY, d === 2 ? Number.NEGATIVE_INFINITY : 0];
    const counts = box.low.map((side, axis) => (side === box.high[axis] ? 0 : PROBES));
    for (let i = 0; i <= counts[0]; i++) {
      for (let j = 0; j <= counts[1]; j++) {
        x[0] = chebyshevNode(i, counts[0], box.low[0], box.high[0]);
        if (d === 2) x[1] = chebyshevNode(j, counts[1], box.low[1], box.high[1]);
        for (const { noise } of outcomes) {
          chain.step(n, x, noise, out);
          for (let a = 0; a < d; a++) {
            low[a] = Math.min(low[a], out[a]);
            high[a] = Math.max(high[a], out[a]);
          }
        }
      }
    }
    boxes.push({ low, high });
  }
  return boxes;
}
