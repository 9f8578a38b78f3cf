import { SdeError, type Work } from 'sde-core';
import { eliminations } from './dense-front.js';
import { eliminationTree } from './elimination-tree.js';
import { nestedDissection } from './nested-dissection.js';
import { type Graph, graphOf, type Pattern } from './sparse-matrix.js';
import { type Supernodes, supernodes } from './supernodes.js';

/** The most numbers a factorization may hold, with what it needs while it is made: 1 GiB. */
const MOST_ENTRIES = 2 ** 27;
/** Rows between two places where the work may pause: some milliseconds. */
const PART = 1 << 15;

/**
 * The plan of a multifrontal factorization: everything that depends on where a matrix has entries, and not on what they are.
 *
 * Front s is the dense block of the rows and columns that supernode s eliminates, its own, followed by those that this changes, its `rows`. What it
 * leaves there waits until its parent's front takes it up.
 */
export interface Fronts {
  readonly pattern: Pattern;
  /** The nodes in their order, shape (size); supernode s eliminates those from columnStart[s] to columnStart[s + 1]. */
  readonly order: Int32Array;
  readonly columnStart: Int32Array;
  /** The places in the order of the other rows of front s, ascending: rowStart[s] to rowStart[s + 1]. */
  readonly rowStart: Int32Array;
  readonly rows: Int32Array;
  /** Where in the front of the parent each of those rows is: the shape of `rows`. */
  readonly inParent: Int32Array;
  /** Children whose left-overs front s takes up: the last ones made. Shape (count). */
  readonly children: Int32Array;
  /** Which entries of the matrix front s is the first to hold, from entryStart[s] to entryStart[s + 1], and where. */
  readonly entryStart: Int32Array;
  readonly entry: Int32Array;
  readonly entryPlace: Int32Array;
  /** Where the factors of supernode s start: (columns + rows) × columns numbers, then columns × rows. Shape (count + 1). */
  readonly factorStart: Int32Array;
  readonly mostWaiting: number;
  readonly largestFront: number;
  /** Multiplications and divisions of a factorization. */
  readonly operations: number;
}

/**
 * Plans the factorization of matrices with one pattern, whose nodes have the given `coordinates`, shape (size) each.
 *
 * @throws SdeError `unsupported` if factors and work space do not fit in memory; before they are allocated.
 * @see [duff1983]
 */
export function* fronts(pattern: Pattern, coordinates: readonly Int32Array[]): Work<Fronts> {
  const graph = graphOf(pattern);
  yield;
  const dissected = yield* nestedDissection(graph, coordinates);
  yield;
  const tree = yield* eliminationTree(graph, dissected, MOST_ENTRIES / 2);
  if (!tree) throw tooLarge(pattern.size, `over ${MOST_ENTRIES / 2} in one of the factors`);
  yield;
  const groups = yield* supernodes(tree);
  yield;
  const order = groups.columns.map((k) => dissected[k]);
  const place = new Int32Array(pattern.size);
  order.forEach((p, i) => {
    place[p] = i;
  });
  const factorStart = factorStarts(groups);
  const largestFront = groups.below.reduce((most, b, s) => Math.max(most, b + widthOf(groups, s)), 0);
  const numbers = factorStart[groups.below.length] + groups.mostWaiting + largestFront * largestFront;
  if (numbers > MOST_ENTRIES) throw tooLarge(pattern.size, String(numbers));
  yield;
  const { rowStart, rows } = yield* rowsOf(graph, order, place, groups);
  yield;
  const inParent = placesInParents(groups, rowStart, rows);
  yield;
  const entries = yield* entriesOf(pattern, place, groups, rowStart, rows);
  return {
    pattern,
    order,
    columnStart: groups.start,
    rowStart,
    rows,
    inParent,
    children: childCounts(groups),
    ...entries,
    factorStart: Int32Array.from(factorStart),
    mostWaiting: groups.mostWaiting,
    largestFront,
    operations: groups.below.reduce((sum, b, s) => sum + eliminations(b + widthOf(groups, s), widthOf(groups, s)), 0),
  };
}

function widthOf({ start }: Supernodes, s: number): number {
  return start[s + 1] - start[s];
}

function factorStarts(groups: Supernodes): Float64Array {
  const { below } = groups;
  const starts = new Float64Array(below.length + 1);
  below.forEach((b, s) => {
    const width = widthOf(groups, s);
    starts[s + 1] = starts[s] + width * (width + 2 * b);
  });
  return starts;
}

/** The rows of each front below its columns: those coupled with its columns, and those its children leave. */
function* rowsOf(
  { start, neighbor }: Graph,
  order: Int32Array,
  place: Int32Array,
  groups: Supernodes,
): Work<Pick<Fronts, 'rowStart' | 'rows'>> {
  const count = groups.below.length;
  const rowStart = new Int32Array(count + 1);
  groups.below.forEach((b, s) => {
    rowStart[s + 1] = rowStart[s] + b;
  });
  const rows = new Int32Array(rowStart[count]);
  const filled = rowStart.slice(0, count);
  const seen = new Int32Array(order.length).fill(-1);
  let rested = 0;
  for (let s = 0; s < count; s++) {
    if (rowStart[s] - rested > PART) {
      rested = rowStart[s];
      yield;
    }
    const end = groups.start[s + 1];
    const note = (i: number, into: number, mark: Int32Array): void => {
      if (i < groups.start[into + 1] || mark[i] === into) return;
      mark[i] = into;
      rows[filled[into]++] = i;
    };
    // What children left came in before; mark it, so that it is not noted twice.
    for (let j = rowStart[s]; j < filled[s]; j++) seen[rows[j]] = s;
    for (let i = groups.start[s]; i < end; i++) {
      const p = order[i];
      for (let e = start[p]; e < start[p + 1]; e++) note(place[neighbor[e]], s, seen);
    }
    rows.subarray(rowStart[s], filled[s]).sort();
    const parent = groups.parent[s];
    if (parent === -1) continue;
    for (let j = rowStart[parent]; j < filled[parent]; j++) seen[rows[j]] = parent;
    for (let j = rowStart[s]; j < filled[s]; j++) note(rows[j], parent, seen);
  }
  return { rowStart, rows };
}

function placesInParents({ start, parent }: Supernodes, rowStart: Int32Array, rows: Int32Array): Int32Array {
  const places = new Int32Array(rows.length);
  parent.forEach((up, s) => {
    if (up === -1) return;
    const width = start[up + 1] - start[up];
    let at = rowStart[up];
    for (let j = rowStart[s]; j < rowStart[s + 1]; j++) {
      if (rows[j] < start[up + 1]) places[j] = rows[j] - start[up];
      else {
        while (rows[at] < rows[j]) at++;
        places[j] = width + at - rowStart[up];
      }
    }
  });
  return places;
}

function childCounts({ parent }: Supernodes): Int32Array {
  const counts = new Int32Array(parent.length);
  for (const up of parent) if (up !== -1) counts[up]++;
  return counts;
}

/** An entry belongs to the front that eliminates its row or its column, whichever comes first. */
function* entriesOf(
  { size, rowStart: entryRow, column }: Pattern,
  place: Int32Array,
  { start, below }: Supernodes,
  rowStart: Int32Array,
  rows: Int32Array,
): Work<Pick<Fronts, 'entryStart' | 'entry' | 'entryPlace'>> {
  const count = below.length;
  const owner = new Int32Array(size);
  for (let s = 0; s < count; s++) owner.fill(s, start[s], start[s + 1]);
  const entryStart = new Int32Array(count + 1);
  const frontOf = new Int32Array(column.length);
  for (let p = 0; p < size; p++) {
    for (let e = entryRow[p]; e < entryRow[p + 1]; e++) {
      frontOf[e] = owner[Math.min(place[p], place[column[e]])];
      entryStart[frontOf[e] + 1]++;
    }
  }
  for (let s = 0; s < count; s++) entryStart[s + 1] += entryStart[s];
  const entry = new Int32Array(column.length);
  const entryPlace = new Int32Array(column.length);
  const next = entryStart.slice(0, count);
  const within = (i: number, s: number): number => {
    if (i < start[s + 1]) return i - start[s];
    let [low, high] = [rowStart[s], rowStart[s + 1] - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (rows[middle] < i) low = middle + 1;
      else high = middle;
    }
    return start[s + 1] - start[s] + low - rowStart[s];
  };
  for (let p = 0; p < size; p++) {
    if (p % PART === PART - 1) yield;
    for (let e = entryRow[p]; e < entryRow[p + 1]; e++) {
      const s = frontOf[e];
      const side = start[s + 1] - start[s] + below[s];
      entry[next[s]] = e;
      entryPlace[next[s]++] = within(place[p], s) * side + within(place[column[e]], s);
    }
  }
  return { entryStart, entry, entryPlace };
}

function tooLarge(size: number, numbers: string): SdeError {
  return new SdeError('unsupported', {
    what: 'a factorization of the whole matrix of this grid does not fit in memory',
    where: '(…, { grid, stepping, solver })',
    expected: `at most ${MOST_ENTRIES} numbers in the factors and while they are made`,
    got: `${size} nodes, ${numbers} numbers`,
    remedy: 'use { solver: bicgstab() }, a splitting such as hundsdorferVerwer({ steps }), or fewer points',
  });
}
