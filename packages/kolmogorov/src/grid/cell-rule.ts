import { type Grid, nodeAt } from './grid.js';

/** A function of the state whose change of sign cuts cells; where it jumps, a cell that it touches at a corner too. */
export interface Cut {
  readonly kind: 'jump' | 'kink';
  at(x: ArrayLike<number>): number;
}

/**
 * What stands for the value at a node beside which something is cut: a weighted mean over points around it, by Gauss's rule between the cuts.
 *
 * Where a jump cuts a cell of the node, the mean against its hat function; where only kinks do, the mean over its own cell, half-way to its neighbors. Both
 * make of the cut the same smooth B-spline wherever in a cell it lies: the error is O(spacing²) with a constant that does not depend on that.
 */
export interface CellRule {
  /** The nodes that have one. */
  readonly nodes: Int32Array;
  /** Place in `nodes`, by node; −1 elsewhere. Shape (size). */
  readonly placeOf: Int32Array;
  /** Where the points of each node start, shape (nodes + 1). */
  readonly start: Int32Array;
  /** Shape (points). Those of a node sum to 1. */
  readonly weight: Float64Array;
  /** Shape (points, d). */
  readonly points: Float64Array;
  /** The axis along which most edges around the node are cut, by jumps before kinks, shape (nodes). */
  readonly across: Int32Array;
}

/** Gauss's points and weights on (0, 1): exact to degree 5, a hat times what is left of f. */
const ROOT = Math.sqrt(3 / 5) / 2;
const GAUSS: readonly (readonly [number, number])[] = [
  [1 / 2 - ROOT, 5 / 18],
  [1 / 2, 4 / 9],
  [1 / 2 + ROOT, 5 / 18],
];

/**
 * The rule for the nodes beside cuts; undefined if there is none. `cyclic` says which axes end where they begin.
 *
 * A kink on a node of every `stride`-th is left: there the value at the node is as good, on this grid and on those that it is compared with.
 */
export function cellRule(
  grid: Grid,
  cuts: readonly Cut[],
  cyclic: readonly boolean[],
  stride = 1,
): CellRule | undefined {
  if (cuts.length === 0) return undefined;
  const { dimension: d } = grid;
  const marks = marksOf(grid, cuts, cyclic, stride);
  if (marks.size === 0) return undefined;
  const nodes = Int32Array.from(marks.keys()).sort();
  const placeOf = new Int32Array(grid.size).fill(-1);
  const start = new Int32Array(nodes.length + 1);
  const [points, weight]: [number[], number[]] = [[], []];
  const across = new Int32Array(nodes.length);
  nodes.forEach((p, n) => {
    const { jump, votes } = marks.get(p) as Mark;
    let volume = 0;
    const first = weight.length;
    for (let quarter = 0; quarter < 1 << d; quarter++) {
      const found = quarterOf({ grid, cyclic }, p, quarter, jump ? 1 : 1 / 2);
      if (!found) continue;
      const { center, low, high } = found;
      eachPoint(cuts, low, high, (x, w) => {
        let hat = w;
        for (let k = 0; jump && k < d; k++) hat *= 1 - Math.abs(x[k] - center[k]) / (high[k] - low[k]);
        for (let k = 0; k < d; k++) points.push(x[k]);
        weight.push(hat);
        volume += hat;
      });
    }
    for (let j = first; j < weight.length; j++) weight[j] /= volume;
    placeOf[p] = n;
    start[n + 1] = weight.length;
    across[n] = votes.indexOf(votes.reduce((most, vote) => Math.max(most, vote), 0));
  });
  return { nodes, placeOf, start, weight: Float64Array.from(weight), points: Float64Array.from(points), across };
}

/**
 * One of the 2^d cells around a node, or a share of it from the node on, and where the node stands beside it: on a cyclic axis the last
 * point for the cell that ends there. Undefined beyond an end.
 */
function quarterOf(
  { grid: { axes, shape, strides }, cyclic }: { readonly grid: Grid; readonly cyclic: readonly boolean[] },
  p: number,
  quarter: number,
  share: number,
): { readonly center: Float64Array; readonly low: Float64Array; readonly high: Float64Array } | undefined {
  const [center, low, high] = [0, 1, 2].map(() => new Float64Array(axes.length));
  for (let k = 0; k < axes.length; k++) {
    const { points } = axes[k];
    const last = shape[k] - 1;
    const up = (quarter >> k) & 1;
    let i = Math.floor(p / strides[k]) % shape[k];
    if (i === 0 && !up && cyclic[k]) i = last;
    if (up ? i === last : i === 0) return undefined;
    center[k] = points[i];
    low[k] = up ? points[i] : points[i] - share * (points[i] - points[i - 1]);
    high[k] = up ? points[i] + share * (points[i + 1] - points[i]) : points[i];
  }
  return { center, low, high };
}

interface Mark {
  jump: boolean;
  /** Edges around the node along each axis that are cut, shape (d): a jump's before a kink's. */
  readonly votes: Float64Array;
}

/** The nodes of cells that a cut does not leave on one side; on a cyclic axis the first for the last. */
function marksOf(grid: Grid, cuts: readonly Cut[], cyclic: readonly boolean[], stride: number): Map<number, Mark> {
  const { dimension: d, shape, strides, size } = grid;
  const x = new Float64Array(d);
  const marks = new Map<number, Mark>();
  const indexOf = (p: number, k: number): number => Math.floor(p / strides[k]) % shape[k];
  const canonical = (p: number): number =>
    strides.reduce(
      (q, stride, k) => (cyclic[k] && indexOf(p, k) === shape[k] - 1 ? q - (shape[k] - 1) * stride : q),
      p,
    );
  const corners = Array.from({ length: 1 << d }, (_, c) =>
    strides.reduce((q, stride, k) => ((c >> k) & 1 ? q + stride : q), 0),
  );
  const values = new Float64Array(size);
  for (const { kind, at } of cuts) {
    const jump = kind === 'jump';
    const mark = (p: number): Mark => {
      const q = canonical(p);
      const known = marks.get(q) ?? { jump, votes: new Float64Array(d) };
      known.jump ||= jump;
      marks.set(q, known);
      return known;
    };
    for (let p = 0; p < size; p++) {
      nodeAt(grid, p, x);
      values[p] = at(x);
    }
    snap(values, grid);
    // For each node that the cut goes through, on which sides of it there is something: 1 below, 2 above.
    const through = new Map<number, number>();
    for (let p = 0; p < size; p++) {
      let inside = true;
      for (let k = 0; k < d && inside; k++) inside = indexOf(p, k) < shape[k] - 1;
      if (!inside) continue;
      let [signs, zeros] = [0, 0];
      const see = (value: number): void => {
        if (value === 0) zeros++;
        else signs |= value < 0 ? 1 : value > 0 ? 2 : 0;
      };
      for (const offset of corners) see(values[p + offset]);
      if (signs !== 3) {
        for (let k = 0; k < d; k++) {
          const { points } = grid.axes[k];
          const i = indexOf(p, k);
          x[k] = (points[i] + points[i + 1]) / 2;
        }
        see(at(x));
      }
      if (zeros > 0) {
        for (const offset of corners) {
          const q = canonical(p + offset);
          if (values[p + offset] === 0) through.set(q, (through.get(q) ?? 0) | signs);
        }
      }
      if (signs !== 3 && !(jump && zeros > 0 && signs !== 0)) continue;
      for (const offset of corners) {
        const { votes } = mark(p + offset);
        for (let k = 0; k < d; k++) votes[k] += cutEdges(values, p, corners, k, strides[k]) * (jump ? 1 : KINK);
      }
    }
    // Where it goes through at an angle the node is marked already.
    const left = (q: number): boolean =>
      strides.every((step, k) => {
        const i = indexOf(q, k);
        const inner = i > 0 && i < shape[k] - 1;
        const crossed = inner && values[q - step] < 0 !== values[q + step] < 0;
        return !crossed || i % stride === 0;
      });
    for (const [q, signs] of through) if (signs === 3 && (jump || !left(q))) mark(q);
  }
  return marks;
}

/** Beside its neighbors' values, what of a node's is rounding: the places of nodes and the constants of formulas have some. */
const ROUNDING = 2 ** -40;

/** Puts a cut that misses a node by rounding alone through it. */
function snap(values: Float64Array, { shape, strides, size }: Grid): void {
  const given = values.slice();
  for (let p = 0; p < size; p++) {
    let around = 0;
    for (let k = 0; k < shape.length; k++) {
      const i = Math.floor(p / strides[k]) % shape[k];
      if (i > 0) around = Math.max(around, Math.abs(given[p - strides[k]]));
      if (i < shape[k] - 1) around = Math.max(around, Math.abs(given[p + strides[k]]));
    }
    if (Math.abs(given[p]) <= ROUNDING * around) values[p] = 0;
  }
}

/** What an edge that a kink cuts counts, where one that a jump cuts counts 1: less than all of them together. */
const KINK = 2 ** -20;

/** How many edges of a cell along axis k end on different sides. */
function cutEdges(values: Float64Array, p: number, corners: readonly number[], k: number, stride: number): number {
  let count = 0;
  corners.forEach((offset, c) => {
    if ((c >> k) & 1) return;
    const [a, b] = [values[p + offset], values[p + offset + stride]];
    if (a < 0 !== b < 0 || a > 0 !== b > 0) count++;
  });
  return count;
}

/** Calls `see` with the points of Gauss's rule between cuts, axis by axis, and their weights. */
function eachPoint(
  cuts: readonly Cut[],
  low: Float64Array,
  high: Float64Array,
  see: (x: Float64Array, weight: number) => void,
): void {
  const d = low.length;
  const x = new Float64Array(d);
  const along = (k: number, weight: number): void => {
    if (k === d) {
      see(x, weight);
      return;
    }
    // A piece ends where a cut meets the line, and before the last axis where it meets an end of what is still to be integrated over.
    const lines = 1 << (d - 1 - k);
    const ends = new Set<number>();
    for (let c = 0; c < lines; c++) {
      for (let l = k + 1; l < d; l++) x[l] = (c >> (l - k - 1)) & 1 ? high[l] : low[l];
      for (const { at } of cuts) {
        const f = (s: number): number => {
          x[k] = s;
          return at(x);
        };
        for (const s of rootsOf(f, low[k], high[k])) ends.add(s);
      }
    }
    const edges = [low[k], ...[...ends].sort((a, b) => a - b), high[k]];
    for (let piece = 1; piece < edges.length; piece++) {
      const [from, to] = [edges[piece - 1], edges[piece]];
      if (!(to - from > NOTHING * (high[k] - low[k]))) continue;
      for (const [place, share] of GAUSS) {
        x[k] = from + (to - from) * place;
        const kept = x[k];
        along(k + 1, weight * share * (to - from));
        x[k] = kept;
      }
    }
  };
  along(0, 1);
}

/** Relative to its cell, a piece that is rounding. */
const NOTHING = 2 ** -40;
/** Parts of a cell in which a change of sign is looked for, and bisections of each. */
const PARTS = 4;
const MOST_HALVINGS = 60;

/** Where a function changes its sign inside (a, b), as far as four parts show it. */
export function rootsOf(f: (s: number) => number, a: number, b: number): number[] {
  const roots: number[] = [];
  let [from, below] = [a, f(a)];
  for (let part = 1; part <= PARTS; part++) {
    const to = part === PARTS ? b : a + ((b - a) * part) / PARTS;
    const above = f(to);
    if (below === 0) {
      if (from > a) roots.push(from);
    } else if (above !== 0 && below < 0 !== above < 0 && !Number.isNaN(below + above)) {
      roots.push(rootBetween(f, from, to, below, above));
    }
    [from, below] = [to, above];
  }
  return roots;
}

/** A root by false position, at once where the function is linear, with bisection where that does not halve the bracket. */
function rootBetween(f: (s: number) => number, a: number, b: number, atA: number, atB: number): number {
  let [low, high, below, above] = [a, b, atA, atB];
  const tiny = (b - a) * 2 ** -48;
  for (let step = 0; step < MOST_HALVINGS && high - low > tiny; step++) {
    const secant = low - (below * (high - low)) / (above - below);
    for (const s of [
      Math.min(Math.max(secant - tiny / 4, low), high),
      Math.min(Math.max(secant + tiny / 4, low), high),
      (low + high) / 2,
    ]) {
      if (!(s > low && s < high)) continue;
      const value = f(s);
      if (value === 0) return s;
      if (value < 0 === below < 0) [low, below] = [s, value];
      else [high, above] = [s, value];
    }
  }
  return (low + high) / 2;
}
