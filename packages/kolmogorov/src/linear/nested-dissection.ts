import type { Work } from 'sde-core';
import type { Graph } from './sparse-matrix.js';

/** Sets that small are not cut: their supernodes are merged anyway; empirical. */
const LEAF = 6;
/** A separator of more than that share of its set cuts off little: then another way to cut is tried; empirical. */
const LARGE_SHARE = 1 / 3;
/** Nodes looked at between two places where the work may pause, about a millisecond; a set is looked at as a whole. */
const PART = 1 << 14;

/**
 * An order of elimination with little fill: cut the nodes in two by a separator, number it last, and go on with both halves.
 *
 * Sets are cut across an axis at the median of one of the `coordinates`, shape (size) each. The separator is taken from the graph: the nodes of one half
 * that are coupled with the other. So any pattern is cut rightly: wide stencils get thick separators, and a periodic axis is cut at
 * its seam too. Where couplings do not follow the axes, sets are cut by the distance from a far node instead. Grids of n nodes
 * fill to O(n log n) in two dimensions and O(n^(4/3)) in three. Cost: O(edges · log n).
 *
 * Returns the nodes in their order, shape (size).
 *
 * @see [george1973]
 * @see [george1978]
 */
export function* nestedDissection(graph: Graph, coordinates: readonly Int32Array[]): Work<Int32Array> {
  const { size } = graph;
  const order = Int32Array.from({ length: size }, (_, p) => p);
  const dissection: Dissection = { graph, order, half: new Int8Array(size), scratch: new Int32Array(size) };
  const pending: [number, number][] = [[0, size]];
  let looked = 0;
  for (let next = pending.pop(); next; next = pending.pop()) {
    const [from, to] = next;
    if (to - from <= LEAF) continue;
    looked += to - from;
    if (looked > PART) {
      looked = 0;
      yield;
    }
    const cut = yield* bestCut(dissection, coordinates, from, to);
    if (!cut) continue;
    const [middle, end] = divide(dissection, cut, from, to);
    pending.push([from, middle], [middle, end]);
  }
  return order;
}

interface Dissection {
  readonly graph: Graph;
  readonly order: Int32Array;
  /** 1 and 2 at the nodes of the halves of the set being cut, else 0. Shape (size). */
  readonly half: Int8Array;
  /** Shape (size). */
  readonly scratch: Int32Array;
}

/** The second half of a set is where `along` is at least `at`; the separator is what of half `from` is coupled with the other. */
interface Cut {
  readonly along: Int32Array;
  readonly at: number;
  readonly from: 1 | 2;
  readonly separator: number;
}

function* bestCut(
  dissection: Dissection,
  coordinates: readonly Int32Array[],
  from: number,
  to: number,
): Work<Cut | undefined> {
  const large = to - from > PART;
  const extents = coordinates.map((along) => extent(dissection.order, along, from, to));
  const widest = Math.max(...extents);
  let best: Cut | undefined;
  const consider = (along: Int32Array): void => {
    const cut = cutAcross(dissection, along, from, to);
    if (cut.separator < (best?.separator ?? to - from)) best = cut;
  };
  for (const [k, along] of coordinates.entries()) {
    // A cut across a short axis is long.
    if (!(extents[k] > 0 && 2 * extents[k] >= widest)) continue;
    consider(along);
    if (large) yield;
  }
  if (!best || best.separator > LARGE_SHARE * (to - from)) consider(distances(dissection, from, to));
  return best;
}

function extent(order: Int32Array, along: Int32Array, from: number, to: number): number {
  let [low, high] = [along[order[from]], along[order[from]]];
  for (let i = from + 1; i < to; i++) {
    low = Math.min(low, along[order[i]]);
    high = Math.max(high, along[order[i]]);
  }
  return high - low;
}

/** The cut at the median, with the smaller of its two separators. */
function cutAcross(dissection: Dissection, along: Int32Array, from: number, to: number): Cut {
  const { order, half } = dissection;
  const at = median(order, along, from, to);
  for (let i = from; i < to; i++) half[order[i]] = along[order[i]] < at ? 1 : 2;
  const touching = [0, 0];
  for (let i = from; i < to; i++) if (touches(dissection, order[i])) touching[half[order[i]] - 1]++;
  for (let i = from; i < to; i++) half[order[i]] = 0;
  const separatesFirst = touching[0] < touching[1];
  return { along, at, from: separatesFirst ? 1 : 2, separator: separatesFirst ? touching[0] : touching[1] };
}

/** A value above the least so that about as many nodes lie below it as above it: those on it are the likely separator. */
function median(order: Int32Array, along: Int32Array, from: number, to: number): number {
  const values = new Int32Array(to - from);
  for (let i = from; i < to; i++) values[i - from] = along[order[i]];
  values.sort();
  const middle = values[values.length >> 1];
  if (middle > values[0]) return middle;
  return values.find((value) => value > middle) ?? middle + 1;
}

/** Whether a node is coupled with the other half. */
function touches({ graph, half }: Dissection, p: number): boolean {
  const other = 3 - half[p];
  for (let e = graph.start[p]; e < graph.start[p + 1]; e++) if (half[graph.neighbor[e]] === other) return true;
  return false;
}

/** Puts the first half first, then the second, then the separator; returns where the second half starts and ends. */
function divide(dissection: Dissection, cut: Cut, from: number, to: number): readonly [number, number] {
  const { order, half } = dissection;
  const nodes = order.slice(from, to);
  for (const p of nodes) half[p] = cut.along[p] < cut.at ? 1 : 2;
  const isSeparator = (p: number): boolean => half[p] === cut.from && touches(dissection, p);
  const [separator, rest] = [nodes.filter(isSeparator), nodes.filter((p) => !isSeparator(p))];
  const [first, second] = [rest.filter((p) => half[p] === 1), rest.filter((p) => half[p] === 2)];
  order.set(first, from);
  order.set(second, from + first.length);
  order.set(separator, to - separator.length);
  for (const p of nodes) half[p] = 0;
  return [from + first.length, to - separator.length];
}

/** The distances of a set's nodes, within it, from a node that is about as far from another as any; what is not connected is beyond all. */
function distances(dissection: Dissection, from: number, to: number): Int32Array {
  const { order, scratch } = dissection;
  const first = farthest(dissection, order[from], from, to);
  farthest(dissection, first, from, to);
  return scratch;
}

/** Fills `scratch` with the distances from a node, and returns the last one reached. */
function farthest({ graph, order, scratch, half }: Dissection, start: number, from: number, to: number): number {
  for (let i = from; i < to; i++) {
    half[order[i]] = 1;
    scratch[order[i]] = to - from;
  }
  const queue = new Int32Array(to - from);
  queue[0] = start;
  half[start] = 0;
  scratch[start] = 0;
  let reached = 1;
  for (let i = 0; i < reached; i++) {
    const p = queue[i];
    for (let e = graph.start[p]; e < graph.start[p + 1]; e++) {
      const q = graph.neighbor[e];
      if (half[q] === 0) continue;
      half[q] = 0;
      scratch[q] = scratch[p] + 1;
      queue[reached++] = q;
    }
  }
  for (let i = from; i < to; i++) half[order[i]] = 0;
  return queue[reached - 1];
}
