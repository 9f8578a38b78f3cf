/** Columns that are eliminated before the rest of a front is changed by all of them together. */
const PANEL = 32;
/** Columns of the rest that are changed at a time: PANEL × BLOCK numbers fit in a second-level cache; empirical. */
const BLOCK = 256;

/**
 * Eliminates the first `columns` columns of a dense matrix in place, without pivoting: multipliers below the diagonal, the upper factor on and right of
 * it, and in the rest what is left, F₂₂ − L₂₁ U₁₂. Row-major, shape (side, side).
 *
 * Yields how many columns have been eliminated, after every panel of them; of a large front, in fractions of a panel.
 *
 * A pivot that is not above `least`, shape (columns) from `first` on, is replaced by what `mend` gives for its column, or if that is 0 ends it: returns that column, and
 * −1 if there is none.
 *
 * @see [golub2013, §3.2]
 */
export function* eliminateFront(
  front: Float64Array,
  side: number,
  columns: number,
  least: Float64Array,
  first: number,
  mend: (column: number, pivot: number) => number = () => 0,
): Generator<number, number, undefined> {
  for (let from = 0; from < columns; from += PANEL) {
    const to = Math.min(from + PANEL, columns);
    const failed = eliminatePanel(front, side, from, to, least, first, mend);
    if (failed >= 0) return failed;
    if (to === side) break;
    finishRows(front, side, from, to);
    for (let left = to; left < side; left += BLOCK) {
      const right = Math.min(left + BLOCK, side);
      updateRest(front, side, from, to, left, right);
      if (right < side) yield from + ((to - from) * (right - to)) / (side - to);
    }
    yield to;
  }
  return -1;
}

/** Columns from..to of all rows below `from`. */
function eliminatePanel(
  front: Float64Array,
  side: number,
  from: number,
  to: number,
  least: Float64Array,
  first: number,
  mend: (column: number, pivot: number) => number,
): number {
  for (let k = from; k < to; k++) {
    const pivotRow = k * side;
    let pivot = front[pivotRow + k];
    if (!(Math.abs(pivot) > least[first + k])) {
      pivot = mend(k, pivot);
      if (pivot === 0) return k;
      front[pivotRow + k] = pivot;
    }
    const inverse = 1 / pivot;
    for (let r = k + 1; r < side; r++) {
      const row = r * side;
      const multiplier = front[row + k] * inverse;
      front[row + k] = multiplier;
      if (multiplier === 0) continue;
      for (let c = k + 1; c < to; c++) front[row + c] -= multiplier * front[pivotRow + c];
    }
  }
  return -1;
}

/** Rows from..to of the columns right of the panel. */
function finishRows(front: Float64Array, side: number, from: number, to: number): void {
  for (let r = from + 1; r < to; r++) {
    const row = r * side;
    for (let k = from; k < r; k++) {
      const multiplier = front[row + k];
      if (multiplier === 0) continue;
      const upper = k * side;
      for (let c = to; c < side; c++) front[row + c] -= multiplier * front[upper + c];
    }
  }
}

/** Columns left to right of the rest −= (panel's columns) (panel's rows): so few that their part of the panel stays in cache. */
function updateRest(front: Float64Array, side: number, from: number, to: number, left: number, right: number): void {
  let r = to;
  for (; r + 2 <= side; r += 2) updateTwoRows(front, side, r, from, to, left, right);
  if (r < side) updateRow(front, side, r, from, to, left, right);
}

/** Rows r and r + 1, in columns from `left` to `right`, by four rows of the panel at a time. */
function updateTwoRows(
  front: Float64Array,
  side: number,
  r: number,
  from: number,
  to: number,
  left: number,
  right: number,
): void {
  const row0 = r * side;
  const row1 = row0 + side;
  let k = from;
  for (; k + 4 <= to; k += 4) {
    const u0 = k * side;
    const u1 = u0 + side;
    const u2 = u1 + side;
    const u3 = u2 + side;
    const a0 = front[row0 + k];
    const a1 = front[row0 + k + 1];
    const a2 = front[row0 + k + 2];
    const a3 = front[row0 + k + 3];
    const b0 = front[row1 + k];
    const b1 = front[row1 + k + 1];
    const b2 = front[row1 + k + 2];
    const b3 = front[row1 + k + 3];
    for (let c = left; c < right; c++) {
      const w0 = front[u0 + c];
      const w1 = front[u1 + c];
      const w2 = front[u2 + c];
      const w3 = front[u3 + c];
      front[row0 + c] -= a0 * w0 + a1 * w1 + (a2 * w2 + a3 * w3);
      front[row1 + c] -= b0 * w0 + b1 * w1 + (b2 * w2 + b3 * w3);
    }
  }
  for (; k < to; k++) {
    const upper = k * side;
    const a = front[row0 + k];
    const b = front[row1 + k];
    for (let c = left; c < right; c++) {
      const w = front[upper + c];
      front[row0 + c] -= a * w;
      front[row1 + c] -= b * w;
    }
  }
}

function updateRow(
  front: Float64Array,
  side: number,
  r: number,
  from: number,
  to: number,
  left: number,
  right: number,
): void {
  const row = r * side;
  for (let k = from; k < to; k++) {
    const upper = k * side;
    const multiplier = front[row + k];
    for (let c = left; c < right; c++) front[row + c] -= multiplier * front[upper + c];
  }
}

/** Multiplications and divisions of {@link eliminateFront}: Σ n² + n + 1, n the rows below each column. */
export function eliminations(side: number, columns: number): number {
  const all = (n: number): number => ((n - 1) * n * (n + 1)) / 3 + n;
  return all(side) - all(side - columns);
}
