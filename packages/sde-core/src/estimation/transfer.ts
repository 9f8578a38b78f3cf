import {
  type Box,
  type ChebyshevSurface,
  chebyshevNode,
  chebyshevSurface,
  evaluateSurface,
} from '../numerics/chebyshev.js';
import type { Chain } from '../paths/chain.js';
import type { Outcome } from '../randomness/driver.js';

/** Intervals of Chebyshev nodes a variable, at most, tried one after the other: for d = 1 and d = 2. */
const INTERVALS = [
  [64, 128, 256, 512, 1024],
  [16, 32, 64],
];

/** Points a variable on which the image of a box is sought, its corners among them. */
const PROBES = 16;

/** What the transition operator needs to know. */
interface TransferOptions {
  readonly chain: Chain;
  readonly outcomes: readonly Outcome[];
  readonly value: (x: Float64Array) => number;
  /** Shape (n, d): the values from these states are returned. */
  readonly initial: ArrayLike<number>;
  /** Relative to the largest value, or 1. */
  readonly tolerance: number;
}

/** E φ(X_N) from each initial state. */
export interface TransferredValues {
  /** Shape (n). */
  readonly values: Float64Array;
  /** Bound on the interpolation error, or the last change on doubling the nodes; with the rounding of large values far out. */
  readonly error: number;
  /** Whether that is the bound. */
  readonly bounded: boolean;
  /** The most coefficients that any step needed. */
  readonly nodes: number;
  readonly converged: boolean;
}

/**
 * The transition operator on polynomials, d ≤ 2: u_N = φ, u_n(x) = Σ_k p_k u_(n+1)(step(n, x, w_k)).
 *
 * u_n is interpolated on a box that holds every state reachable at step n from the initial states, with as many Chebyshev nodes as it needs. A step
 * averages, so the errors of the steps add and never grow; their sum is a bound. It is far too large where the far ends of
 * the boxes are hard and improbable: then the nodes are doubled until the values themselves no longer change.
 *
 * @see [trefethen2013]
 */
export function transfer(options: TransferOptions): TransferredValues {
  const { chain, initial, tolerance } = options;
  const d = chain.dimension;
  const boxes = reachableBoxes(chain, options.outcomes, hull(initial, d));
  let last: TransferredValues | undefined;
  for (const most of INTERVALS[d - 1]) {
    const { at, error: bound, rounding, nodes } = sweep(options, boxes, most);
    const values = Float64Array.from({ length: initial.length / d }, (_, i) =>
      at(Float64Array.from({ length: d }, (_, a) => initial[i * d + a])),
    );
    const scale = values.reduce((top, v) => Math.max(top, Math.abs(v)), 1);
    const change = last
      ? values.reduce((top, v, i) => Math.max(top, Math.abs(v - (last?.values[i] ?? v))), 0)
      : Number.POSITIVE_INFINITY;
    const error = Math.min(bound, change);
    // More nodes do not help against rounding: it is reported, and no reason to go on.
    last = { values, error: error + rounding, bounded: bound <= change, nodes, converged: error <= tolerance * scale };
    if (last.converged) return last;
  }
  return last ?? { values: new Float64Array(0), error: 0, bounded: true, nodes: 0, converged: true };
}

function sweep(
  { chain, outcomes, value }: TransferOptions,
  boxes: readonly Box[],
  most: number,
): {
  readonly at: (x: Float64Array) => number;
  readonly error: number;
  readonly rounding: number;
  readonly nodes: number;
} {
  const d = chain.dimension;
  const x = new Float64Array(d);
  const out = new Float64Array(d);
  const scratch = new Float64Array(most + 1);
  let error = 0;
  let rounding = 0;
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
    rounding += surface.rounding;
    nodes = Math.max(nodes, surface.coefficients.length);
    next = surface;
  }
  return { at: evaluate, error, rounding, nodes };
}

/** The smallest box around states, shape (n, d). */
function hull(states: ArrayLike<number>, d: number): Box {
  const low: [number, number] = [0, 0];
  const high: [number, number] = [0, 0];
  for (let a = 0; a < d; a++) {
    const side = Array.from({ length: states.length / d }, (_, i) => states[i * d + a]);
    low[a] = side.reduce((least, v) => Math.min(least, v));
    high[a] = side.reduce((most, v) => Math.max(most, v));
  }
  return { low, high };
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
