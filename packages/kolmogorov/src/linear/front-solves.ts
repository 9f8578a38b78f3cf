import type { Fronts } from './fronts.js';

/** The factors of all fronts, and room for a solve with them. */
export interface FrontSolve {
  readonly numbers: Float64Array;
  /** The unknowns by their places in the order. Shape (size). */
  readonly w: Float64Array;
  /** Shape (side of the largest front). */
  readonly buffer: Float64Array;
}

/**
 * Solves with the factors of all fronts, up the tree and down again: v ← M⁻¹ v, or M⁻ᵀ v.
 *
 * Of each supernode there are a block of `columns` × `columns`, the multipliers below its diagonal, the inverted pivots on it and the upper factor above it;
 * then L₂₁ᵀ and U₁₂, each of `columns` × `rows`. So M⁻¹ and M⁻ᵀ differ in which of the two comes first, and on which triangle the pivots are.
 */
export function solveFronts(plan: Fronts, work: FrontSolve, v: Float64Array, transposed: boolean): void {
  const { order } = plan;
  const { w: ordered } = work;
  for (let i = 0; i < order.length; i++) ordered[i] = v[order[i]];
  solveUp(plan, work, transposed);
  solveDown(plan, work, transposed);
  for (let i = 0; i < order.length; i++) v[order[i]] = ordered[i];
}

/** w ← L⁻¹ w, or U⁻ᵀ w. */
function solveUp({ columnStart, rowStart, rows, factorStart }: Fronts, work: FrontSolve, transposed: boolean): void {
  const { w, buffer } = work;
  const count = columnStart.length - 1;
  for (let s = 0; s < count; s++) {
    const first = columnStart[s];
    const columns = columnStart[s + 1] - first;
    const from = rowStart[s];
    const own = rowStart[s + 1] - from;
    const square = factorStart[s];
    const block = square + columns * columns + (transposed ? columns * own : 0);
    if (transposed) upperTransposed(work, square, columns, first);
    else lower(work, square, columns, first);
    for (let j = 0; j < own; j++) buffer[j] = 0;
    addTransposedProduct(work, block, columns, own, first);
    for (let j = 0; j < own; j++) w[rows[from + j]] -= buffer[j];
  }
}

/** w ← U⁻¹ w, or L⁻ᵀ w. */
function solveDown({ columnStart, rowStart, rows, factorStart }: Fronts, work: FrontSolve, transposed: boolean): void {
  const { w, buffer } = work;
  for (let s = columnStart.length - 2; s >= 0; s--) {
    const first = columnStart[s];
    const columns = columnStart[s + 1] - first;
    const from = rowStart[s];
    const own = rowStart[s + 1] - from;
    const square = factorStart[s];
    const block = square + columns * columns + (transposed ? 0 : columns * own);
    for (let j = 0; j < own; j++) buffer[j] = w[rows[from + j]];
    subtractProduct(work, block, columns, own, first);
    if (transposed) lowerTransposed(work, square, columns, first);
    else upper(work, square, columns, first);
  }
}

function lower({ numbers, w }: FrontSolve, square: number, columns: number, first: number): void {
  for (let r = 1; r < columns; r++) {
    const row = square + r * columns;
    let sum = w[first + r];
    for (let c = 0; c < r; c++) sum -= numbers[row + c] * w[first + c];
    w[first + r] = sum;
  }
}

function upper({ numbers, w }: FrontSolve, square: number, columns: number, first: number): void {
  for (let r = columns - 1; r >= 0; r--) {
    const row = square + r * columns;
    let sum = w[first + r];
    for (let c = r + 1; c < columns; c++) sum -= numbers[row + c] * w[first + c];
    w[first + r] = sum * numbers[row + r];
  }
}

function upperTransposed({ numbers, w }: FrontSolve, square: number, columns: number, first: number): void {
  for (let r = 0; r < columns; r++) {
    const row = square + r * columns;
    const value = w[first + r] * numbers[row + r];
    w[first + r] = value;
    for (let c = r + 1; c < columns; c++) w[first + c] -= numbers[row + c] * value;
  }
}

function lowerTransposed({ numbers, w }: FrontSolve, square: number, columns: number, first: number): void {
  for (let r = columns - 1; r > 0; r--) {
    const row = square + r * columns;
    const value = w[first + r];
    for (let c = 0; c < r; c++) w[first + c] -= numbers[row + c] * value;
  }
}

/** buffer += blockᵀ w, four rows of the block, shape (columns, own), at a time. */
function addTransposedProduct(
  { numbers, w, buffer }: FrontSolve,
  block: number,
  columns: number,
  own: number,
  first: number,
): void {
  let r = 0;
  for (; r + 4 <= columns; r += 4) {
    const at0 = block + r * own;
    const at1 = at0 + own;
    const at2 = at1 + own;
    const at3 = at2 + own;
    const w0 = w[first + r];
    const w1 = w[first + r + 1];
    const w2 = w[first + r + 2];
    const w3 = w[first + r + 3];
    for (let j = 0; j < own; j++) {
      buffer[j] += numbers[at0 + j] * w0 + numbers[at1 + j] * w1 + (numbers[at2 + j] * w2 + numbers[at3 + j] * w3);
    }
  }
  if (r + 2 <= columns) {
    const at0 = block + r * own;
    const at1 = at0 + own;
    const w0 = w[first + r];
    const w1 = w[first + r + 1];
    for (let j = 0; j < own; j++) buffer[j] += numbers[at0 + j] * w0 + numbers[at1 + j] * w1;
    r += 2;
  }
  if (r < columns) {
    const at = block + r * own;
    const value = w[first + r];
    for (let j = 0; j < own; j++) buffer[j] += numbers[at + j] * value;
  }
}

/** w −= block · buffer, four rows of the block, shape (columns, own), at a time. */
function subtractProduct(
  { numbers, w, buffer }: FrontSolve,
  block: number,
  columns: number,
  own: number,
  first: number,
): void {
  let r = 0;
  for (; r + 4 <= columns; r += 4) {
    const at0 = block + r * own;
    const at1 = at0 + own;
    const at2 = at1 + own;
    const at3 = at2 + own;
    let sum0 = 0;
    let sum1 = 0;
    let sum2 = 0;
    let sum3 = 0;
    for (let j = 0; j < own; j++) {
      const value = buffer[j];
      sum0 += numbers[at0 + j] * value;
      sum1 += numbers[at1 + j] * value;
      sum2 += numbers[at2 + j] * value;
      sum3 += numbers[at3 + j] * value;
    }
    w[first + r] -= sum0;
    w[first + r + 1] -= sum1;
    w[first + r + 2] -= sum2;
    w[first + r + 3] -= sum3;
  }
  if (r + 2 <= columns) {
    const at0 = block + r * own;
    const at1 = at0 + own;
    let sum0 = 0;
    let sum1 = 0;
    for (let j = 0; j < own; j++) {
      const value = buffer[j];
      sum0 += numbers[at0 + j] * value;
      sum1 += numbers[at1 + j] * value;
    }
    w[first + r] -= sum0;
    w[first + r + 1] -= sum1;
    r += 2;
  }
  if (r < columns) {
    const at = block + r * own;
    let sum = 0;
    for (let j = 0; j < own; j++) sum += numbers[at + j] * buffer[j];
    w[first + r] -= sum;
  }
}
