import {
  type Box,
  type ChebyshevSurface,
  chebyshevNode,
  chebyshevSurface,
  evaluateSurface,
  FEWEST,
} from '../numerics/chebyshev.js';
import type { Chain } from '../paths/chain.js';
import type { Outcome } from '../randomness/driver.js';
import type { Work } from '../turns/work.js';
import { type SampledWalks, sampledWalks, uniformPoint } from './transfer-probes.js';

/** Intervals of Chebyshev nodes a variable, at most, tried one after the other: for d = 1 and d = 2. */
const INTERVALS = [
  [64, 128, 256, 512, 1024],
  [16, 32, 64],
];

/** Points a variable on which the image of a box is sought, its corners among them. */
const PROBES = 16;

/** Points a step off the nodes on which a polynomial is held against its function: of φ's own step, and of the others. */
const TESTS = { last: 2048, other: 32 };

/** What rounding of a polynomial of n coefficients may be, in units of n times the rounding of its values. */
const SLACK = 32;

/** A difference of more than this many times the error that a polynomial claims contradicts it. */
const CLAIM = 4;

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
  /** Bound on the interpolation error, or the last change on doubling the nodes, or more where sampled paths show it; with the rounding of large values far out. */
  readonly error: number;
  /** Whether that is the bound. */
  readonly bounded: boolean;
  /** The most coefficients that any step needed. */
  readonly nodes: number;
  /** Whether `error` is within the tolerance. */
  readonly converged: boolean;
}

/**
 * The transition operator on polynomials, d ≤ 2: u_N = φ, u_n(x) = Σ_k p_k u_(n+1)(step(n, x, w_k)).
 *
 * u_n is interpolated on a box that holds every state reachable at step n from the initial states, with as many Chebyshev nodes as it needs. A step
 * averages, so the errors of the steps add and never grow; their sum is a bound. It is far too large where the far ends of
 * the boxes are hard and improbable: then the nodes are doubled until the values themselves no longer change.
 *
 * Nodes can miss what is narrow. So each polynomial is held against its function on points that are no nodes, over the whole box and where sampled paths
 * are: one that is contradicted is built on more nodes, and what the paths show is part of the error, Σ E |difference|.
 *
 * @see [trefethen2013]
 */
export function* transfer(options: TransferOptions): Work<TransferredValues> {
  const { chain, initial, tolerance } = options;
  const d = chain.dimension;
  const boxes = reachableBoxes(chain, options.outcomes, hull(initial, d));
  yield;
  const walks = sampledWalks(chain, options.outcomes, initial);
  let last: TransferredValues | undefined;
  for (const most of INTERVALS[d - 1]) {
    const { at, error: bound, rounding, nodes, shown, contradicted } = yield* sweep(options, { boxes, walks, most });
    const values = Float64Array.from({ length: initial.length / d }, (_, i) =>
      at(Float64Array.from({ length: d }, (_, a) => initial[i * d + a])),
    );
    const scale = values.reduce((top, v) => Math.max(top, Math.abs(v)), 1);
    const change = last
      ? values.reduce((top, v, i) => Math.max(top, Math.abs(v - (last?.values[i] ?? v))), 0)
      : Number.POSITIVE_INFINITY;
    const error = Math.max(contradicted ? bound : Math.min(bound, change), shown);
    const whole = error + rounding;
    last = { values, error: whole, bounded: bound <= change, nodes, converged: whole <= tolerance * scale };
    // More nodes do not help against rounding: no reason to go on.
    if (last.converged || (error <= tolerance * scale && rounding > tolerance * scale)) return last;
  }
  return last ?? { values: new Float64Array(0), error: 0, bounded: true, nodes: 0, converged: true };
}

function* sweep(
  { chain, outcomes, value }: TransferOptions,
  { boxes, walks, most }: { readonly boxes: readonly Box[]; readonly walks: SampledWalks; readonly most: number },
): Work<{
  readonly at: (x: Float64Array) => number;
  readonly error: number;
  readonly rounding: number;
  readonly nodes: number;
  /** Of the error, on sampled paths. */
  readonly shown: number;
  /** Whether a polynomial was off by more than it claims, with the most nodes. */
  readonly contradicted: boolean;
}> {
  const d = chain.dimension;
  const x = new Float64Array(d);
  const out = new Float64Array(d);
  const scratch = new Float64Array(most + 1);
  let error = 0;
  let rounding = 0;
  let nodes = 0;
  let shown = 0;
  let contradicted = false;
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
  let tested = 0;
  for (let n = chain.steps - 1; n >= 0; n--) {
    const exact = (first: number, second: number): number => back(n, first, second);
    const flat = boxes[n].low.every((side, axis) => side === boxes[n].high[axis]);
    const tests = flat ? 0 : n === chain.steps - 1 ? TESTS.last : TESTS.other;
    const off = (of: ChebyshevSurface, first: number, second: number): number => {
      const difference = Math.abs(exact(first, second) - evaluateSurface(of, first, second, scratch));
      const allowed = SLACK * of.coefficients.length * of.rounding;
      // No number is off by any amount.
      return difference <= allowed ? 0 : Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
    };
    let surface: ChebyshevSurface;
    let worst: number;
    for (let least = FEWEST; ; least *= 2) {
      yield;
      surface = chebyshevSurface(exact, boxes[n], most, least);
      worst = 0;
      for (let i = 0; i < tests; i++) worst = Math.max(worst, off(surface, ...uniformPoint(boxes[n], tested + i)));
      if (worst <= CLAIM * surface.error || least >= most) break;
    }
    tested += tests;
    if (worst > CLAIM * surface.error) {
      contradicted = true;
      error += worst;
    }
    yield;
    if (!flat) shown += walks.mean(n, (first, second) => off(surface, first, second));
    error += surface.error;
    rounding += surface.rounding;
    nodes = Math.max(nodes, surface.coefficients.length);
    next = surface;
  }
  return { at: evaluate, error, rounding, nodes, shown, contradicted };
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
