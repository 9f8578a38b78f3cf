import { SdeError } from 'sde-core';
import { eliminateFront, eliminations, type Front } from './dense-front.js';
import { type Factors, LEAST_PIVOT } from './factors.js';
import { solveFronts } from './front-solves.js';
import type { Fronts } from './fronts.js';
import { refinedFactors } from './refined-factors.js';

/** What takes the place of a pivot that is rounding, and to what a row may grow until solutions are corrected, relative to its largest entry. Empirical. */
const REPLACED = 2 ** -26;
const GROWN = 2 ** 6;

/**
 * Factors M = diag(alpha) − shift · A by a plan for A's pattern, without pivoting.
 *
 * The matrices of implicit steps and of stationary problems are M-matrices or have a positive definite symmetric part, up to boundary rows; both need no
 * pivoting in any symmetric order. Where boundary rows leave a pivot so small that later rows grow, or 0 to rounding and then
 * replaced, solutions are corrected by their residuals. Cost of n nodes: O(n^(3/2)) in two dimensions and O(n²) in three, and as much as the factors hold for a solve.
 *
 * Yields after every front, and after every panel of a large one, how many of the plan's operations are done.
 *
 * @throws SdeError `value` if the matrix is singular to rounding.
 * @see [duff1983]
 * @see [liu1990]
 * @see [li2003]
 */
export function* multifrontalFactors(
  plan: Fronts,
  value: Float64Array,
  alpha: Float64Array,
  shift: number,
): Generator<number, Factors, undefined> {
  const { order, columnStart, rowStart, inParent, children, entryStart, entry, entryPlace, factorStart } = plan;
  const count = children.length;
  const least = leastPivots(plan, value, alpha, shift);
  const numbers = new Float64Array(factorStart[count]);
  const front = new Float64Array(plan.largestFront * plan.largestFront);
  const waiting = new Float64Array(plan.mostWaiting);
  // The fronts whose left-overs wait, and how many numbers do.
  const left = new Int32Array(count);
  let [depth, used, operations] = [0, 0, 0];
  let grown = -1;
  for (let s = 0; s < count; s++) {
    const columns = columnStart[s + 1] - columnStart[s];
    const rows = rowStart[s + 1] - rowStart[s];
    const side = columns + rows;
    const dense = { entries: front, side };
    front.fill(0, 0, side * side);
    for (let e = entryStart[s]; e < entryStart[s + 1]; e++) front[entryPlace[e]] -= shift * value[entry[e]];
    for (let k = 0; k < columns; k++) front[k * (side + 1)] += alpha[order[columnStart[s] + k]];
    for (let child = 0; child < children[s]; child++) {
      const made = left[--depth];
      used -= (rowStart[made + 1] - rowStart[made]) * (rowStart[made + 1] - rowStart[made]);
      const places = inParent.subarray(rowStart[made], rowStart[made + 1]);
      takeUp(dense, waiting, used, places);
    }
    const before = operations;
    const mend = (k: number, pivot: number): number => {
      grown = Math.max(grown, columnStart[s] + k);
      const size = (least[columnStart[s] + k] / LEAST_PIVOT) * REPLACED;
      return Number.isFinite(size) && !Number.isNaN(pivot) ? (pivot < 0 ? -size : size) : 0;
    };
    const panels = eliminateFront(dense, columns, { least, first: columnStart[s], mend });
    let panel = panels.next();
    for (; !panel.done; panel = panels.next()) yield before + eliminations(side, panel.value);
    const failed = panel.value;
    if (failed >= 0) throw singular(order[columnStart[s] + failed]);
    operations += eliminations(side, columns);
    yield operations;
    grown = Math.max(grown, grownRow(dense, columns, least, columnStart[s]));
    keep(dense, columns, numbers, factorStart[s]);
    if (rows === 0) continue;
    for (let r = columns; r < side; r++) {
      const row = r * side;
      for (let c = columns; c < side; c++) waiting[used++] = front[row + c];
    }
    left[depth++] = s;
  }
  const work = { numbers, w: new Float64Array(order.length), buffer: new Float64Array(plan.largestFront) };
  const plain: Factors = {
    solve: (v) => solveFronts(plan, work, v, false),
    solveTransposed: (v) => solveFronts(plan, work, v, true),
  };
  if (grown < 0) return plain;
  const failed = (): SdeError => singular(order[grown]);
  const refined = refinedFactors(plain, { matrix: { ...plan.pattern, value }, alpha, shift }, failed);
  if (!refined) throw failed();
  return refined;
}

/** The last column of a front whose row of the upper factor has grown; −1 if none has. */
function grownRow({ entries: front, side }: Front, columns: number, least: Float64Array, first: number): number {
  for (let r = columns - 1; r >= 0; r--) {
    const row = r * side;
    const most = (least[first + r] / LEAST_PIVOT) * GROWN;
    for (let c = r; c < side; c++) if (!(Math.abs(front[row + c]) <= most)) return first + r;
  }
  return -1;
}

/** Adds what a child left to the rows and columns of its parent's front that it is for. */
function takeUp({ entries: front, side }: Front, waiting: Float64Array, start: number, places: Int32Array): void {
  let at = start;
  for (let r = 0; r < places.length; r++) {
    const row = places[r] * side;
    for (let c = 0; c < places.length; c++) front[row + places[c]] += waiting[at++];
  }
}

/** Puts away the factors of a front as {@link solveFronts} takes them. */
function keep({ entries: front, side }: Front, columns: number, numbers: Float64Array, from: number): void {
  let at = from;
  for (let r = 0; r < columns; r++) {
    const row = r * side;
    for (let c = 0; c < columns; c++) numbers[at++] = front[row + c];
    numbers[at - columns + r] = 1 / front[row + r];
  }
  for (let k = 0; k < columns; k++) for (let r = columns; r < side; r++) numbers[at++] = front[r * side + k];
  for (let r = 0; r < columns; r++) {
    const row = r * side;
    for (let c = columns; c < side; c++) numbers[at++] = front[row + c];
  }
}

/** By place in the order: what a pivot must be above. */
function leastPivots(
  { pattern, order }: Fronts,
  value: Float64Array,
  alpha: Float64Array,
  shift: number,
): Float64Array {
  const { rowStart, column } = pattern;
  const least = new Float64Array(order.length);
  for (let i = 0; i < order.length; i++) {
    const p = order[i];
    let diagonal = alpha[p];
    let most = 0;
    for (let e = rowStart[p]; e < rowStart[p + 1]; e++) {
      if (column[e] === p) diagonal -= shift * value[e];
      else most = Math.max(most, Math.abs(shift * value[e]));
    }
    least[i] = LEAST_PIVOT * Math.max(most, Math.abs(diagonal));
  }
  return least;
}

function singular(row: number): SdeError {
  return new SdeError('value', {
    what: 'the equation has no unique solution on the grid',
    where: `row ${row} of its matrix`,
    expected: 'pivots above rounding',
    got: 'a singular matrix',
    remedy:
      'a stationary problem needs killing, or a side where the value is given; a step in time another length, or sides that the drift does not leave through',
  });
}
