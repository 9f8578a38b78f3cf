import type { Work } from 'sde-core';
import type { EliminationTree } from './elimination-tree.js';

/** Columns that are eliminated together, as one dense block, because their factors have about the same rows. */
export interface Supernodes {
  /** The columns, in places of the order that the tree was made for, supernode after supernode; each after all it needs. Shape (size). */
  readonly columns: Int32Array;
  /** Supernode s holds columns start[s] to start[s + 1] of them. Shape (count + 1). */
  readonly start: Int32Array;
  /** The supernode that takes up what s leaves; −1 if it leaves nothing. Shape (count). */
  readonly parent: Int32Array;
  /** Rows below the columns of each. Shape (count). */
  readonly below: Int32Array;
  /** Most numbers that wait at once to be taken up. */
  readonly mostWaiting: number;
}

/** A supernode takes in a child if together they have at most so many columns, and at most that share of their entries are zeros; empirical. */
const RELAXED: readonly { readonly columns: number; readonly zeros: number }[] = [
  { columns: 8, zeros: 0.6 },
  { columns: 16, zeros: 0.4 },
  { columns: 48, zeros: 0.1 },
  { columns: Number.POSITIVE_INFINITY, zeros: 0.05 },
];

/**
 * Groups the columns of a factor into supernodes, and puts these in an order in which little waits.
 *
 * Columns with the same rows are joined first; then a child and its parent are joined where that adds few zeros, for long loops over dense blocks are
 * faster than short ones over lists.
 *
 * @see [liu1990]
 * @see [ashcraft1989]
 */
export function* supernodes(tree: EliminationTree): Work<Supernodes> {
  const same = joined(tree);
  yield;
  const groups = relaxed(same, tree);
  yield;
  const { order, mostWaiting } = postorder(groups, tree);
  yield;
  const number = new Map(order.map((top, s) => [top, s]));
  const columns = new Int32Array(tree.parent.length);
  const start = new Int32Array(order.length + 1);
  order.forEach((top, s) => {
    let place = start[s];
    for (let k = groups.first[top]; k !== -1; k = groups.next[k]) columns[place++] = k;
    start[s + 1] = place;
  });
  return {
    columns,
    start,
    parent: Int32Array.from(order, (top) => number.get(groups.parent[top]) ?? -1),
    below: Int32Array.from(order, (top) => tree.below[top]),
    mostWaiting,
  };
}

/** Groups of columns as lists; a group is known by its last column, its top. */
interface Groups {
  /** Of the columns that are tops: the first of the list, how many, and the entries of their factor that are zeros. Shape (size) each. */
  readonly first: Int32Array;
  readonly width: Int32Array;
  readonly zeros: Float64Array;
  /** The next column of the list, −1 at its end. */
  readonly next: Int32Array;
  /** The top of the group that takes up what this one leaves, of tops. */
  readonly parent: Int32Array;
  /** The tops, ascending. */
  readonly tops: readonly number[];
}

/** Joins columns that follow one another and have the same rows. */
function joined({ parent, below }: EliminationTree): Groups {
  const size = parent.length;
  const first = Int32Array.from({ length: size }, (_, k) => k);
  const width = new Int32Array(size).fill(1);
  const next = new Int32Array(size).fill(-1);
  const heir = new Int32Array(size).fill(-1);
  // Of the children with the same rows as their parent, the one with the most columns.
  for (let k = 0; k < size; k++) {
    if (heir[k] !== -1) join(first, width, next, heir[k], k);
    const p = parent[k];
    if (p !== -1 && below[k] === below[p] + 1 && (heir[p] === -1 || width[k] > width[heir[p]])) heir[p] = k;
  }
  const top = new Int32Array(size);
  for (let k = size - 1; k >= 0; k--) top[k] = next[k] === -1 ? k : top[next[k]];
  return {
    first,
    width,
    zeros: new Float64Array(size),
    next,
    parent: parent.map((p) => (p === -1 ? -1 : top[p])),
    tops: [...top.keys()].filter((k) => next[k] === -1),
  };
}

function join(first: Int32Array, width: Int32Array, next: Int32Array, child: number, parent: number): void {
  next[child] = first[parent];
  first[parent] = first[child];
  width[parent] += width[child];
}

/** Joins groups with their parents where that adds few zeros. */
function relaxed({ first, width, zeros, next, parent, tops }: Groups, { below }: EliminationTree): Groups {
  const children = childrenOf(tops, parent);
  const into = new Map<number, number>();
  for (const top of tops) {
    // The child with the most rows below adds the fewest zeros.
    for (const child of (children.get(top) ?? []).sort((a, b) => below[b] - below[a] || a - b)) {
      const [own, taken] = [width[top], width[child]];
      const added = taken * (own + below[top] - below[child]);
      const columns = own + taken;
      const entries = (columns * (columns + 1)) / 2 + columns * below[top];
      const share = (zeros[top] + zeros[child] + added) / entries;
      const most = RELAXED.find((rule) => columns <= rule.columns)?.zeros ?? 0;
      if (share > most) continue;
      join(first, width, next, child, top);
      zeros[top] += zeros[child] + added;
      into.set(child, top);
    }
  }
  const remaining = tops.filter((top) => !into.has(top));
  const found = (top: number): number => {
    let at = top;
    for (let up = into.get(at); up !== undefined; up = into.get(at)) at = up;
    return at;
  };
  const above = parent.slice();
  for (const top of remaining) if (parent[top] !== -1) above[top] = found(parent[top]);
  return { first, width, zeros, next, parent: above, tops: remaining };
}

function childrenOf(tops: readonly number[], parent: Int32Array): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const top of tops) {
    if (parent[top] === -1) continue;
    const known = children.get(parent[top]);
    if (known) known.push(top);
    else children.set(parent[top], [top]);
  }
  return children;
}

/** Children before parents; among children, first those that need much room while they are made and leave little. */
function postorder(
  { parent, tops }: Groups,
  { below }: EliminationTree,
): { readonly order: readonly number[]; readonly mostWaiting: number } {
  const children = childrenOf(tops, parent);
  const room = new Map<number, number>();
  const left = (top: number): number => below[top] * below[top];
  const need = (top: number): number => room.get(top) ?? 0;
  for (const top of tops) {
    const own = children.get(top) ?? [];
    own.sort((a, b) => need(b) - left(b) - (need(a) - left(a)) || a - b);
    let [waiting, most] = [0, left(top)];
    for (const child of own) {
      most = Math.max(most, waiting + need(child));
      waiting += left(child);
    }
    room.set(top, Math.max(most, waiting));
  }
  const roots = tops.filter((top) => parent[top] === -1);
  const order: number[] = [];
  const pending = [...roots];
  // Parents first and the last child next to them, then turned around.
  for (let top = pending.pop(); top !== undefined; top = pending.pop()) {
    order.push(top);
    for (const child of children.get(top) ?? []) pending.push(child);
  }
  return { order: order.reverse(), mostWaiting: roots.reduce((most, top) => Math.max(most, need(top)), 0) };
}
